/**
 * A span for each request, where `OTEL_EXPORTER_OTLP_ENDPOINT` says whither; else nothing is loaded and no hook is added. Requests that are not logged (health,
 * metrics) have none. Names and attributes are the HTTP semantic conventions of OpenTelemetry; nothing of a body or of a header of secrets is among them.
 */

import type { ServerResponse } from 'node:http';
import type { Attributes, Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { generator } from '../report/version.ts';
import type { Trace } from './logging.ts';
import { printable, traceOf } from './logging.ts';

/** Traces by request, which the log knows first. */
export type Traces = WeakMap<object, Trace>;

/** Longest that the last spans may hold up the end of the service. */
const closeMilliseconds = 2000;
const packages = '@opentelemetry/';

/** The traces that spans are to be made of, to be kept by the log; undefined where nobody asks for spans. */
export async function installTracing(app: FastifyInstance, { tracing, closing }: Config): Promise<Traces | undefined> {
  if (tracing === undefined) return undefined;
  const library = await import('./spans.ts').catch((error: NodeJS.ErrnoException) => {
    if (!error.code?.endsWith('MODULE_NOT_FOUND') || !error.message.includes(packages)) throw error;
  });
  if (library === undefined) {
    app.log.warn(`no spans are sent: the packages ${packages}* are not installed; npm ci without --omit=optional installs them`);
    return undefined;
  }
  const spans = library.createSpans(tracing, generator, (text) => app.log.warn(printable(text, 1000)));
  const traces: Traces = new WeakMap();
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.logLevel !== 'warn') {
      const { raw, headers } = request;
      const span = spans.start(nameOf(request), attributesOf(request), traces.get(raw) ?? traceOf(headers), headers);
      if (span.isRecording()) reply.raw.once('close', () => end(span, reply.raw));
    }
    done();
  });
  // Requests in flight have ended by then.
  const longest = Math.min(closeMilliseconds, closing.graceMs / 2);
  app.addHook('onClose', () => Promise.race([spans.close(), new Promise<void>((end) => setTimeout(end, longest).unref())]));
  return traces;
}

/** `SpanStatusCode.ERROR`: types of the library may be imported here, values may not. */
const errorStatus = 2;

/** A request that fails by its caller's fault is no error of this service. */
function end(span: Span, { headersSent, statusCode, writableFinished }: ServerResponse): void {
  if (headersSent) span.setAttribute('http.response.status_code', statusCode);
  if (headersSent && statusCode >= 500) span.setAttribute('error.type', String(statusCode)).setStatus({ code: errorStatus });
  else if (!writableFinished) span.setAttribute('error.type', 'connection_closed');
  span.end();
}

/** Those that the conventions know; who asks by another is not let into names. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);

function nameOf({ method, routeOptions }: FastifyRequest): string {
  const verb = methods.has(method) ? method : 'HTTP';
  return routeOptions.url === undefined ? verb : `${verb} ${routeOptions.url}`;
}

/** What callers wrote is printable and short. */
function attributesOf({ id, method, url, host, headers, raw, socket, routeOptions }: FastifyRequest): Attributes {
  const [path = '', query] = splitAt(url.replace(/^https?:\/\/[^/?]*/i, ''), '?');
  const isKnown = methods.has(method);
  const authority = /^(?<address>\[[^\]]*\]|[^:]*)(?::(?<port>\d+))?$/.exec(host ?? '')?.groups ?? {};
  const attributes: Attributes = {
    'http.request.method': isKnown ? method : '_OTHER',
    'url.scheme': 'http',
    'url.path': printable(path, 2000) || '/',
    'server.address': printable(authority.address || socket.localAddress || '', 255),
    'network.protocol.version': raw.httpVersion,
    'http.response.header.x-request-id': [id],
  };
  if (!isKnown) attributes['http.request.method_original'] = method;
  if (routeOptions.url !== undefined) attributes['http.route'] = routeOptions.url;
  if (query !== undefined && query !== '') attributes['url.query'] = printable(query, 2000);
  const port = authority.port ?? (authority.address ? undefined : socket.localPort);
  if (port !== undefined) attributes['server.port'] = Number(port);
  if (headers['user-agent'] !== undefined) attributes['user_agent.original'] = printable(headers['user-agent'], 512);
  return attributes;
}

function splitAt(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
