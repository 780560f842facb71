import { expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

const layer = { type: 'DeformConv', out_channels: 8, kernel_size: 3 };

test('a deformable convolution has the products of the convolution, and reads its taps', () => {
  expect(rowOf(layer, [1, 3, 8, 8], [1, 18, 6, 6]).compute.macs).toBe(
    rowOf({ type: 'conv2d', out_channels: 8, kernel_size: 3 }, [1, 3, 8, 8]).compute.macs,
  );
  // 972 taps, 648 offsets, 288 outputs; a mask is one multiplication more a tap.
  expect(operationsOf({ ...layer, bias: false }, [1, 3, 8, 8], [1, 18, 6, 6])).toEqual({ mac: 7776, mul: 3888, add: 3564 });
  expect(operationsOf(layer, [1, 3, 8, 8], [1, 18, 6, 6], [1, 9, 6, 6])).toEqual({ mac: 7776, mul: 4860, add: 3852 });
});

test('offsets are two for each tap and output cell', () => {
  expect(refusalOf(layer, [1, 3, 8, 8], [1, 9, 6, 6])).toEqual({
    at: '/inputs/1',
    code: 'shape_mismatch',
    detail: '"layer": the offset must be [1, 18, 6, 6] (batch × 2·offset_groups·k·k × output cells), but "x1" gives [1, 9, 6, 6]',
  });
  expect(refusalOf({ ...layer, offset_group: 2 }, [1, 3, 8, 8], [1, 36, 6, 6])).toMatchObject({
    at: '/offset_group',
    code: 'groups_do_not_divide',
  });
});
