/** A collector of OpenTelemetry for tests: takes spans by OTLP over HTTP, in either form, and reads them by the numbers and names of the protocol's own definition. */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

export interface CollectedSpan {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_id: string;
  readonly trace_state: string;
  readonly name: string;
  readonly kind: number;
  readonly status: number;
  readonly nanoseconds: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Path and content type of each request. */
  readonly asked: readonly string[];
  /** The first span of this name, as soon as it has come. */
  span(name: string): Promise<CollectedSpan>;
  close(): void;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Takes what comes, or answers by `answer` and takes nothing. */
export async function startCollector(answer?: Answer): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const asked: string[] = [];
  let arrived = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const type = request.headers['content-type'] ?? '';
    asked.push(`${request.method} ${request.url} ${type}`);
    const body = await buffer(request);
    if (answer === undefined) {
      spans.push(...(type === 'application/json' ? ofJson(JSON.parse(body.toString())) : ofProtobuf(body)));
      response.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{}' : '');
    } else answer(request, response);
    arrived.resolve();
    arrived = Promise.withResolvers<void>();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    asked,
    async span(name) {
      for (;;) {
        const found = spans.find((span) => span.name === name);
        if (found !== undefined) return found;
        await arrived.promise;
      }
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Fields of a message by number: nested messages, strings and bytes as bytes, numbers as they are. */
function fieldsOf(bytes: Uint8Array): Map<number, (Uint8Array | bigint | number)[]> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, (Uint8Array | bigint | number)[]>();
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const value =
      wire === WireType.LengthDelimited
        ? reader.bytes()
        : wire === WireType.Varint
          ? BigInt(reader.int64())
          : wire === WireType.Bit64
            ? BigInt(reader.fixed64())
            : reader.fixed32();
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

const all = (bytes: Uint8Array, number: number) => (fieldsOf(bytes).get(number) ?? []) as Uint8Array[];
const one = (bytes: Uint8Array, number: number) => all(bytes, number)[0] ?? new Uint8Array();
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Source: opentelemetry/proto/collector/trace/v1/trace_service.proto, trace/v1/trace.proto, common/v1/common.proto. */
function ofProtobuf(body: Uint8Array): CollectedSpan[] {
  return all(body, 1).flatMap((resourceSpans) =>
    all(resourceSpans, 2).flatMap((scopeSpans) =>
      all(scopeSpans, 2).map((span) => ({
        trace_id: hex(one(span, 1)),
        span_id: hex(one(span, 2)),
        trace_state: text(one(span, 3)),
        parent_id: hex(one(span, 4)),
        name: text(one(span, 5)),
        kind: Number(fieldsOf(span).get(6)?.[0]),
        nanoseconds: (fieldsOf(span).get(8)?.[0] as bigint) - (fieldsOf(span).get(7)?.[0] as bigint),
        status: Number(fieldsOf(one(span, 15)).get(3)?.[0] ?? 0),
        attributes: pairsOf(all(span, 9)),
        resource: pairsOf(all(one(resourceSpans, 1), 1)),
        scope: text(one(one(scopeSpans, 1), 1)),
      })),
    ),
  );
}

function pairsOf(pairs: readonly Uint8Array[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map((pair) => [text(one(pair, 1)), readValue(one(pair, 2))]));
}

function readValue(value: Uint8Array): unknown {
  const fields = fieldsOf(value);
  if (fields.has(1)) return text(one(value, 1));
  if (fields.has(3)) return Number(fields.get(3)?.[0]);
  if (fields.has(5)) return all(one(value, 5), 1).map(readValue);
  throw new Error(`a value of fields ${[...fields.keys()]}`);
}

// biome-ignore lint/suspicious/noExplicitAny: the protocol's JSON, of which a wrong name is an undefined that a test sees.
function ofJson({ resourceSpans }: any): CollectedSpan[] {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  const pairs = (list: any[]) => Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]));
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  const plain = (value: any): unknown => value.stringValue ?? value.arrayValue?.values.map(plain) ?? Number(value.intValue);
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  return resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    scopeSpans.flatMap(({ scope, spans }: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      spans.map((span: any) => ({
        trace_id: span.traceId,
        span_id: span.spanId,
        trace_state: span.traceState ?? '',
        parent_id: span.parentSpanId ?? '',
        name: span.name,
        kind: span.kind,
        nanoseconds: BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano),
        status: span.status.code,
        attributes: pairs(span.attributes),
        resource: pairs(resource.attributes),
        scope: scope.name,
      })),
    ),
  );
}
