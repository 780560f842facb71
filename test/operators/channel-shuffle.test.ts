import { expect, test } from 'vitest';
import { refusalOf, rowOf } from './one-layer.ts';

test('channels are moved into a new tensor, nothing is computed', () => {
  const row = rowOf({ type: 'channel_shuffle', groups: 2 }, [1, 6, 3, 3]);
  expect(row.output_shapes).toEqual([[1, 6, 3, 3]]);
  expect(row.memory).toMatchObject({ activation_elements: 54, view: false });
  expect(row.compute.flops).toBe(0);
});

test('groups that do not divide the channels are refused under the caller’s spelling', () => {
  expect(refusalOf({ type: 'ShuffleChannel', group: 4 }, [1, 6, 3, 3])).toEqual({
    at: '/group',
    code: 'groups_do_not_divide',
    detail: '"layer": groups 4 does not divide the 6 channels from "x0"',
  });
});
