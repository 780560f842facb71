/**
 * Keys that stand twice in one object of a JSON text. `JSON.parse` keeps the last and says nothing, so that a layer would lose a part of what was sent.
 * Nearly every text is cleared by counting; only where a count leaves a doubt is it read token by token.
 */

import type { Path } from '../issue.ts';
import { Refusal } from '../issue.ts';

/** Where `text` repeats a key within an object, a thousand places at most; `value` is what `JSON.parse` makes of it. */
export function repeatedKeys(text: string, value: unknown): readonly Path[] {
  return colonsAfterQuotes(text) === keysIn(value) ? [] : search(text);
}

/** The refusal of a key that stands twice, at its place. */
export function repeatedKey(at: Path): Refusal {
  return new Refusal(at, 'duplicate_key', `the key ${JSON.stringify(at.at(-1))} stands twice in one object; keep one`);
}

const space = 0x20;
const quotation = 0x22;
const backslash = 0x5c;

/** As many as the keys that `text` spells, or more: inside a string a colon may follow a quotation mark too (`":0"`, `"\":"`). */
function colonsAfterQuotes(text: string): number {
  let count = 0;
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    let before = colon - 1;
    while (text.charCodeAt(before) <= space) before--;
    if (text.charCodeAt(before) === quotation) count++;
  }
  return count;
}

/** Keys of all objects in `value`, however deep it nests. */
function keysIn(value: unknown): number {
  let count = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const item = waiting.pop();
    if (Array.isArray(item)) {
      for (let index = 0; index < item.length; index++) if (typeof item[index] === 'object') waiting.push(item[index]);
    } else if (typeof item === 'object' && item !== null)
      for (const key in item) {
        count++;
        const inner = (item as Record<string, unknown>)[key];
        if (typeof inner === 'object') waiting.push(inner);
      }
  }
  return count;
}

/** An object or a list that is open, and the key or index that is being read in it. */
interface Level {
  /** Undefined for a list. */
  readonly keys: Set<string> | undefined;
  at: string | number;
}

const mostPlaces = 1000;
/** Levels of nesting that are looked into: far more than the configuration lets a document have. */
const deepest = 1024;

/** Reads `text`, which is JSON, and remembers the keys of every object that is open. */
function search(text: string): readonly Path[] {
  const places: Path[] = [];
  const open: Level[] = [];
  for (let at = 0; at < text.length && places.length < mostPlaces; at++) {
    const level = open.at(-1);
    switch (text[at]) {
      case '{':
        open.push({ keys: new Set(), at: '' });
        break;
      case '[':
        open.push({ keys: undefined, at: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (typeof level?.at === 'number') level.at++;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (level?.keys !== undefined && isBeforeColon(text, end)) {
          const key = JSON.parse(text.slice(at, end + 1)) as string;
          level.at = key;
          if (level.keys.has(key) && open.length <= deepest) places.push(open.map((outer) => outer.at));
          level.keys.add(key);
        }
        at = end;
        break;
      }
    }
  }
  return places;
}

/** Where the string that starts at `start` ends: at the first quotation mark that is not escaped. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
}

function isBeforeColon(text: string, end: number): boolean {
  let after = end + 1;
  while (text.charCodeAt(after) <= space) after++;
  return text[after] === ':';
}
