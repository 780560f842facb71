/** The types that a layer computes in and keeps its weights in: Keras's dtype policies. */

import { isObject } from '../../architecture/document.ts';
import type { DType } from '../../tensor/dtype.ts';
import type { Config } from './config.ts';

export interface Policy {
  readonly compute: DType;
  readonly variable: DType;
}

const types: ReadonlyMap<string, DType> = new Map([
  ['float64', 'float64'],
  ['float32', 'float32'],
  ['float16', 'float16'],
  ['bfloat16', 'bfloat16'],
  ['int64', 'int64'],
  ['int32', 'int32'],
  ['int16', 'int16'],
  ['int8', 'int8'],
  ['uint8', 'uint8'],
  ['bool', 'bool'],
  // Types that there are none of here, by the nearest that holds their values.
  ['uint16', 'int32'],
  ['uint32', 'int64'],
  ['uint64', 'int64'],
]);

/** The type of a name as Keras, TensorFlow or NumPy writes it; undefined for what has no counterpart (strings, complex numbers). */
export function dtypeOf(name: unknown): DType | undefined {
  return typeof name === 'string' ? types.get(name) : undefined;
}

/** The policy of a layer; undefined where it states none, or one that is not known. */
export function readPolicy(config: Config): Policy | undefined {
  const value = config.raw('dtype');
  const name = isObject(value) ? (isObject(value.config) ? value.config.name : undefined) : value;
  if (typeof name !== 'string') return undefined;
  const quantized = /^(int8|int4|float8)_from_(\w+)$/.exec(name);
  if (quantized !== null) {
    const source = readPolicyName(quantized[2] as string);
    return source && { compute: source.compute, variable: quantized[1] as DType };
  }
  return readPolicyName(name);
}

function readPolicyName(name: string): Policy | undefined {
  const mixed = /^mixed_(float16|bfloat16)$/.exec(name);
  if (mixed !== null) return { compute: mixed[1] as DType, variable: 'float32' };
  const type = dtypeOf(name);
  return type && { compute: type, variable: type };
}
