/** Environment to one frozen, typed configuration. Every limit of the service is here; nothing else reads `process.env`. */

import * as z from 'zod';
import type { Limits } from './architecture/limits.ts';

const decimal = /^\d+$/;

/** A whole number written in decimal digits, within bounds. */
function whole(low: number, high: number, fallback: number) {
  return z
    .string()
    .regex(decimal, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(low, `must be at least ${low}`).max(high, `must be at most ${high}`))
    .default(fallback);
}

const variables = z.object({
  PORT: whole(0, 65_535, 3000).describe('TCP port to listen on; 0 takes a free one.'),
  HOST: z.string().min(1).default('0.0.0.0').describe('Address to listen on.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe level that is logged.'),
  LAYERGAUGE_MAX_JSON_BYTES: whole(1, 1_073_741_824, 8 * 1024 * 1024).describe('Largest JSON body in bytes; above it the answer is 413.'),
  LAYERGAUGE_MAX_ONNX_BYTES: whole(1, Number.MAX_SAFE_INTEGER, 4 * 1024 ** 3).describe(
    'Largest ONNX file in bytes, weights included, which are passed over as they arrive; above it the answer is 413.',
  ),
  LAYERGAUGE_MAX_DEPTH: whole(4, 500, 64).describe('Deepest nesting of a document.'),
  LAYERGAUGE_MAX_LAYERS: whole(1, 1_000_000, 20_000).describe('Most layers of a document, counted after blocks are expanded.'),
  LAYERGAUGE_MAX_ERRORS: whole(1, 1000, 32).describe('Most errors listed in one answer.'),
  LAYERGAUGE_MAX_NAME_LENGTH: whole(1, 512, 512).describe('Longest name in characters, block prefixes included.'),
  LAYERGAUGE_MAX_EXTENT: whole(1, 2 ** 31 - 1, 2 ** 31 - 1).describe('Largest extent of one axis.'),
  LAYERGAUGE_MAX_ELEMENTS: whole(1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).describe('Most elements of one tensor.'),
  LAYERGAUGE_MAX_RUN_BYTES: whole(1, 1_073_741_824, 32 * 1024 * 1024).describe('Largest body of `/v1/run` and `/v2` in bytes.'),
  LAYERGAUGE_MAX_RUN_ELEMENTS: whole(1, 2 ** 28, 4 * 1024 * 1024).describe(
    'Most elements of all tensors sent to one run, and of its output.',
  ),
  LAYERGAUGE_MAX_RUN_MACS: whole(1, 1e12, 1e9).describe('Most multiply-accumulates of one run; for pooling, operations of any class.'),
  LAYERGAUGE_RUN_INLINE_MACS: whole(0, 1e9, 1e6).describe(
    'Runs that take more than this, elements read, laid out and written included, go to a worker thread, so that other requests stay quick.',
  ),
  LAYERGAUGE_RUN_WORKERS: whole(1, 64, 2).describe('Worker threads for runs; they start on first use.'),
  LAYERGAUGE_RUN_QUEUE: whole(1, 10_000, 64).describe('Runs that may wait for a worker; above it the answer is 503.'),
  LAYERGAUGE_RUN_TIMEOUT_MS: whole(1, 600_000, 10_000).describe(
    'Longest that a run may wait and compute, in milliseconds; its worker is then ended.',
  ),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly logLevel: z.output<typeof variables>['LOG_LEVEL'];
  readonly maxJsonBytes: number;
  readonly maxOnnxBytes: number;
  readonly maxErrors: number;
  readonly limits: Limits;
  readonly run: RunConfig;
}

/** What `/v1/run` and `/v2` may ask for, and how runs are spread over threads. */
export interface RunConfig {
  readonly maxBytes: number;
  readonly maxElements: number;
  readonly maxMacs: number;
  readonly inlineMacs: number;
  readonly workers: number;
  readonly queue: number;
  readonly timeoutMs: number;
}

export interface ReadConfig {
  readonly config: Config;
  /** Sentences for the log: unknown variables of our prefix. */
  readonly warnings: readonly string[];
}

/** Reads the configuration; throws an `Error` that names every variable that does not hold. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): ReadConfig {
  const known = Object.keys(variables.shape);
  // An empty value is an unset one, as in a compose file.
  const given = Object.fromEntries(known.filter((name) => environment[name]).map((name) => [name, environment[name]]));
  const result = variables.safeParse(given);
  if (!result.success) {
    throw new Error(
      result.error.issues
        .map((issue) => `${String(issue.path[0])}: ${issue.message} (given ${JSON.stringify(given[String(issue.path[0])])})`)
        .join('; '),
    );
  }
  const v = result.data;
  const warnings = Object.keys(environment)
    .filter((name) => name.startsWith('LAYERGAUGE_') && !known.includes(name))
    .sort()
    .map((name) => `${name} is not a variable of this service and is ignored`);
  const limits: Limits = Object.freeze({
    maxDepth: v.LAYERGAUGE_MAX_DEPTH,
    maxLayers: v.LAYERGAUGE_MAX_LAYERS,
    maxNameLength: v.LAYERGAUGE_MAX_NAME_LENGTH,
    maxExtent: v.LAYERGAUGE_MAX_EXTENT,
    maxElements: v.LAYERGAUGE_MAX_ELEMENTS,
  });
  const run: RunConfig = Object.freeze({
    maxBytes: v.LAYERGAUGE_MAX_RUN_BYTES,
    maxElements: v.LAYERGAUGE_MAX_RUN_ELEMENTS,
    maxMacs: v.LAYERGAUGE_MAX_RUN_MACS,
    inlineMacs: v.LAYERGAUGE_RUN_INLINE_MACS,
    workers: v.LAYERGAUGE_RUN_WORKERS,
    queue: v.LAYERGAUGE_RUN_QUEUE,
    timeoutMs: v.LAYERGAUGE_RUN_TIMEOUT_MS,
  });
  const config: Config = Object.freeze({
    port: v.PORT,
    host: v.HOST,
    logLevel: v.LOG_LEVEL,
    maxJsonBytes: v.LAYERGAUGE_MAX_JSON_BYTES,
    maxOnnxBytes: v.LAYERGAUGE_MAX_ONNX_BYTES,
    maxErrors: v.LAYERGAUGE_MAX_ERRORS,
    limits,
    run,
  });
  return { config, warnings };
}

/** Every variable with its default and meaning, for the README's table and its test. */
export function describeVariables(): readonly { readonly name: string; readonly fallback: string; readonly meaning: string }[] {
  return Object.entries(variables.shape).map(([name, schema]) => ({
    name,
    fallback: String(schema.parse(undefined)),
    meaning: schema.description ?? '',
  }));
}
