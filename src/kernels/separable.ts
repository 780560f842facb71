/** Pooling as passes over blocks of planes: each gathers the windows of one axis from what the pass before it left. */

import type { FloatArray } from './geometry.ts';
import type { AxisWindows, Windows } from './windows.ts';
import { cellsOf, outputsOf } from './windows.ts';

/** Gathers one axis of `planes` planes of `source` into `target`. */
export type Pass = (target: Float64Array, source: Float64Array, planes: number) => void;

/** How one axis is gathered: `outer` × cells × `inner` numbers into `outer` × windows × `inner`; `columns` is the case of `inner` 1. */
export interface Reduction {
  rows(target: Float64Array, source: Float64Array, outer: number, inner: number, windows: AxisWindows): void;
  columns(target: Float64Array, source: Float64Array, outer: number, windows: AxisWindows): void;
}

/** Where numbers come from and go to, and what is done to a block of them, in place, before the passes and after. */
export interface Pooling extends Reduction {
  readonly input: FloatArray;
  readonly result: FloatArray;
  /** `length` cells from the input. */
  prepare?(cells: Float64Array, length: number): void;
  /** `length` gathered numbers, which go to the result from position `to` on. */
  finish?(gathered: Float64Array, length: number, to: number): void;
}

/** Cells of a block: two buffers of doubles fit in the second-level cache, and small planes share a block. */
const blockCells = 16384;

export function poolPlanes(planes: number, windows: Windows, pooling: Pooling): void {
  const passes = passesOf(windows, pooling);
  const cells = cellsOf(windows);
  const outputs = outputsOf(windows);
  const largest = Math.max(cells, outputs);
  const together = Math.max(1, Math.min(planes, Math.floor(blockCells / largest)));
  let source = new Float64Array(together * largest);
  let target = new Float64Array(together * largest);
  for (let plane = 0; plane < planes; plane += together) {
    const count = Math.min(together, planes - plane);
    source.set(pooling.input.subarray(plane * cells, (plane + count) * cells));
    pooling.prepare?.(source, count * cells);
    for (const pass of passes) {
      pass(target, source, count);
      [source, target] = [target, source];
    }
    pooling.finish?.(source, count * outputs, plane * outputs);
    pooling.result.set(source.subarray(0, count * outputs), plane * outputs);
  }
}

/**
 * A pass for each axis, except where every cell is a window. The axis that shrinks most comes first, so that no pass leaves more than the
 * larger of input and output, or works long on cells that a later stride skips.
 */
function passesOf(windows: Windows, { rows, columns }: Reduction): readonly Pass[] {
  const axes = ([0, 1, 2] as const).filter((axis) => !isIdentity(windows[axis]));
  axes.sort((a, b) => growth(windows[a]) - growth(windows[b]));
  const extents = windows.map((axis) => axis.cells);
  return axes.map((axis): Pass => {
    const own = windows[axis];
    const outer = productOf(extents.slice(0, axis));
    const inner = productOf(extents.slice(axis + 1));
    extents[axis] = own.first.length;
    if (inner === 1) return (target, source, planes) => columns(target, source, planes * outer, own);
    return (target, source, planes) => rows(target, source, planes * outer, inner, own);
  });
}

function isIdentity({ cells, first, taps }: AxisWindows): boolean {
  return first.length === cells && taps.every((count, j) => count === 1 && first[j] === j);
}

function growth({ cells, first }: AxisWindows): number {
  return first.length / cells;
}

function productOf(extents: readonly number[]): number {
  return extents.reduce((product, extent) => product * extent, 1);
}
