import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

const einsum = (equation: string) => ({ type: 'einsum', equation });

describe('einsum', () => {
  test('of two operands takes one product for each value of the subscripts', () => {
    // 2·4·5·7 outputs, each the sum of 8 products.
    const row = rowOf(einsum('bhid,bhjd->bhij'), [2, 4, 5, 8], [2, 4, 7, 8]);
    expect(row.compute.operations).toMatchObject({ mac: 2240, mul: 0, add: 0 });
    expect(valuesOf(row, '/compute/macs')).toBe('8·280 = 2240');
    // "..." counts as its axes: 2·6 batches of 3·4·5.
    expect(operationsOf(einsum('...ij,...jk->...ik'), [2, 1, 3, 4], [6, 4, 5])).toEqual({ mac: 720 });
    // The axes of "..." are summed where the output has none: 2·3·4 products.
    expect(operationsOf(einsum('b...,b...->b'), [2, 3, 4], [2, 3, 4])).toEqual({ mac: 24 });
  });

  test('multiplies where nothing is summed', () => {
    expect(operationsOf(einsum('i,j->ij'), [3], [4])).toEqual({ mul: 12 });
    expect(operationsOf(einsum('bi,bi->bi'), [2, 5], [2, 5])).toEqual({ mul: 10 });
  });

  test('of more operands is costed pairwise from left to right', () => {
    // ij,jk: 2·3·4 = 24; ik,kl: 2·4·5 = 40; il,lm: 2·5·6 = 60.
    expect(operationsOf(einsum('ij,jk,kl,lm->im'), [2, 3], [3, 4], [4, 5], [5, 6])).toEqual({ mac: 124 });
    // Outer products grow: 2·3 = 6, then 6·4 = 24, then 24·5 = 120.
    expect(operationsOf(einsum('i,j,k,l->lkji'), [2], [3], [4], [5])).toEqual({ mul: 150 });
    // bn,anm → bam sums n: 2·5·3·4 = 120; then bm sums m: 2·3·4 = 24.
    expect(operationsOf(einsum('bn,anm,bm->ba'), [2, 5], [3, 5, 4], [2, 4])).toEqual({ mac: 144 });
    // A subscript that a later operand has is kept: i·j = 6 products, then j is summed over 3·4 with i: 2·3·4.
    expect(operationsOf(einsum('i,j,jk->ik'), [2], [3], [3, 4])).toEqual({ mul: 6, mac: 24 });
  });

  test('of one operand adds up what the output leaves out', () => {
    // 24 values into 4.
    expect(operationsOf(einsum('ijk->k'), [2, 3, 4])).toEqual({ add: 20 });
    // The trace: 3 values of the diagonal into 1.
    expect(operationsOf(einsum('ii->'), [3, 3])).toEqual({ add: 2 });
    expect(operationsOf(einsum('ij->ji'), [2, 3])).toEqual({});
  });

  test('refuses text that is no equation, with the position', () => {
    expect(refusalOf(einsum('ij,j1->i'), [2, 3], [3, 4])).toEqual({
      at: '/equation',
      code: 'invalid_value',
      detail: '"layer": "1" at position 4 is no subscript; subscripts are letters, "..." stands for other axes',
    });
    expect(refusalOf(einsum('ij->ii'), [2, 3]).detail).toBe('"layer": the output has subscript i twice');
    expect(refusalOf(einsum('ij->ik'), [2, 3]).detail).toBe('"layer": the output has subscript k, which no operand has');
    expect(refusalOf(einsum('i..j->ij'), [2, 3]).detail).toBe('"layer": the "." at position 1 is not part of "..."');
    expect(refusalOf(einsum('ij,jk->ik,'), [2, 3], [3, 4]).at).toBe('/equation');
  });

  test('refuses inputs that do not go with the equation or with each other', () => {
    expect(refusalOf(einsum('ij,jk->ik'), [2, 3])).toMatchObject({ at: '/inputs', code: 'wrong_input_count' });
    expect(refusalOf(einsum('ij,jk->ik'), [2, 3], [3])).toMatchObject({ at: '/inputs/1', code: 'wrong_rank' });
    expect(refusalOf(einsum('ij,jk->ik'), [2, 3], [4, 5])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": subscript j is 4 in [4, 5] from "x1", but 3 in an operand before it',
    });
    expect(refusalOf(einsum('ii->i'), [2, 3]).detail).toBe('"layer": subscript i is 2 and 3 in [2, 3] from "x0"');
    expect(refusalOf(einsum('...i,...i->i'), [2, 3], [4, 3]).detail).toBe(
      '"layer": axis 1 from the end of "..." is 4 in [4, 3] from "x1", but 2 in an operand before it',
    );
    expect(refusalOf(einsum('ij,jk->ik'), [2, 3], [[3, 4], 'float64'])).toMatchObject({ at: '/inputs/1', code: 'wrong_dtype' });
  });
});
