/** Names of layers, inputs and blocks: what they may be made of, and the nearest known word to an unknown one. */

import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';

export const maxNameLength = 512;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const printable = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]*$/u;

/** 1 to 512 characters without control characters or lone surrogates; in a `u` pattern the surrogate range matches lone ones only. */
export const nameSchema = z.string().min(1).max(maxNameLength).regex(printable, 'no control characters or lone surrogates');

/** ` (did you mean "kernel_size"?)`, or nothing where no word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (known.length === 0 || word.length > 64) return '';
  const folded = word.toLowerCase();
  const nearest = known.find((candidate) => candidate.toLowerCase() === folded) ?? closest(word, known as string[]);
  return distance(folded, nearest.toLowerCase()) <= Math.max(word.length < 4 ? 1 : 2, Math.floor(word.length / 3))
    ? `; did you mean "${nearest}"?`
    : '';
}

/** A posted value in a message: JSON, cut at 80 characters. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value)?.toWellFormed() ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
