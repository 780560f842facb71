/** The service's main question in one call: a parsed document and the query's options in, the report out. */

import { hash as digest } from 'node:crypto';
import { analyze } from '../analysis/analyze.ts';
import type { ConventionName } from '../analysis/conventions.ts';
import { conventions } from '../analysis/conventions.ts';
import { buildGraph } from '../architecture/build-graph.ts';
import { canonicalText } from '../architecture/canonical.ts';
import type { Limits } from '../architecture/limits.ts';
import type { ReportSource } from '../report/build-report.ts';
import { buildReport, nativeSource } from '../report/build-report.ts';
import type { Report } from '../report/schema.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating } from '../tensor/dtype.ts';

/** What the query asks. */
export interface MeasureOptions {
  readonly batch_size: number;
  readonly resolution: readonly [height: number, width: number] | undefined;
  /** Replaces the floating types. */
  readonly dtype: DType | undefined;
  readonly convention: ConventionName;
  readonly include: readonly string[];
  /** Set where an importer has made the document; it has then put the resolution in place already. */
  readonly source?: ReportSource;
}

/** Reads, wires, infers, counts and reports; throws `InvalidArchitecture` where the document does not hold together. */
export function measure(document: unknown, options: MeasureOptions, limits: Limits): Report {
  // First of all: it also holds the depth limit before anything recurses into the document.
  const hash = digest('sha256', canonicalText(document, limits.maxDepth));
  const resolution = options.source === undefined ? options.resolution : undefined;
  const graph = buildGraph(document, { batch_size: options.batch_size, resolution, limits });
  const stated = (document as { dtype?: DType }).dtype;
  const dtype = options.dtype ?? (stated !== undefined && !isFloating(stated) ? stated : undefined);
  const analysis = analyze(graph, dtype, conventions[options.convention], limits);
  return buildReport(analysis, {
    source: options.source ?? nativeSource,
    batch_size: options.batch_size,
    resolution: options.resolution?.join('x'),
    include: options.include,
    hash,
  });
}
