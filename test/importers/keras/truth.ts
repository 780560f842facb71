/** Models of test/golden/keras with what Keras says of them, and how a report is held against that. */

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ImportOptions } from '../../../src/importers/imported.ts';
import { importKeras } from '../../../src/importers/keras/index.ts';
import type { Report } from '../../../src/report/schema.ts';
import { limits, measureDocument } from '../../measure-document.ts';

export interface LayerTruth {
  readonly name: string;
  readonly class_name: string;
  readonly output_shapes: readonly (readonly (number | null)[] | null)[];
  readonly parameters: number;
}

export interface Truth {
  readonly count_params: number;
  readonly trainable: number;
  readonly inputs: readonly { readonly shape: readonly (number | null)[] }[];
  readonly layers: readonly LayerTruth[];
}

export interface Case {
  readonly name: string;
  readonly model: unknown;
  readonly truth: Truth;
}

const golden = new URL('../../golden/keras/', import.meta.url);

export function readGolden(path: string): unknown {
  const bytes = readFileSync(new URL(path, golden));
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
}

export function filesOf(folder: string): readonly string[] {
  return readdirSync(new URL(folder, golden)).sort();
}

/** Applications: a model and its truth in a file each, read when they are asked for. */
export function applications(folder: string): readonly { readonly name: string; read(): Case }[] {
  const files = filesOf(folder);
  return files
    .filter((file) => !file.includes('.truth.'))
    .map((file) => {
      const name = file.split('.')[0] as string;
      const truth = files.find((other) => other.startsWith(`${name}.truth.`)) as string;
      return { name, read: () => ({ name, model: readGolden(`${folder}/${file}`), truth: readGolden(`${folder}/${truth}`) as Truth }) };
    });
}

/** Small models: a list of cases in a file, or in a file for each family. */
export function layerCases(path: string): readonly Case[] {
  if (path.includes('.json')) return readGolden(path) as Case[];
  return filesOf(path).flatMap((file) => readGolden(`${path}/${file}`) as Case[]);
}

export const options: ImportOptions = { batch_size: undefined, resolution: undefined, dims: new Map(), limits };

/** Imports a case at batch size 3 and measures it; open axes of maps are given 64 cells, other open ones 7. */
export function importCase(
  { model, truth }: Case,
  batch_size: number | undefined = 3,
): { readonly report: Report; readonly batch: number } {
  const dims = new Map<string, number>();
  for (const { name, class_name, output_shapes } of truth.layers) {
    if (class_name !== 'InputLayer' || name.includes('/')) continue;
    for (const [axis, extent] of (output_shapes[0] ?? []).entries())
      if (axis > 0 && extent === null) dims.set(`${name}[${axis}]`, (output_shapes[0] ?? []).length > 3 ? 64 : 7);
  }
  const fixed = truth.inputs.some(({ shape }) => shape[0] !== null);
  const imported = importKeras(model, {
    ...options,
    batch_size: fixed ? undefined : batch_size,
    dims,
  });
  return { report: measureDocument(imported.document, { batch_size: imported.batch_size }), batch: imported.batch_size };
}

/** `outer/conv#2.activation` is a row of `outer/conv`. */
function baseOf(name: string): string {
  return name.replace(/\.activation$/, '').replace(/#\d+(?=\/|$)/g, '');
}

/** Everything in which a report differs from the truth, in words. */
export function differences(truth: Truth, report: Report, batch: number): readonly string[] {
  const found: string[] = [];
  const names = new Set(truth.layers.map(({ name }) => name));
  const parameters = new Map<string, number>();
  const shapes = new Map<string, string[]>();
  const all = new Map<string, string[]>();
  let isWhole = true;
  for (const row of report.layers) {
    const base = baseOf(row.name);
    let owner = base;
    while (!names.has(owner) && owner.includes('/')) owner = owner.slice(0, owner.lastIndexOf('/'));
    if (row.weights.parameters === null) isWhole = false;
    const own = row.weights.parameters === null ? Number.NaN : row.weights.parameters + (row.weights.buffers ?? 0);
    parameters.set(owner, (parameters.get(owner) ?? 0) + own);
    const outputs = row.output_shapes ?? [];
    if (owner === base && !row.name.endsWith('.activation')) shapes.set(owner, [...(shapes.get(owner) ?? []), String(outputs[0])]);
    all.set(owner, [...(all.get(owner) ?? []), ...outputs.map(String)]);
  }
  const { totals } = report;
  const total = totals.parameters + totals.buffers;
  if (isWhole && total !== truth.count_params) found.push(`total ${total} instead of ${truth.count_params}`);
  const wanted = new Map<string, LayerTruth[]>();
  for (const layer of truth.layers)
    if (layer.class_name !== 'InputLayer') wanted.set(layer.name, [...(wanted.get(layer.name) ?? []), layer]);
  for (const [name, calls] of wanted) {
    const own = parameters.get(name);
    const expected = calls[0]?.parameters;
    if (own !== expected && !Number.isNaN(own)) found.push(`${name} (${calls[0]?.class_name}): parameters ${own} instead of ${expected}`);
    const texts = calls.map(({ output_shapes }) => textOf(output_shapes[0], batch));
    const given = [...(shapes.get(name) ?? [])];
    for (const text of texts) {
      const at = given.findIndex((shape) => matches(text, shape));
      if (at < 0) found.push(`${name} (${calls[0]?.class_name}): no row of shape ${text}, but ${given.join(' and ') || 'none'}`);
      else given.splice(at, 1);
    }
    for (const shape of calls.flatMap(({ output_shapes }) => output_shapes.slice(1)))
      if (!all.get(name)?.some((other) => matches(textOf(shape, batch), other)))
        found.push(`${name} (${calls[0]?.class_name}): no output ${textOf(shape, batch)} among ${all.get(name)?.join(' and ')}`);
  }
  return found;
}

function textOf(shape: readonly (number | null)[] | null | undefined, batch: number): string {
  return shape === null || shape === undefined ? '*' : shape.map((extent, axis) => extent ?? (axis === 0 ? batch : '?')).join(',');
}

function matches(wanted: string, found: string): boolean {
  if (wanted === '*') return true;
  const extents = found.split(',');
  const pattern = wanted.split(',');
  return pattern.length === extents.length && pattern.every((extent, axis) => extent === '?' || extent === extents[axis]);
}
