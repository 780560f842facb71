import { expect, test } from 'vitest';
import type { CaseTensor } from '../node-case.ts';
import { measured, modelOfNodes } from '../node-case.ts';

const stored = (...shape: number[]): CaseTensor => ({ shape, dtype: 'float32', stored: true });
const tensors = { x: { shape: [5, 2, 3], dtype: 'float32' }, W: stored(1, 16, 3), R: stored(1, 16, 4), B: stored(1, 32) };

function lstm(
  attributes: Readonly<Record<string, unknown>>,
  outputs: readonly string[] = ['y', 'h', 'c'],
  read: readonly string[] = outputs,
) {
  const node = { op: 'LSTM', name: 'lstm', inputs: ['x', 'W', 'R', 'B'], outputs, attributes: { hidden_size: 4, ...attributes } };
  return measured(modelOfNodes([node], tensors, read));
}

test('the views around a layer are rows only where something reads them', () => {
  expect(lstm({}, ['', 'h'], ['h']).report.layers.map(({ name }) => name)).toEqual(['lstm/batch_first', 'lstm']);
  expect(lstm({}).report.layers.map(({ name }) => name)).toEqual(['lstm/batch_first', 'lstm', 'lstm/directions', 'lstm/steps_first']);
});

test('activations of its own, a clip and coupled gates are told: the elementwise operations are those of the usual layer', () => {
  const { imported } = lstm({ activations: ['HardSigmoid', 'Tanh', 'Tanh'], clip: 3, input_forget: 1 });
  expect(imported.diagnostics).toMatchObject([{ code: 'approximated', severity: 'warning', layer: 'lstm' }]);
  expect(imported.diagnostics[0]?.detail).toMatch(
    /^its activations are HardSigmoid, Tanh, Tanh, it clips its gates, its input and forget gates are coupled: /u,
  );
  expect(lstm({ activations: ['Sigmoid', 'Tanh', 'Tanh'] }).imported.diagnostics).toEqual([]);
});

test('weights of another layer’s size are refused with both shapes', () => {
  expect(() => lstm({ hidden_size: 5 })).toThrow('W is [1, 16, 3] and X [5, 2, 3]; LSTM takes [1, 20, features]');
  expect(() => lstm({ direction: 'bidirectional' })).toThrow('LSTM takes [2, 16, features]');
});
