/**
 * Triangles of matrices: the last two axes are kept on and below, or on and above, a diagonal, and are 0 elsewhere. Nothing is computed; a new tensor is
 * written.
 * Source: PyTorch documentation of torch.tril and torch.triu; ONNX operator Trilu, version 14.
 */

import type { TensorType } from '../tensor/shape.ts';
import { integer } from './attributes.ts';
import { requireAxes } from './feature-map-input.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

function triangle(type: string, side: string, upper: number): Operator {
  return defineOperator({
    type,
    family: 'triangle',
    summary: `The last two axes on and ${side} a diagonal, 0 elsewhere; shape kept.`,
    source: `PyTorch ${type}; ONNX Trilu-14 with upper ${upper}`,
    aliases: [],
    attributes: {
      diagonal: integer.default(0).describe('Which diagonal, counted in cells to the right of the main one.'),
    },
    attributeAliases: { k: 'diagonal' },
    inputs: { min: 1, max: 1, names: ['input'] },
    infer(_a, inputs, layer) {
      requireAxes(inputs[0] as TensorType, 2, Number.POSITIVE_INFINITY, layer);
      return [inputs[0] as TensorType];
    },
    counts: [],
    shape: 'the shape of the input',
    examples: [
      // A causal mask of 4 positions.
      { layer: { type, diagonal: 1 }, inputs: [{ shape: [4, 4] }], outputs: [[4, 4]], parameters: 0, operations: {} },
    ],
  });
}

export const triangleOperators: readonly Operator[] = [triangle('tril', 'below', 0), triangle('triu', 'above', 1)];
