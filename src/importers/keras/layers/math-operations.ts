/** Operations that compute: arithmetic, functions of single elements, reductions and products. Keys are Keras's names, and TensorFlow's where they differ. */

import { operatorOf } from '../../../operators/index.ts';
import type { DraftTensor } from '../../draft.ts';
import type { Argument } from '../arguments.ts';
import { leavesOf } from '../arguments.ts';
import type { Call } from '../call.ts';
import { isTensor } from '../call.ts';
import type { Rule } from '../network.ts';
import { dtypeOf } from '../policy.ts';
import { indexed } from './indexing.ts';
import { operandsOf, plainOf, wholeOf, wholesOf } from './operands.ts';
import { binaries, reductions, unaries } from './operation-names.ts';

/** Types whose operands may change places. */
const commutes = new Set(['add', 'multiply', 'maximum', 'minimum', 'equal', 'not_equal']);

function takesNumber(type: string): boolean {
  return operatorOf(type)?.scalar === 'other';
}

const unary =
  (type: string): Rule =>
  (call) =>
    call.row(type);
const binary =
  (type: string): Rule =>
  (call) => {
    const values = [plainOf(call, 0, 'x1', 'x', 'a'), plainOf(call, 1, 'x2', 'y', 'b')];
    const [first, second] = values.filter((value) => value !== undefined);
    if (isTensor(first) && typeof second === 'number' && takesNumber(type)) return call.row(type, { other: second }, [first]);
    // A number in front stands as well behind where the order is free.
    if (isTensor(second) && typeof first === 'number' && commutes.has(type)) return call.row(type, { other: first }, [second]);
    return call.row(
      type,
      {},
      operandsOf(
        call,
        [first, second].filter((value) => value !== undefined),
      ),
    );
  };
const reduction =
  (type: string): Rule =>
  (call) => {
    const axes = wholesOf(call, 1, 'axis', 'axes');
    const keepdim = plainOf(call, 2, 'keepdims', 'keep_dims') === true;
    // Keras counts positions in 32 bits.
    const dtype = call.entry.module !== undefined && type.startsWith('arg') ? { dtype: 'int32' } : {};
    const dim = axes === undefined ? {} : { dim: axes.length === 1 ? axes[0] : axes };
    return call.row(type, { ...dim, ...(keepdim ? { keepdim } : {}), ...dtype });
  };
const along =
  (type: string): Rule =>
  (call) =>
    call.row(type, { dim: wholeOf(call, 1, 'axis') ?? -1 });

const cast: Rule = (call) => {
  const dtype = dtypeOf(plainOf(call, 1, 'dtype'));
  return dtype === undefined ? call.opaque() : call.row('cast', { dtype });
};

const clip: Rule = (call) => {
  const bounds = [plainOf(call, 1, 'x_min', 'clip_value_min', 'min'), plainOf(call, 2, 'x_max', 'clip_value_max', 'max')];
  const [min, max] = bounds.map((bound) => (typeof bound === 'number' ? bound : undefined));
  return call.row('clamp', { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) });
};

const einsum: Rule = (call) => {
  const stated = call.config.raw('subscripts');
  const equation = typeof stated === 'string' ? stated : plainOf(call, 0, 'subscripts', 'equation');
  const tensors = [...call.args, ...call.kwargs.values()].flatMap((argument) => leavesOf<DraftTensor>(argument)).filter(isTensor);
  return typeof equation === 'string' && tensors.length > 0 ? call.row('einsum', { equation }, tensors) : call.opaque();
};

/** TensorFlow's product may turn an operand first. */
const matmul: Rule = (call) => {
  const operands = [plainOf(call, 0, 'x1', 'a'), plainOf(call, 1, 'x2', 'b')];
  if (!operands.every(isTensor)) return call.opaque();
  const turned = operands.map((tensor, index) => {
    const isTurned = ['transpose', 'adjoint'].some((word) => call.kwargs.get(`${word}_${'ab'[index]}`) === true);
    return isTurned ? call.row('transpose', { dim0: -2, dim1: -1 }, [tensor as DraftTensor], `operand_${index}`) : (tensor as DraftTensor);
  });
  return call.row('matmul', {}, turned);
};

const where: Rule = (call) => {
  const values = [plainOf(call, 0, 'condition'), plainOf(call, 1, 'x1', 'x'), plainOf(call, 2, 'x2', 'y')];
  if (values.includes(undefined)) return call.opaque();
  const [condition, ...others] = values as Argument<DraftTensor>[];
  return call.row('where', {}, [condition as DraftTensor, ...operandsOf(call, others)]);
};

const gelu: Rule = (call) => call.row('gelu', plainOf(call, 1, 'approximate') === false ? {} : { approximate: 'tanh' });
const leaky: Rule = (call) => {
  const slope = plainOf(call, 1, 'negative_slope', 'alpha');
  return call.row('leaky_relu', { negative_slope: typeof slope === 'number' ? slope : 0.2 });
};
const topk: Rule = (call) => call.rows('topk', { k: wholeOf(call, 1, 'k') ?? 1 }, [call.input], undefined, 2);
const oneHot: Rule = (call) =>
  call.row('one_hot', {
    num_classes: wholeOf(call, 1, 'num_classes', 'depth') ?? 0,
    dim: wholeOf(call, 2, 'axis') ?? -1,
    dtype: dtypeOf(plainOf(call, 3, 'dtype')) ?? call.network.draft.modelDtype,
  });
const take: Rule = (call) => {
  const data = plainOf(call, 0, 'x', 'params');
  const indices = plainOf(call, 1, 'indices');
  if (!isTensor(data) || indices === undefined) return call.opaque();
  const [positions] = isTensor(indices) ? [indices] : [call.constant('indices', shapeOfIndices(call, indices), 'int64')];
  const dim = wholeOf(call, 2, 'axis');
  const flat = dim === undefined ? call.row('flatten', { start_dim: 0 }, [data], 'flat') : data;
  return call.row('take', { dim: dim ?? 0 }, [flat, positions]);
};

function shapeOfIndices(call: Call, value: Argument<DraftTensor>): readonly number[] {
  if (typeof value === 'number') return [];
  return Array.isArray(value) && value.length > 0 ? [value.length] : call.refuse('unsupported_argument', 'indices must be whole numbers');
}

const log1p: Rule = (call) => call.row('log', {}, [call.row('add', { other: 1 }, [call.input], 'plus_one')]);
const expm1: Rule = (call) => call.row('subtract', { other: 1 }, [call.row('exp', {}, [call.input], 'exp')]);
const filled: Rule = (call) => call.row('constant', { shape: call.shape(0), dtype: call.input.dtype }, []);
const normalize: Rule = (call) => call.row('unit_norm', { dim: wholeOf(call, 1, 'axis') ?? -1 });

/** The Euclidean norm, or that of order 1; others are not known here. */
const norm: Rule = (call) => {
  const order = plainOf(call, 1, 'ord') ?? 2;
  if (order === 1) return reduction('reduce_l1')(call);
  return order === 2 || order === 'euclidean' || order === 'fro' ? reduction('reduce_l2')(call) : call.opaque();
};

const getItem: Rule = (call) => {
  const index = call.argument(1, 'key') ?? call.kwargs.get('slice_spec');
  return index === undefined ? call.opaque() : indexed(call, call.input, index);
};

/** Population statistics, as NumPy takes them. */
const moment =
  (type: string): Rule =>
  (call) => {
    const axes = wholesOf(call, 1, 'axis');
    const keepdim = plainOf(call, 2, 'keepdims') === true;
    return call.row(type, {
      correction: 0,
      ...(axes === undefined ? {} : { dim: axes.length === 1 ? axes[0] : axes }),
      ...(keepdim ? { keepdim } : {}),
    });
  };

function named(types: Readonly<Record<string, string>>, rule: (type: string) => Rule): readonly (readonly [string, Rule])[] {
  return Object.entries(types).flatMap(([type, names]) => names.split(' ').map((name) => [name, rule(type)] as const));
}

export const mathOperations: Readonly<Record<string, Rule>> = Object.fromEntries<Rule>([
  ...named(unaries, unary),
  ...named(binaries, binary),
  ...named(reductions, reduction),
  ...named(
    { softmax: 'Softmax', log_softmax: 'LogSoftmax', sparsemax: 'Sparsemax', glu: 'Glu', cumsum: 'Cumsum', cumprod: 'Cumprod' },
    along,
  ),
  ...named({ var: 'Var ReduceVariance', std: 'Std ReduceStd' }, moment),
  ['cast', cast],
  ['log1p', log1p],
  ['expm1', expm1],
  ['sort', (call) => call.rows('sort', { dim: wholeOf(call, 1, 'axis') ?? -1 }, [call.input], undefined, 2)[0] as DraftTensor],
  ['argsort', (call) => call.rows('sort', { dim: wholeOf(call, 1, 'axis') ?? -1 }, [call.input], undefined, 2)[1] as DraftTensor],
  ['norm', norm],
  ['normalize', normalize],
  ['l2normalize', normalize],
  ['zeroslike', filled],
  ['oneslike', filled],
  ['clip', clip],
  ['clipbyvalue', clip],
  ['matmul', matmul],
  ['einsum', einsum],
  ['where', where],
  ['gelu', gelu],
  ['leakyrelu', leaky],
  ['topk', topk],
  ['onehot', oneHot],
  ['take', take],
  ['gather', take],
  ['getitem', getItem],
]);
