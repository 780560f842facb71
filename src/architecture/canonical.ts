/**
 * Canonical JSON (RFC 8785) and the nesting limit, in one walk: keys sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript prints them. It is the first thing that sees a posted value, so the depth limit holds before any schema recurses into it.
 */

import { InvalidArchitecture } from '../issue.ts';
import { forbiddenKey, tooDeep } from './nesting.ts';

interface KeyOrder {
  readonly next: Map<string, KeyOrder>;
  /** Sorted keys and their JSON with the colon, once an object with just these keys has been met. */
  sorted: readonly string[] | undefined;
  labels: readonly string[];
}

function keyOrder(): KeyOrder {
  return { next: new Map(), sorted: undefined, labels: [] };
}

/** The canonical text of `value`; throws `InvalidArchitecture` where it nests deeper than `maxDepth` or has a key `__proto__`. */
export function canonicalText(value: unknown, maxDepth: number): string {
  const root = keyOrder();
  let room = 4096;

  // Objects of a document repeat a few key lists. A trie over keys in sent order remembers each list sorted; it is bounded, and past its
  // bound an object is sorted by itself.
  function orderOf(object: object): KeyOrder {
    let node = root;
    for (const key in object) {
      let next = node.next.get(key);
      if (next === undefined) {
        if (room === 0) return sortedOrder(object, keyOrder());
        room--;
        next = keyOrder();
        node.next.set(key, next);
      }
      node = next;
    }
    return node.sorted === undefined ? sortedOrder(object, node) : node;
  }

  function write(item: unknown, depth: number): string {
    if (typeof item === 'string') return quoted(item);
    if (typeof item === 'number' && Number.isFinite(item)) return String(item);
    if (typeof item !== 'object' || item === null) return JSON.stringify(item);
    if (depth >= maxDepth) throw tooDeep(maxDepth);
    if (Array.isArray(item)) {
      let text = '[';
      for (let index = 0; index < item.length; index++) {
        if (index > 0) text += ',';
        text += write(item[index], depth + 1);
      }
      return `${text}]`;
    }
    const { sorted, labels } = orderOf(item);
    if (labels === forbidden) throw new InvalidArchitecture([forbiddenKey(value, maxDepth)]);
    let text = '{';
    const keys = sorted ?? [];
    for (let index = 0; index < keys.length; index++) {
      text += labels[index] as string;
      text += write((item as Record<string, unknown>)[keys[index] as string], depth + 1);
    }
    return `${text}}`;
  }

  return write(value, 0);
}

/** Labels of an object with a key that is not read. */
const forbidden: readonly string[] = [];

function sortedOrder(object: object, order: KeyOrder): KeyOrder {
  const sorted = Object.keys(object).sort();
  order.sorted = sorted;
  if (sorted.includes('__proto__')) order.labels = forbidden;
  else order.labels = sorted.map((key, index) => `${index > 0 ? ',' : ''}${JSON.stringify(key)}:`);
  return order;
}

const plain = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}
