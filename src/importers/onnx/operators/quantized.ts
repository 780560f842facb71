/**
 * Quantised operators: products of integers, and what turns floats into integers and back. A product's row holds its weights as the integers that they are; that a quantised
 * product scales and clips what it puts out is part of it and counts nothing. Scales and zero points are no parameters.
 */

import type { Posted } from '../../../architecture/read-layer.ts';
import type { DType } from '../../../tensor/dtype.ts';
import { isFloating } from '../../../tensor/dtype.ts';
import { productOf } from '../../../tensor/product.ts';
import { sameShape } from '../../../tensor/shape.ts';
import type { DraftTensor } from '../../draft.ts';
import type { Value } from '../../value.ts';
import type { Call, Lowering } from '../call.ts';
import { dtypeOf } from '../element-types.ts';
import { addConv } from './convolution.ts';
import type { Lowerings } from './index.ts';
import { countedPadding, windowed } from './pooling.ts';
import { addProduct, checkMatrices } from './products.ts';

/** Type of the zero point at `index`, which is that of the output. */
function typeAt(call: Call, index: number, otherwise: DType = 'uint8'): DType {
  return call.inputs[index]?.dtype ?? otherwise;
}

/** States a type that is not the model's own. */
function stated(call: Call, dtype: DType): Posted {
  return dtype === call.translation.draft.modelDtype ? {} : { dtype };
}

/** ONNX QLinearConv-10. */
const qLinearConv = (call: Call): readonly Value[] => addConv(call, { weight: 3, bias: 8, more: { dtype: typeAt(call, 7) } });

/** ONNX ConvInteger-10. */
const convInteger = (call: Call): readonly Value[] => addConv(call, { weight: 1, bias: 4, more: { dtype: 'int32' } });

/** ONNX MatMulInteger-10. */
const matMulInteger = (call: Call): readonly Value[] => [addProduct(call, call.input(0), call.input(1), { more: { dtype: 'int32' } })];

/** ONNX QLinearMatMul-21. */
const qLinearMatMul = (call: Call): readonly Value[] => [
  addProduct(call, call.input(0), call.input(3), { more: { dtype: typeAt(call, 7) } }),
];

/** ONNX QuantizeLinear-25 of a tensor that flows. */
function quantizeLinear(call: Call): readonly Value[] {
  const named = dtypeOf(call.int('output_dtype', 0));
  return call.add({ type: 'quantize', dtype: call.inputs[2]?.dtype ?? named ?? 'uint8' }, [call.input(0)]);
}

/** ONNX DequantizeLinear-25 of a tensor that flows. */
function dequantizeLinear(call: Call): readonly Value[] {
  const named = dtypeOf(call.int('output_dtype', 0));
  return call.add({ type: 'dequantize', ...stated(call, named ?? call.input(1).dtype) }, [learned(call, call.input(0))]);
}

/** A stored tensor of integers that stand for floats is learned, though others of its type are not: a `parameter` row of that type. */
function learned(call: Call, value: Value): Value {
  const { weight, shape } = value;
  if (weight === undefined || shape === undefined || shape.length === 0 || isFloating(weight.dtype) || !sameShape(shape, weight.shape))
    return value;
  const { name, dtype, at } = weight;
  const { draft, weights } = call.translation;
  const row = weights.row(weight, () => draft.add({ name, type: 'parameter', shape, weight_dtype: dtype }, [], at)[0] as DraftTensor);
  return { ...value, tensor: () => row };
}

/** ONNX DynamicQuantizeLinear-11: the tensor, its scale and its zero point. */
const dynamicQuantizeLinear = (call: Call): readonly Value[] => call.add({ type: 'dynamic_quantize' }, [call.input(0)]);

/** com.microsoft QGemm: transposes and factor as Gemm, C an int32 vector; floating where no scale of the output is given. */
function qGemm(call: Call): readonly Value[] {
  checkMatrices(call, 0, 3);
  const dtype = call.has(8) ? typeAt(call, 8) : call.input(1).dtype;
  const options = { transA: call.int('transA', 0) !== 0, transB: call.int('transB', 0) !== 0, bias: call.inputs[6] };
  return [addProduct(call, call.input(0), call.input(3), { ...options, more: { dtype } })];
}

/** com.microsoft MatMulIntegerToFloat: scales turn the product to a float. */
const matMulIntegerToFloat = (call: Call): readonly Value[] => [
  addProduct(call, call.input(0), call.input(1), { bias: call.inputs[6], more: { dtype: call.input(2).dtype } }),
];

/** com.microsoft DynamicQuantizeMatMul: the left operand is quantised on the way in. */
function dynamicQuantizeMatMul(call: Call): readonly Value[] {
  const quantized = call.addPart('quantized', { type: 'dynamic_quantize' }, [call.input(0)]);
  return [addProduct(call, quantized, call.input(1), { bias: call.inputs[4], more: { dtype: call.input(0).dtype } })];
}

/** com.microsoft MatMulNBits: the right operand lies in blocks of `bits` bits, out × in. */
function matMulNBits(call: Call): readonly Value[] {
  const [inner, out, bits] = [call.int('K', 0), call.int('N', 0), call.int('bits', 4)];
  if (call.shape(0).at(-1) !== inner)
    throw call.refusal('shape_mismatch', `its input gives ${call.shape(0).at(-1)} columns, its matrix takes ${inner}`);
  const bias = call.inputs[5];
  const layer = { type: 'linear', out_features: out, weight_dtype: bits === 4 ? 'int4' : 'uint8', ...stated(call, call.input(0).dtype) };
  const name = bias === undefined ? call.name : `${call.name}/product`;
  const owning = call.addOwning(
    { ...layer, bias: false, name },
    [call.input(0)],
    [{ role: 'weight', value: call.input(1), shape: [out, inner] }],
  );
  if (owning === undefined || (bits !== 4 && bits !== 8))
    return call.addCustom(`a MatMulNBits of ${bits} bits, or of a matrix that is no stored tensor of its own, is not measured`);
  return bias === undefined ? owning : call.add({ type: 'add' }, [owning[0] as Value, bias]);
}

/** A quantised function of its first input, of which the integers' type is kept. */
function likeInput(layer: (call: Call) => Posted): Lowering {
  return (call) => call.add({ ...layer(call), dtype: call.input(0).dtype }, [call.input(0)]);
}

/** com.microsoft QLinearAdd and QLinearMul: two tensors with scale and zero point each. */
function ofTwo(type: string): Lowering {
  return (call) => call.add({ type, dtype: call.input(0).dtype }, [learned(call, call.input(0)), learned(call, call.input(3))]);
}

function channelsLast(call: Call): Posted {
  return call.int('channels_last', 0) === 0 ? {} : { data_format: 'channels_last' };
}

/** com.microsoft QLinearConcat: scale and zero point of the output, then a tensor, its scale and zero point, and again. */
function qLinearConcat(call: Call): readonly Value[] {
  const tensors = call.inputs.filter((value, index): value is Value => index >= 2 && index % 3 === 2 && value !== undefined);
  const dim = call.axis(call.int('axis', 0), tensors[0]?.shape?.length ?? 0);
  return tensors.length === 1 ? call.add({ type: 'identity' }, tensors) : call.add({ type: 'concat', dim }, tensors);
}

/** com.microsoft QLinearWhere: a condition, then two tensors with scale and zero point each. */
const qLinearWhere = (call: Call): readonly Value[] =>
  call.add({ type: 'where', dtype: call.input(1).dtype }, [call.input(0), call.input(1), call.input(4)]);

/** com.microsoft QLinearReduceMean. */
function qLinearReduceMean(call: Call): readonly Value[] {
  const axes = call.ints('axes')?.map((axis) => call.axis(axis, call.rank(0)));
  const over = { ...(axes === undefined ? {} : { dim: axes }), ...(call.int('keepdims', 1) === 0 ? {} : { keepdim: true }) };
  const { dtype } = call.input(0);
  const sum = call.addPart('sum', { type: 'sum', ...over, dtype: 'int32' }, [call.input(0)]);
  return call.add({ type: 'divide', other: productOf(call.shape(0)) / productOf(sum.shape ?? []), dtype }, [sum]);
}

export const quantizedLowerings: Lowerings = {
  ConvInteger: convInteger,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  MatMulInteger: matMulInteger,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinear,
  'com.microsoft.DynamicQuantizeMatMul': dynamicQuantizeMatMul,
  'com.microsoft.MatMulIntegerToFloat': matMulIntegerToFloat,
  'com.microsoft.MatMulNBits': matMulNBits,
  'com.microsoft.QGemm': qGemm,
  'com.microsoft.QLinearAdd': ofTwo('add'),
  'com.microsoft.QLinearAveragePool': windowed('avg_pool', (call, padding) => ({
    ...countedPadding(call, padding),
    ...channelsLast(call),
    dtype: call.input(0).dtype,
  })),
  'com.microsoft.QLinearConcat': qLinearConcat,
  'com.microsoft.QLinearConv': (call) =>
    addConv(call, { weight: 3, bias: 8, channelsLast: call.int('channels_last', 0) !== 0, more: { dtype: typeAt(call, 7) } }),
  'com.microsoft.QLinearGlobalAveragePool': likeInput((call) => ({ type: 'global_avg_pool', ...channelsLast(call) })),
  'com.microsoft.QLinearLeakyRelu': likeInput((call) => ({ type: 'leaky_relu', negative_slope: call.float('alpha', 0.01) })),
  'com.microsoft.QLinearMul': ofTwo('multiply'),
  'com.microsoft.QLinearReduceMean': qLinearReduceMean,
  'com.microsoft.QLinearSigmoid': likeInput(() => ({ type: 'sigmoid' })),
  'com.microsoft.QLinearSoftmax': likeInput((call) => ({ type: 'softmax', dim: call.axis(call.int('axis', -1), call.rank(0)) })),
  'com.microsoft.QLinearWhere': qLinearWhere,
};
