/** Fields of the protocol's JSON objects: what they may be, and how the others are refused. */

import { didYouMean, quote } from '../architecture/names.ts';
import type { Path } from '../issue.ts';
import { Refusal } from '../issue.ts';

/** Parameters that other servers give a meaning and that change nothing here (Triton: sequences, scheduling; MLServer: codecs). */
const ignored = ['sequence_id', 'sequence_start', 'sequence_end', 'priority', 'timeout', 'headers', 'content_type'];

/** Whether a parameter is accepted and changes nothing. */
export function isIgnored(name: string): boolean {
  return ignored.includes(name) || name.startsWith('triton_');
}

/** A parameter that is true, false or absent. */
export function flag(value: unknown, path: Path): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw new Refusal(path, 'invalid_value', `${path.at(-1)} is true or false; given ${quote(value)}`);
  return value;
}

/** Some clients write null for what they leave out. */
export function record(value: unknown, path: Path): Readonly<Record<string, unknown>> {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Refusal(path, 'invalid_value', `${path.at(-1)} must be an object; given ${quote(value)}`);
  return value as Readonly<Record<string, unknown>>;
}

export function text(value: unknown, path: Path): string {
  if (typeof value !== 'string') throw new Refusal(path, 'invalid_value', `${path.at(-1)} must be text; given ${quote(value)}`);
  return value;
}

export function missing(path: Path, holder: string, key: string): Refusal {
  return new Refusal(path, 'missing_key', `${holder} needs ${key}`);
}

export function unknownKey(path: Path, holder: string, known: readonly string[]): Refusal {
  const key = String(path.at(-1));
  return new Refusal(path, 'unknown_key', `unknown key ${quote(key)} in a ${holder}${didYouMean(key, known)}; known: ${known.join(', ')}`);
}

export function notServed(path: Path): Refusal {
  const name = String(path.at(-1));
  const kind = name === 'classification' ? ': outputs here are no class scores' : '';
  return new Refusal(path, 'unknown_key', `the parameter ${quote(name)} is not served${kind}`);
}

/** Runs `read`; what it refuses lies under `path`. */
export function under<T>(path: Path, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Refusal ? new Refusal([...path, ...error.at], error.code, error.message) : error;
  }
}
