/**
 * Operators that move every number of a stored tensor and neither drop nor repeat one, or only write it in another type: the tensor's type afterwards. It is
 * still that tensor, and what the file holds of it is what is counted.
 */

import type { DType } from '../../../tensor/dtype.ts';
import type { Shape, TensorType } from '../../../tensor/shape.ts';
import type { Call } from '../call.ts';
import { dtypeOf } from '../element-types.ts';
import { flattenedShape, permutation, reshapedShape, squeezedShape, unsqueezedShape } from '../shape-rules.ts';

type Rule = (call: Call) => TensorType | undefined;

const reshaped =
  (shapeOf: (call: Call) => Shape): Rule =>
  (call) => ({ shape: shapeOf(call), dtype: call.input(0).dtype });

const retyped =
  (dtypeAfter: (call: Call) => DType | undefined): Rule =>
  (call) => {
    const dtype = dtypeAfter(call);
    return dtype === undefined ? undefined : { shape: call.shape(0), dtype };
  };

/** Type of what QuantizeLinear-25 gives: as told, or that of the zero point, or uint8. */
function quantizedType(call: Call): DType {
  const told = call.int('output_dtype', 0);
  return (told === 0 ? call.inputs[2]?.dtype : dtypeOf(told)) ?? 'uint8';
}

/** Type of what DequantizeLinear-25 gives: as told, or that of the scale. */
function dequantizedType(call: Call): DType | undefined {
  const told = call.int('output_dtype', 0);
  return told === 0 ? call.inputs[1]?.dtype : dtypeOf(told);
}

/** By operator type; undefined where the type cannot be told. */
export const reshapings: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Identity', reshaped((call) => call.shape(0))],
  ['Dropout', reshaped((call) => call.shape(0))],
  ['Reshape', reshaped(reshapedShape)],
  ['Flatten', reshaped(flattenedShape)],
  ['Squeeze', reshaped(squeezedShape)],
  ['Unsqueeze', reshaped(unsqueezedShape)],
  ['Transpose', reshaped((call) => permutation(call).map((axis) => call.shape(0)[axis] as number))],
  ['Cast', retyped((call) => dtypeOf(call.int('to', 1)))],
  ['BitCast', retyped((call) => dtypeOf(call.int('to', 1)))],
  ['CastLike', retyped((call) => call.inputs[1]?.dtype)],
  ['QuantizeLinear', retyped(quantizedType)],
  ['DequantizeLinear', retyped(dequantizedType)],
]);
