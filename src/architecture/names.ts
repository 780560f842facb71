/** Names of layers, inputs and blocks: what they may be made of, and the nearest known word to an unknown one. */

import { distance } from 'fastest-levenshtein';
import * as z from 'zod';

export const maxNameLength = 512;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const printable = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]*$/u;

/** 1 to 512 characters without control characters or lone surrogates; in a `u` pattern the surrogate range matches lone ones only. */
export const nameSchema = z.string().min(1).max(maxNameLength).regex(printable, 'no control characters or lone surrogates');

/** Whether a name has more than `most` characters, counted as the schema counts them (JSON Schema, and zod with it): by code points. */
export function isLonger(name: string, most: number): boolean {
  // There are never more code points than UTF-16 units, so that hardly any name is counted.
  return name.length > most && charactersIn(name) > most;
}

/** Characters of a text: an emoji of two UTF-16 units is one. */
export function charactersIn(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Candidates looked at for one suggestion: a thousand unknown names among twenty thousand known ones must stay cheap. */
const mostCandidates = 2000;

/** `; did you mean "kernel_size"?`, or nothing where no word is near; case apart, the first of the nearest. */
export function didYouMean(word: string, known: Iterable<string>): string {
  if (word.length > 64) return '';
  const folded = word.toLowerCase();
  let nearest: string | undefined;
  // Edits that still pass for a slip, and one more; never so many that nothing of the word is left.
  let least = Math.min(Math.max(word.length < 4 ? 1 : 2, Math.floor(word.length / 3)) + 1, word.length);
  let looked = 0;
  for (const candidate of known) {
    if (looked++ === mostCandidates) break;
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const edits = distance(folded, candidate.toLowerCase());
    if (edits >= least) continue;
    nearest = candidate;
    least = edits;
    if (edits === 0) break;
  }
  return nearest === undefined ? '' : `; did you mean ${quote(nearest)}?`;
}

/** A posted value in a message: JSON, cut at 80 characters; what JSON cannot write (1e400 reads as Infinity) by its name. */
export function quote(value: unknown): string {
  if (typeof value === 'number') return String(value);
  let text = JSON.stringify(value) ?? String(value);
  // JSON writes Infinity as null. Looked for in short values only, since a replacer is slow.
  if (text.length < 1000 && text.includes('null')) text = JSON.stringify(value, nameNonFinite);
  return (text.length > 80 ? `${text.slice(0, 77)}…` : text).toWellFormed();
}

function nameNonFinite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
