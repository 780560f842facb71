/**
 * Operators that order, drop, add, rotate or reverse axes. None computes anything; all but `roll` and `flip`, which write a new tensor, are views.
 * Source: PyTorch documentation of torch.permute, transpose, squeeze, unsqueeze, roll, flip.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { axis, integer } from './attributes.ts';
import { dimAliases, resolveAxis } from './axis-attribute.ts';
import { listed, oneOrMoreAxes, resolveAxes, resolvePlaces } from './axis-list.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const oneInput = { min: 1, max: 1, names: ['input'] };

const permute = defineOperator({
  type: 'permute',
  family: 'axes',
  summary: 'Puts the axes in the stated order; a view.',
  source: 'PyTorch torch.permute; ONNX Transpose-23',
  aliases: ['Permute', 'Transpose'],
  attributes: { dims: z.array(axis).max(64).describe('For each output axis the input axis that it is, the batch axis being 0.') },
  attributeAliases: { perm: 'dims', order: 'dims' },
  inputs: oneInput,
  aliasesInput: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const { shape } = input;
    if (a.dims.length !== shape.length) {
      throw new Refusal(
        ['dims'],
        'wrong_rank',
        `dims ${formatShape(a.dims)} names ${a.dims.length} axes, but ${layer.producer(0)} gives ${formatShape(shape)} (${shape.length} axes)`,
      );
    }
    return [{ shape: resolveAxes('dims', a.dims, shape, layer).map((from) => shape[from] as number), dtype: input.dtype }];
  },
  counts: [],
  shape: 'output axis k is input axis dims[k]',
  examples: [
    // Channels first to channels last.
    {
      layer: { type: 'permute', dims: [0, 2, 3, 1] },
      inputs: [{ shape: [1, 3, 224, 200] }],
      outputs: [[1, 224, 200, 3]],
      parameters: 0,
      operations: {},
    },
  ],
});

const transpose = defineOperator({
  type: 'transpose',
  family: 'axes',
  summary: 'Swaps two axes; a view.',
  source: 'PyTorch torch.transpose',
  aliases: ['swapaxes', 'swapdims'],
  attributes: { dim0: axis.describe('One of the axes, the batch axis being 0.'), dim1: axis.describe('The other axis.') },
  attributeAliases: { axis0: 'dim0', axis1: 'dim1' },
  inputs: oneInput,
  aliasesInput: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const first = resolveAxis(a.dim0, input.shape, ['dim0'], layer);
    const second = resolveAxis(a.dim1, input.shape, ['dim1'], layer);
    if (first === second) return [input];
    const swapped = input.shape.slice();
    swapped[first] = input.shape[second] as number;
    swapped[second] = input.shape[first] as number;
    return [{ shape: swapped, dtype: input.dtype }];
  },
  counts: [],
  shape: 'axes dim0 and dim1 change places',
  examples: [
    // Heads before positions, as attention wants them.
    {
      layer: { type: 'transpose', dim0: 1, dim1: 2 },
      inputs: [{ shape: [1, 10, 12, 64] }],
      outputs: [[1, 12, 10, 64]],
      parameters: 0,
      operations: {},
    },
  ],
});

const squeeze = defineOperator({
  type: 'squeeze',
  family: 'axes',
  summary: 'Drops axes of extent 1, all of them or the named ones; an axis of another extent stays. A view.',
  source: 'PyTorch torch.squeeze; ONNX Squeeze-23 (which refuses an axis of another extent)',
  aliases: ['Squeeze'],
  attributes: {
    dim: oneOrMoreAxes
      .optional()
      .describe('Axis or axes to drop where their extent is 1, the batch axis being 0; every such axis where absent.'),
  },
  attributeAliases: dimAliases,
  inputs: oneInput,
  aliasesInput: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const named = a.dim === undefined ? undefined : resolveAxes('dim', listed(a.dim), input.shape, layer);
    const kept: number[] = [];
    for (let at = 0; at < input.shape.length; at++) {
      const extent = input.shape[at] as number;
      if (extent !== 1 || (named !== undefined && !named.includes(at))) kept.push(extent);
    }
    return kept.length === input.shape.length ? [input] : [{ shape: kept, dtype: input.dtype }];
  },
  counts: [],
  shape: 'the input without its axes of extent 1, or without those among dim',
  examples: [{ layer: { type: 'squeeze', dim: -1 }, inputs: [{ shape: [1, 10, 1] }], outputs: [[1, 10]], parameters: 0, operations: {} }],
});

const unsqueeze = defineOperator({
  type: 'unsqueeze',
  family: 'axes',
  summary: 'Adds axes of extent 1; a view.',
  source: 'PyTorch torch.unsqueeze; ONNX Unsqueeze-23 (several axes)',
  aliases: ['Unsqueeze', 'ExpandDims'],
  attributes: { dim: oneOrMoreAxes.describe('Where the new axis or axes stand in the output, the batch axis being 0.') },
  attributeAliases: dimAliases,
  inputs: oneInput,
  aliasesInput: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const dims = listed(a.dim);
    const rank = input.shape.length + dims.length;
    const added = resolvePlaces('dim', dims, input.shape, layer);
    const shape: number[] = [];
    for (let at = 0, next = 0; at < rank; at++) shape.push(added.includes(at) ? 1 : (input.shape[next++] as number));
    return [{ shape, dtype: input.dtype }];
  },
  counts: [],
  shape: 'the input with an axis of extent 1 put in at each output position of dim',
  examples: [{ layer: { type: 'unsqueeze', dim: 1 }, inputs: [{ shape: [2, 5] }], outputs: [[2, 1, 5]], parameters: 0, operations: {} }],
});

const roll = defineOperator({
  type: 'roll',
  family: 'axes',
  summary: 'Moves cells along axes, those that fall off one end coming back at the other; writes a new tensor of the same shape.',
  source: 'PyTorch torch.roll',
  aliases: ['Roll'],
  attributes: {
    shifts: z.union([integer, z.array(integer).min(1).max(64)]).describe('Cells to move by, one number for each of dims.'),
    dims: oneOrMoreAxes.optional().describe('Axes to move along, the batch axis being 0; the flattened tensor where absent.'),
  },
  attributeAliases: { shift: 'shifts', axis: 'dims' },
  inputs: oneInput,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const shifts = listed(a.shifts).length;
    const dims = a.dims === undefined ? undefined : listed(a.dims);
    const wanted = dims?.length ?? 1;
    if (shifts !== wanted) {
      throw new Refusal(
        ['shifts'],
        'mismatch',
        `shifts has ${shifts} ${shifts === 1 ? 'entry' : 'entries'}, dims ${dims === undefined ? 'is absent, which takes one' : `has ${wanted}`}`,
      );
    }
    for (let entry = 0; entry < wanted && dims !== undefined; entry++)
      resolveAxis(dims[entry] as number, input.shape, ['dims', entry], layer);
    return [input];
  },
  counts: [],
  shape: 'the shape of the input',
  examples: [
    {
      layer: { type: 'roll', shifts: [-3, -3], dims: [1, 2] },
      inputs: [{ shape: [1, 56, 56, 96] }],
      outputs: [[1, 56, 56, 96]],
      parameters: 0,
      operations: {},
    },
  ],
});

const flip = defineOperator({
  type: 'flip',
  family: 'axes',
  summary: 'Reverses the order of cells along axes; writes a new tensor of the same shape.',
  source: 'PyTorch torch.flip; TensorFlow ReverseV2',
  aliases: ['Flip', 'ReverseV2'],
  attributes: { dims: oneOrMoreAxes.describe('Axis or axes to reverse, the batch axis being 0, each at most once.') },
  attributeAliases: { axis: 'dims', axes: 'dims' },
  inputs: oneInput,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    resolveAxes('dims', listed(a.dims), input.shape, layer);
    return [input];
  },
  counts: [],
  shape: 'the shape of the input',
  examples: [
    // A sequence read from its end.
    { layer: { type: 'flip', dims: [1] }, inputs: [{ shape: [2, 10, 4] }], outputs: [[2, 10, 4]], parameters: 0, operations: {} },
  ],
});

export const axesOperators: readonly Operator[] = [permute, transpose, squeeze, unsqueeze, roll, flip];
