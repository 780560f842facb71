/**
 * JSON logs: one line a request, with its id and its trace. The id is the caller's `x-request-id` where it is a plain token, else a new one; every answer carries it.
 * The trace is the caller's `traceparent` (W3C Trace Context) continued, else a new one. What callers wrote stands in logs in printable ASCII only.
 */

import { randomFillSync, randomUUID } from 'node:crypto';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { destination, pino, stdSerializers } from 'pino';
import type { Config } from '../config.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Bytes of lines that may wait for a reader. */
const mostWaiting = 4 * 1024 * 1024;

/**
 * Writes to standard output, and waits for nobody: lines that it does not take wait beside the requests, up to a bound; those beyond are lost, and their number is
 * told once there is room. Where nobody reads it any more, or the disk behind it is full, the service goes on.
 */
export function createLogger(config: Config): FastifyBaseLogger {
  let isEnding = false;
  let triesAtEnd = 0;
  let lost = 0;
  const output = destination({ fd: 1, sync: false, maxLength: mostWaiting, retryEAGAIN: () => !isEnding || ++triesAtEnd < 5 });
  const logger = pino({ level: config.logLevel, base: { service: 'layergauge' }, serializers }, output);
  output.on('error', () => undefined);
  output.on('drop', () => lost++);
  output.on('drain', () => {
    if (lost === 0) return;
    logger.warn(`${lost} lines of this log are lost: they came faster than they were read`);
    lost = 0;
  });
  // What waits at the end is written by the library, which then sleeps until it is read: for half a second, not for ever.
  process.prependListener('exit', () => {
    isEnding = true;
  });
  const flush = output.flushSync.bind(output);
  output.flushSync = () => {
    try {
      flush();
    } catch {
      // Nobody is left to be told.
    }
  };
  return logger;
}

const serializers = {
  req: ({ method, url, ip }: { readonly method: string; readonly url: string; readonly ip: string }) => ({
    method,
    url: printable(url, 2000),
    remoteAddress: ip,
  }),
  err: (error: Error) => {
    const { message, stack, ...others } = stdSerializers.err(error);
    return { ...others, message: printable(message, 2000), stack: printable(stack, 8000) };
  },
};

/** Characters that a terminal obeys, or that hide, become escapes. */
export function printable(text: string, most: number): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.replace(/[^\n\x20-\x7e…]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const token = /^[\w.:-]{1,128}$/;

export function requestId(request: { headers: Headers }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && token.test(given) ? given : randomUUID();
}

export interface Trace {
  readonly trace_id: string;
  readonly span_id: string;
  /** The caller's span. */
  readonly parent_id?: string;
}

const zeros = /^0+$/;

/** Random bytes for many ids at once: each draw has its price. */
const drawn = Buffer.alloc(4096);
let used = drawn.length;

function randomHex(bytes: number): string {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}

/** The trace that a request belongs to; a header that is not as the standard has it begins a new one. Versions after 00 may have more fields. */
export function traceOf({ traceparent }: Headers): Trace {
  const span_id = randomHex(8);
  const [, version, trace_id = '', parent_id = '', rest] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(typeof traceparent === 'string' ? traceparent : '') ?? [];
  const isKnown = version !== undefined && version !== 'ff' && (version !== '00' || rest === undefined);
  if (!isKnown || zeros.test(trace_id) || zeros.test(parent_id)) return { trace_id: randomHex(16), span_id };
  return { trace_id, span_id, parent_id };
}

/** `traces` keeps what stands in the log for who makes spans of it. */
export function installLogging(app: FastifyInstance, traces?: WeakMap<object, Trace>): void {
  app.setChildLoggerFactory((logger, bindings, options, request) => {
    const trace = traceOf(request.headers);
    traces?.set(request, trace);
    return logger.child({ ...bindings, ...trace }, options);
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
}
