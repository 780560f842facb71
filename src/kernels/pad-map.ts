/** Padding whose cells are taken from the data: the padded map as a map of its own, for kernels that know zeros only. */

import type { FloatArray, Triple } from './geometry.ts';

/**
 * "reflect" mirrors at the border cell, which is not repeated, "replicate" repeats it, "circular" goes on at the other side. As in PyTorch's
 * `torch.nn.functional.pad`.
 */
export type PadMode = 'reflect' | 'replicate' | 'circular';

export interface PadGeometry {
  /** Batch times channels. */
  readonly planes: number;
  readonly input: Triple;
  readonly before: Triple;
  readonly after: Triple;
}

/** Planes of `before + input + after` cells an axis. Reflected padding is smaller than the extent, circular padding at most the extent. */
export function padMap(input: FloatArray, { planes, input: extents, before, after }: PadGeometry, mode: PadMode): FloatArray {
  const depths = sourcesOf(extents[0], before[0], after[0], mode);
  const rows = sourcesOf(extents[1], before[1], after[1], mode);
  const columns = sourcesOf(extents[2], before[2], after[2], mode);
  const elements = planes * depths.length * rows.length * columns.length;
  const padded = input instanceof Float32Array ? new Float32Array(elements) : new Float64Array(elements);
  let to = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let d = 0; d < depths.length; d++) {
      for (let h = 0; h < rows.length; h++) {
        const from = ((plane * extents[0] + depths[d]!) * extents[1] + rows[h]!) * extents[2];
        for (let w = 0; w < columns.length; w++) padded[to++] = input[from + columns[w]!]!;
      }
    }
  }
  return padded;
}

/** The cell of the data that each cell of a padded axis holds. */
function sourcesOf(extent: number, before: number, after: number, mode: PadMode): Int32Array {
  return Int32Array.from({ length: before + extent + after }, (_, at) => {
    const cell = at - before;
    if (cell >= 0 && cell < extent) return cell;
    if (mode === 'replicate') return cell < 0 ? 0 : extent - 1;
    if (mode === 'circular') return cell < 0 ? cell + extent : cell - extent;
    return cell < 0 ? -cell : 2 * (extent - 1) - cell;
  });
}
