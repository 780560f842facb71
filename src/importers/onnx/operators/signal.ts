/** Signals: Fourier transforms, whose cost hangs on how they are done, and the windows and filters that go with them, which are constants. */

import { productOf } from '../../../tensor/product.ts';
import type { Shape } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import { constant } from '../../value.ts';
import type { Call } from '../call.ts';
import { dtypeOf } from '../element-types.ts';
import type { Lowerings } from './index.ts';
import { addUncosted } from './uncosted.ts';

const untold = 'what a Fourier transform costs hangs on how it is done; it is not counted';

/**
 * ONNX DFT-20: the last axis is the real and the imaginary part. `onesided` gives the half that tells the other, or, inverse, takes it and gives a real signal.
 * Opset 17 has the axis as an attribute, 1 where absent.
 */
function dft(call: Call): readonly Value[] {
  const shape = call.shape(0);
  const rank = shape.length;
  const axis = call.axis(call.opset < 20 ? call.int('axis', 1) : (call.known(2)?.[0] ?? -2), rank);
  const [onesided, inverse] = [call.int('onesided', 0) !== 0, call.int('inverse', 0) !== 0];
  const extent = shape[axis] as number;
  const length = call.known(1)?.[0] ?? (onesided && inverse ? 2 * (extent - 1) : extent);
  const result = shape.slice() as number[];
  result[axis] = onesided && !inverse ? Math.floor(length / 2) + 1 : length;
  result[rank - 1] = onesided && inverse ? 1 : 2;
  return addUncosted(call, [{ shape: result, dtype: call.input(0).dtype }], untold);
}

/** ONNX STFT-17: a transform of every frame. */
function stft(call: Call): readonly Value[] {
  const [batch = 1, length = 1] = call.shape(0);
  const step = call.known(1)?.[0] ?? 1;
  const frame = call.known(3)?.[0] ?? (call.has(2) ? (call.shape(2)[0] ?? 1) : length);
  const frames = Math.floor((length - frame) / step) + 1;
  const bins = call.int('onesided', 1) === 0 ? frame : Math.floor(frame / 2) + 1;
  return addUncosted(call, [{ shape: [batch, frames, bins, 2], dtype: call.input(0).dtype }], untold);
}

/** A constant of a shape that the file decides. */
function constantOf(call: Call, shape: Shape): readonly Value[] {
  const dtype = dtypeOf(call.int('output_datatype', 1)) ?? 'float32';
  if (!shape.every((extent) => Number.isInteger(extent) && extent >= 1))
    throw call.refusal('invalid_value', `its output would be [${shape.join(', ')}]; an extent is at least 1`);
  return [constant({ shape, dtype }, () => (call.add({ type: 'constant', shape, dtype }, [])[0] as Value).tensor())];
}

/** HannWindow-17 and its like. */
const window = (call: Call): readonly Value[] => constantOf(call, [call.known(0)?.[0] ?? 0]);

/** MelWeightMatrix-17: bins of a one-sided spectrum × bands. */
const melWeights = (call: Call): readonly Value[] =>
  constantOf(call, [Math.floor((call.known(1)?.[0] ?? 0) / 2) + 1, call.known(0)?.[0] ?? 0]);

/** ONNX Det-22: of the matrices in the last two axes. */
function det(call: Call): readonly Value[] {
  return addUncosted(
    call,
    [{ shape: call.shape(0).slice(0, -2), dtype: call.input(0).dtype }],
    'what a determinant costs hangs on how it is computed',
  );
}

/** ONNX Col2Im-18. Blocks of two spatial axes with even padding are our `fold`; others are of unknown cost. */
function col2Im(call: Call): readonly Value[] {
  const [image, block] = [call.known(1) ?? [], call.known(2) ?? []];
  const rank = block.length;
  const [batch = 1, columns = 1] = call.shape(0);
  const pads = call.ints('pads') ?? new Array<number>(2 * rank).fill(0);
  const even = pads.slice(0, rank).every((pad, axis) => pad === pads[axis + rank]);
  if (rank === 2 && even)
    return call.add(
      {
        type: 'fold',
        output_size: image,
        kernel_size: block,
        ...(call.ints('strides') === undefined ? {} : { stride: call.ints('strides') }),
        ...(pads.every((pad) => pad === 0) ? {} : { padding: pads.slice(0, rank) }),
        ...(call.ints('dilations') === undefined ? {} : { dilation: call.ints('dilations') }),
      },
      [call.input(0)],
    );
  const shape = [batch, columns / productOf(block), ...image];
  return addUncosted(
    call,
    [{ shape, dtype: call.input(0).dtype }],
    `a Col2Im over ${rank} axes, or with uneven padding, has no counterpart here`,
  );
}

export const signalLowerings: Lowerings = {
  BlackmanWindow: window,
  Col2Im: col2Im,
  DFT: dft,
  Det: det,
  HammingWindow: window,
  HannWindow: window,
  MelWeightMatrix: melWeights,
  STFT: stft,
};
