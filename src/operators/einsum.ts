/**
 * Einstein summation over any number of operands, costed pairwise from left to right: each pair takes as many products as its subscripts have index
 * values together, multiply-accumulates where a subscript ends there (neither a later operand nor the output has it), multiplications where none does.
 * One operand alone is summed: additions.
 * Source: PyTorch documentation of torch.einsum; cost as in opt_einsum (Smith & Gray, JOSS 3(26), 2018) for the path from left to right.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { Symbols } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import type { Equation, Subscripts } from './einsum-equation.ts';
import { ellipsis, parseEquation, sumsAnything } from './einsum-equation.ts';
import { oneType } from './one-type.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

/** Axes that `...` stands for are numbered from here, the last axis first, so that they align at the end; letters are their character codes. */
const firstOther = 128;

/** The axes of an operand by number: letters first to last, `...` spelt out. */
function axesOf(subscripts: Subscripts, rank: number): readonly number[] {
  const axes: number[] = [];
  const others = rank - (subscripts.length - 1);
  for (const code of subscripts) {
    if (code !== ellipsis) axes.push(code);
    else for (let other = others - 1; other >= 0; other--) axes.push(firstOther + other);
  }
  return axes;
}

/** Extents by axis number, over all operands; refuses operands that do not go with the equation or with each other. */
function extentsOf(equation: Equation, inputs: readonly TensorType[], layer: LayerContext): number[] {
  const { operands } = equation;
  if (operands.length !== inputs.length)
    throw new Refusal(['inputs'], 'wrong_input_count', `the equation has ${operands.length} operands; given ${inputs.length} inputs`);
  const extents: number[] = [];
  for (let index = 0; index < operands.length; index++) {
    const subscripts = operands[index] as Subscripts;
    const { shape } = inputs[index] as TensorType;
    const open = subscripts.includes(ellipsis);
    const letters = subscripts.length - (open ? 1 : 0);
    if (open ? letters > shape.length : letters !== shape.length) {
      throw new Refusal(
        ['inputs', index],
        'wrong_rank',
        `operand ${index} of the equation has ${letters} subscripts, but ${layer.producer(index)} gives ${formatShape(shape)} (${shape.length} axes)`,
      );
    }
    const axes = axesOf(subscripts, shape.length);
    for (let at = 0; at < axes.length; at++) {
      const axis = axes[at] as number;
      const extent = shape[at] as number;
      const before = axes.indexOf(axis);
      if (before < at && shape[before] !== extent) throw clash(axis, index, shape, `${shape[before]} and ${extent}`, '', layer);
      const known = extents[axis] ?? 1;
      if (known !== extent && known !== 1 && extent !== 1)
        throw clash(axis, index, shape, `${extent}`, `, but ${known} in an operand before it`, layer);
      if (known === 1) extents[axis] = extent;
    }
  }
  return extents;
}

function clash(axis: number, index: number, shape: Shape, found: string, before: string, layer: LayerContext): Refusal {
  const what = axis < firstOther ? `subscript ${String.fromCharCode(axis)}` : `axis ${axis - firstOther + 1} from the end of "..."`;
  return new Refusal(
    ['inputs', index],
    'shape_mismatch',
    `${what} is ${found} in ${formatShape(shape)} from ${layer.producer(index)}${before}`,
  );
}

/** The output's axes by number; `extents` holds those of `...`. */
function outputAxes(output: Subscripts, extents: readonly number[]): readonly number[] {
  return axesOf(output, output.length - 1 + Math.max(extents.length - firstOther, 0));
}

interface Cost {
  /** Products of the pairs that sum. */
  readonly contracted: number;
  /** Products of the pairs that do not. */
  readonly multiplied: number;
  /** Index values of the first operand, a repeated subscript counted once. */
  readonly indices: number;
}

function costOf({ operands, output }: Equation, inputs: readonly TensorType[]): Cost {
  const axes = operands.map((subscripts, index) => axesOf(subscripts, (inputs[index] as TensorType).shape.length));
  const lastUse = new Map<number, number>();
  for (let index = 0; index < axes.length; index++) for (const axis of axes[index] as readonly number[]) lastUse.set(axis, index);
  let contracted = 0;
  let multiplied = 0;
  let indices = 1;
  // Extents of the result so far, by axis; those of the next operand join them, and what ends there leaves.
  const extents = new Map<number, number>();
  for (let index = 0; index < axes.length; index++) {
    const { shape } = inputs[index] as TensorType;
    for (const [at, axis] of (axes[index] as readonly number[]).entries()) {
      extents.set(axis, Math.max(extents.get(axis) ?? 1, shape[at] as number));
    }
    let product = 1;
    for (const extent of extents.values()) product *= extent;
    if (index === 0) {
      indices = product;
      continue;
    }
    let sums = false;
    for (const axis of extents.keys()) {
      const stays = output.includes(axis < firstOther ? axis : ellipsis) || (lastUse.get(axis) as number) > index;
      if (!stays) sums = extents.delete(axis);
    }
    if (sums) contracted += product;
    else multiplied += product;
  }
  return { contracted, multiplied, indices };
}

interface EinsumAttributes {
  readonly equation: string;
}

/** Operands of a well-formed equation: one more than its commas. */
function operandsOf(a: EinsumAttributes): number {
  let operands = 1;
  for (let at = a.equation.indexOf(','); at >= 0; at = a.equation.indexOf(',', at + 1)) operands++;
  return operands;
}

const alone = (a: EinsumAttributes): boolean => operandsOf(a) === 1;
const pair = (a: EinsumAttributes, sums: boolean): boolean => operandsOf(a) === 2 && sumsAnything(parseEquation(a.equation)) === sums;

const einsum = defineOperator({
  type: 'einsum',
  family: 'einsum',
  summary: 'Products of tensors summed over the subscripts that the output leaves out, such as bhid,bhjd->bhij.',
  source: 'PyTorch torch.einsum; ONNX Einsum-12',
  aliases: ['Einsum'],
  attributes: {
    equation: z
      .string()
      .max(4096)
      .describe(
        'Subscripts of each operand, separated by commas, then -> and those of the output; "..." stands for axes without a letter.',
      ),
  },
  inputs: { min: 1, max: Number.POSITIVE_INFINITY, names: [] },
  infer(a, inputs, layer) {
    const equation = parseEquation(a.equation);
    const extents = extentsOf(equation, inputs, layer);
    const axes = outputAxes(equation.output, extents);
    return [{ shape: axes.map((axis) => extents[axis] ?? 1), dtype: oneType(inputs, layer) }];
  },
  symbols(a, inputs, outputs): Symbols {
    const e = elementsOf((outputs[0] as TensorType).shape);
    const { contracted, multiplied, indices } = costOf(parseEquation(a.equation), inputs);
    return { e, summed: (contracted + multiplied) / e, contracted, multiplied, indices };
  },
  counts: [
    count('mac', 'summed·e', 'two operands, with subscripts that the output leaves out', (a: EinsumAttributes) => pair(a, true)),
    count('mac', 'contracted', 'three operands or more', (a: EinsumAttributes) => operandsOf(a) > 2),
    count('mul', 'e', 'two operands, all of whose subscripts the output has', (a: EinsumAttributes) => pair(a, false)),
    count('mul', 'multiplied', 'three operands or more', (a: EinsumAttributes) => operandsOf(a) > 2),
    count('add', 'indices − e', 'one operand', alone),
  ],
  shape: 'one axis for each subscript of the output; an extent of 1 stretches to that of another operand',
  examples: [
    // Attention scores: 8 products for each of 2·4·5·7 outputs.
    {
      layer: { type: 'einsum', equation: 'bhid,bhjd->bhij' },
      inputs: [{ shape: [2, 4, 5, 8] }, { shape: [2, 4, 7, 8] }],
      outputs: [[2, 4, 5, 7]],
      parameters: 0,
      operations: { mac: 2240 },
    },
    // (2 × 3)(3 × 4) takes 24 products, then (2 × 4)(4 × 5) takes 40.
    {
      layer: { type: 'einsum', equation: 'ij,jk,kl->il' },
      inputs: [{ shape: [2, 3] }, { shape: [3, 4] }, { shape: [4, 5] }],
      outputs: [[2, 5]],
      parameters: 0,
      operations: { mac: 64 },
    },
  ],
});

export const einsumOperators: readonly Operator[] = [einsum];
