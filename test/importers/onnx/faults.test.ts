/** Files that hold together in part, or not: what is said of them, and that each fault is told once. */

import { expect, test } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { InvalidArchitecture } from '../../../src/issue.ts';
import { limits } from '../../measure-document.ts';
import type { CaseNode, CaseTensor } from './node-case.ts';
import { measured, modelOfNodes } from './node-case.ts';

const flows = (...shape: number[]): CaseTensor => ({ shape, dtype: 'float32' });
const relu = (from: string, to: string): CaseNode => ({ op: 'Relu', name: `makes ${to}`, inputs: [from], outputs: [to] });
const conv = (from: string, weight: string, to: string): CaseNode => ({ op: 'Conv', name: to, inputs: [from, weight], outputs: [to] });

function issuesOf(model: ReturnType<typeof modelOfNodes>, options: Partial<Parameters<typeof importOnnx>[1]> = {}) {
  try {
    importOnnx(model, { batch_size: undefined, resolution: undefined, dims: new Map(), limits, ...options });
  } catch (error) {
    if (error instanceof InvalidArchitecture) return error.issues;
    throw error;
  }
  return [];
}

test('a cycle is one fault, and what it keeps from being made is none', () => {
  const cycle: readonly CaseNode[] = [{ op: 'Add', name: 'makes a', inputs: ['x', 'b'], outputs: ['a'] }, relu('a', 'b')];
  expect(issuesOf(modelOfNodes(cycle, { x: flows(2, 8) }, ['b'])).map(({ code }) => code)).toEqual(['cycle']);
  const missing = issuesOf(modelOfNodes([...cycle, relu('nowhere', 'c')], { x: flows(2, 8) }, ['b', 'c']));
  expect(missing.map(({ code }) => code)).toEqual(['cycle', 'unknown_reference']);
});

test('weights that are inputs of the graph are no parameters, which is said', () => {
  const { imported, report } = measured(
    modelOfNodes([conv('x', 'w', 'h'), conv('h', 'v', 'y')], { x: flows(1, 3, 8, 8), w: flows(3, 3, 1, 1), v: flows(4, 3, 1, 1) }, ['y']),
  );
  expect(report.totals.parameters).toBe(0);
  expect(imported.diagnostics.map(({ code, severity, at }) => [code, severity, at])).toEqual([
    ['weights_are_inputs', 'warning', ['graph', 'node', 0]],
  ]);
  const stored = { ...flows(3, 3, 1, 1), stored: true };
  expect(measured(modelOfNodes([conv('x', 'w', 'y')], { x: flows(1, 3, 8, 8), w: stored }, ['y'])).imported.diagnostics).toEqual([]);
});

test('a resolution and an extent that dims gives may not contradict each other', () => {
  const model = () => {
    const made = modelOfNodes([relu('x', 'y')], { x: flows(1, 3, 8, 8) }, ['y']);
    (made.graph.inputs[0]?.dims as (number | string)[])[2] = 'H';
    return made;
  };
  expect(issuesOf(model(), { resolution: [224, 224], dims: new Map([['H', 220]]) }).map(({ code }) => code)).toEqual([
    'conflicting_extents',
  ]);
  expect(issuesOf(model(), { resolution: [224, 224], dims: new Map([['H', 224]]) })).toEqual([]);
});
