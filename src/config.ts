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
  LAYERGAUGE_DRAIN_MS: whole(0, 3_600_000, 5000).describe(
    'How long the service, told to end, goes on answering while `/readyz` is 503, in milliseconds.',
  ),
  LAYERGAUGE_GRACE_MS: whole(1, 3_600_000, 20_000).describe('Longest that what is then in flight may take to finish, in milliseconds.'),
  LAYERGAUGE_MAX_CONNECTIONS: whole(1, 1_000_000, 1024).describe('Most connections at a time; more are closed as they come.'),
  LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS: whole(0, 60_000, 50).describe(
    'While the event loop lags, longest in milliseconds that it takes requests in one turn, in processor time; those that come behind are answered 503. 0 is no limit.',
  ),
  LAYERGAUGE_MAX_RSS_BYTES: whole(0, Number.MAX_SAFE_INTEGER, 0).describe(
    'Above this resident memory requests are answered 503; 0 is 90 % of what the container may have.',
  ),
  LAYERGAUGE_HANDLE_MS: whole(1, 3_600_000, 10_000).describe(
    'Longest that an answer may take once its request has come, in milliseconds; then it is a 503.',
  ),
  LAYERGAUGE_RATE_LIMIT: whole(0, 1_000_000_000, 0).describe(
    'Most requests a minute of one client address, or of one token where tokens are set; 0 is no limit.',
  ),
  LAYERGAUGE_TOKENS: z
    .string()
    .transform((text) => text.split(',').map((token) => token.trim()))
    .pipe(z.array(z.string().regex(/^[\w.~+/-]{16,512}=*$/, 'must be bearer tokens of 16 characters or more, comma-separated')))
    .default([])
    .describe('Bearer tokens, comma-separated, of which a request must bring one; health routes stay open. Empty, all are open.'),
  LAYERGAUGE_CACHE_BYTES: whole(0, Number.MAX_SAFE_INTEGER, 64 * 1024 * 1024).describe(
    'Most memory for answers that are kept to be given again; 0 keeps none.',
  ),
  LAYERGAUGE_MAX_JSON_BYTES: whole(1, 1_073_741_824, 8 * 1024 * 1024).describe('Largest JSON body in bytes; above it the answer is 413.'),
  LAYERGAUGE_MAX_ONNX_BYTES: whole(1, Number.MAX_SAFE_INTEGER, 4 * 1024 ** 3).describe(
    'Largest ONNX file in bytes, weights included, which are passed over as they arrive; above it the answer is 413.',
  ),
  LAYERGAUGE_INLINE_BYTES: whole(0, 1_073_741_824, 256 * 1024).describe(
    'Models of more bytes, the weights of ONNX files left out, are measured by a worker thread, so that other requests stay quick.',
  ),
  LAYERGAUGE_INLINE_LAYERS: whole(0, 1_000_000, 2000).describe(
    'So are questions about more layers than this, all measurements of a sweep together.',
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
  LAYERGAUGE_RUN_WORKERS: whole(1, 64, 2).describe(
    'Worker threads, for runs, for large models and for `/v1/bulk`; they start on first use.',
  ),
  LAYERGAUGE_RUN_QUEUE: whole(1, 10_000, 64).describe(
    'Runs that may wait for a worker, and as many questions about large models; above it the answer is 503.',
  ),
  LAYERGAUGE_RUN_TIMEOUT_MS: whole(1, 600_000, 10_000).describe(
    'Longest that a run may wait and compute, in milliseconds; its worker is then ended.',
  ),
  LAYERGAUGE_BULK_MAX_LINE_BYTES: whole(1, 64 * 1024 * 1024, 1024 * 1024).describe(
    'Longest line of `/v1/bulk` in bytes; a longer one is answered by a problem in its line.',
  ),
  LAYERGAUGE_BULK_REQUESTS: whole(1, 10_000, 32).describe(
    'Requests to `/v1/bulk` that are answered at the same time; above it the answer is 503.',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .default('')
    .describe('Collector of OpenTelemetry to which a span of each request is sent, as `http://collector:4318`; none are made without it.'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().default('').describe('The same with its path, as it is; goes before the other.'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .string()
    .default('http/protobuf')
    .describe('`http/protobuf` or `http/json`; with another no spans are sent, and a warning says so.'),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.string().default('').describe('Goes before the other.'),
  OTEL_TRACES_EXPORTER: z.string().default('otlp').describe('`otlp`, or `none` for no spans.'),
  OTEL_SDK_DISABLED: z.string().default('false').describe('`true` for no spans.'),
});

/** Variables whose values are never printed. */
const secrets: ReadonlySet<string> = new Set(['LAYERGAUGE_TOKENS']);

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly logLevel: z.output<typeof variables>['LOG_LEVEL'];
  readonly closing: ClosingConfig;
  readonly load: LoadConfig;
  readonly access: AccessConfig;
  readonly cacheBytes: number;
  readonly maxJsonBytes: number;
  readonly maxOnnxBytes: number;
  readonly maxErrors: number;
  readonly limits: Limits;
  readonly inline: InlineConfig;
  readonly run: RunConfig;
  readonly bulk: BulkConfig;
  /** Absent where no spans are sent. */
  readonly tracing?: TracingConfig;
}

/** How the service ends, in milliseconds. */
export interface ClosingConfig {
  readonly drainMs: number;
  readonly graceMs: number;
}

/** When requests are refused for want of capacity; 0 is no limit. */
export interface LoadConfig {
  readonly maxConnections: number;
  readonly maxEventLoopDelayMs: number;
  readonly maxRssBytes: number;
  readonly handleMs: number;
}

/** Who may ask, and how often; 0 is no limit. */
export interface AccessConfig {
  readonly tokens: readonly string[];
  readonly requestsPerMinute: number;
}

/** Up to what size a question about a model is answered between other requests. */
export interface InlineConfig {
  readonly bytes: number;
  readonly layers: number;
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

export interface BulkConfig {
  readonly maxLineBytes: number;
  readonly requests: number;
}

/** Where spans go; the rest the SDK of OpenTelemetry reads from its own variables. */
export interface TracingConfig {
  readonly url: string;
  readonly protocol: (typeof tracingProtocols)[number];
}

const tracingProtocols = ['http/protobuf', 'http/json'] as const;

export interface ReadConfig {
  readonly config: Config;
  /** Sentences for the log: unknown variables of our prefix, and why no spans are sent although they are asked for. */
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
        .map(({ path, message }) => {
          const name = String(path[0]);
          return secrets.has(name) ? `${name}: ${message}` : `${name}: ${message} (given ${JSON.stringify(given[name])})`;
        })
        .join('; '),
    );
  }
  const v = result.data;
  const tracing = readTracing(v);
  const unknown = Object.keys(environment)
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
  const bulk: BulkConfig = Object.freeze({ maxLineBytes: v.LAYERGAUGE_BULK_MAX_LINE_BYTES, requests: v.LAYERGAUGE_BULK_REQUESTS });
  const config: Config = Object.freeze({
    port: v.PORT,
    host: v.HOST,
    logLevel: v.LOG_LEVEL,
    closing: Object.freeze({ drainMs: v.LAYERGAUGE_DRAIN_MS, graceMs: v.LAYERGAUGE_GRACE_MS }),
    load: Object.freeze({
      maxConnections: v.LAYERGAUGE_MAX_CONNECTIONS,
      maxEventLoopDelayMs: v.LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS,
      maxRssBytes: v.LAYERGAUGE_MAX_RSS_BYTES,
      handleMs: v.LAYERGAUGE_HANDLE_MS,
    }),
    access: Object.freeze({ tokens: Object.freeze(v.LAYERGAUGE_TOKENS), requestsPerMinute: v.LAYERGAUGE_RATE_LIMIT }),
    cacheBytes: v.LAYERGAUGE_CACHE_BYTES,
    maxJsonBytes: v.LAYERGAUGE_MAX_JSON_BYTES,
    maxOnnxBytes: v.LAYERGAUGE_MAX_ONNX_BYTES,
    maxErrors: v.LAYERGAUGE_MAX_ERRORS,
    limits,
    inline: Object.freeze({ bytes: v.LAYERGAUGE_INLINE_BYTES, layers: v.LAYERGAUGE_INLINE_LAYERS }),
    run,
    bulk,
    ...(typeof tracing === 'object' ? { tracing: Object.freeze(tracing) } : {}),
  });
  return { config, warnings: typeof tracing === 'string' ? [...unknown, tracing] : unknown };
}

/** A sentence where what is set cannot be served: these variables are often set for a whole cluster, so they end no start. */
function readTracing(v: z.output<typeof variables>): TracingConfig | string | undefined {
  const all = v.OTEL_EXPORTER_OTLP_ENDPOINT;
  const own = v.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const exporters = v.OTEL_TRACES_EXPORTER.split(',').map((name) => name.trim());
  if ((all === '' && own === '') || exporters.includes('none') || v.OTEL_SDK_DISABLED.toLowerCase() === 'true') return undefined;
  if (!exporters.includes('otlp')) return `no spans are sent: OTEL_TRACES_EXPORTER is ${v.OTEL_TRACES_EXPORTER}; otlp and none are served`;
  const name = own === '' ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
  const url = own === '' ? `${all.replace(/\/$/, '')}/v1/traces` : own;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return `no spans are sent: ${name} is no http or https address`;
  const given = v.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || v.OTEL_EXPORTER_OTLP_PROTOCOL;
  const protocol = tracingProtocols.find((served) => served === given);
  if (protocol === undefined) return `no spans are sent: the protocol of OTLP is ${given}; ${tracingProtocols.join(' and ')} are served`;
  return { url, protocol };
}

/** Every variable with its default and meaning, for the README's table and its test. */
export function describeVariables(): readonly { readonly name: string; readonly fallback: string; readonly meaning: string }[] {
  return Object.entries(variables.shape).map(([name, schema]) => ({
    name,
    fallback: String(schema.parse(undefined)) || 'none',
    meaning: schema.description ?? '',
  }));
}
