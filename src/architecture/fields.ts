/**
 * Reads one posted object against a table of fields: aliases, unknown and doubled keys, and values, in a single pass over the keys that were sent.
 * The table comes from the same zod schemas that the JSON Schema is printed from; checking field by field keeps the caller's own spelling for
 * pointers and costs a fraction of an object schema.
 */

import type * as z from 'zod';
import type { Issue, Path } from '../issue.ts';
import type { AttributeAlias } from '../operators/operator.ts';
import { expected } from './expected.ts';
import { didYouMean, quote } from './names.ts';

export interface Field {
  readonly name: string;
  readonly schema: z.ZodType;
  /** Index of the record that it is read into. */
  readonly target: number;
  read?(value: unknown): unknown;
}

export interface FieldTable {
  /** Fields by every spelling. */
  readonly bySpelling: ReadonlyMap<string, Field>;
  /** Defaults of each target record; every optional field is present, so that all records of a table have one hidden class. */
  readonly defaults: readonly Readonly<Record<string, unknown>>[];
  readonly required: readonly string[];
}

export function fieldTable(targets: readonly z.ZodRawShape[], aliases: Readonly<Record<string, string | AttributeAlias>> = {}): FieldTable {
  const bySpelling = new Map<string, Field>();
  const required: string[] = [];
  const defaults = targets.map((shape, target) => {
    const record: Record<string, unknown> = {};
    for (const [name, raw] of Object.entries(shape)) {
      const schema = raw as z.ZodType;
      bySpelling.set(name, { name, schema, target });
      const absent = schema.safeParse(undefined);
      record[name] = absent.success ? absent.data : undefined;
      if (!absent.success) required.push(name);
    }
    return Object.freeze(record);
  });
  for (const [spelling, alias] of Object.entries(aliases)) {
    const { attribute, read } = typeof alias === 'string' ? { attribute: alias, read: undefined } : alias;
    const field = bySpelling.get(attribute);
    if (field !== undefined && !bySpelling.has(spelling)) bySpelling.set(spelling, read === undefined ? field : { ...field, read });
  }
  return { bySpelling, defaults, required };
}

/** The records read, in the order of the table's targets; problems are added to `issues`, each at the key as it was spelt. */
export function readFields(
  table: FieldTable,
  object: Readonly<Record<string, unknown>>,
  path: Path,
  issues: Issue[],
  subject: string,
): readonly Record<string, unknown>[] {
  const records = table.defaults.map((defaults) => ({ ...defaults }));
  let aliased = false;
  let missing = table.required.length;
  const keys = Object.keys(object);
  for (const key of keys) {
    const field = table.bySpelling.get(key);
    if (field === undefined) {
      issues.push({
        path: [...path, key],
        code: 'unknown_key',
        detail: `unknown key ${quote(key)} in ${subject}${didYouMean(key, [...table.bySpelling.keys()])}`,
      });
      continue;
    }
    if (field.name !== key) aliased = true;
    const sent = object[key];
    const value = field.read === undefined ? sent : (field.read(sent) ?? sent);
    const result = field.schema.safeParse(value);
    if (result.success && value !== undefined) (records[field.target] as Record<string, unknown>)[field.name] = result.data;
    else
      issues.push({
        path: [...path, key, ...deepestPath(result.error?.issues ?? [])],
        code: 'invalid_value',
        detail: `${key} must be ${expected(field.schema)}; given ${quote(sent)}`,
      });
    if (missing > 0 && table.required.includes(field.name)) missing--;
  }
  if (aliased) refuseDoubled(table, keys, path, issues);
  if (missing > 0) {
    const present = new Set(keys.map((key) => table.bySpelling.get(key)?.name));
    for (const name of table.required) {
      // A near-miss spelling has been reported already; the key it stands for is still absent.
      const field = table.bySpelling.get(name);
      if (field !== undefined && !present.has(name))
        issues.push({ path, code: 'missing_key', detail: `${subject} needs ${name}: ${expected(field.schema)}` });
    }
  }
  return records;
}

function refuseDoubled(table: FieldTable, keys: readonly string[], path: Path, issues: Issue[]): void {
  const seen = new Map<string, string>();
  for (const key of keys) {
    const name = table.bySpelling.get(key)?.name;
    if (name === undefined) continue;
    const other = seen.get(name);
    if (other !== undefined)
      issues.push({
        path: [...path, key],
        code: 'duplicate_key',
        detail: `${quote(other)} and ${quote(key)} are two spellings of ${name}; keep one`,
      });
    seen.set(name, key);
  }
}

type SchemaIssue = z.core.$ZodIssue;

/** Where inside the value the mismatch lies, following the alternative that got furthest. */
function deepestPath(issues: readonly SchemaIssue[]): Path {
  let deepest: Path = [];
  for (const issue of issues) {
    const own = issue.path as Path;
    const inner = issue.code === 'invalid_union' ? issue.errors.map(deepestPath).reduce((a, b) => (b.length > a.length ? b : a), []) : [];
    if (own.length + inner.length > deepest.length) deepest = [...own, ...inner];
  }
  return deepest;
}
