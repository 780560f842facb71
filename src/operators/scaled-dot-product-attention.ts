/**
 * Scaled dot-product attention: softmax(Q·Kᵀ/√f_qk)·V over batches (heads among them) of queries × f_qk, keys × f_qk and keys × f_v.
 * The products take queries·keys·(f_qk + f_v) multiply-accumulates a batch; a causal mask halves nothing. Each score is scaled (1 mul) and, where a
 * floating mask is given, has it added; a bool mask selects. Softmax over the L keys of a row: L − 1 cmp, L add, L exp, L − 1 add, L div.
 * Source: PyTorch documentation of scaled_dot_product_attention; ONNX operator Attention, version 23; Vaswani et al., arXiv:1706.03762.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { productOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { broadcast, formatShape, sameShape } from '../tensor/shape.ts';
import { floatingType } from './element-types.ts';
import { requireAxes } from './feature-map-input.ts';
import { oneType } from './one-type.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

/** Refuses a mask that does not broadcast to the scores, or whose type is neither bool nor float32 nor the scores' own. */
export function checkMask(mask: TensorType, scores: Shape, dtype: DType, layer: LayerContext, index: number): void {
  const common = broadcast(mask.shape, scores);
  if (common === undefined || !sameShape(common, scores)) {
    throw new Refusal(
      ['inputs', index],
      'shape_mismatch',
      `attn_mask must broadcast to the scores ${formatShape(scores)}, but ${layer.producer(index)} gives ${formatShape(mask.shape)}`,
    );
  }
  if (mask.dtype === 'bool' || mask.dtype === 'float32' || mask.dtype === dtype) return;
  throw new Refusal(
    ['inputs', index],
    'wrong_dtype',
    `attn_mask must be bool or float32${dtype === 'float32' ? '' : ` or ${dtype}`}, but ${layer.producer(index)} gives ${mask.dtype}`,
  );
}

/** 1 where a mask is added to the scores, 0 where there is none or it only selects. */
export function addedMasks(mask: TensorType | undefined): number {
  return mask !== undefined && mask.dtype !== 'bool' ? 1 : 0;
}

/** Query heads share the heads of keys and values: the head axis of these is repeated up to that of the queries. */
function groupedShape(shape: Shape, query: Shape, index: number, layer: LayerContext): Shape {
  const head = shape.length - 3;
  const heads = shape[head] as number;
  const queryHeads = query[query.length - 3] as number;
  if (queryHeads % heads !== 0) {
    throw new Refusal(
      ['inputs', index],
      'not_divisible',
      `with enable_gqa the ${heads} heads of ${layer.producer(index)} ${formatShape(shape)} must divide the ${queryHeads} of ${layer.producer(0)} ${formatShape(query)}`,
    );
  }
  const repeated = shape.slice();
  repeated[head] = queryHeads;
  return repeated;
}

function disagree(what: string, first: number, index: number, inputs: readonly TensorType[], layer: LayerContext): Refusal {
  const shapes = [first, index].map((at) => `${layer.producer(at)} gives ${formatShape((inputs[at] as TensorType).shape)}`).join(', ');
  return new Refusal(['inputs', index], 'shape_mismatch', `${what}: ${shapes}`);
}

/** Batches × queries × keys; refuses inputs that do not go together. */
function scoresOf(grouped: boolean, inputs: readonly TensorType[], layer: LayerContext): Shape {
  for (let index = 0; index < 3; index++) requireAxes(inputs[index] as TensorType, 3, Number.POSITIVE_INFINITY, layer, index);
  const [query, key, value] = inputs.map((input) => input.shape) as [Shape, Shape, Shape];
  if (query[query.length - 1] !== key[key.length - 1]) throw disagree('queries and keys must have the same last axis', 0, 1, inputs, layer);
  if (key[key.length - 2] !== value[value.length - 2]) throw disagree('there must be as many values as keys', 1, 2, inputs, layer);
  const keys = grouped ? groupedShape(key, query, 1, layer) : key;
  const values = grouped ? groupedShape(value, query, 2, layer) : value;
  const scored = broadcast(query.slice(0, -2), keys.slice(0, -2));
  if (scored === undefined)
    throw disagree(
      `the axes before the last two do not broadcast${grouped ? '' : ' (enable_gqa lets query heads share key heads)'}`,
      0,
      1,
      inputs,
      layer,
    );
  const batches = broadcast(scored, values.slice(0, -2));
  if (batches === undefined) throw disagree('the axes before the last two do not broadcast', 0, 2, inputs, layer);
  return [...batches, query[query.length - 2] as number, key[key.length - 2] as number];
}

const attention = defineOperator({
  type: 'scaled_dot_product_attention',
  family: 'attention',
  summary: 'softmax(Q·Kᵀ/√f_qk)·V on … × queries × f_qk, … × keys × f_qk and … × keys × f_v; gives … × queries × f_v.',
  source: 'PyTorch scaled_dot_product_attention; ONNX Attention-23; arXiv:1706.03762',
  aliases: ['ScaledDotProductAttention', 'Attention'],
  attributes: {
    dropout_p: z.number().min(0).max(1).default(0).describe('Probability of dropping a weight; training only.'),
    is_causal: z.boolean().default(false).describe('A query sees no later keys; the count is not halved.'),
    scale: z.number().optional().describe('Factor of the scores; 1/√f_qk where absent.'),
    enable_gqa: z.boolean().default(false).describe('Lets groups of query heads (third axis from the end) share key and value heads.'),
  },
  inputs: { min: 3, max: 4, names: ['query', 'key', 'value', 'attn_mask'] },
  infer(a, inputs, layer) {
    const scores = scoresOf(a.enable_gqa, inputs, layer);
    const dtype = oneType(inputs, layer, 3);
    const mask = inputs[3];
    if (mask !== undefined) {
      if (a.is_causal) {
        throw new Refusal(
          ['is_causal'],
          'invalid_value',
          `is_causal is a mask of its own, but ${layer.producer(3)} is given as attn_mask; keep one`,
        );
      }
      checkMask(mask, scores, dtype, layer, 3);
    }
    const value = (inputs[2] as TensorType).shape;
    return [{ shape: [...scores.slice(0, -1), value[value.length - 1] as number], dtype: floatingType(dtype, layer) }];
  },
  symbols(_a, inputs, outputs) {
    const output = (outputs[0] as TensorType).shape;
    const key = (inputs[1] as TensorType).shape;
    const queries = output[output.length - 2] as number;
    const batches = productOf(output, 0, output.length - 2);
    return {
      queries,
      L: key[key.length - 2] as number,
      f_qk: key[key.length - 1] as number,
      f_v: output[output.length - 1] as number,
      batches,
      masks: addedMasks(inputs[3]),
    };
  },
  counts: [
    count('mac', 'queries·L·(f_qk + f_v)·batches'),
    count('mul', 'queries·L·batches'),
    count('add', '(2·L − 1 + masks·L)·queries·batches'),
    count('cmp', '(L − 1)·queries·batches'),
    count('exp', 'L·queries·batches'),
    count('div', 'L·queries·batches'),
  ],
  shape: '[batches broadcast, queries, f_v]',
  examples: [
    // 8 rows (2·4 heads) of 5 queries over 7 keys: 280 scores, each of 16 + 3 products; a row of 7 takes 6 cmp and 13 add.
    {
      layer: { type: 'scaled_dot_product_attention' },
      inputs: [{ shape: [2, 4, 5, 16] }, { shape: [2, 4, 7, 16] }, { shape: [2, 4, 7, 3] }],
      outputs: [[2, 4, 5, 3]],
      parameters: 0,
      operations: { mac: 5320, mul: 280, add: 520, cmp: 240, exp: 280, div: 280 },
    },
  ],
});

export const scaledDotProductAttentionOperators: readonly Operator[] = [attention];
