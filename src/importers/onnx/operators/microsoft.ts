/** Operators of com.microsoft into which ONNX Runtime fuses others, as the rows that they were made of. Source: its documentation, ContribOperators.md. */

import type { Posted } from '../../../architecture/read-layer.ts';
import type { Value } from '../../value.ts';
import type { Call, Lowering } from '../call.ts';
import { addConv } from './convolution.ts';
import type { Lowerings } from './index.ts';
import { addLayerNorm, addNormalization, statisticsOf } from './normalization.ts';
import { windowed } from './pooling.ts';
import { addProduct, gemm } from './products.ts';
import { addTransposed } from './reshaped.ts';
import { addUncosted, uncostedWhenRead, whenRead } from './uncosted.ts';

/** By the name that a fused node gives its activation; parameters in the order of `activation_params`. */
const activations: Readonly<Record<string, (parameters: readonly (number | undefined)[]) => Posted>> = {
  Clip: ([min, max]) => ({ type: 'clamp', ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }),
  Elu: ([alpha]) => ({ type: 'elu', ...(alpha === undefined ? {} : { alpha }) }),
  HardSigmoid: ([alpha, beta]) => ({ type: 'hardsigmoid', alpha: alpha ?? 0.2, beta: beta ?? 0.5 }),
  HardSwish: () => ({ type: 'hardswish' }),
  LeakyRelu: ([slope]) => ({ type: 'leaky_relu', negative_slope: slope ?? 0.01 }),
  Relu: () => ({ type: 'relu' }),
  Sigmoid: () => ({ type: 'sigmoid' }),
  Softplus: () => ({ type: 'softplus' }),
  Softsign: () => ({ type: 'softsign' }),
  Tanh: () => ({ type: 'tanh' }),
};

/** What a fused node does to its output; undefined where it does nothing. */
function activationOf(call: Call, parameters: readonly (number | undefined)[]): Posted | undefined {
  const name = call.text('activation', '');
  if (name === '') return undefined;
  const made = activations[name];
  if (made === undefined) throw call.refusal('invalid_value', `its activation ${name} is not known here`);
  return made(parameters);
}

/** A row `<node>/activation` behind the node's own. */
function activated(call: Call, value: Value, parameters: readonly (number | undefined)[]): readonly Value[] {
  const layer = activationOf(call, parameters);
  return [layer === undefined ? value : call.addPart('activation', layer, [value])];
}

/** FusedConv: a convolution, a tensor added to it, an activation. */
function fusedConv(channelsLast: boolean): Lowering {
  return (call) => {
    const [conv] = addConv(call, { weight: 1, bias: 2, channelsLast });
    const sum = call.has(3) ? call.addPart('sum', { type: 'add' }, [conv as Value, call.input(3)]) : (conv as Value);
    return activated(call, sum, call.floats('activation_params') ?? []);
  };
}

/** FusedGemm. */
function fusedGemm(call: Call): readonly Value[] {
  const parameters = ['activation_alpha', 'activation_beta', 'activation_gamma'].map((name) => call.float(name));
  return activated(call, gemm(call)[0] as Value, parameters);
}

/** FusedMatMul: transposes of the last two axes, and of the batches; the factor is taken to be folded into an operand. */
function fusedMatMul(call: Call): readonly Value[] {
  const [left, right] = (['A', 'B'] as const).map((side, index) => {
    const value = call.input(index);
    const rank = call.rank(index);
    if (call.int(`transBatch${side}`, 0) === 0 || rank < 3) return value;
    // The first axis goes before the last.
    const dims = [...Array.from({ length: rank - 2 }, (_, axis) => axis + 1), 0, rank - 1];
    return call.addPart(`batches_${side.toLowerCase()}`, { type: 'permute', dims }, [value]);
  }) as [Value, Value];
  const [transA, transB] = [call.int('transA', 0) !== 0 && call.rank(0) > 1, call.int('transB', 0) !== 0 && call.rank(1) > 1];
  if (call.rank(1) === 2) return [addProduct(call, left, right, { transA, transB })];
  return [addProduct(call, left, transB ? addTransposed(call, 'transpose_b', right) : right, { transA })];
}

/** BiasGelu and FastGelu: a bias that may be absent, and GELU. */
function biasGelu(layer: Posted): Lowering {
  return (call) => {
    const sum = call.has(1) ? call.addPart('sum', { type: 'add' }, [call.input(0), call.input(1)]) : call.input(0);
    return call.add(layer, [sum]);
  };
}

/** QuickGelu: x·σ(α·x). */
function quickGelu(call: Call): readonly Value[] {
  const x = call.input(0);
  const scaled = call.addPart('scaled', { type: 'multiply', other: call.float('alpha', 1.702) }, [x]);
  return call.add({ type: 'multiply' }, [x, call.addPart('sigmoid', { type: 'sigmoid' }, [scaled])]);
}

/** BiasSplitGelu: a bias, and the first half times GELU of the second. */
function biasSplitGelu(call: Call): readonly Value[] {
  const sum = call.addPart('sum', { type: 'add' }, [call.input(0), call.input(1)]);
  const half = (call.shape(0).at(-1) ?? 2) / 2;
  const [left, right] = call.add({ type: 'split', split_size: half, dim: -1, name: `${call.name}/split` }, [sum], 2) as [Value, Value];
  return call.add({ type: 'multiply' }, [left, call.addPart('gelu', { type: 'gelu' }, [right])]);
}

/** BiasAdd: a bias and a residual. */
const biasAdd = (call: Call): readonly Value[] => call.add({ type: 'add' }, [call.input(0), call.input(1), call.input(2)]);

/** BiasSoftmax. */
function biasSoftmax(call: Call): readonly Value[] {
  const sum = call.addPart('sum', { type: 'add' }, [call.input(0), call.input(1)]);
  return call.add({ type: 'softmax', dim: call.axis(call.int('axis', -1), call.rank(0)) }, [sum]);
}

/** SkipLayerNormalization and SkipSimplifiedLayerNormalization: a sum, which may be put out too, and its normalisation. */
function skipNorm(rms: boolean): Lowering {
  return (call) => {
    const bias = call.inputs[rms ? 3 : 4];
    const sum = call.addPart('sum', { type: 'add' }, [call.input(0), call.input(1), ...(bias === undefined ? [] : [bias])]);
    const output = addLayerNorm(call, call.name, sum, call.input(2), rms ? undefined : call.inputs[3], rms);
    const statistics = statisticsOf(call, 2, -1);
    return [output, statistics[0], statistics[1], sum];
  };
}

/** SimplifiedLayerNormalization, which is RMS normalisation; its second output is the inverse deviation. */
function simplifiedNorm(call: Call): readonly (Value | undefined)[] {
  const output = addLayerNorm(call, call.name, call.input(0), call.input(1), undefined, true);
  return [output, ...statisticsOf(call, 1)];
}

/** EmbedLayerNormalization: words, positions and segments looked up, added and normalised. */
function embedLayerNorm(call: Call): readonly (Value | undefined)[] {
  const [words, segments] = [call.input(0), call.inputs[1]];
  const steps = words.shape?.at(-1) ?? 1;
  const positions = call.inputs[8] ?? call.addPart('positions', { type: 'constant', shape: [1, steps], dtype: 'int64' }, []);
  const looked = [
    addLookup(call, 'words', call.input(2), words),
    addLookup(call, 'position_rows', call.input(3), positions),
    ...(segments === undefined || !call.has(4) ? [] : [addLookup(call, 'segments', call.input(4), segments)]),
  ];
  const sum = call.addPart('sum', { type: 'add' }, looked);
  const output = addLayerNorm(call, call.name, sum, call.input(5), call.input(6));
  const mask = call.inputs[7];
  const batch = words.shape?.[0] ?? 1;
  const lengths =
    mask === undefined
      ? uncostedWhenRead(call, 'mask_index', { shape: [batch], dtype: 'int32' }, `the mask index of ${call.name} is not costed`)
      : whenRead({ shape: [batch], dtype: 'int32' }, () => call.addPart('mask_index', { type: 'sum', dim: 1, dtype: 'int32' }, [mask]));
  return [output, lengths, sum];
}

/** Rows of a table by their numbers. */
function addLookup(call: Call, part: string, table: Value, indices: Value): Value {
  const [num_embeddings = 1, embedding_dim = 1] = table.shape ?? [];
  const layer = { type: 'embedding', num_embeddings, embedding_dim, name: `${call.name}/${part}` };
  const owning = call.addOwning(layer, [indices], [{ role: 'weight', value: table, shape: [num_embeddings, embedding_dim] }]);
  return owning?.[0] ?? call.addPart(part, { type: 'take', dim: 0 }, [table, indices]);
}

/** GroupNorm, channels last unless it says otherwise, with SiLU behind it. */
function groupNorm(call: Call): readonly Value[] {
  const last = call.int('channels_last', 1) !== 0;
  const channels = call.shape(0).at(last ? -1 : 1) ?? 1;
  const eps = call.float('epsilon', 1e-5);
  const layer = {
    type: 'group_norm',
    num_groups: call.int('groups', 1),
    ...(eps === 1e-5 ? {} : { eps }),
    ...(last ? { data_format: 'channels_last' } : {}),
  };
  const beside = last ? [channels] : [channels, ...new Array<number>(call.rank(0) - 2).fill(1)];
  const affine = { scale: call.input(1), shift: call.input(2), held: [channels], beside };
  const row = addNormalization(call, call.name, call.input(0), { affine: layer, plain: { ...layer, affine: false } }, affine);
  return [call.int('activation', 0) === 0 ? row : call.addPart('activation', { type: 'silu' }, [row])];
}

/** Inverse: of the matrices in the last two axes. */
const inverse = (call: Call): readonly Value[] =>
  addUncosted(call, [{ shape: call.shape(0), dtype: call.input(0).dtype }], 'what the inverse of a matrix costs is not known here');

/** Operators of com.microsoft that are ONNX's own by another name. */
export const microsoftTwins: ReadonlySet<string> = new Set([
  'DequantizeLinear',
  'GatherND',
  'Gelu',
  'LayerNormalization',
  'Pad',
  'QuantizeLinear',
  'Range',
  'SimplifiedLayerNormalization',
  'Trilu',
  'Unique',
]);

const ms: Lowerings = {
  BiasAdd: biasAdd,
  BiasGelu: biasGelu({ type: 'gelu' }),
  BiasSoftmax: biasSoftmax,
  BiasSplitGelu: biasSplitGelu,
  EmbedLayerNormalization: embedLayerNorm,
  FastGelu: biasGelu({ type: 'gelu', approximate: 'tanh' }),
  FusedConv: fusedConv(false),
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
  GroupNorm: groupNorm,
  Inverse: inverse,
  NhwcConv: fusedConv(true),
  NhwcFusedConv: fusedConv(true),
  NhwcMaxPool: windowed('max_pool', () => ({ data_format: 'channels_last' })),
  QuickGelu: quickGelu,
  SkipLayerNormalization: skipNorm(false),
  SkipSimplifiedLayerNormalization: skipNorm(true),
  TransposeMatMul: fusedMatMul,
};

export const microsoftLowerings: Lowerings = {
  ...Object.fromEntries(Object.entries(ms).map(([name, entry]) => [`com.microsoft.${name}`, entry])),
  // ONNX Runtime writes this one in ONNX's own domain.
  SimplifiedLayerNormalization: simplifiedNorm,
};
