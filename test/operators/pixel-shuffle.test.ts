import { expect, test } from 'vitest';
import { refusalOf, rowOf, valuesOf } from './one-layer.ts';

test('cells are moved: as many as before, and nothing computed', () => {
  const row = rowOf({ type: 'pixel_shuffle', upscale_factor: 3 }, [2, 27, 5, 4]);
  expect(row.output_shapes).toEqual([[2, 3, 15, 12]]);
  expect(row.memory).toMatchObject({ output_elements: 1080, activation_elements: 1080, view: false });
  expect(row.compute.flops).toBe(0);
  expect(['/output_shapes/0/1', '/output_shapes/0/2', '/output_shapes/0/3'].map((of) => valuesOf(row, of))).toEqual([
    '27/(3·3) = 3',
    '5·3 = 15',
    '4·3 = 12',
  ]);
});

test('refusals name the factor', () => {
  expect(refusalOf({ type: 'pixel_shuffle', upscale_factor: 2 }, [1, 6, 4, 4])).toEqual({
    at: '/upscale_factor',
    code: 'not_divisible',
    detail: '"layer": upscale_factor 2 needs channels divisible by 2·2 = 4, but "x0" gives 6',
  });
  expect(refusalOf({ type: 'SpaceToDepth', blocksize: 3 }, [1, 6, 6, 4])).toEqual({
    at: '/blocksize',
    code: 'not_divisible',
    detail: '"layer": downscale_factor 3 does not divide the width 4 from "x0"',
  });
});

test('an unbatched input is refused', () => {
  expect(refusalOf({ type: 'pixel_shuffle', upscale_factor: 2 }, [4, 4, 4]).code).toBe('wrong_rank');
});
