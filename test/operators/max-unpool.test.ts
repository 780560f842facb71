import { expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

test('unpooling puts values back and computes nothing', () => {
  const row = rowOf({ type: 'MaxUnpool2d', kernel_size: 3, stride: 2, padding: 1 }, [1, 3, 5, 4], [[1, 3, 5, 4], 'int64']);
  expect(row.output_shapes).toEqual([[1, 3, 9, 7]]);
  expect(valuesOf(row, '/output_shapes/0/2')).toBe('(5 − 1)·2 + 3 − 2·1 = 9');
  expect(operationsOf({ type: 'max_unpool1d', kernel_size: 2 }, [1, 3, 5], [[1, 3, 5], 'int64'])).toEqual({});
});

test('an output size may differ by less than a stride', () => {
  const inputs = [
    [1, 3, 5],
    [[1, 3, 5], 'int64'],
  ] as const;
  expect(rowOf({ type: 'max_unpool1d', kernel_size: 3, output_size: 17 }, ...inputs).output_shapes).toEqual([[1, 3, 17]]);
  expect(refusalOf({ type: 'max_unpool1d', kernel_size: 3, output_size: 18 }, ...inputs)).toEqual({
    at: '/output_size',
    code: 'out_of_range',
    detail: '"layer": output_size 18 of length is out of reach: the window gives 15, and less than a stride of 3 is free',
  });
});
