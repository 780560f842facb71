/** Measures a document in a test with the query's defaults. */

import type { Limits } from '../src/architecture/limits.ts';
import type { MeasureOptions } from '../src/questions/measure.ts';
import { measure } from '../src/questions/measure.ts';
import type { Report } from '../src/report/schema.ts';

export const defaults: MeasureOptions = { batch_size: 1, resolution: undefined, dtype: undefined, convention: 'standard', include: [] };
export const limits: Limits = {
  maxDepth: 64,
  maxLayers: 20_000,
  maxNameLength: 512,
  maxExtent: 2 ** 31 - 1,
  maxElements: Number.MAX_SAFE_INTEGER,
};

export function measureDocument(document: unknown, options: Partial<MeasureOptions> = {}): Report {
  return measure(document, { ...defaults, ...options }, limits);
}
