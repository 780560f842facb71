/**
 * Operators that make axes longer. `expand` stretches axes of extent 1 without copying, a view; `tile` repeats the tensor and writes a new one.
 * Source: PyTorch documentation of Tensor.expand and torch.tile.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import type { LayerContext, Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const repeated = formula('repeats·i');

const expand = defineOperator({
  type: 'expand',
  family: 'expand',
  summary:
    'Stretches axes of extent 1 to the stated shape, or to that of a second input, without copying; new axes may be added in front. A view.',
  source: 'PyTorch Tensor.expand and Tensor.expand_as',
  aliases: ['Expand', 'expand_as', 'broadcast_to', 'BroadcastTo'],
  attributes: {
    shape: z
      .array(z.union([z.literal(-1), positiveInteger]))
      .max(64)
      .optional()
      .describe('Extents of the output, batch axis included; -1 keeps an axis. Absent where a second input gives the shape.'),
  },
  attributeAliases: { size: 'shape' },
  inputs: { min: 1, max: 2, names: ['input', 'other'] },
  aliasesInput: true,
  infer(a, inputs, layer) {
    const [input, other] = inputs as [TensorType, TensorType | undefined];
    if (a.shape === undefined && other === undefined)
      throw new Refusal([], 'missing_key', 'expand needs shape, or a second input whose shape it takes');
    if (a.shape !== undefined && other !== undefined)
      throw new Refusal(['shape'], 'invalid_value', 'shape and a second input both say what to expand to; keep one');
    return [{ shape: stretched(input.shape, a.shape ?? (other as TensorType).shape, a.shape !== undefined, layer), dtype: input.dtype }];
  },
  counts: [],
  shape: 'shape, aligned with the input at the last axis; an axis of -1 keeps the input’s extent, and only extents of 1 change',
  examples: [
    // One class token for each of two samples.
    {
      layer: { type: 'expand', shape: [2, -1, -1] },
      inputs: [{ shape: [1, 1, 768] }],
      outputs: [[2, 1, 768]],
      parameters: 0,
      operations: {},
    },
    { layer: { type: 'expand' }, inputs: [{ shape: [1, 4] }, { shape: [3, 2, 4] }], outputs: [[3, 2, 4]], parameters: 0, operations: {} },
  ],
});

/** `input` stretched to `wanted`, which the layer states, or which is the shape of its second input. */
function stretched(input: Shape, wanted: Shape, stated: boolean, layer: LayerContext): Shape {
  const added = wanted.length - input.length;
  if (added < 0) {
    throw new Refusal(
      stated ? ['shape'] : ['inputs', 1],
      'wrong_rank',
      `${targetText(wanted, stated, layer)} has ${wanted.length} axes, fewer than the ${input.length} of ${formatShape(input)} from ${layer.producer(0)}`,
    );
  }
  const shape = wanted.slice();
  for (let axis = 0; axis < shape.length; axis++) {
    const extent = wanted[axis] as number;
    const own = axis < added ? -1 : (input[axis - added] as number);
    if (extent === -1 && own === -1) {
      throw new Refusal(
        ['shape', axis],
        'invalid_value',
        `-1 keeps an axis, but axis ${axis} of shape ${formatShape(wanted)} is not in ${formatShape(input)} from ${layer.producer(0)}`,
      );
    }
    if (extent === -1) shape[axis] = own;
    else if (own !== -1 && own !== 1 && own !== extent) {
      throw new Refusal(
        stated ? ['shape', axis] : ['inputs', 1],
        'shape_mismatch',
        `axis ${axis} of ${targetText(wanted, stated, layer)} is ${extent}, but ${layer.producer(0)} gives ${formatShape(input)} with ${own} there; only an extent of 1 stretches`,
      );
    }
  }
  return shape;
}

function targetText(wanted: Shape, stated: boolean, layer: LayerContext): string {
  return stated ? `shape ${formatShape(wanted)}` : `${formatShape(wanted)} of ${layer.producer(1)}`;
}

const tile = defineOperator({
  type: 'tile',
  family: 'expand',
  summary: 'Repeats the tensor along its axes; writes a new tensor.',
  source: 'PyTorch torch.tile; ONNX Tile-13',
  aliases: ['Tile', 'repeat'],
  attributes: {
    repeats: z
      .array(positiveInteger)
      .max(64)
      .describe('How often each axis follows itself, aligned at the last axis; more entries than axes add axes in front.'),
  },
  attributeAliases: { dims: 'repeats', multiples: 'repeats', reps: 'repeats' },
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(a, inputs) {
    const input = inputs[0] as TensorType;
    const { shape } = input;
    const rank = Math.max(shape.length, a.repeats.length);
    const tiled = new Array<number>(rank);
    for (let at = 0; at < rank; at++) tiled[at] = (shape[at - rank + shape.length] ?? 1) * (a.repeats[at - rank + a.repeats.length] ?? 1);
    return [{ shape: tiled, dtype: input.dtype }];
  },
  counts: [],
  shape: 'each axis is repeats·i, both lists aligned at the last axis',
  extents(a, inputs, outputs) {
    const { shape } = inputs[0] as TensorType;
    return (outputs[0] as TensorType).shape.flatMap((_, at, { length }) => {
      const repeats = a.repeats[at - length + a.repeats.length] ?? 1;
      return repeats === 1
        ? []
        : [{ output: 0, axis: at, formula: repeated, symbols: { repeats, i: shape[at - length + shape.length] ?? 1 } }];
    });
  },
  examples: [
    // 3·2 rows and 4·1 columns.
    { layer: { type: 'tile', repeats: [2, 1] }, inputs: [{ shape: [3, 4] }], outputs: [[6, 4]], parameters: 0, operations: {} },
  ],
});

export const expandOperators: readonly Operator[] = [expand, tile];
