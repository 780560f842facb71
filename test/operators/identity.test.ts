import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('identity and dropout', () => {
  test.each(['identity', 'Dropout2d', 'SpatialDropout1D'])('%s is a view that costs nothing', (type) => {
    const row = rowOf({ type }, [[2, 3, 4], 'float16']);
    expect(row.memory).toEqual({ output_elements: 24, activation_elements: 0, activation_bytes: 0, view: true });
    expect(operationsOf({ type }, [2, 3, 4])).toEqual({});
  });

  test('dropout refuses what is no probability', () => {
    expect(refusalOf({ type: 'dropout', rate: 1.5 }, [2, 3])).toMatchObject({ at: '/rate', code: 'invalid_value' });
  });
});
