/**
 * What the service counts, for `GET /metrics`: one registry an app. Labels are of few values: a route is its template, never the address that was asked for.
 * Names and units as Prometheus has them; `http_server_request_duration_seconds` as OpenTelemetry calls it.
 */

import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { generator } from '../report/version.ts';

declare module 'fastify' {
  interface FastifyInstance {
    readonly meters: Meters;
  }
}

export interface Meters {
  readonly registry: Registry;
  /** Layers of answers that were computed; kept answers count once. */
  readonly layers: Counter;
  /** Multiply-accumulates of runs. */
  readonly macs: Counter;
  /** Requests refused by `overload.ts`. */
  readonly shed: Counter<'reason'>;
  /** Requests that are no HTTP. */
  readonly broken: Counter;
}

/** What is read off when it is asked for. */
export interface Watched {
  /** Tasks that worker threads have or that wait for one. */
  tasks(): number;
  threads(): number;
}

/** From a cached answer to the deadline of one that is computed. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function installMetrics(app: FastifyInstance): void {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const meters: Meters = {
    registry,
    layers: counter('layergauge_layers_analyzed_total', 'Layers of networks that were measured; kept answers count once.'),
    macs: counter('layergauge_run_macs_total', 'Multiply-accumulates of layers that were run.'),
    shed: new Counter({ name: 'layergauge_requests_shed_total', help: 'Requests refused under load.', labelNames: ['reason'], registers }),
    broken: counter('layergauge_broken_requests_total', 'Requests that are no HTTP, or whose headers came too late.'),
  };
  // Alerts on what has never happened need a zero.
  for (const reason of ['event_loop', 'memory']) meters.shed.inc({ reason }, 0);
  new Gauge({ name: 'layergauge_build_info', help: 'Always 1; the labels say what runs.', labelNames: ['version', 'node'], registers }).set(
    { version: generator.version, node: process.version },
    1,
  );
  measureRequests(app, registry);
  watchCache(app, registry);
  app.decorate('meters', meters);
  // Measures the process from now on, not in tests that only inject.
  app.addHook('onListen', async () => collectDefaultMetrics({ register: registry }));
}

function measureRequests(app: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'From the headers of a request to the last byte of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [registry],
  });
  const active = new Gauge({ name: 'http_server_active_requests', help: 'Requests that are being answered.', registers: [registry] });
  app.addHook('onRequest', (request, reply, done) => {
    active.inc();
    reply.raw.once('close', () => {
      active.dec();
      const method = methods.has(request.method) ? request.method : 'other';
      const route = request.routeOptions.url ?? 'unmatched';
      // Nginx's number for a client that has gone before its answer.
      const status = reply.raw.headersSent ? reply.statusCode : 499;
      durations.observe({ method, route, status }, reply.elapsedTime / 1000);
    });
    done();
  });
}

function watchCache(app: FastifyInstance, registry: Registry): void {
  const registers = [registry];
  const readOff = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  const countOff = (name: string, help: string, value: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  countOff('layergauge_cache_hits_total', 'Answers that were given from the cache.', () => app.answers.hits);
  countOff('layergauge_cache_misses_total', 'Answers that could have been kept and were not.', () => app.answers.misses);
  readOff('layergauge_cache_bytes', 'Memory that kept answers take.', () => app.answers.size.bytes);
  readOff('layergauge_cache_answers', 'Answers that are kept.', () => app.answers.size.answers);
}

/** The worker threads, once there is a pool to ask. */
export function watchWorkers({ meters: { registry } }: FastifyInstance, { tasks, threads }: Watched): void {
  const registers = [registry];
  new Gauge({
    name: 'layergauge_worker_tasks',
    help: 'Tasks that worker threads have or that wait for one.',
    registers,
    collect() {
      this.set(tasks());
    },
  });
  new Gauge({
    name: 'layergauge_worker_threads',
    help: 'Worker threads that there are; they start on first use.',
    registers,
    collect() {
      this.set(threads());
    },
  });
}
