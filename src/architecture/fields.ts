/**
 * Reads one posted object against a table of fields: aliases, unknown and doubled keys, and values, in a single pass over the keys that were sent.
 * The table comes from the same zod schemas that the JSON Schema is printed from; checking field by field keeps the caller's own spelling for
 * pointers and costs a fraction of an object schema.
 */

import type * as z from 'zod';
import type { Issue, Path } from '../issue.ts';
import { throwIfMany } from '../issue.ts';
import type { AttributeAlias } from '../operators/operator.ts';
import { expected } from './expected.ts';
import { didYouMean, quote } from './names.ts';
import { print } from './print-schema.ts';
import type { QuickCheck } from './quick-check.ts';
import { quickCheck } from './quick-check.ts';

const never: QuickCheck = () => false;

export interface Field {
  readonly name: string;
  readonly schema: z.ZodType;
  /** Says yes to plain values that the schema takes as they are. */
  readonly accepts: QuickCheck;
  /** Place of its value among those of all records. */
  readonly slot: number;
  read?(value: unknown): unknown;
  /** The form that `read` takes, in words. */
  readonly form?: string | undefined;
}

export interface FieldTable {
  /** Fields by every spelling. */
  readonly bySpelling: ReadonlyMap<string, Field>;
  /** Values by slot where nothing is sent. */
  readonly defaults: readonly unknown[];
  /** Values by slot of the object that is being read; kept, since layers are many and none is read inside another. */
  readonly slots: unknown[];
  /** Makes each record from the values by slot; every field is present, so that all records of a table have one hidden class. */
  readonly records: readonly ((slots: readonly unknown[]) => Record<string, unknown>)[];
  readonly required: readonly string[];
  /** What to write instead of keys known from elsewhere. */
  readonly foreign: Readonly<Record<string, string>>;
}

export function fieldTable(
  targets: readonly z.ZodRawShape[],
  aliases: Readonly<Record<string, string | AttributeAlias>> = {},
  foreign: Readonly<Record<string, string>> = {},
): FieldTable {
  const bySpelling = new Map<string, Field>();
  const required: string[] = [];
  const defaults: unknown[] = [];
  const records = targets.map((shape) => {
    const names = Object.keys(shape);
    const from = defaults.length;
    for (const name of names) {
      const schema = shape[name] as z.ZodType;
      bySpelling.set(name, { name, schema, accepts: quickCheck(print(schema)) ?? never, slot: defaults.length });
      const absent = schema.safeParse(undefined);
      defaults.push(absent.success ? absent.data : undefined);
      if (!absent.success) required.push(name);
    }
    return recordOf(names, from);
  });
  for (const [spelling, alias] of Object.entries(aliases)) {
    const { attribute, read, form } = typeof alias === 'string' ? { attribute: alias, read: undefined, form: undefined } : alias;
    const field = bySpelling.get(attribute);
    if (field !== undefined && !bySpelling.has(spelling)) bySpelling.set(spelling, read === undefined ? field : { ...field, read, form });
  }
  return { bySpelling, defaults, slots: [...defaults], records, required, foreign };
}

/** Code for one object literal: `{ name: slots[0], … }`. Names are those of our schemas, never posted. */
function recordOf(names: readonly string[], from: number): (slots: readonly unknown[]) => Record<string, unknown> {
  const members = names.map((name, index) => `${JSON.stringify(name)}: slots[${from + index}]`);
  return new Function('slots', `return { ${members.join(', ')} };`) as (slots: readonly unknown[]) => Record<string, unknown>;
}

/** The records read, in the order of the table's targets; problems are added to `issues`, each at the key as it was spelt. */
export function readFields(
  table: FieldTable,
  object: Readonly<Record<string, unknown>>,
  path: Path,
  issues: Issue[],
  subject: string,
): readonly Record<string, unknown>[] {
  const slots = readSlots(table, object, path, issues, subject);
  return table.records.map((record) => record(slots));
}

/** As `readFields`, but the values by slot, to be used before the table reads its next object. */
export function readSlots(
  table: FieldTable,
  object: Readonly<Record<string, unknown>>,
  path: Path,
  issues: Issue[],
  subject: string,
): readonly unknown[] {
  const { slots } = table;
  for (let slot = 0; slot < slots.length; slot++) slots[slot] = table.defaults[slot];
  let aliased = false;
  let missing = table.required.length;
  for (const key in object) {
    const field = table.bySpelling.get(key);
    if (field === undefined) {
      issues.push({
        path: [...path, key],
        code: 'unknown_key',
        detail: `unknown key ${quote(key)} in ${subject}${remedy(key, table)}`,
      });
      throwIfMany(issues);
      continue;
    }
    const sent = object[key];
    const value = field.read === undefined ? sent : (field.read(sent) ?? sent);
    if (field.name !== key) aliased = true;
    else if (field.accepts(value)) {
      slots[field.slot] = value;
      if (missing > 0 && table.required.includes(key)) missing--;
      continue;
    }
    const result = field.schema.safeParse(value);
    if (result.success && value !== undefined) slots[field.slot] = result.data;
    else
      issues.push({
        // What an alias reads is laid out otherwise than what was sent, so the place within it says nothing.
        path: field.read === undefined ? [...path, key, ...deepestPath(result.error?.issues ?? [])] : [...path, key],
        code: 'invalid_value',
        detail: `${key} must be ${field.form ?? expected(field.schema)}; given ${quote(sent)}`,
      });
    if (missing > 0 && table.required.includes(field.name)) missing--;
  }
  if (aliased) refuseDoubled(table, Object.keys(object), path, issues);
  // Two spellings of one required key have been counted twice.
  if (missing > 0 || aliased) {
    const present = new Set(Object.keys(object).map((key) => table.bySpelling.get(key)?.name));
    for (const name of table.required) {
      // A near-miss spelling has been reported already; the key it stands for is still absent.
      const field = table.bySpelling.get(name);
      if (field !== undefined && !present.has(name))
        issues.push({ path, code: 'missing_key', detail: `${subject} needs ${name}: ${expected(field.schema)}` });
    }
  }
  return slots;
}

/** What a key known from elsewhere is here, or else the nearest key. */
function remedy(key: string, table: FieldTable): string {
  return Object.hasOwn(table.foreign, key) ? `; ${table.foreign[key]}` : didYouMean(key, table.bySpelling.keys());
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
