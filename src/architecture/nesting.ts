/** What is refused in any posted value before a schema recurses into it: too many levels, and a key that cannot be copied. */

import type { Issue, Path } from '../issue.ts';
import { InvalidArchitecture } from '../issue.ts';

/** Throws `InvalidArchitecture` where `value` nests deeper than `maxDepth` or has a key `__proto__`, as `canonicalText` does. */
export function checkNesting(value: unknown, maxDepth: number): void {
  const check = (item: object, depth: number): void => {
    if (depth >= maxDepth) throw tooDeep(maxDepth);
    if (Array.isArray(item)) {
      for (let index = 0; index < item.length; index++) {
        const inner: unknown = item[index];
        if (typeof inner === 'object' && inner !== null) check(inner, depth + 1);
      }
      return;
    }
    for (const key in item) {
      if (key === '__proto__') throw new InvalidArchitecture([forbiddenKey(value, maxDepth)]);
      const inner = (item as Record<string, unknown>)[key];
      if (typeof inner === 'object' && inner !== null) check(inner, depth + 1);
    }
  };
  if (typeof value === 'object' && value !== null) check(value, 0);
}

export function tooDeep(maxDepth: number): InvalidArchitecture {
  return new InvalidArchitecture([{ path: [], code: 'too_deep', detail: `the document nests deeper than ${maxDepth} levels` }]);
}

/** `__proto__` cannot be copied as other keys can, so that a copy would lose it in silence. It is looked for within `maxDepth` levels: others may be without end. */
export function forbiddenKey(document: unknown, maxDepth: number): Issue {
  const pathIn = (value: unknown, depth: number): Path | undefined => {
    if (typeof value !== 'object' || value === null || depth >= maxDepth) return undefined;
    if (Object.hasOwn(value, '__proto__')) return ['__proto__'];
    for (const [key, item] of Object.entries(value)) {
      const inner = pathIn(item, depth + 1);
      if (inner !== undefined) return [Array.isArray(value) ? Number(key) : key, ...inner];
    }
    return undefined;
  };
  return { path: pathIn(document, 0) ?? [], code: 'unknown_key', detail: 'no object may have a key "__proto__"' };
}
