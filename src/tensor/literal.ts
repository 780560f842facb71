/**
 * Tensors in a JSON body: reads `{"layer": {…}, "input": T, "weight": T, …}` in one walk over its bytes, numbers straight into typed arrays. T is nested
 * arrays, `{shape, data}` or `{shape, base64}`. Knows nothing of what the tensors are for. Writing them is in `literal-write.ts`.
 */

import { type Issue, type Path, Refusal } from '../issue.ts';
import { JsonCursor } from './literal-json.ts';
import { type ArrayLimits, excerpt, type Numbers, type NumberType, readNested } from './literal-nested.ts';
import { readTensorObject } from './literal-object.ts';

export { NotJson } from './literal-not-json.ts';

/** How a tensor lies in JSON. */
export type TensorForm = 'nested' | 'flat' | 'base64';

export interface Tensor {
  readonly dtype: NumberType;
  readonly shape: readonly number[];
  /** Row-major, as many numbers as the shape has elements. */
  readonly data: Numbers;
}

export interface SentTensor extends Tensor {
  readonly form: TensorForm;
}

export interface BodyLimits {
  /** Deepest nesting of anything. */
  readonly maxDepth: number;
  /** Axes of a tensor. */
  readonly maxRank: number;
  /** Elements of all tensors together. */
  readonly maxElements: number;
}

export interface BodyKeys {
  readonly tensors: readonly string[];
  readonly values: readonly string[];
}

export interface TensorBody {
  readonly tensors: ReadonlyMap<string, SentTensor>;
  /** As `JSON.parse` gives them. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Keys of neither kind, whose values were checked to be JSON and left. */
  readonly unknown: readonly string[];
  /** One for each tensor or value that cannot be used and is therefore absent; their paths exist in what was sent. */
  readonly issues: readonly Issue[];
}

/** Reads a body from its UTF-8 bytes. Throws `NotJson` with the offset where it is no JSON at all. */
export function readTensorBody(bytes: Uint8Array, keys: BodyKeys, limits: BodyLimits): TensorBody {
  const cursor = new JsonCursor(bytes, limits.maxDepth);
  const tensors = new Map<string, SentTensor>();
  const values = new Map<string, unknown>();
  const unknown: string[] = [];
  const issues: Issue[] = [];
  let left = limits.maxElements;
  const attempt = (path: Path, read: () => void): void => {
    const start = cursor.at;
    try {
      read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      issues.push({ path: [...path, ...error.at], code: error.code, detail: error.message });
      cursor.at = start;
      cursor.skip();
    }
  };
  attempt([], () => {
    if (cursor.peek() !== 123) throw new Refusal([], 'invalid_value', `the body is an object; given ${excerpt(cursor)}`);
    cursor.object((key) => {
      if (keys.values.includes(key)) attempt([key], () => values.set(key, cursor.value()));
      else if (keys.tensors.includes(key))
        attempt([key], () => {
          const tensor = readTensor(cursor, { left, maxElements: limits.maxElements, maxRank: limits.maxRank });
          left -= tensor.data.length;
          tensors.set(key, tensor);
        });
      else {
        unknown.push(key);
        cursor.skip();
      }
    });
  });
  cursor.end();
  return { tensors, values, unknown, issues };
}

/** Reads the tensor at the cursor; `limits.left` elements at most. Refuses, at the path from it, what is JSON but no tensor; throws `NotJson`. */
export function readTensor(cursor: JsonCursor, limits: ArrayLimits): SentTensor {
  const first = cursor.peek();
  if (first === 91) return { form: 'nested', dtype: 'float32', ...readNested(cursor, 'float32', limits) };
  if (first === 123) return readTensorObject(cursor, limits);
  throw new Refusal(
    [],
    'invalid_value',
    `a tensor is nested arrays of numbers or an object with shape and data or base64; given ${excerpt(cursor)}`,
  );
}
