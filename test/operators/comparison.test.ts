import { expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

test('comparisons and logic answer in bool, one comparison an element', () => {
  const types = ['Equal', 'ne', 'Greater', 'GreaterOrEqual', 'Less', 'le', 'And', 'Or', 'Xor'];
  for (const type of types) {
    expect([type, operationsOf({ type }, [3, 1], [5])]).toEqual([type, { cmp: 15 }]);
    expect([type, rowOf({ type }, [3, 1], [5]).memory.activation_bytes]).toEqual([type, 15]);
  }
  expect(rowOf({ type: 'GreaterOrEqual' }, [2], [2]).type).toBe('greater_equal');
});

test('comparisons refuse shapes that do not broadcast', () => {
  expect(refusalOf({ type: 'less' }, [2, 3], [2, 4])).toMatchObject({ at: '/inputs/1', code: 'shape_mismatch' });
});
