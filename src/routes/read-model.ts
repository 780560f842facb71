/** From a received body to the native document that it holds, whatever its format: what every question about a posted model begins with. */

import { canonicalText } from '../architecture/canonical.ts';
import { didYouMean, quote } from '../architecture/names.ts';
import type { Config } from '../config.ts';
import { BrokenFile } from '../importers/broken-file.ts';
import type { Format, Imported } from '../importers/imported.ts';
import type { ForeignFile } from '../importers/index.ts';
import { formatOfJson, importFile, knownBy } from '../importers/index.ts';
import { lookedFor } from '../importers/recognise.ts';
import type { Path } from '../issue.ts';
import { InvalidArchitecture, pointerOf, pointerTo } from '../issue.ts';
import { InvalidDocument, Problem } from '../plugins/problems.ts';
import type { MeasureOptions } from '../questions/measure.ts';
import type { ReportSource } from '../report/build-report.ts';
import { networkOf, networks } from '../zoo/index.ts';
import type { ModelQuery } from './model-query.ts';
import { readJson } from './read-json.ts';
import type { Received } from './receive-body.ts';

export interface Model {
  readonly document: unknown;
  readonly batch_size: number;
  /** Where an importer has made the document; it has put the resolution in place. */
  readonly source: ReportSource | undefined;
  /** The pointer, in what was sent, of a path in the document. */
  readonly pointer: (path: Path) => string;
}

/** Reads what was received; throws a 400 where it is of no known format or of another than was asked for, a 422 where it does not hold together. */
export function readModel(received: Received, query: ModelQuery, config: Config): Model {
  if (received.kind === 'onnx') return imported({ format: 'onnx', skeleton: received.skeleton }, pointerOf, query, config);
  const sent = readJson(received.bytes);
  return modelIn(sent, (path) => pointerTo(sent, path), query, config);
}

/** The same for parsed JSON, which may be a part of a body; `pointer` leads from a path in it to a place in the body. */
export function modelIn(sent: unknown, pointer: (path: Path) => string, query: ModelQuery, config: Config): Model {
  const format = formatOf(sent, query.format);
  if (format === 'native') checkNoDims(query);
  if (format === 'native') return { document: resolveRef(sent, pointer), batch_size: query.batch_size ?? 1, source: undefined, pointer };
  return withPointers(pointer, () => {
    // Before anything recurses into it.
    canonicalText(sent, config.limits.maxDepth);
    return imported({ format, json: sent }, pointer, query, config);
  });
}

/** Of a query, how the model is to be measured. */
type Measuring = Pick<MeasureOptions, 'convention'> & Partial<Pick<MeasureOptions, 'resolution' | 'dtype' | 'include'>>;

/** Asks a question of a model under the options of a query; refusals are told as by `withPointers`. */
export function askModel<T>(
  { document, batch_size, source, pointer }: Model,
  { resolution, dtype, convention, include = [] }: Measuring,
  question: (document: unknown, options: MeasureOptions) => T,
): T {
  const options = { batch_size, resolution, dtype, convention, include, ...(source === undefined ? {} : { source }) };
  return withPointers(pointer, () => question(document, options));
}

/** Asks a question of the document; what does not hold together is then told in pointers of what was sent. */
export function withPointers<T>(pointer: (path: Path) => string, question: () => T): T {
  try {
    return question();
  } catch (error) {
    if (error instanceof InvalidArchitecture) throw new InvalidDocument(error, pointer);
    if (error instanceof BrokenFile) throw new Problem('malformed-body', error.message);
    throw error;
  }
}

function imported(file: ForeignFile, pointer: (path: Path) => string, query: ModelQuery, config: Config): Model {
  const { batch_size, resolution, dims = new Map() } = query;
  const { limits } = config;
  const { format, document, origin, diagnostics, told, ...made }: Imported = withPointers(pointer, () =>
    importFile(file, { batch_size, resolution, dims, limits }),
  );
  const way = (path: Path): string => pointer(origin(path));
  const notes = diagnostics.map(({ code, severity, layer = null, at, detail }) => ({
    code,
    severity,
    layer,
    pointer: pointer(at),
    detail,
  }));
  return { document, batch_size: made.batch_size, source: { format, pointer: way, diagnostics: notes, told: new Set(told) }, pointer: way };
}

function formatOf(sent: unknown, forced: Format | undefined): 'native' | 'keras' | 'tfjs' {
  const told = formatOfJson(sent);
  // A received ONNX file is no JSON, and a body that is none has been refused.
  if (forced === undefined || forced === 'onnx' || forced === told) {
    if (told !== undefined) return told;
    throw new Problem('malformed-body', `the body is JSON of no known format; expected ${lookedFor}`);
  }
  const is = told === undefined ? 'JSON of no known format' : knownBy[told];
  throw new Problem('malformed-body', `format=${forced} is asked for, but the body is ${is}; expected ${knownBy[forced]}`);
}

function checkNoDims({ dims }: ModelQuery): void {
  if (dims === undefined) return;
  const detail = 'dims names symbolic dimensions, which a native document has not; leave it out';
  throw new Problem('invalid-query', detail, [{ detail, code: 'no_symbols', pointer: '#', parameter: 'dims' }]);
}

/** `{"ref"}` stands for the network's document; throws a 422 for an unknown one. */
function resolveRef(sent: unknown, pointer: (path: Path) => string): unknown {
  if (typeof sent !== 'object' || sent === null || !('ref' in sent)) return sent;
  const { ref, ...others } = sent as { ref: unknown };
  const refuse = (path: readonly string[], code: string, detail: string): never => {
    throw new InvalidDocument(new InvalidArchitecture([{ path, code, detail }]), pointer);
  };
  const extra = Object.keys(others)[0];
  if (extra !== undefined) return refuse([extra], 'unknown_key', `a body with "ref" has no other key; found ${quote(extra)}`);
  if (typeof ref !== 'string') return refuse(['ref'], 'invalid_value', `ref must be text; given ${quote(ref)}`);
  const network = networkOf(ref);
  if (network !== undefined) return network.document;
  return refuse(
    ['ref'],
    'unknown_reference',
    `there is no network ${quote(ref)} in /v1/zoo${didYouMean(
      ref,
      networks.map(({ name }) => name),
    )}`,
  );
}
