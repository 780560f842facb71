/** The manifest of weights in a TensorFlow.js `model.json`: names, shapes, types, and the types that quantised ones are stored in. */

import { isObject } from '../../architecture/document.ts';
import { quote } from '../../architecture/names.ts';
import type { Issue } from '../../issue.ts';
import { throwIfAny, throwIfMany } from '../../issue.ts';
import type { DType } from '../../tensor/dtype.ts';

export interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** The tensor's own type; text and complex numbers stand as int64, which no layer takes for a weight. */
  readonly dtype: DType;
  /** The type on disk where it is not the tensor's own. */
  readonly stored: DType | undefined;
}

/** Types that the converter quantises to; the 16-bit integer is unsigned there, which has the same width. */
const quantized: Readonly<Record<string, DType>> = { uint8: 'uint8', uint16: 'int16', float16: 'float16' };

/** Types that a manifest names. */
const own: Readonly<Record<string, DType>> = { float32: 'float32', int32: 'int32', bool: 'bool', float16: 'float16' };

/** Every weight of every group; refuses entries without a name or with a shape that is none. An absent manifest has no weights. */
export function readManifest(json: unknown): readonly ManifestWeight[] {
  const groups = isObject(json) ? json.weightsManifest : undefined;
  if (!Array.isArray(groups)) return [];
  const issues: Issue[] = [];
  const weights = groups.flatMap((group, place) => {
    const listed = isObject(group) ? group.weights : undefined;
    if (!Array.isArray(listed)) return [];
    return listed.flatMap((weight, index) => {
      const path = ['weightsManifest', place, 'weights', index];
      throwIfMany(issues);
      const read = readWeight(weight);
      if (typeof read !== 'string') return [read];
      issues.push({ path, code: 'invalid_value', detail: read });
      return [];
    });
  });
  throwIfAny(issues);
  return weights;
}

/** A weight, or what is wrong with it. */
function readWeight(weight: unknown): ManifestWeight | string {
  if (!isObject(weight)) return `a weight is an object with name, shape and dtype; given ${quote(weight)}`;
  const { name, shape, quantization } = weight;
  if (typeof name !== 'string') return `the name of a weight must be text; given ${quote(name)}`;
  if (!Array.isArray(shape) || shape.length > 64 || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    return `the shape of ${quote(name)} must be a list of whole numbers; given ${quote(shape)}`;
  const dtype = own[String(weight.dtype)] ?? 'int64';
  const type = isObject(quantization) ? quantization.dtype : undefined;
  if (type === undefined) return { name, shape, dtype, stored: undefined };
  const stored = typeof type === 'string' && Object.hasOwn(quantized, type) ? quantized[type] : undefined;
  return stored === undefined
    ? `the quantised type of ${quote(name)} must be uint8, uint16 or float16; given ${quote(type)}`
    : { name, shape, dtype, stored };
}
