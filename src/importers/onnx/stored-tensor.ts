/** A tensor of the file: its type, and its numbers where they were kept. */

import { Refusal } from '../../issue.ts';
import { productOf } from '../../tensor/product.ts';
import type { TensorType } from '../../tensor/shape.ts';
import { formatShape } from '../../tensor/shape.ts';
import type { Known } from '../value.ts';
import { dtypeOf } from './element-types.ts';
import type { OnnxTensor } from './model.ts';
import { bitsOf } from './tensor-types.ts';

export interface StoredTensor {
  readonly type: TensorType;
  readonly known: Known | undefined;
}

/** Reads a stored tensor; refuses dims that are no extents, and a payload that is not as long as they say. */
export function storedTensor(tensor: OnnxTensor, name: string): StoredTensor {
  const { dims, dataType, values, storedBytes, storedElements, external } = tensor;
  const bad = dims.find((extent) => !(Number.isSafeInteger(extent) && extent >= 0));
  if (bad !== undefined)
    throw new Refusal([], 'invalid_value', `the tensor "${name}" has an axis of ${bad}; an extent is a whole number from 0 to 2^53 - 1`);
  const dtype = dtypeOf(dataType) ?? (dataType === 8 ? 'int64' : undefined);
  if (dtype === undefined)
    throw new Refusal([], 'invalid_value', `the tensor "${name}" has the element type ${dataType}, which is none of ONNX's`);
  const elements = productOf(dims);
  const bits = bitsOf(dataType);
  if (!external && bits > 0 && storedBytes > 0 && storedBytes !== Math.ceil((elements * bits) / 8))
    throw new Refusal(
      [],
      'wrong_length',
      `the tensor "${name}" ${formatShape(dims)} needs ${Math.ceil((elements * bits) / 8)} bytes, but the file has ${storedBytes}`,
    );
  if (!external && storedElements > 0 && storedBytes === 0 && storedElements < elements)
    throw new Refusal(
      [],
      'wrong_length',
      `the tensor "${name}" ${formatShape(dims)} needs ${elements} numbers, but the file has ${storedElements}`,
    );
  const type = { shape: dims, dtype };
  const known =
    elements === 0
      ? { ...type, values: [] }
      : values !== undefined && values.length >= elements
        ? { ...type, values: values.slice(0, elements) }
        : undefined;
  return { type, known };
}
