/** Cases of `test/golden/onnx-nodes/`: models of one node, or few, with what ONNX says comes out. */

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { Draft } from '../../../src/importers/draft.ts';
import { dtypeOf } from '../../../src/importers/onnx/element-types.ts';
import type { OnnxModel } from '../../../src/importers/onnx/model.ts';
import { Scope } from '../../../src/importers/onnx/scope.ts';
import { Translation } from '../../../src/importers/onnx/translation.ts';
import type { Value } from '../../../src/importers/value.ts';
import { flowing } from '../../../src/importers/value.ts';
import { Weights } from '../../../src/importers/weights.ts';
import type { Report } from '../../../src/report/schema.ts';
import { limits } from '../../measure-document.ts';
import { modelOf, reportOf, translated } from './read-onnx.ts';

export interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values?: readonly (number | string)[];
}

export interface GoldenNode {
  readonly title: string;
  readonly model: string;
  readonly outputs: readonly Expected[];
  /** Data decides a shape: there is a row without cost, and a diagnostic that says so. */
  readonly custom?: true;
  /** False where a row has its shapes but no cost. */
  readonly costed?: false;
  readonly parameters?: number;
  readonly macs?: number;
  /** Names of all rows in order, constants and parameters apart. */
  readonly rows?: readonly string[];
}

export function casesOf(name: string): readonly (readonly [string, GoldenNode])[] {
  const text = readFileSync(new URL(`../../golden/onnx-nodes/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as GoldenNode[]).map((golden) => [golden.title, golden] as const);
}

/** Values that the walk gives a model's outputs, without a document. */
export function valuesOf(model: OnnxModel): readonly (Value | undefined)[] {
  const { graph } = model;
  const draft = new Draft({ name: undefined, limits });
  const translation = new Translation(draft, model, new Weights(new Set()));
  const scope = new Scope({ outer: undefined, dims: new Map(), prefix: '', attributes: new Map(), opsets: model.opsets });
  for (const { name, dims, elemType } of graph.inputs) {
    const type = { shape: dims as readonly number[], dtype: dtypeOf(elemType) ?? 'float32' };
    scope.set(name, flowing(draft.input(name, type, false, [])));
  }
  translation.declareStored(graph, scope, ['graph']);
  scope.state(graph.valueInfo);
  translation.walk(graph.nodes, scope, ['graph']);
  return graph.outputs.map(({ name }) => scope.get(name));
}

/** The report of a golden model holds what the case says. */
export function checkCase(golden: GoldenNode): Report {
  const imported = translated(modelOf(Buffer.from(golden.model, 'base64')));
  const report = reportOf(imported);
  const isWhole = golden.custom !== true && golden.costed !== false;
  expect(report.totals.partial.length === 0).toBe(isWhole);
  expect(report.diagnostics.some(({ code }) => code === 'not_costed')).toBe(!isWhole);
  if (golden.custom !== true) {
    const types = new Map(
      report.layers.flatMap((row) =>
        (row.output_shapes ?? []).map((shape, k) => [k === 0 ? row.name : `${row.name}:${k}`, shape] as const),
      ),
    );
    for (const { name, shape } of imported.document.inputs ?? []) types.set(name ?? '', shape as number[]);
    expect(imported.document.outputs?.map((name) => types.get(name))).toEqual(golden.outputs.map(({ shape }) => shape));
  }
  if (golden.parameters !== undefined) expect(report.totals.parameters).toBe(golden.parameters);
  if (golden.macs !== undefined) expect(report.totals.macs).toBe(golden.macs);
  const rows = report.layers.filter(({ type }) => type !== 'constant' && type !== 'parameter' && type !== 'identity');
  if (golden.rows !== undefined) expect(rows.map(({ name }) => name)).toEqual(golden.rows);
  return report;
}

/** The walk gives the shapes, types and numbers that the case says. */
export function checkValues(golden: GoldenNode): void {
  const values = valuesOf(modelOf(Buffer.from(golden.model, 'base64')));
  for (const [index, expected] of golden.outputs.entries()) {
    const value = values[index];
    expect({ shape: value?.shape, dtype: value?.dtype }).toEqual({ shape: expected.shape, dtype: expected.dtype });
    if (expected.values === undefined) continue;
    const numbers = expected.values.map(Number);
    expect(value?.values?.length).toBe(numbers.length);
    // Functions such as sin may differ in the last bit of float32.
    for (const [at, number] of numbers.entries()) expect(value?.values?.[at]).toBeCloseTo(number, 5);
  }
}
