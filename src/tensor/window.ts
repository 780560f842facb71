/**
 * Sliding windows: kernel, stride, padding, dilation and rounding become output extents, one axis at a time.
 * Source: PyTorch documentation of Conv2d, MaxPool2d and ConvTranspose2d ("Shape"); Dumoulin & Visin,
 * "A guide to convolution arithmetic for deep learning" (arXiv:1603.07285).
 */

/** Cells of padding before and after the data on one axis. */
export type AxisPadding = readonly [before: number, after: number];

/** Cells that a dilated kernel spans: d·(k − 1) + 1. */
export function spanOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/**
 * Output extent of a window: ⌊(i + p_before + p_after − span)/s⌋ + 1; zero or less where the window does not fit.
 * With `ceil` the division rounds up (so a window may overhang by less than a stride even when it is the only one), and a last window that would start in the end padding (or beyond it) is dropped.
 */
export function windowExtent(input: number, kernel: number, stride: number, dilation: number, padding: AxisPadding, ceil: boolean): number {
  const room = input + padding[0] + padding[1] - spanOf(kernel, dilation);
  if (!ceil) return room < 0 ? 0 : Math.floor(room / stride) + 1;
  const extent = Math.ceil(room / stride) + 1;
  return (extent - 1) * stride >= input + padding[0] ? extent - 1 : extent;
}

/** Output extent of a transposed window: (i − 1)·s − p_before − p_after + span + output_padding. */
export function transposedExtent(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: AxisPadding,
  outputPadding: number,
): number {
  return (input - 1) * stride - padding[0] - padding[1] + spanOf(kernel, dilation) + outputPadding;
}

/**
 * Padding that makes the output ⌈i/s⌉ long: (⌈i/s⌉ − 1)·s + span − i cells in all, never less than none, shared between both sides;
 * an odd cell goes to the end, or to the start with `lower`.
 */
export function samePadding(input: number, kernel: number, stride: number, dilation: number, lower: boolean): AxisPadding {
  const total = Math.max((Math.ceil(input / stride) - 1) * stride + spanOf(kernel, dilation) - input, 0);
  const half = Math.floor(total / 2);
  return lower ? [total - half, half] : [half, total - half];
}
