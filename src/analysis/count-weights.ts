/** Numbers of a layer's weights: parameters, buffers, and their bytes. */

import type { Weight } from '../operators/operator.ts';
import type { DType } from '../tensor/dtype.ts';
import { bytesOf } from '../tensor/dtype.ts';
import { productOf } from '../tensor/product.ts';
import type { Convention } from './conventions.ts';
import type { InferredLayer } from './infer-shapes.ts';

export interface WeightCounts {
  readonly parameters: number;
  readonly buffers: number;
  /** Bytes, each tensor rounded up to whole bytes. */
  readonly parameter_bytes: number;
  readonly buffer_bytes: number;
}

export const noWeights: WeightCounts = { parameters: 0, buffers: 0, parameter_bytes: 0, buffer_bytes: 0 };

/** Counts the tensors that the convention calls parameters, and the buffers; `dtype` is that of the layer's weights, `biasDtype` that of its biases. */
export function countWeights(layer: InferredLayer, dtype: DType, biasDtype: DType, convention: Convention): WeightCounts {
  if (layer.weights.length === 0) return noWeights;
  let parameters = 0;
  let buffers = 0;
  let parameter_bytes = 0;
  let buffer_bytes = 0;
  for (let index = 0; index < layer.weights.length; index++) {
    const weight = layer.weights[index] as Weight;
    const elements = productOf(weight.shape);
    if (weight.kind === 'buffer') {
      buffers += elements;
      buffer_bytes += bytesOf(elements, dtype);
    } else if (convention.countsParameter(layer.spec.operator, weight)) {
      parameters += elements;
      parameter_bytes += bytesOf(elements, weight.bias === true ? biasDtype : dtype);
    }
  }
  return { parameters, buffers, parameter_bytes, buffer_bytes };
}
