/** A feature map is a tensor batch × channels × spatial axes (height before width). */

import type { Shape } from './shape.ts';

export interface FeatureMap {
  readonly batch: number;
  readonly channels: number;
  readonly spatial: Shape;
}

/** Takes a shape of rank 2 or more apart, channels first. */
export function featureMapOf(shape: Shape): FeatureMap {
  return { batch: shape[0] ?? 1, channels: shape[1] ?? 1, spatial: shape.slice(2) };
}

export function shapeOf(map: FeatureMap): Shape {
  return [map.batch, map.channels, ...map.spatial];
}

/** Batch × spatial × channels becomes batch × channels × spatial. Shapes of rank 2 or less are the same in both layouts. */
export function channelsFirst(shape: Shape): Shape {
  if (shape.length < 3) return shape;
  return [shape[0] ?? 1, shape[shape.length - 1] ?? 1, ...shape.slice(1, -1)];
}

/** Batch × channels × spatial becomes batch × spatial × channels. */
export function channelsLast(shape: Shape): Shape {
  if (shape.length < 3) return shape;
  return [shape[0] ?? 1, ...shape.slice(2), shape[1] ?? 1];
}
