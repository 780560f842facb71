/** One network over lists of options: a row of totals for each combination, and the largest batch that fits into a given memory. */

import * as z from 'zod';
import { InvalidArchitecture } from '../issue.ts';
import type { Report, Totals } from '../report/schema.ts';
import { reportSchema, totalsSchema } from '../report/schema.ts';
import type { DType } from '../tensor/dtype.ts';
import { dtypes } from '../tensor/dtype.ts';

/** One combination. */
export interface Point {
  readonly batch_size: number | undefined;
  readonly resolution: readonly [height: number, width: number] | undefined;
  readonly dtype: DType | undefined;
}

/** Measures the network at one combination. */
export interface Ask {
  report(point: Point): Report;
  /** The totals of that report, where nothing else is needed. */
  totals(point: Point): Totals;
}

export interface SweepOptions {
  readonly batch_sizes: readonly (number | undefined)[];
  readonly resolutions: readonly Point['resolution'][];
  readonly dtypes: readonly (DType | undefined)[];
  /** Where given, the largest batch size whose peak memory stays within it is looked for. */
  readonly fit_peak_memory_bytes: number | undefined;
}

export const largestBatch = 2 ** 31 - 1;

export const sweepSchema = z.strictObject({
  schema_version: reportSchema.shape.schema_version,
  generator: reportSchema.shape.generator,
  model: reportSchema.shape.model.describe(
    'Of the first row; the document of an imported file, and so its hash, may differ from row to row.',
  ),
  rows: z.array(
    z.strictObject({
      batch_size: z.int().positive(),
      resolution: z.string().nullable(),
      dtype: z.enum(dtypes),
      totals: totalsSchema,
      largest_batch_size: z
        .int()
        .nonnegative()
        .nullable()
        .optional()
        .describe('Largest batch size whose peak memory fits; 0 where not even one does, null where the memory is only known from below.'),
    }),
  ),
});

export type Sweep = z.output<typeof sweepSchema>;

/** Rows in the order of the lists, batch sizes varying fastest. */
export function sweep(ask: Ask, options: SweepOptions): Sweep {
  const rows: Sweep['rows'] = [];
  let first: Report | undefined;
  for (const dtype of options.dtypes) {
    for (const resolution of options.resolutions) {
      const fitting =
        options.fit_peak_memory_bytes === undefined
          ? {}
          : { largest_batch_size: largestFitting(ask, resolution, dtype, options.fit_peak_memory_bytes) };
      for (const batch_size of options.batch_sizes) {
        const report = ask.report({ batch_size, resolution, dtype });
        first ??= report;
        rows.push({
          batch_size: report.assumptions.batch_size,
          resolution: report.assumptions.resolution ?? null,
          dtype: report.assumptions.dtype,
          totals: report.totals,
          ...fitting,
        });
      }
    }
  }
  const { schema_version, generator, model } = first as Report;
  return { schema_version, generator, model, rows };
}

/** Measurements that a sweep takes, at most. */
export function mostMeasurements({ batch_sizes, resolutions, dtypes, fit_peak_memory_bytes }: SweepOptions): number {
  return (
    resolutions.length * dtypes.length * (batch_sizes.length + (fit_peak_memory_bytes === undefined ? 0 : 2 * Math.log2(largestBatch + 1)))
  );
}

/**
 * The largest batch that fits, by bisection: every tensor that has a batch axis grows with it, so that the peak never falls. A network whose peak does not depend
 * on the batch fits with any.
 */
function largestFitting(ask: Ask, resolution: Point['resolution'], dtype: DType | undefined, bytes: number): number | null {
  const peak = (batch_size: number): number | null => {
    const { partial, peak_memory_bytes } = ask.totals({ batch_size, resolution, dtype });
    return partial.includes('peak_memory_bytes') ? null : peak_memory_bytes;
  };
  const fitsAt = (batch_size: number): boolean => {
    try {
      return (peak(batch_size) ?? Number.POSITIVE_INFINITY) <= bytes;
    } catch (error) {
      // A tensor past what is counted fits into nothing.
      if (error instanceof InvalidArchitecture && error.issues.every(({ code }) => code === 'too_large')) return false;
      throw error;
    }
  };
  const one = peak(1);
  if (one === null) return null;
  if (one > bytes) return 0;
  let [fits, tooLarge] = [1, largestBatch + 1];
  while (tooLarge - fits > 1) {
    // Doubled until it is too large, then halfway between.
    const probe = tooLarge > largestBatch ? Math.min(2 * fits, largestBatch) : fits + Math.floor((tooLarge - fits) / 2);
    if (fitsAt(probe)) fits = probe;
    else tooLarge = probe;
  }
  return fits;
}
