import { expect, test } from 'vitest';
import { channelsFirst, channelsLast, featureMapOf, shapeOf } from '../../src/tensor/feature-map.ts';

test('a shape comes apart into batch, channels and spatial axes, and goes together again', () => {
  expect(featureMapOf([2, 3, 32, 48])).toEqual({ batch: 2, channels: 3, spatial: [32, 48] });
  expect(featureMapOf([2, 3])).toEqual({ batch: 2, channels: 3, spatial: [] });
  expect(shapeOf({ batch: 2, channels: 3, spatial: [32, 48] })).toEqual([2, 3, 32, 48]);
});

test('channels move between the second and the last axis, the order of spatial axes kept', () => {
  expect(channelsFirst([2, 4, 5, 6, 3])).toEqual([2, 3, 4, 5, 6]);
  expect(channelsLast([2, 3, 4, 5, 6])).toEqual([2, 4, 5, 6, 3]);
  expect(channelsFirst([2, 7, 3])).toEqual([2, 3, 7]);
});

test('up to two axes there is nothing to move', () => {
  for (const shape of [[], [4], [4, 5]]) {
    expect(channelsFirst(shape)).toEqual(shape);
    expect(channelsLast(shape)).toEqual(shape);
  }
});
