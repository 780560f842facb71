/** Matrix products. With a stored matrix on the right they are `linear` layers, else `matmul`. */

import type { Posted } from '../../../architecture/read-layer.ts';
import type { Part } from '../../node-rows.ts';
import type { Value } from '../../value.ts';
import type { Call } from '../call.ts';
import type { Lowerings } from './index.ts';
import { addTransposed } from './reshaped.ts';

export interface ProductOptions {
  /** What the rows of the left and the right operand stand in: transposed, their last two axes change places first. */
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Added to each column. */
  readonly bias?: Value | undefined;
  /** What the layer says beside its type and features. */
  readonly more?: Posted;
  readonly name?: string;
}

/** Adds a product of `left` and `right` as one row called `name`, with more rows before it where its operands are not as they should be. */
export function addProduct(call: Call, left: Value, right: Value, options: ProductOptions = {}): Value {
  const { transA = false, transB = false, bias, more = {}, name = call.name } = options;
  const input = transA ? addTransposed(call, 'transpose_a', left) : left;
  const shape = right.shape ?? [];
  const [inner, out] = transB ? [shape[1], shape[0]] : [shape[0], shape[1]];
  const rows = input.shape ?? [];
  const fits = shape.length === 2 && rows.length >= 2 && inner === rows.at(-1);
  const isVector = bias?.shape?.at(-1) === out && bias?.shape?.slice(0, -1).every((extent) => extent === 1) === true;
  if (fits) {
    const layer = { type: 'linear', out_features: out, ...more };
    const weight: Part = { role: 'weight', value: right, shape: [out as number, inner as number] };
    const whole =
      bias === undefined
        ? call.addOwning({ ...layer, bias: false, name }, [input], [weight])
        : isVector && bias.weight !== undefined
          ? call.addOwning({ ...layer, name }, [input], [weight, { role: 'bias', value: bias, shape: [out as number] }])
          : undefined;
    if (whole !== undefined) return whole[0] as Value;
  }
  const productName = bias === undefined ? name : `${name}/product`;
  const product =
    (fits
      ? call.addOwning(
          { type: 'linear', out_features: out, ...more, bias: false, name: productName },
          [input],
          [{ role: 'weight', value: right, shape: [out as number, inner as number] }],
        )
      : undefined) ?? addMatmul(call, input, transB ? addTransposed(call, 'transpose_b', right) : right, more, productName);
  return bias === undefined
    ? (product[0] as Value)
    : (call.add({ type: 'add', ...more, name }, [product[0] as Value, bias], 1)[0] as Value);
}

/** Of two tensors; ours have one element type, so that integers of two types are brought to one. */
function addMatmul(call: Call, left: Value, right: Value, more: Posted, name: string): readonly Value[] {
  const other = left.dtype === right.dtype ? right : call.addPart('cast', { type: 'cast', dtype: left.dtype }, [right]);
  return call.add({ type: 'matmul', ...more, name }, [left, other], 1);
}

/** ONNX MatMul-13. */
function matmul(call: Call): readonly Value[] {
  return [addProduct(call, call.input(0), call.input(1))];
}

/**
 * ONNX Gemm-13: alpha · A' · B' + beta · C. A bias of one number a column belongs to the linear layer; another C is added by a row of its own. Factors other than 1
 * are taken to be folded into the stored matrices.
 */
export function gemm(call: Call): readonly Value[] {
  checkMatrices(call, 0, 1);
  return [
    addProduct(call, call.input(0), call.input(1), {
      transA: call.int('transA', 0) !== 0,
      transB: call.int('transB', 0) !== 0,
      bias: call.inputs[2],
    }),
  ];
}

/** Refuses operands of a Gemm that are no matrices, or do not go together. */
export function checkMatrices(call: Call, left: number, right: number): void {
  const [a, b] = [call.shape(left), call.shape(right)];
  if (a.length !== 2 || b.length !== 2)
    throw call.refusal('wrong_rank', `Gemm takes two matrices; given ranks ${a.length} and ${b.length}`);
  const columns = a[call.int('transA', 0) === 0 ? 1 : 0];
  const inner = b[call.int('transB', 0) === 0 ? 0 : 1];
  if (columns !== inner) throw call.refusal('shape_mismatch', `its input gives ${columns} columns, its matrix takes ${inner}`);
}

/** ONNX Einsum-12. */
function einsum(call: Call): readonly Value[] {
  const equation = call.text('equation');
  if (equation === undefined) throw call.refusal('missing_key', 'Einsum needs its equation');
  return call.add(
    { type: 'einsum', equation: equation.replace(/\s/gu, '') },
    call.inputs.filter((value): value is Value => value !== undefined),
  );
}

export const productLowerings: Lowerings = { Einsum: einsum, Gemm: gemm, MatMul: matmul };
