/**
 * Multi-head attention over batch × sequence × features (PyTorch's batch_first): projections of query, key and value to `embed` features,
 * scaled dot-product attention in `heads` parts of embed/heads features, and a projection of the result. One input is query, key and value at once.
 * Multiply-accumulates: projections queries·embed², keys·(f_k + f_v)·embed and queries·embed² again; both products queries·L·embed, where L is the
 * number of keys that are attended to: those given, one more with add_bias_kv, one more with add_zero_attn. Scores are scaled and run through softmax
 * as in scaled_dot_product_attention, in heads·queries·n rows of L. Averaging the weights over the heads: heads − 1 add, 1 div each.
 * Source: PyTorch documentation of MultiheadAttention; Vaswani et al., arXiv:1706.03762.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { promote } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { requireAxes } from './feature-map-input.ts';
import type { LayerContext, Operator, Weight } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { addedMasks, checkMask } from './scaled-dot-product-attention.ts';

interface Attributes {
  readonly embed_dim?: number | undefined;
  readonly num_heads: number;
  readonly kdim?: number | undefined;
  readonly vdim?: number | undefined;
  readonly bias: boolean;
  readonly add_bias_kv: boolean;
  readonly add_zero_attn: boolean;
  readonly need_weights: boolean;
  readonly average_attn_weights: boolean;
}

const hasBias = (a: Attributes): boolean => a.bias;
const averages = (a: Attributes): boolean => a.need_weights && a.average_attn_weights;
const biasAndAverage = (a: Attributes): boolean => a.bias && averages(a);

const softmaxAdds = '(2·L − 1 + masks·L)·heads·queries·n';
const biasAdds = '(2·queries + 2·keys)·embed·n';
const averageAdds = '(heads − 1)·L·queries·n';

function embedOf(a: Attributes, inputs: readonly TensorType[]): number {
  return a.embed_dim ?? (inputs[0] as TensorType).shape[2] ?? 1;
}

/** Refuses a last axis that is not what its projection takes: the width that `attribute` states, or embed_dim where it states none. */
function requireFeatures(
  attribute: 'embed_dim' | 'kdim' | 'vdim',
  wanted: number,
  stated: boolean,
  input: TensorType,
  index: number,
  layer: LayerContext,
): void {
  const found = input.shape[2];
  if (found === wanted) return;
  const reason = stated ? `${attribute} is ${wanted}` : `${attribute} is absent, which means embed_dim ${wanted}`;
  throw new Refusal(
    stated ? [attribute] : ['inputs', index],
    'mismatch',
    `${reason}, but ${layer.producer(index)} gives ${formatShape(input.shape)} with ${found} features`,
  );
}

/** Number of keys attended to. */
function attendedKeys(a: Attributes, keys: number): number {
  return keys + (a.add_bias_kv ? 1 : 0) + (a.add_zero_attn ? 1 : 0);
}

function checkSequences(inputs: readonly TensorType[], layer: LayerContext): void {
  const [query, key, value] = inputs as [TensorType, TensorType, TensorType];
  for (let index = 1; index < 3; index++) requireAxes(inputs[index] as TensorType, 3, 3, layer, index);
  if (key.shape[0] !== query.shape[0]) {
    throw new Refusal(
      ['inputs', 1],
      'shape_mismatch',
      `query and key need one batch size: ${layer.producer(0)} gives ${formatShape(query.shape)}, ${layer.producer(1)} gives ${formatShape(key.shape)}`,
    );
  }
  if (value.shape[0] === key.shape[0] && value.shape[1] === key.shape[1]) return;
  throw new Refusal(
    ['inputs', 2],
    'shape_mismatch',
    `key and value need the same batch and length: ${layer.producer(1)} gives ${formatShape(key.shape)}, ${layer.producer(2)} gives ${formatShape(value.shape)}`,
  );
}

/** A mask is queries × keys, or one such for each sample and head. */
function checkAttentionMask(
  a: Attributes,
  mask: TensorType,
  [n, queries, keys]: readonly [number, number, number],
  layer: LayerContext,
): void {
  const scores = mask.shape.length === 3 ? [n * a.num_heads, queries, keys] : [queries, keys];
  if (mask.shape.length !== scores.length || mask.shape.some((extent, axis) => extent !== scores[axis])) {
    throw new Refusal(
      ['inputs', 3],
      'shape_mismatch',
      `attn_mask must be ${formatShape([queries, keys])} or ${formatShape([n * a.num_heads, queries, keys])}, but ${layer.producer(3)} gives ${formatShape(mask.shape)}`,
    );
  }
  checkMask(mask, scores, layer.weightDtype, layer, 3);
}

function weights(a: Attributes, inputs: readonly TensorType[]): readonly Weight[] {
  const embed = embedOf(a, inputs);
  const f_k = a.kdim ?? embed;
  const f_v = a.vdim ?? embed;
  const tensors: Weight[] =
    f_k === embed && f_v === embed
      ? [{ name: 'in_proj_weight', shape: [3 * embed, embed], kind: 'parameter' }]
      : [
          { name: 'q_proj_weight', shape: [embed, embed], kind: 'parameter' },
          { name: 'k_proj_weight', shape: [embed, f_k], kind: 'parameter' },
          { name: 'v_proj_weight', shape: [embed, f_v], kind: 'parameter' },
        ];
  if (a.bias) tensors.push({ name: 'in_proj_bias', shape: [3 * embed], kind: 'parameter', bias: true });
  if (a.add_bias_kv)
    tensors.push(
      { name: 'bias_k', shape: [1, 1, embed], kind: 'parameter', bias: true },
      { name: 'bias_v', shape: [1, 1, embed], kind: 'parameter', bias: true },
    );
  tensors.push({ name: 'out_proj.weight', shape: [embed, embed], kind: 'parameter' });
  if (a.bias) tensors.push({ name: 'out_proj.bias', shape: [embed], kind: 'parameter', bias: true });
  return tensors;
}

const attention = defineOperator({
  type: 'multihead_attention',
  family: 'attention',
  summary:
    'Attention in several heads with learned projections: queries [n, queries, embed] over keys [n, keys, f_k] and values [n, keys, f_v]; with need_weights also the weights.',
  source: 'PyTorch MultiheadAttention; arXiv:1706.03762',
  aliases: ['MultiheadAttention', 'MultiHeadAttention'],
  attributes: {
    embed_dim: positiveInteger.optional().describe('Features of query and output; inferred, and checked where given.'),
    num_heads: positiveInteger.describe('Heads; divides embed_dim.'),
    dropout: z.number().min(0).max(1).default(0).describe('Probability of dropping a weight; training only.'),
    bias: z.boolean().default(true).describe('Adds learned vectors to the four projections.'),
    add_bias_kv: z.boolean().default(false).describe('Appends one learned key and value to the sequence.'),
    add_zero_attn: z.boolean().default(false).describe('Appends one key and value of zeros to the sequence.'),
    kdim: positiveInteger.optional().describe('Features of the keys; embed_dim where absent.'),
    vdim: positiveInteger.optional().describe('Features of the values; embed_dim where absent.'),
    batch_first: z.literal(true).default(true).describe('Inputs are batch × sequence × features; there is no other order here.'),
    need_weights: z.boolean().default(false).describe('Adds a second output: the attention weights.'),
    average_attn_weights: z.boolean().default(true).describe('The weights are averaged over the heads.'),
    is_causal: z.boolean().default(false).describe('A query sees no later keys; the count is not halved.'),
  },
  attributeAliases: { use_bias: 'bias' },
  inputs: { min: 1, max: 4, names: ['query', 'key', 'value', 'attn_mask'] },
  infer(a, inputs, layer) {
    const query = inputs[0] as TensorType;
    requireAxes(query, 3, 3, layer);
    const [n = 1, queries = 1] = query.shape;
    const embed = embedOf(a, inputs);
    requireFeatures('embed_dim', embed, true, query, 0, layer);
    if (inputs.length === 2)
      throw new Refusal(['inputs'], 'wrong_input_count', 'give query alone, or query, key and value; given two inputs');
    if (embed % a.num_heads !== 0)
      throw new Refusal(['num_heads'], 'not_divisible', `num_heads ${a.num_heads} does not divide embed_dim ${embed}`);
    if (inputs.length > 1) checkSequences(inputs, layer);
    const key = inputs[1] ?? query;
    requireFeatures('kdim', a.kdim ?? embed, a.kdim !== undefined, key, inputs.length > 1 ? 1 : 0, layer);
    requireFeatures('vdim', a.vdim ?? embed, a.vdim !== undefined, inputs[2] ?? query, inputs.length > 1 ? 2 : 0, layer);
    const keys = key.shape[1] ?? 1;
    if (inputs[3] !== undefined) checkAttentionMask(a, inputs[3], [n, queries, keys], layer);
    const dtype = promote(query.dtype, layer.weightDtype);
    const output = query.dtype === dtype ? query : { shape: query.shape, dtype };
    if (!a.need_weights) return [output];
    const attended = attendedKeys(a, keys);
    return [output, { shape: a.average_attn_weights ? [n, queries, attended] : [n, a.num_heads, queries, attended], dtype }];
  },
  weights,
  parameters: [
    { text: '(2·embed + f_k + f_v)·embed' },
    { text: '4·embed', bias: true, when: 'bias', applies: hasBias },
    { text: '2·embed', bias: true, when: 'add_bias_kv', applies: (a: Attributes) => a.add_bias_kv },
  ],
  symbols(a, inputs) {
    const [n = 1, queries = 1] = (inputs[0] as TensorType).shape;
    const keys = (inputs[1] ?? (inputs[0] as TensorType)).shape[1] ?? 1;
    const embed = embedOf(a, inputs);
    return {
      n,
      queries,
      keys,
      L: attendedKeys(a, keys),
      embed,
      f_k: a.kdim ?? embed,
      f_v: a.vdim ?? embed,
      heads: a.num_heads,
      masks: addedMasks(inputs[3]),
    };
  },
  counts: [
    count('mac', '(2·queries·embed + keys·(f_k + f_v) + 2·queries·L)·embed·n'),
    count('mul', 'L·heads·queries·n'),
    count('add', `${softmaxAdds} + ${biasAdds} + ${averageAdds}`, 'bias, and weights averaged', biasAndAverage),
    count('add', `${softmaxAdds} + ${biasAdds}`, 'bias', hasBias),
    count('add', `${softmaxAdds} + ${averageAdds}`, 'weights averaged', averages),
    count('add', softmaxAdds),
    count('cmp', '(L − 1)·heads·queries·n'),
    count('exp', 'L·heads·queries·n'),
    count('div', '(heads + 1)·L·queries·n', 'weights averaged', averages),
    count('div', 'L·heads·queries·n'),
  ],
  shape: '[n, queries, embed]; the weights [n, queries, L], with average_attn_weights false [n, heads, queries, L]',
  examples: [
    // Self-attention over 5 positions: 4·8·8 weights and 4·8 biases; 4·5·64 products to project and 2·5·5·8 to attend, two samples.
    // 2·2·5 rows of 5 scores: 4 cmp and 9 add a row; 4·5·8 bias additions a sample.
    {
      layer: { type: 'multihead_attention', num_heads: 2 },
      inputs: [{ shape: [2, 5, 8] }],
      outputs: [[2, 5, 8]],
      parameters: 288,
      operations: { mac: 3360, mul: 100, add: 500, cmp: 80, exp: 100, div: 100 },
    },
    // 5 queries over 7 keys of 6 and values of 10 features, without biases: 8·(8 + 6 + 10 + 8) weights; products 2·5·64 + 7·16·8 + 2·5·7·8.
    {
      layer: { type: 'multihead_attention', num_heads: 4, kdim: 6, vdim: 10, bias: false },
      inputs: [{ shape: [1, 5, 8] }, { shape: [1, 7, 6] }, { shape: [1, 7, 10] }],
      outputs: [[1, 5, 8]],
      parameters: 256,
      operations: { mac: 2096, mul: 140, add: 260, cmp: 120, exp: 140, div: 140 },
    },
  ],
});

export const multiheadAttentionOperators: readonly Operator[] = [attention];
