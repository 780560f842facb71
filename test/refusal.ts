/** What is wrong with a document, as a caller would read it. Every pointer is resolved on the way, so no test can forget to. */

import { expect } from 'vitest';
import type { Limits } from '../src/architecture/limits.ts';
import type { Issue } from '../src/issue.ts';
import { InvalidArchitecture, pointerTo } from '../src/issue.ts';
import type { MeasureOptions } from '../src/questions/measure.ts';
import { measure } from '../src/questions/measure.ts';
import { defaults, limits } from './measure-document.ts';
import { resolvePointer } from './oracles/resolve-pointer.ts';

/** `pointer code`, and the detail. */
export type Refused = readonly [place: string, detail: string];

export function refusalOf(document: unknown, options: Partial<MeasureOptions> = {}, other: Partial<Limits> = {}): readonly Refused[] {
  try {
    measure(document, { ...defaults, ...options }, { ...limits, ...other });
  } catch (error) {
    if (!(error instanceof InvalidArchitecture)) throw error;
    return read(document, error.issues);
  }
  return expect.fail('the document was accepted');
}

/** The places alone: most tests ask where and what, few in which words. */
export function placesOf(document: unknown, options: Partial<MeasureOptions> = {}, other: Partial<Limits> = {}): readonly string[] {
  return refusalOf(document, options, other).map(([place]) => place);
}

function read(document: unknown, issues: readonly Issue[]): readonly Refused[] {
  expect(issues.length).toBeGreaterThan(0);
  return issues.map(({ path, code, detail }) => {
    const pointer = pointerTo(document, path);
    resolvePointer(document, pointer);
    expect(detail).not.toMatch(/undefined|NaN|\[object/);
    expect(detail.isWellFormed()).toBe(true);
    return [`${pointer} ${code}`, detail] as const;
  });
}
