/** The query of `/v1/sweep`: lists of batch sizes, resolutions and element types, and otherwise what `/v1/analyze` takes. */

import * as z from 'zod';
import { Problem } from '../plugins/problems.ts';
import type { SweepOptions } from '../questions/sweep.ts';
import { mostMeasurements } from '../questions/sweep.ts';
import { analyzeQuery } from './analyze-query.ts';
import { quantityText } from './check-query.ts';

/** Rows of one sweep. */
const mostRows = 1000;
/** Layers measured in one sweep, all combinations and trials of a fit together. */
const mostLayers = 2_000_000;

const { include: _, batch_size, resolution, dtype, ...others } = analyzeQuery.shape;

/** Values between commas, each read as the one value of `/v1/analyze` is. */
function listOf<T>(entry: z.ZodType<T>, meaning: string, example: string) {
  return z
    .string('must be given once')
    .transform((text, context): T[] => {
      const parts = text.split(',');
      if (parts.length > mostRows) {
        context.addIssue({ code: 'custom', message: `must have at most ${mostRows} values; given ${parts.length}` });
        return [];
      }
      const twice = parts.find((part, index) => parts.indexOf(part) < index);
      if (twice !== undefined) context.addIssue({ code: 'custom', message: `gives ${JSON.stringify(twice)} twice` });
      return parts.flatMap((part) => {
        const result = entry.safeParse(part);
        if (result.success) return [result.data];
        for (const { message } of result.error.issues) context.addIssue({ code: 'custom', message });
        return [];
      });
    })
    .optional()
    .describe(meaning)
    .meta({ type: 'string', example });
}

export const sweepQuery = z.strictObject({
  batch_size: listOf(batch_size, 'Batch sizes, comma-separated.', '1,8,32'),
  resolution: listOf(resolution, 'Resolutions, comma-separated.', '160,224,288x512'),
  dtype: listOf(dtype, 'Element types, comma-separated.', 'float32,int8'),
  ...others,
  fit_peak_memory_bytes: quantityText(
    'A memory: of each resolution and element type also the largest batch size is told whose peak memory fits into it.',
  ).meta({ type: 'string', example: '8GiB' }),
});

export type SweepQuery = z.output<typeof sweepQuery>;

/** The lists, with one entry that asks for nothing where a list is absent; throws a 400 where there are too many combinations. */
export function sweepOptions({ batch_size, resolution, dtype, fit_peak_memory_bytes }: SweepQuery): SweepOptions {
  const options = {
    batch_sizes: batch_size ?? [undefined],
    resolutions: resolution ?? [undefined],
    dtypes: dtype ?? [undefined],
    fit_peak_memory_bytes,
  };
  const rows = options.batch_sizes.length * options.resolutions.length * options.dtypes.length;
  if (rows > mostRows) throw new Problem('invalid-query', `the lists have ${rows} combinations; at most ${mostRows} are measured at once`);
  return options;
}

/** Throws a 400 where a network of that many layers makes the sweep too long. */
export function checkWork(options: SweepOptions, layers: number): void {
  const measurements = mostMeasurements(options);
  if (measurements * layers <= mostLayers) return;
  const detail = `the sweep takes up to ${measurements} measurements of ${layers} layers each; at most ${mostLayers} layers are measured at once, so ask for fewer combinations`;
  throw new Problem('invalid-query', detail);
}
