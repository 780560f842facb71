/** Attention in several heads. What has the widths of the native layer becomes one row; all else its projections, the attention and what is done to its axes. */

import type { Shape } from '../../../tensor/shape.ts';
import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import { isTensor } from '../call.ts';
import type { Rule } from '../network.ts';
import type { Read } from './attention.ts';
import { wantsScores } from './attention.ts';

/** Query, value and key are arguments of their own, in this order. */
function readArguments(call: Call): Read {
  const query = call.argument(0, 'query');
  const value = call.argument(1, 'value');
  const key = call.argument(2, 'key');
  if (!isTensor(query) || !isTensor(value)) return call.refuse('missing_input', `${call.entry.className} reads a query and a value`);
  return { query, value, key: isTensor(key) ? key : value };
}

/** The axes that attention runs over, from the front; all between batch and features unless stated. */
function attentionAxes(call: Call, shape: Shape): readonly number[] {
  const rank = shape.length;
  if (!call.config.has('attention_axes')) return shape.slice(1, -1).map((_, axis) => axis + 1);
  const axes = call.config.integers('attention_axes').map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.length === 0 || axes.some((axis, index) => axis < 1 || axis >= rank - 1 || axes.indexOf(axis) !== index))
    call.config.refuse('attention_axes', `axes of the ${rank} between batch and features`);
  return axes;
}

/** A projection to heads × width, laid as … × heads × positions × width. */
function project(call: Call, input: DraftTensor, heads: number, width: number, part: string): DraftTensor {
  const shape = call.shapeOf(input);
  const flat = call.row('linear', { out_features: heads * width, bias: call.config.flag('use_bias', true) }, [input], part);
  const apart = call.row('reshape', { shape: [-1, ...shape.slice(1, -1), heads, width] }, [flat], `${part}_heads`);
  const { order, positions, free } = layoutOf(call, shape);
  const turned = call.row('permute', { dims: order }, [apart], `${part}_turned`);
  if (positions.length === 1) return turned;
  return call.row('reshape', { shape: [-1, ...free, heads, product(positions), width] }, [turned], `${part}_merged`);
}

/** Order of batch × free × heads × attended × width among the axes of batch × all × heads × width. */
function layoutOf(call: Call, shape: Shape): { readonly order: readonly number[]; readonly positions: Shape; readonly free: Shape } {
  const axes = attentionAxes(call, shape);
  const rank = shape.length;
  const free = [...shape.keys()].slice(1, -1).filter((axis) => !axes.includes(axis));
  return {
    order: [0, ...free, rank - 1, ...axes, rank],
    positions: axes.map((axis) => shape[axis] as number),
    free: free.map((axis) => shape[axis] as number),
  };
}

function product(extents: Shape): number {
  return extents.reduce((whole, extent) => whole * extent, 1);
}

interface Heads {
  readonly queries: number;
  readonly keys: number;
  readonly width: number;
  readonly valueWidth: number;
  readonly output: Shape;
}

/** Attention of projected heads, gated where asked for, and the projection of its result. */
function attend(call: Call, { query, value, key }: Read, heads: Heads): readonly DraftTensor[] {
  const { config } = call;
  const shape = call.shapeOf(query);
  const q = project(call, query, heads.queries, heads.width, 'query');
  const k = project(call, key, heads.keys, heads.width, 'key');
  const v = project(call, value, heads.keys, heads.valueWidth, 'value');
  const scores = wantsScores(call) ? weightsOf(call, q, k, heads) : undefined;
  const attended = call.row(
    'scaled_dot_product_attention',
    heads.keys === heads.queries ? {} : { enable_gqa: true },
    [q, k, v],
    'attention',
  );
  const { order, positions, free } = layoutOf(call, shape);
  const apart =
    positions.length === 1
      ? attended
      : call.row('reshape', { shape: [-1, ...free, heads.queries, ...positions, heads.valueWidth] }, [attended], 'positions');
  const back = call.row('permute', { dims: order.map((_, axis) => order.indexOf(axis)) }, [apart], 'heads');
  const joined = call.row('reshape', { shape: [-1, ...shape.slice(1, -1), heads.queries * heads.valueWidth] }, [back], 'joined');
  const gated = config.flag('use_gate', false) ? gate(call, query, joined, heads) : joined;
  const bias = config.flag('use_bias', true);
  const single = heads.output.length === 1;
  const projected = call.row('linear', { out_features: product(heads.output), bias }, [gated], single ? undefined : 'attention_output');
  const output = single ? projected : call.row('reshape', { shape: [-1, ...shape.slice(1, -1), ...heads.output] }, [projected]);
  return scores === undefined ? [output] : [output, scoreShape(call, scores, query, key, heads)];
}

function gate(call: Call, query: DraftTensor, joined: DraftTensor, heads: Heads): DraftTensor {
  const attributes = { out_features: heads.queries * heads.valueWidth, bias: call.config.flag('use_bias', true), activation: 'sigmoid' };
  return call.row('multiply', {}, [joined, call.row('linear', attributes, [query], 'gate')], 'gated');
}

/** The weights of attention once more as a tensor, for a reader that asks for them. */
function weightsOf(call: Call, q: DraftTensor, k: DraftTensor, heads: Heads): DraftTensor {
  const turned = call.row('transpose', { dim0: -2, dim1: -1 }, [k], 'keys');
  const repeats = heads.queries / heads.keys;
  const shared = repeats === 1 ? turned : call.row('tile', { repeats: [repeats, 1, 1] }, [turned], 'keys_repeated');
  return call.row('softmax', { dim: -1 }, [call.row('matmul', {}, [q, shared], 'scores')], 'weights');
}

function scoreShape(call: Call, scores: DraftTensor, query: DraftTensor, key: DraftTensor, heads: Heads): DraftTensor {
  const { positions, free } = layoutOf(call, call.shapeOf(query));
  const keys = layoutOf(call, call.shapeOf(key)).positions;
  if (positions.length === 1) return scores;
  return call.row('reshape', { shape: [-1, ...free, heads.queries, ...positions, ...keys] }, [scores], 'weights_apart');
}

const multiHead: Rule = (call) => {
  const { config } = call;
  const read = readArguments(call);
  const query = call.shapeOf(read.query);
  if (query.length < 3) call.refuse('wrong_rank', `MultiHeadAttention reads 3 axes or more, but is given [${query.join(', ')}]`);
  const queries = config.count('num_heads');
  const width = config.count('key_dim');
  const valueWidth = config.has('value_dim') ? config.count('value_dim') : width;
  const features = query.at(-1) as number;
  const output = config.has('output_shape') ? config.integers('output_shape') : [features];
  if (output.length === 0 || output.some((extent) => extent < 1)) config.refuse('output_shape', 'extents of at least 1');
  const plain = query.length === 3 && queries * width === features && valueWidth === width && !config.flag('use_gate', false);
  if (plain && output.length === 1 && output[0] === features) return native(call, read, queries, features);
  return attend(call, read, { queries, keys: queries, width, valueWidth, output });
};

function native(call: Call, { query, key, value }: Read, num_heads: number, features: number): readonly DraftTensor[] {
  const [kdim, vdim] = [key, value].map((tensor) => call.shapeOf(tensor).at(-1) as number);
  const inputs = query === key && key === value ? [query] : [query, key, value];
  return call.rows(
    'multihead_attention',
    {
      num_heads,
      bias: call.config.flag('use_bias', true),
      ...(kdim === features ? {} : { kdim }),
      ...(vdim === features ? {} : { vdim }),
      ...(wantsScores(call) ? { need_weights: true, average_attn_weights: false } : {}),
    },
    inputs,
  );
}

const grouped: Rule = (call) => {
  const { config } = call;
  const read = readArguments(call);
  const features = call.shapeOf(read.query).at(-1) as number;
  const width = config.count('head_dim');
  const queries = config.count('num_query_heads');
  const keys = config.count('num_key_value_heads');
  if (queries % keys !== 0) config.refuse('num_key_value_heads', `a divisor of num_query_heads ${queries}`);
  return attend(call, read, { queries, keys, width, valueWidth: width, output: [features] });
};

export const multiHeadAttentionRules: Readonly<Record<string, Rule>> = {
  MultiHeadAttention: multiHead,
  GroupedQueryAttention: grouped,
  GroupQueryAttention: grouped,
};
