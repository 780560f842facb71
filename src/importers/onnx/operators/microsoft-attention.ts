/** Attention as ONNX Runtime fuses it (com.microsoft), as the rows that it was made of. Source: its documentation, ContribOperators.md. */

import type { Value } from '../../value.ts';
import type { Call } from '../call.ts';
import { addAttention, addHeads, addMerged, addPast, addRotary } from './attention.ts';
import type { Lowerings } from './index.ts';
import { addProduct } from './products.ts';
import { whenRead } from './uncosted.ts';

/** Attention: one projection to queries, keys and values, then attention; there is no projection after it. */
function attention(call: Call): readonly (Value | undefined)[] {
  const heads = call.int('num_heads', 1);
  const [inner = 1, width = 1] = call.shape(1);
  if (call.rank(0) !== 3 || call.shape(0)[2] !== inner)
    throw call.refusal('shape_mismatch', `its input gives ${call.shape(0).at(-1)} features, its weights take ${inner}`);
  const sizes = call.ints('qkv_hidden_sizes') ?? [width / 3, width / 3, width / 3];
  const projected = addProduct(call, call.input(0), call.input(1), { bias: call.inputs[2], name: `${call.name}/projection` });
  const parts = call.add({ type: 'split', split_size: sizes, dim: 2, name: `${call.name}/split` }, [projected], 3);
  const [query, key, value] = (['query', 'key', 'value'] as const).map((part, index) =>
    addHeads(call, part, parts[index] as Value, heads),
  ) as [Value, Value, Value];
  const past = call.inputs[4];
  const [pastKey, pastValue] = past === undefined ? [undefined, undefined] : addPastHalves(call, past);
  const keys = addPast(call, 'keys', pastKey, key);
  const values = addPast(call, 'values', pastValue, value);
  const options = { mask: call.inputs[5], causal: call.int('unidirectional', 0) !== 0, scale: call.float('scale') };
  const { output } = addAttention(call, `${call.name}/attention`, query, keys, values, options);
  const present = whenRead({ shape: [2, ...(keys.shape ?? [])], dtype: keys.dtype }, () =>
    call.addPart('present', { type: 'stack', dim: 0 }, [keys, values]),
  );
  return [addMerged(call, output), present];
}

/** Keys and values of the past, which lie in one tensor. */
function addPastHalves(call: Call, past: Value): readonly [Value, Value] {
  const shape = past.shape ?? [];
  const [keys, values] = call.add({ type: 'split', split_size: 1, dim: 0, name: `${call.name}/past` }, [past], 2) as [Value, Value];
  const flat = { type: 'squeeze', dim: 0 };
  return shape[0] === 2 ? [call.addPart('past_key', flat, [keys]), call.addPart('past_value', flat, [values])] : [keys, values];
}

/** MultiHeadAttention: queries, keys and values come projected, on three axes or with the heads apart; a bias may be added to them. */
function multiHeadAttention(call: Call): readonly (Value | undefined)[] {
  if (!call.has(1) || !call.has(2) || call.rank(0) !== 3)
    return call.addCustom('a MultiHeadAttention of packed queries, keys and values is not measured; export it with three inputs');
  const heads = call.int('num_heads', 1);
  const bias = call.inputs[3];
  const parts = [call.input(0), call.input(1), call.input(2)];
  const widths = parts.map((part, index) => part.shape?.at(-1) ?? (index === 2 ? 1 : 1));
  const biases = bias === undefined ? [] : call.add({ type: 'split', split_size: widths, dim: 0, name: `${call.name}/biases` }, [bias], 3);
  const names = ['query', 'key', 'value'] as const;
  const [query, key, value] = parts.map((part, index) => {
    const name = names[index] as string;
    if (part.shape?.length === 4) return part;
    const added = biases[index];
    return addHeads(call, name, added === undefined ? part : call.addPart(`${name}_biased`, { type: 'add' }, [part, added]), heads);
  }) as [Value, Value, Value];
  const keys = addPast(call, 'present_key', call.inputs[6], key);
  const values = addPast(call, 'present_value', call.inputs[7], value);
  const options = { mask: call.inputs[5], causal: call.int('unidirectional', 0) !== 0, scale: call.float('scale') };
  const { output, scores } = addAttention(call, `${call.name}/attention`, query, keys, values, {
    ...options,
    scoresAt: call.outputs > 3 ? 3 : undefined,
  });
  return [addMerged(call, output), keys, values, scores];
}

/** GroupQueryAttention: heads of queries share those of keys and values; keys and values of the past stand in front. */
function groupQueryAttention(call: Call): readonly (Value | undefined)[] {
  const [heads, shared] = [call.int('num_heads', 1), call.int('kv_num_heads', 1)];
  const width = call.shape(0).at(-1) ?? 1;
  const features = call.has(1) ? width / heads : width / (heads + 2 * shared);
  const sizes = [heads, shared, shared].map((count) => count * features);
  const parts = call.has(1)
    ? [call.input(0), call.input(1), call.input(2)]
    : call.add({ type: 'split', split_size: sizes, dim: 2, name: `${call.name}/split` }, [call.input(0)], 3);
  const [query, key, value] = (['query', 'key', 'value'] as const).map((part, index) =>
    addHeads(call, part, parts[index] as Value, index === 0 ? heads : shared),
  ) as [Value, Value, Value];
  const caches = [call.inputs[7], call.inputs[8]].filter((cache): cache is Value => cache !== undefined);
  const turn = (part: string, of: Value): Value =>
    call.int('do_rotary', 0) === 0 ? of : addRotary(call, `${call.name}/${part}`, of, 1, caches, call.inputs[9]);
  const [past, pastValue] = [call.inputs[3], call.inputs[4]].map((of) => (of?.shape?.[2] === 0 ? undefined : of));
  const keys = addPast(call, 'present_key', past, turn('key_turned', key));
  const values = addPast(call, 'present_value', pastValue, value);
  const options = { mask: call.inputs[10], causal: true, scale: call.float('scale'), softcap: call.float('softcap', 0) };
  const { output } = addAttention(call, `${call.name}/attention`, turn('query_turned', query), keys, values, options);
  return [addMerged(call, output), keys, values];
}

/** RotaryEmbedding: as ONNX's, its positions before its caches; on three axes the caches tell the heads where nothing else does. */
function rotaryEmbedding(call: Call): readonly Value[] {
  const width = call.shape(0).at(-1) ?? 1;
  const named = call.int('num_heads', 0);
  const told = Math.max(1, Math.floor(width / (2 * (call.shape(2).at(-1) ?? 1))));
  const heads = call.rank(0) === 3 ? (named > 0 ? named : told) : 1;
  return [addRotary(call, call.name, call.input(0), heads, [call.input(2), call.input(3)], call.input(1))];
}

export const microsoftAttentionLowerings: Lowerings = {
  'com.microsoft.Attention': attention,
  'com.microsoft.GroupQueryAttention': groupQueryAttention,
  'com.microsoft.MultiHeadAttention': multiHeadAttention,
  'com.microsoft.RotaryEmbedding': rotaryEmbedding,
};
