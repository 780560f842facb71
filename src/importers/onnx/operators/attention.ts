/** Attention without projections of its own. Heads are laid out as batch × heads × sequence × features by views. */

import type { Posted } from '../../../architecture/read-layer.ts';
import type { Value } from '../../value.ts';
import type { Call } from '../call.ts';
import type { Lowerings } from './index.ts';
import { addPermuted, addReshaped, addTransposed, reshapeTo } from './reshaped.ts';

export interface Attended {
  /** batch × heads × queries × features. */
  readonly output: Value;
  /** The scores that the node puts out, where it does. */
  readonly scores: Value | undefined;
}

export interface AttentionOptions {
  readonly mask?: Value | undefined;
  readonly causal?: boolean;
  readonly scale?: number | undefined;
  readonly softcap?: number;
  /** Puts the scores out at a step: 0 after the product, 1 after the mask, 2 after the cap, 3 after softmax. */
  readonly scoresAt?: number | undefined;
}

/** Adds attention over heads: as one row `name` where the native layer does it, else step by step. */
export function addAttention(
  call: Call,
  name: string,
  query: Value,
  key: Value,
  value: Value,
  { mask, causal = false, scale, softcap = 0, scoresAt }: AttentionOptions,
): Attended {
  const [heads, keyHeads] = [query.shape?.[1] ?? 1, key.shape?.[1] ?? 1];
  if (softcap === 0 && scoresAt === undefined) {
    const layer: Posted = {
      type: 'scaled_dot_product_attention',
      name,
      ...(causal && mask === undefined ? { is_causal: true } : {}),
      ...(scale === undefined || !Number.isFinite(scale) ? {} : { scale }),
      ...(heads === keyHeads ? {} : { enable_gqa: true }),
    };
    return { output: call.add(layer, [query, key, value, ...(mask === undefined ? [] : [mask])], 1)[0] as Value, scores: undefined };
  }
  const part = (suffix: string, layer: Posted, inputs: readonly Value[]): Value => call.addPart(suffix, layer, inputs);
  const [keys, values] = [repeatHeads(call, 'keys_repeated', key, heads), repeatHeads(call, 'values_repeated', value, heads)];
  const product = part('product', { type: 'matmul' }, [query, addTransposed(call, 'keys_transposed', keys)]);
  const factor = scale ?? 1 / Math.sqrt(query.shape?.at(-1) ?? 1);
  const steps: Value[] = [part('scaled', { type: 'multiply', other: factor }, [product])];
  const latest = (): Value => steps.at(-1) as Value;
  if (mask === undefined) steps.push(latest());
  else if (mask.dtype !== 'bool') steps.push(part('masked', { type: 'add' }, [latest(), mask]));
  else {
    const least = part('least', { type: 'constant', shape: [], dtype: latest().dtype }, []);
    steps.push(part('masked', { type: 'where' }, [mask, latest(), least]));
  }
  if (softcap === 0) steps.push(latest());
  else {
    const bent = part('softcap_tanh', { type: 'tanh' }, [part('softcap_divided', { type: 'divide', other: softcap }, [latest()])]);
    steps.push(part('softcapped', { type: 'multiply', other: softcap }, [bent]));
  }
  steps.push(part('softmax', { type: 'softmax', dim: -1 }, [latest()]));
  const output = call.add({ type: 'matmul', name }, [latest(), values], 1)[0] as Value;
  return { output, scores: scoresAt === undefined ? undefined : steps[scoresAt] };
}

/** Heads of keys or values repeated up to those of the queries. */
function repeatHeads(call: Call, part: string, value: Value, heads: number): Value {
  const [batch = 1, own = 1, length = 1, features = 1] = value.shape ?? [];
  if (own === heads || heads % own !== 0) return value;
  const apart = call.addPart(`${part}_apart`, reshapeTo([batch, own, 1, length, features]), [value]);
  const repeated = call.addPart(`${part}_beside`, { type: 'expand', shape: [-1, -1, heads / own, -1, -1] }, [apart]);
  return call.addPart(part, reshapeTo([batch, heads, length, features]), [repeated]);
}

/** batch × sequence × (heads · features) as batch × heads × sequence × features. */
export function addHeads(call: Call, part: string, value: Value, heads: number): Value {
  const [batch = 1, length = 1, width = 1] = value.shape ?? [];
  if (width % heads !== 0) throw call.refusal('not_divisible', `${heads} heads do not divide the ${width} features of its ${part}`);
  const apart = addReshaped(call, `${part}_heads`, value, [batch, length, heads, width / heads]);
  return addPermuted(call, `${part}_by_head`, apart, [0, 2, 1, 3]);
}

/** The way back; the node's own row, or another called `name`. */
export function addMerged(call: Call, value: Value, name = call.name): Value {
  const [batch = 1, heads = 1, length = 1, features = 1] = value.shape ?? [];
  const apart = addPermuted(call, 'by_position', value, [0, 2, 1, 3]);
  return call.add({ ...reshapeTo([batch, length, heads * features]), name }, [apart], 1)[0] as Value;
}

/** Keys or values of the past in front of those at hand. */
export function addPast(call: Call, part: string, past: Value | undefined, value: Value): Value {
  return past === undefined ? value : call.addPart(part, { type: 'concat', dim: 2 }, [past, value]);
}

/** ONNX Attention-24. */
function attention(call: Call): readonly (Value | undefined)[] {
  const flat = call.rank(0) === 3;
  const heads = call.int('q_num_heads');
  const keyHeads = call.int('kv_num_heads') ?? heads;
  if (flat && (heads === undefined || keyHeads === undefined))
    throw call.refusal('missing_key', 'Attention on three axes needs q_num_heads and kv_num_heads');
  const [query, key, value] = (['query', 'key', 'value'] as const).map((part, index) =>
    flat ? addHeads(call, part, call.input(index), (index === 0 ? heads : keyHeads) as number) : call.input(index),
  ) as [Value, Value, Value];
  const keys = addPast(call, 'present_key', call.inputs[4], key);
  const values = addPast(call, 'present_value', call.inputs[5], value);
  const mask = maskOf(call, call.inputs[3], keys.shape?.[2] ?? 1);
  const scoresAt = call.outputs > 3 && call.node.outputs[3] !== '' ? call.int('qk_matmul_output_mode', 0) : undefined;
  const name = flat ? `${call.name}/attention` : call.name;
  const options = { mask, causal: call.int('is_causal', 0) !== 0, scale: call.float('scale'), softcap: call.float('softcap', 0), scoresAt };
  const { output, scores } = addAttention(call, name, query, keys, values, options);
  return [flat ? addMerged(call, output) : output, keys, values, scores];
}

/** A mask may be shorter than the keys; the rest is masked. */
function maskOf(call: Call, mask: Value | undefined, keys: number): Value | undefined {
  const length = mask?.shape?.at(-1);
  if (mask === undefined || length === undefined || length === keys || length === 1) return mask;
  return call.addPart('mask', { type: 'pad', padding: [[0, keys - length]] }, [mask]);
}

/** ONNX RotaryEmbedding-23: X, caches of cosines and sines, positions. */
function rotaryEmbedding(call: Call): readonly Value[] {
  const heads = call.rank(0) === 3 ? call.int('num_heads', 1) : 1;
  return [addRotary(call, call.name, call.input(0), Math.max(heads, 1), [call.input(1), call.input(2)], call.inputs[3])];
}

/** Turns pairs of features of each of `heads` heads that lie side by side. Caches are half as wide as what turns. */
export function addRotary(call: Call, name: string, x: Value, heads: number, caches: readonly Value[], positions?: Value): Value {
  const features = (x.shape?.at(-1) ?? 1) / heads;
  const turned = 2 * (caches[0]?.shape?.at(-1) ?? features / 2);
  const layer = {
    type: 'rotary_embedding',
    name,
    ...(heads === 1 ? {} : { num_heads: heads }),
    ...(turned === features ? {} : { rotary_dim: turned }),
    ...(call.int('interleaved', call.int('rotary_interleaved', 0)) === 0 ? {} : { interleaved: true }),
  };
  return call.add(layer, [x, ...caches, ...(positions === undefined ? [] : [positions])], 1)[0] as Value;
}

export const attentionLowerings: Lowerings = { Attention: attention, RotaryEmbedding: rotaryEmbedding };
