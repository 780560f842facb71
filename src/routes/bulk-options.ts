/** The options of a line of `/v1/bulk`: the query of `/v1/analyze` as JSON. Each is turned into the query's text, and read by the query's own rules. */

import * as z from 'zod';
import { isObject } from '../architecture/document.ts';
import { didYouMean, quote } from '../architecture/names.ts';
import { pointerOf } from '../issue.ts';
import type { ProblemEntry } from '../plugins/problems.ts';
import { Problem } from '../plugins/problems.ts';
import type { Detail } from '../questions/bulk.ts';
import type { AnalyzeQuery } from './analyze-query.ts';
import { analyzeQuery } from './analyze-query.ts';

/** For the OpenAPI document. */
export const bulkOptions = z
  .strictObject({
    batch_size: z.int().min(1).optional().describe('Extent of the batch axis.'),
    resolution: z
      .union([z.int().min(1), z.string()])
      .optional()
      .describe('`384` or `"320x480"`.'),
    dims: z
      .union([z.record(z.string(), z.int().min(1)), z.string()])
      .optional()
      .describe('`{"N": 1}` or `"N:1"`.'),
    include: z
      .union([z.array(z.string()), z.string()])
      .optional()
      .describe('Parts to add to a report; with `detail=layers` only.'),
    format: analyzeQuery.shape.format,
    dtype: analyzeQuery.shape.dtype,
    mode: analyzeQuery.shape.mode,
    convention: analyzeQuery.shape.convention,
  })
  .meta({ title: 'BulkOptions', description: 'The query of `/v1/analyze` as JSON.' });

type Name = keyof AnalyzeQuery;

const names = Object.keys(analyzeQuery.shape) as Name[];
const longest = 4096;
/** Nobody reads more of them. */
const mostEntries = 32;
const defaults = analyzeQuery.parse({});

/** Reads the options; throws a 400 with a pointer to each that does not hold. */
export function readBulkOptions(options: unknown, detail: Detail): AnalyzeQuery {
  if (options === undefined) return defaults;
  const entries: ProblemEntry[] = [];
  const texts: Record<string, string> = {};
  const refuse = (name: string, code: string, detail: string): void => {
    if (entries.length < mostEntries) entries.push({ detail, code, pointer: pointerOf(['options', name]), parameter: name });
  };
  // The cast: it has been read as an object.
  for (const [name, value] of Object.entries(options as object)) {
    if (entries.length === mostEntries) break;
    const text = textOf(name, value);
    if (!names.includes(name as Name))
      refuse(name, 'unknown_parameter', `unknown option ${quote(name)}${didYouMean(name, names)}; served: ${names.join(', ')}`);
    else if (text === undefined) refuse(name, 'invalid_value', `${name} must be ${kindOf(name)}`);
    else if (text.length > longest) refuse(name, 'invalid_value', `${name} is longer than ${longest} characters`);
    else texts[name] = text;
  }
  const read = analyzeQuery.safeParse(texts);
  if (!read.success)
    for (const { path, message } of read.error.issues) refuse(String(path[0]), 'invalid_value', `${String(path[0])} ${message}`);
  if (detail === 'totals' && Object.hasOwn(texts, 'include'))
    refuse('include', 'invalid_value', 'include adds to reports: ask for detail=layers');
  if (read.success && entries.length === 0) return read.data;
  throw new Problem('invalid-query', entries.map((entry) => entry.detail).join('; '), entries);
}

/** The query's text of an option; undefined where it is of another type. */
function textOf(name: string, value: unknown): string | undefined {
  if (name === 'batch_size') return typeof value === 'number' ? String(value) : undefined;
  if (typeof value === 'string') return value;
  if (name === 'resolution' && typeof value === 'number') return String(value);
  if (name === 'include' && Array.isArray(value) && value.every((part) => typeof part === 'string')) return value.join(',');
  if (name !== 'dims' || !isObject(value)) return undefined;
  const pairs = Object.entries(value);
  return pairs.every(([, extent]) => typeof extent === 'number') ? pairs.map(([dim, extent]) => `${dim}:${extent}`).join(',') : undefined;
}

function kindOf(name: string): string {
  switch (name) {
    case 'batch_size':
      return 'a number';
    case 'resolution':
      return 'a number, or text such as "320x480"';
    case 'dims':
      return 'an object of extents by name, or text such as "N:1,H:224"';
    case 'include':
      return 'a list of text, or text';
    default:
      return 'text';
  }
}
