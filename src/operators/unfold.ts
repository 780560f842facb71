/**
 * Sliding blocks as columns, and back. `unfold` copies the k·k·c cells under every position of a window into one column, so it computes nothing.
 * `fold` adds every cell of every column into the map it came from, which starts from zero: one addition an input element, those that land on
 * padding included.
 * Source: PyTorch documentation of Unfold and Fold; ONNX operator Col2Im, version 18.
 */

import { Refusal } from '../issue.ts';
import { featureMapOf } from '../tensor/feature-map.ts';
import type { Symbols } from '../tensor/formula.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { spanOf, windowExtent } from '../tensor/window.ts';
import { perAxis, positiveInteger, spread } from './attributes.ts';
import { requireAxes, requireRank } from './feature-map-input.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import type { Window } from './window-attributes.ts';
import { axisName, dilation, kernelSize, padding, unitStride, windowAliases, windowExtents, windowOf } from './window-attributes.ts';

const blocks = '(⌊(i + p_before + p_after − d·(k − 1) − 1)/s⌋ + 1)';
const channelsRule = formula('c·k0·k1');
const blocksRule = formula(
  '(⌊(i0 + p_before0 + p_after0 − d0·(k0 − 1) − 1)/s0⌋ + 1)·(⌊(i1 + p_before1 + p_after1 − d1·(k1 − 1) − 1)/s1⌋ + 1)',
);

function windowSymbols(window: Window, spatial: Shape): Symbols {
  const symbols: Record<string, number> = {};
  for (let axis = 0; axis < spatial.length; axis++) {
    symbols[`i${axis}`] = spatial[axis] ?? 1;
    symbols[`k${axis}`] = window.kernel[axis] ?? 1;
    symbols[`s${axis}`] = window.stride[axis] ?? 1;
    symbols[`d${axis}`] = window.dilation[axis] ?? 1;
    symbols[`p_before${axis}`] = window.padding[axis]?.[0] ?? 0;
    symbols[`p_after${axis}`] = window.padding[axis]?.[1] ?? 0;
  }
  return symbols;
}

const unfold = defineOperator({
  type: 'unfold',
  family: 'unfold',
  summary: 'Sliding blocks of a map as columns: batch × c × h × w to batch × c·k·k × blocks.',
  source: 'PyTorch Unfold',
  aliases: ['Unfold', 'Im2col'],
  attributes: {
    kernel_size: kernelSize(2),
    dilation: dilation(2),
    padding: padding(2),
    stride: unitStride(2),
  },
  attributeAliases: windowAliases,
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireRank(input, 2, layer);
    const map = featureMapOf(input.shape);
    const window = windowOf(a, map.spatial);
    const [rows = 1, columns = 1] = windowExtents(window, map.spatial);
    const [k0 = 1, k1 = 1] = window.kernel;
    return [{ shape: [map.batch, map.channels * k0 * k1, rows * columns], dtype: input.dtype }];
  },
  counts: [],
  shape: `[n, c·k·k, blocks]; blocks: the product over both axes of ${blocks}`,
  extents(a, inputs) {
    const map = featureMapOf((inputs[0] as TensorType).shape);
    const symbols = { c: map.channels, ...windowSymbols(windowOf(a, map.spatial), map.spatial) };
    return [
      { output: 0, axis: 1, formula: channelsRule, symbols },
      { output: 0, axis: 2, formula: blocksRule, symbols },
    ];
  },
  examples: [
    // The patches of a vision transformer: 3·16·16 cells in each of 14·14 blocks.
    {
      layer: { type: 'unfold', kernel_size: 16, stride: 16 },
      inputs: [{ shape: [1, 3, 224, 224] }],
      outputs: [[1, 768, 196]],
      parameters: 0,
      operations: {},
    },
  ],
});

const foldedChannels = formula('c/(k0·k1)');

const fold = defineOperator({
  type: 'fold',
  family: 'unfold',
  summary: 'Columns of sliding blocks summed back into a map: batch × c·k·k × blocks to batch × c × output_size.',
  source: 'PyTorch Fold; ONNX Col2Im-18',
  aliases: ['Fold', 'Col2Im'],
  attributes: {
    output_size: perAxis(2, positiveInteger).describe('Height and width of the output in cells, one number or one per axis.'),
    kernel_size: kernelSize(2),
    dilation: dilation(2),
    padding: padding(2),
    stride: unitStride(2),
  },
  attributeAliases: windowAliases,
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 3, 3, layer);
    const [batch = 1, columns = 1, blocksGiven = 1] = input.shape;
    const size = spread(a.output_size, 2);
    const window = windowOf(a, size);
    const [k0 = 1, k1 = 1] = window.kernel;
    if (columns % (k0 * k1) !== 0) {
      throw new Refusal(
        ['kernel_size'],
        'not_divisible',
        `columns of ${columns} cells from ${layer.producer(0)} do not divide into kernels of ${k0}·${k1} = ${k0 * k1} cells`,
      );
    }
    const [rows, across] = [blocksOf(window, size, 0), blocksOf(window, size, 1)];
    if (rows * across !== blocksGiven) {
      throw new Refusal(
        ['output_size'],
        'mismatch',
        `output_size ${formatShape(size)} has ${rows}·${across} = ${rows * across} blocks, but ${layer.producer(0)} gives ${blocksGiven}`,
      );
    }
    return [{ shape: [batch, columns / (k0 * k1), ...size], dtype: input.dtype }];
  },
  counts: [count('add', 'i')],
  shape: `[n, c/(k·k), output_size]; the input has as many blocks as unfold makes of output_size: the product over both axes of ${blocks}`,
  extents(a, inputs) {
    const [k0 = 1, k1 = 1] = spread(a.kernel_size, 2);
    return [{ output: 0, axis: 1, formula: foldedChannels, symbols: { c: (inputs[0] as TensorType).shape[1] ?? 1, k0, k1 } }];
  },
  examples: [
    // 4 × 4 has 3·3 blocks of 2·2 cells; 12 = 3·4 rows of 9 columns are added.
    {
      layer: { type: 'fold', output_size: 4, kernel_size: 2 },
      inputs: [{ shape: [1, 12, 9] }],
      outputs: [[1, 3, 4, 4]],
      parameters: 0,
      operations: { add: 108 },
    },
  ],
});

/** Blocks along one axis of the output; refuses a kernel that does not fit into it. */
function blocksOf(window: Window, size: Shape, axis: number): number {
  const k = window.kernel[axis] ?? 1;
  const d = window.dilation[axis] ?? 1;
  const pad = window.padding[axis] ?? [0, 0];
  const extent = size[axis] ?? 1;
  const found = windowExtent(extent, k, window.stride[axis] ?? 1, d, pad, false);
  if (found >= 1) return found;
  const name = axisName(2, axis);
  throw new Refusal(
    ['kernel_size', axis],
    'kernel_too_large',
    `kernel ${name} ${spanOf(k, d)} exceeds padded output ${name} ${extent + pad[0] + pad[1]}; use a smaller kernel or a larger output_size`,
  );
}

export const unfoldOperators: readonly Operator[] = [unfold, fold];
