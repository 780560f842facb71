/** Exporters turn the gates of a recurrent layer by cutting its weights up and joining them in another order. */

import { expect, test } from 'vitest';
import type { CaseNode, CaseTensor } from '../node-case.ts';
import { measured, modelOfNodes } from '../node-case.ts';

const flows: CaseTensor = { shape: [5, 2, 3], dtype: 'float32' };
const stored = (...shape: number[]): CaseTensor => ({ shape, dtype: 'float32', stored: true });
const numbers = (...values: number[]): CaseTensor => ({ shape: [values.length], dtype: 'int64', values });

/** Rows `start` to `end` of `from`. */
const slice = (from: string, start: string, end: string, to: string): CaseNode => ({
  op: 'Slice',
  inputs: [from, start, end, 'axis'],
  outputs: [to],
});

/** A GRU whose gates are turned: [0, 4, 8, 12] are the ends of the three gates of 4 rows. */
function turned(start: string, end: string) {
  return measured(
    modelOfNodes(
      [
        slice('w', 'zero', 'four', 'a'),
        slice('w', 'four', 'eight', 'b'),
        slice('w', start, end, 'c'),
        { op: 'Concat', inputs: ['b', 'a', 'c'], outputs: ['abc'], attributes: { axis: 0 } },
        { op: 'Unsqueeze', inputs: ['abc', 'zero'], outputs: ['W'] },
        { op: 'GRU', name: 'gru', inputs: ['x', 'W', 'R'], outputs: ['y'], attributes: { hidden_size: 4 } },
      ],
      {
        x: flows,
        w: stored(12, 3),
        R: stored(1, 12, 4),
        axis: numbers(0),
        zero: numbers(0),
        four: numbers(4),
        eight: numbers(8),
        all: numbers(2 ** 53),
      },
      ['y'],
    ),
  );
}

test('what holds every piece of a stored tensor once is that tensor: the layer owns it', () => {
  const { report, outputs } = turned('eight', 'all');
  // 12·3 + 12·4 weights; 3·4·(3 + 4) products in each of 5·2 steps.
  expect(report.totals).toMatchObject({ parameters: 84, macs: 840, partial: [] });
  expect(report.layers.find(({ name }) => name === 'gru')?.weights?.parameters).toBe(84);
  expect(report.layers.map(({ type }) => type)).not.toContain('parameter');
  expect(outputs).toEqual([{ shape: [5, 1, 2, 4], dtype: 'float32' }]);
});

test('a piece that is there twice is no whole tensor: the cuts are rows, and the layer is not costed', () => {
  const { report, imported } = turned('four', 'eight');
  expect(report.layers.filter(({ type }) => type === 'parameter').map(({ name }) => name)).toContain('w');
  expect(report.totals.partial).toContain('macs');
  expect(imported.diagnostics.map(({ code }) => code)).toContain('not_costed');
});

test('the halves of a split, joined again, are the tensor', () => {
  const { report } = measured(
    modelOfNodes(
      [
        { op: 'Split', inputs: ['w'], outputs: ['a', 'b'], attributes: { axis: 1 } },
        { op: 'Concat', inputs: ['b', 'a'], outputs: ['ba'], attributes: { axis: 1 } },
        { op: 'MatMul', name: 'product', inputs: ['x', 'ba'], outputs: ['y'] },
      ],
      { x: flows, w: stored(3, 6) },
      ['y'],
      13,
    ),
  );
  expect(report.layers.map(({ name, type }) => [name, type])).toEqual([['product', 'linear']]);
  expect(report.totals).toMatchObject({ parameters: 18, macs: 180 });
});
