/** The service's main question in one call: a parsed document and the query's options in, the report out. */

import { hash as digest } from 'node:crypto';
import type { Analysis } from '../analysis/analyze.ts';
import { analyze } from '../analysis/analyze.ts';
import type { ConventionName } from '../analysis/conventions.ts';
import { conventions } from '../analysis/conventions.ts';
import { buildGraph } from '../architecture/build-graph.ts';
import { canonicalText } from '../architecture/canonical.ts';
import type { Limits } from '../architecture/limits.ts';
import { checkNesting } from '../architecture/nesting.ts';
import type { Attributes } from '../operators/operator.ts';
import type { ReportSource } from '../report/build-report.ts';
import { buildReport, nativeSource } from '../report/build-report.ts';
import type { Report, Totals } from '../report/schema.ts';
import { totalsOf } from '../report/totals.ts';
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
  /** Where the document is not the body itself. An importer that has made it has put the resolution in place already. */
  readonly source?: ReportSource;
}

/** A measured network with the attributes of each row as they were read, defaults included, in the order of the rows. */
export interface Measured {
  readonly report: Report;
  readonly attributes: readonly Attributes[];
}

/** Reads, wires, infers, counts and reports; throws `InvalidArchitecture` where the document does not hold together. */
export function measure(document: unknown, options: MeasureOptions, limits: Limits): Report {
  return reported(document, options, limits).report;
}

/** The same, with the attributes that are not in the report. */
export function measureAttributes(document: unknown, options: MeasureOptions, limits: Limits): Measured {
  const { analysis, report } = reported(document, options, limits);
  const { hasRow } = analysis.convention;
  const attributes: Attributes[] = hasRow === undefined ? [] : analysis.graph.inputs.map(() => ({}));
  for (const { layer } of analysis.layers) if (hasRow?.(layer.spec.operator) ?? true) attributes.push(layer.spec.attributes);
  return { report, attributes };
}

/** The totals of that report alone: no row is made, and no hash. */
export function measureTotals(document: unknown, options: Omit<MeasureOptions, 'include'>, limits: Limits): Totals {
  checkNesting(document, limits.maxDepth);
  return totalsOf(analyzed(document, options, limits));
}

function reported(document: unknown, options: MeasureOptions, limits: Limits): { readonly analysis: Analysis; readonly report: Report } {
  // First of all: it also holds the depth limit before anything recurses into the document.
  const hash = digest('sha256', canonicalText(document, limits.maxDepth));
  const analysis = analyzed(document, options, limits);
  const report = buildReport(analysis, {
    source: options.source ?? nativeSource,
    batch_size: options.batch_size,
    resolution: options.resolution?.join('x'),
    include: options.include,
    hash,
  });
  return { analysis, report };
}

/** Of a document whose depth has been looked at. */
function analyzed(document: unknown, options: Omit<MeasureOptions, 'include'>, limits: Limits): Analysis {
  const resolution = (options.source ?? nativeSource).format === 'native' ? options.resolution : undefined;
  const graph = buildGraph(document, { batch_size: options.batch_size, resolution, limits });
  const stated = (document as { dtype?: DType }).dtype;
  const dtype = options.dtype ?? (stated !== undefined && !isFloating(stated) ? stated : undefined);
  return analyze(graph, dtype, conventions[options.convention], limits);
}
