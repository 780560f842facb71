/** Attributes that name several axes, or places for new ones, the batch axis being 0 and negative numbers counting from the end. */

import * as z from 'zod';
import type { Path } from '../issue.ts';
import { Refusal } from '../issue.ts';
import type { Shape } from '../tensor/shape.ts';
import { axisOf, formatShape } from '../tensor/shape.ts';
import { axes, axis } from './attributes.ts';
import { resolveAxis } from './axis-attribute.ts';
import type { LayerContext } from './operator.ts';

export const oneOrMoreAxes = z.union([axis, axes]);

/** One axis or several, as a list. */
export function listed(dim: number | readonly number[]): readonly number[] {
  return typeof dim === 'number' ? [dim] : dim;
}

/** The axes that `dims` names in `shape`, each at most once. */
export function resolveAxes(attribute: string, dims: readonly number[], shape: Shape, layer: LayerContext): readonly number[] {
  const found = new Array<number>(dims.length);
  for (let entry = 0; entry < dims.length; entry++) found[entry] = resolveAxis(dims[entry] as number, shape, [attribute, entry], layer);
  return distinct(attribute, dims, found);
}

/** The places that `dims` names among the axes of an output with `dims.length` more axes than `shape`. */
export function resolvePlaces(attribute: string, dims: readonly number[], shape: Shape, layer: LayerContext): readonly number[] {
  const found = new Array<number>(dims.length);
  for (let entry = 0; entry < dims.length; entry++)
    found[entry] = resolvePlace(dims[entry] as number, shape, [attribute, entry], layer, dims.length);
  return distinct(attribute, dims, found);
}

/** The place that `dim` names for an axis that is new, `added` of them in all; the end of `shape` is a place too. */
export function resolvePlace(dim: number, shape: Shape, at: Path, layer: LayerContext, added = 1): number {
  const rank = shape.length + added;
  const place = axisOf(dim, rank);
  if (place !== undefined) return place;
  throw new Refusal(
    at,
    'out_of_range',
    `${at[0]} ${dim} is not from ${-rank} to ${rank - 1}, the axes of an output with ${added} more than ${formatShape(shape)} from ${layer.producer(0)}`,
  );
}

function distinct(attribute: string, dims: readonly number[], found: readonly number[]): readonly number[] {
  for (let entry = 1; entry < found.length; entry++) {
    if (found.indexOf(found[entry] as number) < entry)
      throw new Refusal([attribute, entry], 'duplicate_axis', `${attribute} ${formatShape(dims)} names axis ${found[entry]} twice`);
  }
  return found;
}
