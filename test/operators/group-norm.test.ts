import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('group_norm', () => {
  test('counts one slice a group and sample', () => {
    // 2·3 slices of L = 2·5·4 = 40: squares 40; additions 39 + 40 + 39 + 1 = 119; divisions 42; 1 root.
    expect(operationsOf({ type: 'group_norm', num_groups: 3, affine: false }, [2, 6, 5, 4])).toEqual({
      mul: 240,
      add: 714,
      div: 252,
      sqrt: 6,
    });
  });

  test('learns a scale and a shift per channel, whatever the groups', () => {
    const row = rowOf({ type: 'GroupNormalization', groups: 3 }, [2, 6, 5, 4]);
    expect(row.type).toBe('group_norm');
    expect(valuesOf(row, '/weights/parameters')).toBe('6 + 6 = 12');
  });

  test('refuses groups that do not divide the channels, with both numbers', () => {
    expect(refusalOf({ type: 'group_norm', num_groups: 4 }, [2, 6, 5, 4])).toEqual({
      at: '/num_groups',
      code: 'groups_do_not_divide',
      detail: '"layer": num_groups 4 does not divide the 6 channels from "x0"',
    });
  });

  test('points at the spelling that was sent', () => {
    expect(refusalOf({ type: 'GroupNorm', groups: 4 }, [2, 6]).at).toBe('/groups');
  });

  test('refuses num_channels that are not those of the input', () => {
    expect(refusalOf({ type: 'group_norm', num_groups: 2, num_channels: 8 }, [2, 6, 5, 4])).toMatchObject({
      at: '/num_channels',
      code: 'mismatch',
    });
  });
});
