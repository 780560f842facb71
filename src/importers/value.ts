/**
 * What a tensor's name stands for while a graph is translated: a tensor that flows, numbers that are known (shapes and their arithmetic), a stored weight,
 * or a list of those. A constant becomes rows of the document only when something reads it as a tensor.
 */

import type { DType } from '../tensor/dtype.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import type { DraftTensor } from './draft.ts';
import type { Piece, WeightSource } from './weights.ts';

export interface Value {
  /** Undefined where it cannot be told. */
  readonly shape: Shape | undefined;
  readonly dtype: DType;
  /** Its numbers, row-major, where they are known. */
  readonly values?: readonly number[] | undefined;
  /** The stored tensor whose numbers it holds, each once and in any order, where it is that. */
  readonly weight?: WeightSource | undefined;
  /** The pieces of stored tensors that it consists of, where it is no whole one and still nothing else. */
  readonly pieces?: readonly Piece[] | undefined;
  /** True where its numbers are known and a learned tensor has a part in them. */
  readonly learned?: boolean | undefined;
  /** Elements of a sequence, which is no tensor. */
  readonly items?: readonly Value[] | undefined;
  /** True where no graph input has a part in it, the shapes of tensors apart. */
  readonly constant: boolean;
  /** The tensor in the document; the first call adds the rows that make a constant. */
  readonly tensor: () => DraftTensor;
}

/** Numbers that are known. */
export interface Known extends TensorType {
  readonly values: readonly number[];
}

export function isKnown(value: Value | undefined): value is Value & Known {
  return value?.values !== undefined && value.shape !== undefined;
}

/** A tensor of the document. */
export function flowing(tensor: DraftTensor): Value {
  return { shape: tensor.shape, dtype: tensor.dtype, constant: false, tensor: () => tensor };
}

/** A constant, whose rows `make` adds on first use. */
export function constant(
  parts: Pick<Value, 'shape' | 'dtype' | 'values' | 'weight' | 'pieces' | 'learned'>,
  make: () => DraftTensor,
): Value {
  let made: DraftTensor | undefined;
  return {
    ...parts,
    constant: true,
    tensor: () => {
      made ??= make();
      return made;
    },
  };
}

/** The value where rows are only tried: nothing that reads it adds a row that stays. */
export function rehearsing(value: Value): Value {
  const { shape, dtype, items } = value;
  if (items !== undefined) return items.length === 0 ? value : { ...value, items: items.map(rehearsing) };
  return { ...value, tensor: () => ({ text: 'outside', shape, dtype }) };
}

/** A sequence of tensors. */
export function sequence(items: readonly Value[], dtype: DType): Value {
  return {
    shape: undefined,
    dtype,
    items,
    constant: items.every((item) => item.constant),
    tensor: () => ({ text: '', shape: undefined, dtype }),
  };
}

/** Stands for a tensor that could not be made: what reads it stays unknown, the reason has been said. */
export function unknown(dtype: DType, text = 'unknown'): Value {
  return flowing({ text, shape: undefined, dtype });
}
