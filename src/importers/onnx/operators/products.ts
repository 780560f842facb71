/** Matrix products. With a stored matrix on the right they are `linear` layers, else `matmul`. */

import type { Call, Part } from '../call.ts';
import type { Value } from '../value.ts';
import type { Lowerings } from './index.ts';

/** ONNX MatMul-13. */
function matmul(call: Call): readonly Value[] {
  const [inner, out] = call.shape(1);
  if (call.rank(1) === 2 && call.rank(0) >= 2 && inner === call.shape(0).at(-1)) {
    const weight: Part = { role: 'weight', value: call.input(1), shape: [out as number, inner as number] };
    const linear = call.addOwning({ type: 'linear', out_features: out, bias: false }, [call.input(0)], [weight]);
    if (linear !== undefined) return linear;
  }
  return call.add({ type: 'matmul' }, [call.input(0), call.input(1)]);
}

/**
 * ONNX Gemm-13: alpha · A' · B' + beta · C. A bias of one number a column belongs to the linear layer; another C is added by a row of its own. Factors other than 1 are taken to
 * be folded into the stored matrices.
 */
function gemm(call: Call): readonly Value[] {
  const transB = call.int('transB', 0) !== 0;
  const left =
    call.int('transA', 0) === 0 ? call.input(0) : call.addPart('transpose', { type: 'transpose', dim0: 0, dim1: 1 }, [call.input(0)]);
  const right = call.shape(1);
  if (call.rank(0) !== 2 || right.length !== 2)
    throw call.refusal('wrong_rank', `Gemm takes two matrices; given ranks ${call.rank(0)} and ${right.length}`);
  const [out, inner] = (transB ? right : [right[1], right[0]]) as [number, number];
  if (left.shape?.[1] !== inner)
    throw call.refusal('shape_mismatch', `its input gives ${left.shape?.[1]} columns, its matrix takes ${inner}`);
  const weight: Part = { role: 'weight', value: call.input(1), shape: [out, inner] };
  const addend = call.inputs[2];
  const isBias = addend?.weight !== undefined && addend.shape?.at(-1) === out && addend.shape.slice(0, -1).every((extent) => extent === 1);
  const bias: readonly Part[] = isBias ? [{ role: 'bias', value: addend, shape: [out] }] : [];
  const owning = addend === undefined || isBias ? call.addOwning(linearLayer(out, isBias), [left], [weight, ...bias]) : undefined;
  if (owning !== undefined) return owning;
  const name = addend === undefined ? call.name : `${call.name}/product`;
  const product =
    call.addOwning({ ...linearLayer(out, false), name }, [left], [weight]) ??
    call.add({ type: 'matmul', name }, [
      left,
      transB ? call.addPart('transpose_b', { type: 'transpose', dim0: 0, dim1: 1 }, [call.input(1)]) : call.input(1),
    ]);
  return addend === undefined ? product : call.add({ type: 'add' }, [product[0] as Value, addend]);
}

function linearLayer(out_features: number, bias: boolean): Readonly<Record<string, unknown>> {
  return { type: 'linear', out_features, ...(bias ? {} : { bias }) };
}

export const productLowerings: Lowerings = { MatMul: matmul, Gemm: gemm };
