/**
 * Spans of OpenTelemetry, sent by OTLP over HTTP. The only file that imports its libraries, which may not be installed: `tracing.ts` loads it where an address is
 * configured, and nothing else does; of the house it imports types only, so that a bundle can have it apart. What is not said in `TracingConfig` the SDK reads from
 * the environment: sampler, batches, limits, headers, certificates, resource.
 */

import type { IncomingHttpHeaders } from 'node:http';
import type { Attributes, Span } from '@opentelemetry/api';
import { createTraceState, DiagLogLevel, diag, ROOT_CONTEXT, SpanKind, TraceFlags, trace as traces } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TracingConfig } from '../config.ts';
import type { Trace } from './logging.ts';

/** `traceparent` and `tracestate` count. */
export type TraceHeaders = IncomingHttpHeaders;

interface Service {
  readonly name: string;
  readonly version: string;
}

export interface Spans {
  /** A span of a request, with the ids of `trace`. */
  start(title: string, attributes: Attributes, trace: Trace, headers: TraceHeaders): Span;
  /** Sends what has ended; resolves when it has been taken, or refused. */
  close(): Promise<void>;
}

/** Complaints of the SDK go to `warn`: those about its configuration all, those while it runs one a minute. They hold what others wrote. */
export function createSpans({ url, protocol }: TracingConfig, { name, version }: Service, warn: (text: string) => void): Spans {
  const sparing = sparingly(warn);
  let say = warn;
  const complain = (...words: unknown[]) => say(`OpenTelemetry: ${words.filter((word) => typeof word === 'string').join(' ')}`);
  const ignore = () => undefined;
  diag.setLogger({ error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore }, { logLevel: DiagLogLevel.WARN });
  const failed = (error: unknown) => sparing(`spans could not be sent to ${new URL(url).origin}: ${reasonOf(error)}`);
  setGlobalErrorHandler(failed);

  // The SDK asks for ids while it starts a span: they are those of the request's log.
  let next: Trace = { trace_id: '', span_id: '' };
  const Exporter = protocol === 'http/json' ? JsonExporter : ProtobufExporter;
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': name, 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    idGenerator: { generateTraceId: () => next.trace_id, generateSpanId: () => next.span_id },
    spanProcessors: [new BatchSpanProcessor(new Exporter({ url }))],
  });
  const tracer = provider.getTracer(name, version);
  say = sparingly(warn);
  return {
    start(title, attributes, trace, headers) {
      next = trace;
      return tracer.startSpan(title, { kind: SpanKind.SERVER, attributes }, contextOf(trace, headers));
    },
    close: () => provider.shutdown().catch(failed),
  };
}

/** A trace with a parent is one whose `traceparent` is as the standard has it: `00-<trace_id>-<parent_id>-<flags>`. */
function contextOf({ trace_id, parent_id }: Trace, { traceparent, tracestate }: TraceHeaders) {
  if (parent_id === undefined) return ROOT_CONTEXT;
  const [, , , flags = ''] = String(traceparent).split('-');
  return traces.setSpanContext(ROOT_CONTEXT, {
    traceId: trace_id,
    spanId: parent_id,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(String(tracestate)) }),
  });
}

/** Node's errors may have a code and no message; what a collector answers is not repeated. */
function reasonOf(error: unknown): string {
  const { message, code } = error as { readonly message?: unknown; readonly code?: unknown };
  return (
    [code, message].filter((word) => typeof word === 'number' || (typeof word === 'string' && word !== '')).join(' ') || 'no reason given'
  );
}

const quietMilliseconds = 60_000;

function sparingly(warn: (text: string) => void): (text: string) => void {
  let quietUntil = 0;
  let held = 0;
  return (text) => {
    if (performance.now() < quietUntil) {
      held++;
      return;
    }
    warn(held === 0 ? text : `${text} (${held} more like it since the last)`);
    held = 0;
    quietUntil = performance.now() + quietMilliseconds;
  };
}
