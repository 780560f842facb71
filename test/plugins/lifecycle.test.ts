import { Agent, request as ask, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/plugins/problems.ts';
import { startService } from '../service.ts';
import type { ServiceProcess } from '../service-process.ts';
import { startProcess } from '../service-process.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request; throws where the connection fails. */
function fetchOnce(url: string, body?: string, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = ask(url, { method: body === undefined ? 'GET' : 'POST', ...(agent === undefined ? {} : { agent }) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const resnet = JSON.stringify({ ref: 'resnet18' });

let started: ServiceProcess[] = [];
async function start(environment: Record<string, string>): Promise<ServiceProcess> {
  const service = await startProcess(environment);
  started.push(service);
  return service;
}
afterEach(() => {
  for (const { child } of started) child.kill('SIGKILL');
  started = [];
});

describe('on SIGTERM', () => {
  test('readiness turns to 503 at once, all else is answered with Connection: close, and the process ends with 0', async () => {
    const { child, url, ended } = await start({ LAYERGAUGE_DRAIN_MS: '1500' });
    expect((await fetchOnce(`${url}/readyz`)).status).toBe(200);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await fetchOnce(`${url}/v1/analyze`, resnet, agent)).headers.connection).toBe('keep-alive');
    child.kill('SIGTERM');
    let ready = await fetchOnce(`${url}/readyz`);
    // The signal takes its way.
    while (ready.status === 200) ready = await fetchOnce(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(ready.headers['retry-after']).toBe('5');
    expect(problemSchema.parse(JSON.parse(ready.text)).type).toBe('urn:layergauge:problem:unavailable');
    expect((await fetchOnce(`${url}/v2/health/ready`)).status).toBe(503);
    const answer = await fetchOnce(`${url}/v1/analyze`, resnet, agent);
    expect(answer.status).toBe(200);
    expect(answer.headers.connection).toBe('close');
    expect((await fetchOnce(`${url}/livez`)).status).toBe(200);
    agent.destroy();
    expect(await ended).toBe(0);
  });

  test('a run in flight is finished', async () => {
    const { child, url, ended } = await start({ LAYERGAUGE_DRAIN_MS: '0', LAYERGAUGE_MAX_RUN_MACS: '4000000000' });
    // 64·64·3·3·192·192 = 1.4e9 products in a worker thread.
    const tensor = (shape: readonly number[]) => ({
      shape,
      dtype: 'float32',
      base64: Buffer.alloc(4 * shape.reduce((a, b) => a * b)).toString('base64'),
    });
    const body = { layer: { type: 'conv2d', padding: 1 }, input: tensor([1, 64, 192, 192]), weight: tensor([64, 64, 3, 3]) };
    const answer = fetchOnce(`${url}/v1/run`, JSON.stringify(body));
    await setTimeout(300);
    child.kill('SIGTERM');
    expect((await answer).status).toBe(200);
    expect(await ended).toBe(0);
  });

  test('a body that is on its way is awaited', async () => {
    const { child, port, ended } = await start({ LAYERGAUGE_DRAIN_MS: '100' });
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.write(`POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: ${resnet.length}\r\n\r\n${resnet.slice(0, 5)}`);
    await setTimeout(200);
    child.kill('SIGTERM');
    await setTimeout(400);
    socket.write(resnet.slice(5));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
    expect(await ended).toBe(0);
  });

  test('what takes longer than the grace is cut off, and the process ends with 1', async () => {
    const { child, port, ended, log } = await start({ LAYERGAUGE_DRAIN_MS: '0', LAYERGAUGE_GRACE_MS: '300' });
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write('POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
    await setTimeout(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
    expect(log()).toContain('killed by timeout');
    socket.destroy();
  });

  test('a second signal ends it at once', async () => {
    const { child, url, ended } = await start({ LAYERGAUGE_DRAIN_MS: '60000' });
    child.kill('SIGTERM');
    while ((await fetchOnce(`${url}/readyz`)).status === 200);
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
  });
});

test('SIGINT ends it without a wait', async () => {
  const { child, ended } = await start({ LAYERGAUGE_DRAIN_MS: '60000' });
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('three processes are restarted one after another under load, and nothing is lost', async () => {
  const environment = { LAYERGAUGE_DRAIN_MS: '800' };
  const replicas = await Promise.all([start(environment), start(environment), start(environment)]);
  // As a load balancer does it: who is not ready gets no new connection; a connection stays where it is.
  const isReady = replicas.map(() => true);
  let isOver = false;
  const watch = (async () => {
    while (!isOver) {
      await Promise.all(
        replicas.map(async ({ url }, index) => {
          isReady[index] = await fetchOnce(`${url}/readyz`).then(
            ({ status }) => status === 200,
            () => false,
          );
        }),
      );
      await setTimeout(100);
    }
  })();
  const fates = new Map<string, number>();
  let turn = 0;
  const client = async (): Promise<void> => {
    let agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let url = '';
    while (!isOver) {
      if (url === '') {
        do turn++;
        while (!isReady[turn % 3]);
        url = replicas[turn % 3]?.url ?? '';
      }
      const fate = await fetchOnce(`${url}/v1/analyze`, resnet, agent).then(
        ({ status, headers }) => {
          if (headers.connection === 'close') url = '';
          return String(status);
        },
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      );
      if (url === '') {
        agent.destroy();
        agent = new Agent({ keepAlive: true, maxSockets: 1 });
      }
      fates.set(fate, (fates.get(fate) ?? 0) + 1);
      await setTimeout(Math.random() * 10);
    }
    agent.destroy();
  };
  const clients = Promise.all(Array.from({ length: 8 }, client));
  for (const index of [0, 1, 2]) {
    const old = replicas[index] as ServiceProcess;
    old.child.kill('SIGTERM');
    expect(await old.ended).toBe(0);
    replicas[index] = await start(environment);
    while (!isReady[index]) await setTimeout(50);
  }
  isOver = true;
  await Promise.all([clients, watch]);
  expect([...fates.keys()]).toEqual(['200']);
  expect(fates.get('200')).toBeGreaterThan(200);
});

test('closing an app says so before it closes', async () => {
  const { app } = await startService();
  expect(app.lifecycle.isClosing).toBe(false);
  await app.close();
  expect(app.lifecycle.isClosing).toBe(true);
});
