/** Real files to mutate: our own exports of the smaller kind, and the light models beside the checkout where they are. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { networks } from '../../src/zoo/index.ts';

export interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  /** The value where it is JSON. */
  readonly json?: unknown;
  /** Query that it is read with. */
  readonly query?: string;
}

const golden = new URL('../golden/', import.meta.url);
const light = new URL('../../../shared/onnx_light/', import.meta.url);

/** Larger files only take longer. */
const mostBytes = 200_000;

/** Files of one folder and those below it. */
function filesIn(folder: URL): readonly URL[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => new URL(`file://${entry.parentPath}/${encodeURIComponent(entry.name)}`))
    .sort((a, b) => (a.pathname < b.pathname ? -1 : 1));
}

function contentOf(file: URL): Buffer {
  const bytes = readFileSync(file);
  return file.pathname.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** What can be posted among the golden files and the light models. */
export function corpus(): readonly Sample[] {
  const binary = [...filesIn(new URL('onnx/', golden)), ...filesIn(light)].filter(({ pathname }) => /\.onnx(\.gz)?$/.test(pathname));
  const json = [...filesIn(new URL('keras/', golden)), ...filesIn(new URL('tfjs/', golden))].filter(
    ({ pathname }) => /\.json(\.gz)?$/.test(pathname) && !pathname.includes('truth'),
  );
  const samples: Sample[] = [];
  for (const file of binary) {
    const bytes = contentOf(file);
    if (bytes.length <= mostBytes) samples.push({ name: nameOf(file), bytes, ...queryOf(file) });
  }
  for (const file of json) {
    const bytes = contentOf(file);
    if (bytes.length > mostBytes) continue;
    for (const value of modelsIn(JSON.parse(bytes.toString()))) samples.push({ name: nameOf(file), bytes, json: value });
  }
  for (const { name, document } of networks.slice(0, 6)) samples.push({ name, bytes: Buffer.alloc(0), json: document });
  return samples;
}

/** The first question that the truth beside a file answers: it binds the file's symbols. */
function queryOf(file: URL): { readonly query?: string } {
  const truth = new URL(file.href.replace(/\.onnx(\.gz)?$/, '.json'));
  if (!existsSync(truth)) return {};
  const { asked = [] } = JSON.parse(readFileSync(truth, 'utf8')) as { asked?: { query: { dims?: Record<string, number> } }[] };
  const dims = Object.entries(asked[0]?.query.dims ?? {});
  return dims.length === 0 ? {} : { query: `dims=${dims.map(([name, extent]) => `${name}:${extent}`).join(',')}` };
}

function nameOf(file: URL): string {
  return decodeURIComponent(file.pathname.split('/').slice(-2).join('/'));
}

/** Models in a golden file: the file itself, or those that its cases hold. */
function modelsIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const held = value as Record<string, unknown>;
  if (('class_name' in held && 'config' in held) || 'modelTopology' in held) return [held];
  const models: unknown[] = [];
  for (const entry of Object.values(held)) {
    if (models.length >= 12) break;
    if (typeof entry === 'object' && entry !== null) models.push(...modelsIn(entry));
  }
  return models;
}
