import { describe, expect, test } from 'vitest';
import { refusalOf, rowOf } from './one-layer.ts';

const layer = { type: 'conv2d', out_channels: 3, kernel_size: 3 };

describe('padding that is taken from the data', () => {
  test('changes neither shapes nor counts', () => {
    // 4 × 4 with a border of 3 is 10 × 10, of which 8 × 8 windows of 2·9 cells.
    for (const padding_mode of ['zeros', 'reflect', 'replicate', 'circular']) {
      const row = rowOf({ ...layer, padding: 3, padding_mode }, [1, 2, 4, 4]);
      expect(row.output_shapes).toEqual([[1, 3, 8, 8]]);
      expect(row.compute.macs).toBe(3456);
    }
  });

  test('reflects fewer cells than there are, and names the side that does not', () => {
    expect(refusalOf({ ...layer, padding: 4, padding_mode: 'reflect' }, [1, 2, 4, 4])).toEqual({
      at: '/padding',
      code: 'padding_too_large',
      detail: '"layer": reflect padding 4 of height exceeds 3, the most that an input height of 4 allows',
    });
    expect(
      refusalOf(
        {
          ...layer,
          padding_mode: 'reflect',
          padding: [
            [3, 3],
            [0, 4],
          ],
        },
        [1, 2, 4, 4],
      ).at,
    ).toBe('/padding/1');
  });

  test('wraps around once at most, replicates without end', () => {
    expect(rowOf({ ...layer, padding: 4, padding_mode: 'circular' }, [1, 2, 4, 4]).output_shapes).toEqual([[1, 3, 10, 10]]);
    expect(refusalOf({ ...layer, padding: 5, padding_mode: 'circular' }, [1, 2, 4, 4]).code).toBe('padding_too_large');
    expect(rowOf({ ...layer, padding: 50, padding_mode: 'replicate' }, [1, 2, 4, 4]).output_shapes).toEqual([[1, 3, 102, 102]]);
  });

  test('is held to the extent where "same" asks for it', () => {
    // A dilated kernel spans 9 cells, so "same" pads 4 on each side of 4.
    const same = { ...layer, dilation: 4, padding: 'same' };
    expect(rowOf(same, [1, 2, 4, 4]).output_shapes).toEqual([[1, 3, 4, 4]]);
    expect(refusalOf({ ...same, padding_mode: 'reflect' }, [1, 2, 4, 4]).at).toBe('/padding');
  });
});

test('integers are convolved with floating weights to floating outputs', () => {
  // 3·2·2 outputs of four bytes.
  expect(rowOf(layer, [[1, 2, 4, 4], 'uint8']).memory.activation_bytes).toBe(48);
});
