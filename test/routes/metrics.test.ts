import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generator } from '../../src/report/version.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
let port: number;
beforeEach(async () => {
  service = await startService();
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  port = (service.app.server.address() as AddressInfo).port;
});
afterEach(() => service.app.close());

const url = (path: string) => `http://127.0.0.1:${port}${path}`;

async function scrape(): Promise<Map<string, number>> {
  const text = await (await fetch(url('/metrics'))).text();
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

async function post(path: string, body: unknown): Promise<number> {
  const answer = await fetch(url(path), { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  await answer.arrayBuffer();
  return answer.status;
}

test('the answer is Prometheus text, with help and type for each metric', async () => {
  const answer = await fetch(url('/metrics'));
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  const described = new Set(lines.flatMap((line) => /^# TYPE (\S+) /.exec(line)?.[1] ?? []));
  for (const line of lines.filter((one) => !one.startsWith('#'))) {
    expect(line).toMatch(/^[a-z_]+[a-z0-9_]*(\{([a-z_]+="[^"\n]*",?)+\})? (-?[\d.e+-]+|nan)$/i);
    const name = /^[a-z0-9_]+/i.exec(line)?.[0] ?? '';
    expect(described.has(name) || described.has(name.replace(/_(bucket|sum|count)$/, '')), name).toBe(true);
  }
});

describe('requests', () => {
  const count = (method: string, route: string, status: number) =>
    `http_server_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`;

  test('are counted by method, template of the route and status', async () => {
    await post('/v1/analyze?batch_size=3', { ref: 'lenet5' });
    await post('/v1/analyze', { ref: 'lenet6' });
    await fetch(url('/v1/zoo/lenet5'));
    await fetch(url('/v1/zoo/alexnet'));
    await fetch(url('/v2/models/conv2d/versions/1'));
    const metrics = await scrape();
    expect(metrics.get(count('POST', '/v1/analyze', 200))).toBe(1);
    expect(metrics.get(count('POST', '/v1/analyze', 422))).toBe(1);
    expect(metrics.get(count('GET', '/v1/zoo/:name', 200))).toBe(2);
    expect(metrics.get(count('GET', '/v2/models/:type/versions/:version', 200))).toBe(1);
    expect(metrics.get('http_server_active_requests')).toBe(1);
  });

  test('to addresses that there are not make one series, however many they are', async () => {
    for (let number = 0; number < 50; number++) await fetch(url(`/nothing/${number}?x=${number}`));
    const metrics = await scrape();
    expect(metrics.get(count('GET', 'unmatched', 404))).toBe(50);
    // 14 buckets, +Inf, sum and count.
    expect([...metrics.keys()].filter((name) => name.includes('route="unmatched"')).length).toBe(17);
  });

  test('that are no HTTP are counted', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('hello\r\n\r\n');
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect((await scrape()).get('layergauge_broken_requests_total')).toBe(1);
  });

  test('whose client went before the answer are 499', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const metrics = await scrape();
    expect([...metrics.keys()].some((name) => name.startsWith(count('POST', '/v1/analyze', 499).slice(0, -12)))).toBe(true);
    expect(metrics.get('http_server_active_requests')).toBe(1);
  });
});

describe('work', () => {
  test('layers, kept answers and multiply-accumulates are counted', async () => {
    // LeNet-5 has 12 rows.
    for (let time = 0; time < 3; time++) await post('/v1/analyze', { ref: 'lenet5' });
    // 1 × 1 × 3 × 3 products at each of the 1 × 1 places.
    const tensor = [
      [
        [
          [1, 1, 1],
          [1, 1, 1],
          [1, 1, 1],
        ],
      ],
    ];
    expect(await post('/v1/run', { layer: { type: 'conv2d' }, input: tensor, weight: tensor })).toBe(200);
    const metrics = await scrape();
    expect(metrics.get('layergauge_layers_analyzed_total')).toBe(12);
    expect(metrics.get('layergauge_cache_hits_total')).toBe(2);
    expect(metrics.get('layergauge_cache_misses_total')).toBe(1);
    expect(metrics.get('layergauge_cache_answers')).toBe(1);
    expect(metrics.get('layergauge_cache_bytes')).toBeGreaterThan(1000);
    expect(metrics.get('layergauge_run_macs_total')).toBe(9);
    expect(metrics.get('layergauge_worker_tasks')).toBe(0);
    expect(metrics.get('layergauge_worker_threads')).toBe(0);
    expect(metrics.get(`layergauge_build_info{version="${generator.version}",node="${process.version}"}`)).toBe(1);
  });

  test('one service does not count for another', async () => {
    const other = await startService();
    await other.request.post('/v1/analyze').send({ ref: 'lenet5' });
    await other.app.close();
    expect((await scrape()).get('layergauge_layers_analyzed_total')).toBe(0);
  });

  test('the process is measured', async () => {
    const metrics = await scrape();
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_heap_size_used_bytes',
    ])
      expect(metrics.has(name), name).toBe(true);
  });
});

describe('what deploy/ names', () => {
  const read = (path: string) => readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');
  const ours = /\b(?:layergauge|http_server|process|nodejs)_[a-z0-9_]+\b/g;

  test.each(['grafana/layergauge.json', 'alerts/layergauge.yaml'])('each metric of %s is there', async (path) => {
    for (let time = 0; time < 2; time++) await post('/v1/analyze', { ref: 'lenet5' });
    const known = new Set([...(await scrape()).keys()].map((name) => name.replace(/\{.*/, '')));
    const text = read(path);
    const expressions = path.endsWith('.json')
      ? [...text.matchAll(/"expr": "((?:[^"\\]|\\.)*)"/g)].map(([, expression]) => expression ?? '')
      : [...text.matchAll(/^ +expr: (.*(?:\n {10}.*)*)/gm)].map(([, expression]) => expression ?? '');
    expect(expressions.length).toBeGreaterThan(5);
    const named = new Set(expressions.flatMap((expression) => expression.match(ours) ?? []));
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
    for (const expression of expressions) expect(expression.match(ours), expression).not.toBeNull();
  });

  test('the dashboard is JSON whose panels have titles and places of their own', () => {
    const { panels } = JSON.parse(read('grafana/layergauge.json')) as { panels: { id: number; title: string; gridPos: object }[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ gridPos }) => JSON.stringify(gridPos))).size).toBe(panels.length);
    for (const { title } of panels) expect(title).not.toBe('');
  });
});
