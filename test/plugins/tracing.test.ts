import { once } from 'node:events';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { folderOf, removed, root } from '../deploy/outside.ts';
import type { CollectedSpan, Collector } from '../otlp-collector.ts';
import { startCollector } from '../otlp-collector.ts';
import type { ServiceProcess } from '../service-process.ts';
import { startProcess } from '../service-process.ts';

const entry = join(root, 'src/server.ts');
const server = 2;
const error = 2;
const unset = 0;

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function collect(...answer: Parameters<typeof startCollector>): Promise<Collector> {
  const collector = await startCollector(...answer);
  ends.push(() => collector.close());
  return collector;
}

async function start(environment: Record<string, string>, command?: readonly string[]): Promise<ServiceProcess> {
  const quick = { OTEL_BSP_SCHEDULE_DELAY: '10', LAYERGAUGE_DRAIN_MS: '0', LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS: '0' };
  const service = await startProcess({ ...quick, ...environment }, command);
  ends.push(() => service.child.kill('SIGKILL'));
  return service;
}

/** A service that sends its spans to a collector. */
async function traced(environment: Record<string, string> = {}): Promise<ServiceProcess & { readonly collector: Collector }> {
  const collector = await collect();
  return { ...(await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...environment })), collector };
}

/** What the log says, as soon as it does. */
async function logged({ log }: ServiceProcess, says: RegExp): Promise<string> {
  for (let time = 0; time < 600; time++) {
    const line = log()
      .split('\n')
      .find((one) => says.test(one));
    if (line !== undefined) return line;
    await setTimeout(50);
  }
  throw new Error(`nothing of ${says} in\n${log()}`);
}

const json = { 'content-type': 'application/json' };
const trace = 'af7651916cd43dd8448eb211c80319c7';
const parent = 'b7ad6b7169203331';

describe('the span of a request', () => {
  test('has the name, kind and attributes of the HTTP conventions, and the ids of the log', async () => {
    const { url, port, collector, ...service } = await traced();
    const headers = { ...json, 'user-agent': 'a\u009bgent', 'x-request-id': 'one' };
    await (await fetch(`${url}/v1/analyze?batch_size=2`, { method: 'POST', headers, body: '{"ref":"lenet5"}' })).arrayBuffer();
    const span = await collector.span('POST /v1/analyze');
    const line = JSON.parse(await logged({ url, port, ...service }, /"reqId":"one".*request completed/));
    expect(span).toMatchObject({
      trace_id: line.trace_id,
      span_id: line.span_id,
      parent_id: '',
      kind: server,
      status: unset,
      scope: 'layergauge',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/analyze',
        'http.response.status_code': 200,
        'http.response.header.x-request-id': ['one'],
        'url.scheme': 'http',
        'url.path': '/v1/analyze',
        'url.query': 'batch_size=2',
        'server.address': '127.0.0.1',
        'server.port': port,
        'network.protocol.version': '1.1',
        'user_agent.original': 'a\\u009bgent',
      },
    });
    expect(span.attributes['error.type']).toBeUndefined();
    expect(span.nanoseconds).toBeGreaterThan(0n);
    expect(span.resource).toMatchObject({ 'service.name': 'layergauge', 'telemetry.sdk.name': 'opentelemetry' });
    expect(span.resource['service.version']).toMatch(/^\d+\.\d+\.\d+/);
    expect(collector.asked[0]).toBe('POST /v1/traces application/x-protobuf');
  });

  test('goes on with the trace of its caller, state included', async () => {
    const { url, collector } = await traced();
    await fetch(`${url}/v1/zoo/lenet5`, { headers: { traceparent: `00-${trace}-${parent}-01`, tracestate: 'a=1,b=2' } });
    expect(await collector.span('GET /v1/zoo/:name')).toMatchObject({ trace_id: trace, parent_id: parent, trace_state: 'a=1,b=2' });
  });

  test('begins a trace where traceparent is none', async () => {
    const { url, collector } = await traced();
    await fetch(`${url}/v1/zoo`, { headers: { traceparent: `00-${trace}-${'0'.repeat(16)}-01` } });
    const span = await collector.span('GET /v1/zoo');
    expect(span.trace_id).not.toBe(trace);
    expect(span.parent_id).toBe('');
  });

  test('is not made where the caller makes none, nor for health and metrics', async () => {
    const { url, collector } = await traced();
    await fetch(`${url}/v1/zoo/lenet5`, { headers: { traceparent: `00-${trace}-${parent}-00` } });
    for (const path of ['/livez', '/readyz', '/metrics', '/v2/health/ready']) await fetch(`${url}${path}`);
    await fetch(`${url}/v1/operators`);
    // Spans leave in the order in which they end.
    await collector.span('GET /v1/operators');
    expect(collector.spans.map(({ name }) => name)).toEqual(['GET /v1/operators']);
  });

  test.each([
    [
      'an address that is none',
      'GET',
      '/nowhere/at/all',
      undefined,
      'GET',
      { 'http.response.status_code': 404, 'url.path': '/nowhere/at/all' },
    ],
    ['a method that the address does not take', 'DELETE', '/v1/zoo', undefined, 'DELETE', { 'http.response.status_code': 405 }],
    [
      'a document that does not hold',
      'POST',
      '/v1/analyze',
      '{"input":[3],"layers":[{"type":"x"}]}',
      'POST /v1/analyze',
      { 'http.response.status_code': 422 },
    ],
    [
      'a method that the conventions do not know',
      'PROPFIND',
      '/v1/zoo',
      undefined,
      'HTTP',
      { 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' },
    ],
  ])('is no error for %s', async (_, method, path, body, name, attributes) => {
    const { url, collector } = await traced();
    const sent = ask(`${url}${path}`, { method, headers: json });
    sent.end(body);
    const [answer] = await once(sent, 'response');
    answer.resume();
    const span = await collector.span(name);
    expect(span).toMatchObject({ status: unset, attributes });
    expect(span.attributes['error.type']).toBeUndefined();
    if (name === method) expect(span.attributes['http.route']).toBeUndefined();
  });

  test('is an error for a 503', async () => {
    // No resident memory is that small.
    const { url, collector } = await traced({ LAYERGAUGE_MAX_RSS_BYTES: '1' });
    let status = 200;
    // Memory is looked at once a second.
    while (status !== 503) ({ status } = await fetch(`${url}/v1/zoo`));
    const isRefused = ({ attributes }: CollectedSpan) => attributes['http.response.status_code'] === 503;
    while (!collector.spans.some(isRefused)) await setTimeout(20);
    expect(collector.spans.find(isRefused)).toMatchObject({ name: 'GET /v1/zoo', status: error, attributes: { 'error.type': '503' } });
  });

  test('says that the client has gone before its answer', async () => {
    const { url, collector } = await traced();
    const sent = ask(`${url}/v1/analyze`, { method: 'POST', headers: { ...json, 'content-length': '100' } });
    sent.on('error', () => undefined);
    sent.write('{"ref"');
    sent.once('socket', (socket) => socket.once('connect', () => void setTimeout(100).then(() => sent.destroy())));
    const { attributes } = await collector.span('POST /v1/analyze');
    expect(attributes).toMatchObject({ 'error.type': 'connection_closed' });
    expect(attributes['http.response.status_code']).toBeUndefined();
  });
});

describe('the variables of OpenTelemetry', () => {
  test('name the service and its resource, and choose JSON', async () => {
    const { url, collector } = await traced({
      OTEL_SERVICE_NAME: 'gauge-eu',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.version=9',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    await fetch(`${url}/v1/zoo`);
    const { resource, kind, attributes } = await collector.span('GET /v1/zoo');
    expect(resource).toMatchObject({ 'service.name': 'gauge-eu', 'service.version': '9', 'deployment.environment.name': 'test' });
    expect([kind, attributes['http.response.status_code']]).toEqual([server, 200]);
    expect(collector.asked[0]).toBe('POST /v1/traces application/json');
  });

  test('choose a sampler, and an address as it is', async () => {
    const collector = await collect();
    const { url } = await start({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/in`,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    });
    await fetch(`${url}/v1/operators`);
    await fetch(`${url}/v1/zoo`, { headers: { traceparent: `00-${trace}-${parent}-01` } });
    await collector.span('GET /v1/zoo');
    expect(collector.spans.length).toBe(1);
    expect(collector.asked).toEqual(['POST /in application/x-protobuf']);
  });

  test('that do not hold are said once, and the service goes on', async () => {
    const service = await traced({ OTEL_TRACES_SAMPLER: 'sometimes' });
    expect(await logged(service, /OTEL_TRACES_SAMPLER/)).toContain('"level":40');
    expect((await fetch(`${service.url}/v1/zoo`)).status).toBe(200);
    await service.collector.span('GET /v1/zoo');
  });
});

describe('a collector that fails', () => {
  /** An address where nobody listens. */
  async function nobody(): Promise<string> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    return `http://user:secret@127.0.0.1:${port}`;
  }

  async function answersAll({ url }: ServiceProcess): Promise<void> {
    for (let time = 0; time < 20; time++) expect((await fetch(`${url}/v1/zoo/lenet5`)).status).toBe(200);
  }

  test('by being away is one warning, without what is secret in its address', async () => {
    // Without time to try again.
    const service = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: await nobody(), OTEL_EXPORTER_OTLP_TIMEOUT: '500' });
    await answersAll(service);
    expect(await logged(service, /spans could not be sent/)).toMatch(/"level":40.*ECONNREFUSED/);
    await answersAll(service);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.log().match(/spans could not be sent/g)?.length).toBe(1);
    expect(service.log()).not.toContain('secret');
  });

  test('by an error is a warning', async () => {
    const collector = await collect((_request, response) => response.writeHead(400).end('what it says'));
    const service = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await answersAll(service);
    expect(await logged(service, /spans could not be sent/)).toMatch(/400 Bad Request/);
    expect(service.log()).not.toContain('what it says');
  });

  test('by never answering does not keep the service from ending with 0', async () => {
    const asked = Promise.withResolvers<void>();
    const collector = await collect(() => asked.resolve());
    // The SDK would wait for ten minutes, and what takes longer than the grace ends with 1.
    const service = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
      OTEL_BSP_EXPORT_TIMEOUT: '600000',
      LAYERGAUGE_GRACE_MS: '6000',
    });
    await answersAll(service);
    await asked.promise;
    await answersAll(service);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });
});

test('the last spans are sent on SIGTERM', async () => {
  const { url, child, ended, collector } = await traced({ OTEL_BSP_SCHEDULE_DELAY: '3600000' });
  await fetch(`${url}/v1/zoo`);
  expect(collector.spans).toEqual([]);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(collector.spans.map(({ name }) => name)).toEqual(['GET /v1/zoo']);
});

describe('where no spans are asked for', () => {
  /** The packages of OpenTelemetry in the process; the metrics library has always brought its API. */
  async function packages(environment: Record<string, string>): Promise<string[]> {
    const print = `import { Module } from 'node:module';
      process.on('exit', () => process.stdout.write('\\nloaded ' + JSON.stringify(Object.keys(Module._cache)) + '\\n'));`;
    const service = await start(environment, ['--import', `data:text/javascript,${encodeURIComponent(print)}`, entry]);
    await (await fetch(`${service.url}/v1/zoo`)).arrayBuffer();
    service.child.kill('SIGTERM');
    await service.ended;
    const files = JSON.parse((await logged(service, /^loaded /)).slice('loaded '.length)) as string[];
    return [...new Set(files.flatMap((file) => /@opentelemetry\/(?!api\/)[^/]+/.exec(file)?.[0] ?? []))];
  }

  test.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  ] as Record<string, string>[])('by %j, no package is loaded', async (environment) => {
    expect(await packages(environment)).toEqual([]);
  });

  test('and where they are, packages are', async () => {
    expect(await packages({ OTEL_EXPORTER_OTLP_ENDPOINT: (await collect()).url })).toContain('@opentelemetry/sdk-trace-base');
  });
});

test('without its packages the service starts, and a line says what to install', async () => {
  const folder = await folderOf({});
  ends.push(() => removed(folder));
  await cp(join(root, 'src'), join(folder, 'src'), { recursive: true });
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(join(root, 'node_modules')))
    if (name !== '@opentelemetry') await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  const service = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, [join(folder, 'src/server.ts')]);
  expect(await logged(service, /no spans are sent/)).toMatch(/"level":40.*npm ci/);
  expect((await fetch(`${service.url}/v1/zoo`)).status).toBe(200);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});
