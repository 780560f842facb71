/** From resolved window attributes to the geometry that kernels take: always three spatial axes, leading ones of extent 1. */

import type { ConvGeometry, PoolGeometry, Triple, WindowGeometry } from '../kernels/geometry.ts';
import type { Shape } from '../tensor/shape.ts';
import type { AxisPadding } from '../tensor/window.ts';

interface ResolvedWindow {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly AxisPadding[];
}

/** The last three of `values`, filled with `missing` in front. */
export function triple(values: readonly number[], missing = 1): Triple {
  const [depth = missing, height = missing, width = missing] = [...new Array<number>(3 - values.length).fill(missing), ...values];
  return [depth, height, width];
}

function windowGeometry(window: ResolvedWindow, input: Shape, output: Shape): WindowGeometry {
  return {
    input: triple(input.slice(2)),
    output: triple(output.slice(2)),
    kernel: triple(window.kernel),
    stride: triple(window.stride),
    dilation: triple(window.dilation),
    before: triple(
      window.padding.map(([before]) => before),
      0,
    ),
    after: triple(
      window.padding.map(([, after]) => after),
      0,
    ),
  };
}

/** `input` and `output` are whole shapes, batch × channels × spatial. */
export function poolGeometry(window: ResolvedWindow, input: Shape, output: Shape): PoolGeometry {
  return { ...windowGeometry(window, input, output), batch: input[0] ?? 1, channels: input[1] ?? 1 };
}

/** Channels are those of all groups together. */
export function convGeometry(window: ResolvedWindow, input: Shape, output: Shape, groups: number): ConvGeometry {
  return {
    ...windowGeometry(window, input, output),
    batch: input[0] ?? 1,
    groups,
    inChannels: input[1] ?? 1,
    outChannels: output[1] ?? 1,
  };
}

/** Cells of one image with its padding, all channels. */
export function paddedCells(padding: readonly AxisPadding[], input: Shape): number {
  let cells = input[1] ?? 1;
  for (let axis = 0; axis < padding.length; axis++) {
    const [before, after] = padding[axis] as AxisPadding;
    cells *= (input[axis + 2] ?? 1) + before + after;
  }
  return cells;
}
