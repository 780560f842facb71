import { expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

test('triangles keep the shape, compute nothing and write a new tensor', () => {
  expect(operationsOf({ type: 'tril' }, [2, 4, 4])).toEqual({});
  expect(rowOf({ type: 'triu', k: -1 }, [2, 3, 4]).memory).toMatchObject({ activation_elements: 24, view: false });
});

test('triangles need a matrix', () => {
  expect(refusalOf({ type: 'tril' }, [4])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
});
