/** Extents of the placeholders: −1 at the front is the batch axis, elsewhere it is open and bound by a resolution or by `dims`. */

import { quote } from '../../architecture/names.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { Draft } from '../draft.ts';
import type { ImportOptions } from '../imported.ts';
import type { GraphNode } from './graph-def.ts';
import { isJson } from './graph-def.ts';

export interface BoundExtents {
  readonly shapes: readonly (Shape | undefined)[];
  readonly batch_size: number;
  /** Whether the graph fixes the batch at another number than 1: its axis is then left in place. */
  readonly fixed: boolean;
}

/** An axis without a name goes by `<input>[<axis>]` in `dims`. */
export function bindExtents(
  placeholders: readonly GraphNode[],
  { batch_size, resolution, dims }: ImportOptions,
  draft: Draft,
): BoundExtents {
  const stated = placeholders.map((node) => extentsOf(node));
  const first = stated.find((extents) => extents !== undefined && extents.length > 0)?.[0];
  const fixed =
    first !== undefined &&
    first > 0 &&
    stated.every((extents) => extents === undefined || extents.length === 0 || (extents[0] as number) > 0);
  const batch = batch_size ?? (fixed ? first : 1);
  if (fixed && batch_size !== undefined && batch_size !== first)
    draft.refuse(
      placeholders[0]?.at ?? [],
      'batch_fixed',
      `the first axis of ${quote(placeholders[0]?.name)} is ${first}, so batch_size cannot be ${batch_size}`,
    );
  const images = stated.filter((extents) => extents?.length === 4);
  if (resolution !== undefined && images.length !== 1)
    draft.refuse(
      ['modelTopology', 'node'],
      'no_single_image',
      `resolution replaces height and width of the one image input; this graph has ${images.length} inputs of 4 axes`,
    );
  const open: string[] = [];
  const names = new Set<string>();
  const shapes = placeholders.map((node, index) => {
    const extents = stated[index];
    if (extents === undefined) {
      draft.refuse(node.at, 'unknown_rank', `the input ${quote(node.name)} states no shape`);
      return undefined;
    }
    const shape = extents.map((extent, axis) => {
      const name = `${node.name}[${axis}]`;
      if (extent <= 0) names.add(name);
      if (resolution !== undefined && images.length === 1 && extents.length === 4 && (axis === 1 || axis === 2))
        return resolution[axis - 1] as number;
      if (extent > 0) return extent;
      const bound = dims.get(name) ?? (axis === 0 ? batch : undefined);
      if (bound === undefined) open.push(name);
      return bound;
    });
    return shape.every((extent) => extent !== undefined) ? (shape as number[]) : undefined;
  });
  if (open.length > 0)
    draft.refuse(
      placeholders[0]?.at ?? [],
      'unbound_dimension',
      `the graph leaves ${open.map(quote).join(', ')} open; say how large, as in ?resolution=224 or ?dims=${open.map((name) => `${name}:224`).join(',')}`,
    );
  for (const name of dims.keys())
    if (!names.has(name))
      draft.refuse(['modelTopology', 'node'], 'unknown_dimension', `dims names ${quote(name)}, which is no open axis of this graph`);
  return { shapes, batch_size: batch, fixed: fixed && batch !== 1 };
}

function extentsOf({ attributes }: GraphNode): readonly number[] | undefined {
  const shape = isJson(attributes.shape) && isJson(attributes.shape.shape) ? attributes.shape.shape : undefined;
  if (shape === undefined || shape.unknownRank === true) return undefined;
  const dims = Array.isArray(shape.dim) ? shape.dim : [];
  const extents = dims.map((dim: unknown) => Number(isJson(dim) ? (dim.size ?? 0) : Number.NaN));
  return extents.every((extent) => Number.isSafeInteger(extent)) ? extents : undefined;
}
