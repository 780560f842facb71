/**
 * Layers that make tensors out of nothing: `constant` is an activation that no input feeds, `parameter` is learned. And `custom`, which stands for
 * an operator that is not known here: its shapes are what the document says, its cost is unknown and reported so.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { dtypes, isFloating } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const wholeShape = z.array(positiveInteger).max(64);
const noInputs = { min: 0, max: 0, names: [] };
const maxOutputs = 4096;

// Ranges written out: \p{Cc} and \p{Cs} in a published pattern are refused by Python's validators, and mean letters to those without the `u` flag.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const printable = /^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]*$/u;

const constant = defineOperator({
  type: 'constant',
  family: 'sources',
  summary:
    'A fixed tensor that no input feeds, such as position ids; never a parameter. Its element type is the layer’s dtype, by default the model’s.',
  source: 'ONNX Constant-24 and ConstantOfShape-24; PyTorch torch.full',
  aliases: ['Constant', 'ConstantOfShape', 'full'],
  attributes: { shape: wholeShape.describe('Whole shape; no batch axis is put in front.') },
  attributeAliases: { size: 'shape' },
  inputs: noInputs,
  infer: (a, _inputs, layer) => [{ shape: a.shape, dtype: layer.dtype ?? layer.modelDtype }],
  counts: [],
  shape: 'shape as stated',
  examples: [
    { layer: { type: 'constant', shape: [1, 128], dtype: 'int64' }, inputs: [], outputs: [[1, 128]], parameters: 0, operations: {} },
  ],
});

const parameter = defineOperator({
  type: 'parameter',
  family: 'sources',
  summary: 'A learned tensor that is no other layer’s weight, such as a class token; its output is that tensor itself.',
  source: 'PyTorch torch.nn.Parameter',
  aliases: ['Parameter'],
  attributes: { shape: wholeShape.describe('Whole shape; no batch axis is put in front.') },
  attributeAliases: { size: 'shape' },
  inputs: noInputs,
  outputsWeight: true,
  infer: (a, _inputs, layer) => [{ shape: a.shape, dtype: layer.weightDtype }],
  weights: (a) => [{ name: 'weight', shape: a.shape, kind: 'parameter' }],
  parameters: [{ text: 'e' }],
  counts: [],
  shape: 'shape as stated',
  examples: [
    // The position embedding of ViT-B/16: 197·768 numbers.
    { layer: { type: 'parameter', shape: [1, 197, 768] }, inputs: [], outputs: [[1, 197, 768]], parameters: 151296, operations: {} },
  ],
});

const custom = defineOperator({
  type: 'custom',
  family: 'sources',
  summary:
    'Stands for an operator that is not known here. Weights and compute are null, and the totals are lower bounds; without output_shapes, what reads it is left out.',
  source: 'none: shapes and types are the document’s own',
  aliases: [],
  attributes: {
    operator: z.string().min(1).max(512).regex(printable).describe('What it is called where it comes from.'),
    output_shapes: z.array(wholeShape).min(1).max(maxOutputs).optional().describe('Whole shape of each output, batch axis included.'),
    output_dtypes: z
      .array(z.enum(dtypes))
      .min(1)
      .max(maxOutputs)
      .optional()
      .describe('Element type of each output; where absent that of its first floating input, else the model’s.'),
  },
  inputs: { min: 0, max: Number.POSITIVE_INFINITY, names: [] },
  uncosted: true,
  isOpaque: (a) => a.output_shapes === undefined,
  infer(a, inputs, layer) {
    const shapes = a.output_shapes ?? [];
    const types = a.output_dtypes;
    if (types !== undefined && types.length !== shapes.length) {
      throw new Refusal(
        ['output_dtypes'],
        'mismatch',
        `output_dtypes has ${types.length} entries, output_shapes ${shapes.length}; give one type for each output`,
      );
    }
    const otherwise = floatingTypeOf(inputs) ?? layer.modelDtype;
    return shapes.map((shape, output) => ({ shape, dtype: types?.[output] ?? otherwise }));
  },
  counts: [],
  shape: 'output_shapes as stated',
  examples: [
    {
      layer: { type: 'custom', operator: 'com.example.Warp', output_shapes: [[1, 8, 10]] },
      inputs: [{ shape: [1, 8, 20] }],
      outputs: [[1, 8, 10]],
      parameters: 0,
      operations: {},
    },
  ],
});

function floatingTypeOf(inputs: readonly TensorType[]): DType | undefined {
  return inputs.find((input) => isFloating(input.dtype))?.dtype;
}

export const sourcesOperators: readonly Operator[] = [constant, parameter, custom];
