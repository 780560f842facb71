/**
 * Networks exported with PyTorch against PyTorch's own figures (`test/golden/onnx/`, where README.md says how they were made): parameters, buffers, MACs, the
 * output of every convolution in order, and the network's outputs, for every question that the truth answers.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Question } from './read-onnx.ts';
import { fileAt, modelOf, reportOf, translated } from './read-onnx.ts';

const folder = new URL('../../golden/onnx/', import.meta.url);

interface Asked {
  readonly query: Question;
  readonly outputs: readonly (readonly number[])[];
  readonly macs: number | null;
  readonly convolutions: readonly (readonly number[])[];
}

type Shapes = Readonly<Record<string, readonly number[]>>;

interface Truth {
  readonly file: string;
  readonly parameters: number;
  readonly buffers: number;
  readonly other_float_buffers: Shapes;
  readonly parameters_not_in_file: Shapes;
  readonly buffers_not_in_file?: Shapes;
  readonly asked: readonly Asked[];
}

/**
 * What the file holds of the network's parameters and buffers. A floating buffer that is no running statistic is a parameter to whoever reads ONNX: nothing there
 * tells it from one.
 */
function inFile(truth: Truth): { readonly parameters: number; readonly buffers: number } {
  const gone = truth.buffers_not_in_file ?? {};
  const others = Object.fromEntries(
    Object.entries(truth.other_float_buffers).filter(([name]) => !(name in gone) && !isQuantization(truth.file)),
  );
  const statistics = Object.fromEntries(Object.entries(gone).filter(([name]) => !(name in truth.other_float_buffers)));
  return {
    parameters: truth.parameters - elementsIn(truth.parameters_not_in_file) + elementsIn(others),
    buffers: truth.buffers - elementsIn(statistics),
  };
}

/** Scales of quantised tensors are no parameters. */
function isQuantization(file: string): boolean {
  return file.startsWith('quantised');
}

function elementsIn(shapes: Shapes): number {
  return Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
}

const all = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Truth);
/** Detectors end in boxes whose number the data decides: their truth asks nothing. */
const truths = all.filter(({ asked }) => asked.length > 0);

test('at least 25 networks have their truth', () => expect(truths.length).toBeGreaterThanOrEqual(25));

describe.each(truths.map((truth) => [truth.file, truth] as const))('%s', (file, truth) => {
  const model = modelOf(fileAt(new URL(`${file}.onnx.gz`, folder)));

  test.each(truth.asked.map((asked) => [JSON.stringify(asked.query), asked] as const))('%s', (_title, asked) => {
    const imported = translated(model, asked.query);
    const report = reportOf(imported);
    const { parameters, buffers, macs } = report.totals;
    expect({ parameters, buffers, macs }).toEqual({ ...inFile(truth), macs: asked.macs });
    const convolutions = report.layers.filter(({ type }) => /^conv(_transpose)?\dd$/.test(type));
    expect(convolutions.map(({ output_shapes }) => output_shapes?.[0])).toEqual(asked.convolutions);
    const shapes = new Map<string, readonly number[]>(
      report.layers.flatMap((row) => (row.output_shapes ?? []).map((shape, k) => [`${row.name}:${k}`, shape] as const)),
    );
    const outputs = (imported.document.outputs ?? []).map((name) => shapes.get(name) ?? shapes.get(`${name}:0`));
    expect(outputs).toEqual(asked.outputs);
    expect(report.totals.partial).toEqual([]);
  });
});
