/** Reductions over axes, and the position of the largest or smallest. */

import type { Posted } from '../../../architecture/read-layer.ts';
import { isFloating } from '../../../tensor/dtype.ts';
import { productOf } from '../../../tensor/product.ts';
import type { Call, Lowering } from '../call.ts';
import type { Lowerings } from './index.ts';

/**
 * ONNX ReduceSum-13 and its like: axes are an attribute before opset 18 (13 for ReduceSum), an input from then on. Without axes every axis is reduced, or none with
 * `noop_with_empty_axes`.
 */
function reduction(type: string): Lowering {
  return (call) => {
    const axes = call.ints('axes') ?? call.known(1) ?? [];
    const { dtype } = call.input(0);
    if (axes.length === 0 && call.int('noop_with_empty_axes', 0) !== 0) return call.add({ type: 'identity' }, [call.input(0)]);
    const over = { ...dimOf(call, axes), ...keepdimOf(call) };
    if (isFloating(dtype)) return call.add({ type, ...over }, [call.input(0)]);
    if (type !== 'mean') return call.add({ type, ...over, dtype }, [call.input(0)]);
    // A mean of integers is an integer in ONNX.
    const sum = call.addPart('sum', { type: 'sum', ...over, dtype }, [call.input(0)]);
    const count = productOf(call.shape(0)) / productOf(sum.shape ?? []);
    return call.add({ type: 'divide', other: count, dtype }, [sum]);
  };
}

function dimOf(call: Call, axes: readonly number[]): Posted {
  const rank = call.rank(0);
  const dims = [...new Set(axes.map((axis) => call.axis(axis, rank)))].sort((a, b) => a - b);
  return dims.length === 0 || dims.length === rank ? {} : { dim: dims.length === 1 ? dims[0] : dims };
}

function keepdimOf(call: Call): Posted {
  return call.int('keepdims', 1) === 0 ? {} : { keepdim: true };
}

/** ONNX ArgMax-13 and ArgMin-13. */
function position(type: string): Lowering {
  return (call) => {
    const dim = call.rank(0) === 0 ? undefined : call.axis(call.int('axis', 0), call.rank(0));
    return call.add({ type, ...(dim === undefined ? {} : { dim }), ...keepdimOf(call) }, [call.input(0)]);
  };
}

export const reductionLowerings: Lowerings = {
  ArgMax: position('argmax'),
  ArgMin: position('argmin'),
  ReduceL1: reduction('reduce_l1'),
  ReduceL2: reduction('reduce_l2'),
  ReduceLogSum: reduction('log_sum'),
  ReduceLogSumExp: reduction('logsumexp'),
  ReduceMax: reduction('reduce_max'),
  ReduceMean: reduction('mean'),
  ReduceMin: reduction('reduce_min'),
  ReduceProd: reduction('reduce_prod'),
  ReduceSum: reduction('sum'),
  ReduceSumSquare: reduction('sum_square'),
};
