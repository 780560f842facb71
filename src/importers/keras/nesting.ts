/** The nesting limit of a file, held before anything recurses into it. */

import { InvalidArchitecture } from '../../issue.ts';

/** Throws `InvalidArchitecture` where lists and objects nest deeper than `most`. */
export function requireNesting(json: unknown, most: number): void {
  let level: readonly unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (depth >= most)
        throw new InvalidArchitecture([{ path: [], code: 'too_deep', detail: `the file nests deeper than ${most} levels` }]);
      for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
}

/** Levels of a file for one level of a document: a layer in a layer takes three, a call of it one or two more. */
export const levelsOfFile = 4;
