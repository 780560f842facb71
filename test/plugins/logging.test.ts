import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printable, traceOf } from '../../src/plugins/logging.ts';
import type { ServiceProcess } from '../service-process.ts';
import { startProcess } from '../service-process.ts';

type Line = Record<string, unknown> & { readonly req?: { readonly url: string; readonly method: string } };

let service: ServiceProcess;
beforeAll(async () => {
  service = await startProcess();
});
afterAll(() => void service.child.kill('SIGKILL'));

/** The lines that a request has left. */
async function linesOf(id: string): Promise<Line[]> {
  for (let time = 0; time < 40; time++) {
    const lines = service
      .log()
      .split('\n')
      .filter((line) => line.includes(`"reqId":"${id}"`))
      .map((line) => JSON.parse(line) as Line);
    if (lines.some(({ msg }) => msg === 'request completed')) return lines;
    await setTimeout(50);
  }
  throw new Error(service.log());
}

function ask(id: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${service.url}${path}`, {
    headers: { 'x-request-id': id, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
}

describe('the log of a request', () => {
  test('is JSON with its id, and with the trace that the caller began', async () => {
    const trace = 'af7651916cd43dd8448eb211c80319c7';
    await ask('one', '/v1/zoo/lenet5', undefined, { traceparent: `00-${trace}-b7ad6b7169203331-01` });
    const [first, second] = await linesOf('one');
    expect(first).toMatchObject({
      service: 'layergauge',
      trace_id: trace,
      parent_id: 'b7ad6b7169203331',
      req: { method: 'GET', url: '/v1/zoo/lenet5' },
    });
    expect(first?.span_id).toMatch(/^[0-9a-f]{16}$/);
    expect(second).toMatchObject({ trace_id: trace, span_id: first?.span_id, res: { statusCode: 200 } });
  });

  test('begins a trace where there is none', async () => {
    await ask('two', '/v1/zoo/lenet5');
    expect((await linesOf('two'))[0]?.trace_id).toMatch(/^[0-9a-f]{32}$/);
  });

  test('holds nothing that was posted, and no character that a terminal obeys', async () => {
    const name = 'evil\n{"level":60}\u001b[31m\u009b31m\u202e\u2028name';
    const document = {
      name,
      input: [3, 8, 8],
      layers: [
        { name, type: 'relu' },
        { name, type: 'no_such\u001b' },
      ],
    };
    await ask('three', `/v1/analyze?x=${encodeURIComponent(name)}`, JSON.stringify(document));
    await ask('four', '/v1/analyze', JSON.stringify(document));
    await linesOf('three');
    await linesOf('four');
    expect(service.log()).toMatch(/^[\n\x20-\x7e]*$/);
    for (const line of service.log().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    const four = JSON.stringify(await linesOf('four'));
    expect(four).not.toContain('evil');
  });

  test('is not written for health and metrics', async () => {
    await ask('five', '/livez');
    await ask('six', '/metrics');
    await ask('seven', '/v2/health/ready');
    await ask('eight', '/v1/zoo');
    await linesOf('eight');
    expect(service.log()).not.toMatch(/"reqId":"(five|six|seven)"/);
  });
});

test('bytes of an address beyond ASCII are escaped', async () => {
  expect(printable('/v1/\u009b31m\u0000\t"é😀', 100)).toBe('/v1/\\u009b31m\\u0000\\u0009"\\u00e9\\ud83d\\ude00');
  expect(printable('x'.repeat(50), 10)).toBe('xxxxxxxxxx…');
});

describe('traceparent', () => {
  const ids = ['af7651916cd43dd8448eb211c80319c7', 'b7ad6b7169203331'] as const;

  test.each([`00-${ids.join('-')}-00`, `00-${ids.join('-')}-ff`, `01-${ids.join('-')}-01`, `cc-${ids.join('-')}-01-what-comes-later`])(
    '%s is continued',
    (traceparent) => {
      expect(traceOf({ traceparent })).toMatchObject({ trace_id: ids[0], parent_id: ids[1] });
    },
  );

  test.each([
    undefined,
    '',
    'nonsense',
    `ff-${ids.join('-')}-01`,
    `00-${ids.join('-')}-01-more`,
    `00-${ids.join('-').toUpperCase()}-01`,
    `00-${'0'.repeat(32)}-${ids[1]}-01`,
    `00-${ids[0]}-${'0'.repeat(16)}-01`,
    `00-${ids[0].slice(1)}-${ids[1]}-01`,
    `00-${ids.join('-')}`,
  ])('%s begins a new one', (traceparent) => {
    const trace = traceOf({ traceparent });
    expect(trace.trace_id).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.trace_id).not.toBe(ids[0]);
    expect(trace.parent_id).toBeUndefined();
  });
});

describe('where nobody takes the log', () => {
  const entry = fileURLToPath(new URL('../../src/server.ts', import.meta.url));
  /** Starts with this as standard output, and asks twenty times. */
  async function served(port: number, output: number | 'pipe'): Promise<number[]> {
    const child = spawn(process.execPath, [entry], {
      env: { PATH: process.env.PATH, PORT: String(port), HOST: '127.0.0.1' },
      stdio: ['ignore', output, 'ignore'],
    });
    child.stdout?.destroy();
    try {
      const statuses: number[] = [];
      for (let time = 0; time < 200 && statuses.length < 20; time++) {
        const status = await fetch(`http://127.0.0.1:${port}/v1/zoo/lenet5`).then(
          (answer) => answer.status,
          () => 0,
        );
        if (status !== 0) statuses.push(status);
        else if (statuses.length > 0) break;
        else await setTimeout(50);
      }
      return statuses;
    } finally {
      child.kill('SIGKILL');
    }
  }

  test('a full disk does not end the service', async () => {
    expect(await served(39_811, openSync('/dev/full', 'w'))).toEqual(Array(20).fill(200));
  });

  test('a closed pipe does not end the service', async () => {
    expect(await served(39_812, 'pipe')).toEqual(Array(20).fill(200));
  });

  test('a pipe that is not read holds nobody up; what it does not hold is lost, told, and the end is no later for it', async () => {
    const stalled = await startProcess({ LAYERGAUGE_DRAIN_MS: '0', LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS: '0' });
    try {
      stalled.child.stdout?.pause();
      // A line of some 2 kB each, three times what waits for a reader.
      const address = `${stalled.url}/v1/zoo/lenet5?${'x'.repeat(2000)}`;
      for (let batch = 0; batch < 120; batch++) {
        const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(address).then(({ status }) => status)));
        expect(new Set(answers)).toEqual(new Set([200]));
      }
      stalled.child.stdout?.resume();
      for (let time = 0; time < 100 && !stalled.log().includes('lines of this log are lost'); time++) await setTimeout(50);
      expect(stalled.log()).toMatch(/"level":40.*"msg":"\d+ lines of this log are lost: they came faster than they were read"/);
      for (const line of stalled.log().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
      stalled.child.stdout?.pause();
      await Promise.all(Array.from({ length: 200 }, () => fetch(address).then((answer) => answer.text())));
      stalled.child.kill('SIGTERM');
      expect(await stalled.ended).toBe(0);
    } finally {
      stalled.child.kill('SIGKILL');
    }
  }, 60_000);
});
