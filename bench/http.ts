/**
 * Over loopback: requests a second of the service against a bare `node:http` server that parses the same ResNet-50 body and stringifies the same answer.
 * Rounds alternate between both, each in a process of its own, so that a noisy machine is noisy for both; the ratio of medians is what counts.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureDocument } from '../test/measure-document.ts';
import { expanded } from './networks.ts';

const rounds = 9;
const secondsPerRound = 2;
const connections = 8;

const document = expanded('resnet50');
const body = Buffer.from(JSON.stringify(document));
const answer = join(tmpdir(), `layergauge-bench-${process.pid}.json`);
writeFileSync(answer, JSON.stringify(measureDocument(document)));

interface Contender {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** Requests a second, one a round. */
  readonly results: number[];
  /** Processor time a request in microseconds, one a round: what a busy machine does not change. */
  readonly costs: number[];
  stop(): void;
}

async function start(name: string, script: string, argument: string): Promise<Contender> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), argument], {
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port !== undefined) {
      child.stdout.destroy();
      return { name, port: Number(port), pid: child.pid ?? 0, results: [], costs: [], stop: () => child.kill('SIGKILL') };
    }
  }
  throw new Error(`${name} did not start: ${text}`);
}

/** Processor time that a process has used, in microseconds (Linux; elsewhere not a number). */
function processorTime(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return Number.NaN;
  }
}

async function round(contender: Contender): Promise<void> {
  const before = processorTime(contender.pid);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const until = performance.now() + secondsPerRound * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        await post(contender.port, agent);
        done++;
      }
    }),
  );
  agent.destroy();
  contender.results.push(done / secondsPerRound);
  contender.costs.push((processorTime(contender.pid) - before) / done);
}

async function post(port: number, agent: Agent): Promise<void> {
  const sent = request({
    port,
    host: '127.0.0.1',
    path: '/v1/analyze',
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json', 'content-length': body.length },
  });
  sent.end(body);
  const [received] = await once(sent, 'response');
  if (received.statusCode !== 200) throw new Error(`status ${received.statusCode}`);
  received.resume();
  await once(received, 'end');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

process.env.LOG_LEVEL = 'warn';
const contenders = [
  await start('node:http, JSON.parse + JSON.stringify', './bare-server.ts', answer),
  await start('layergauge /v1/analyze', './service.ts', ''),
];
for (const contender of contenders) {
  await round(contender);
  contender.results.length = 0;
  contender.costs.length = 0;
}
for (let turn = 0; turn < rounds; turn++) for (const contender of contenders) await round(contender);
for (const contender of contenders) contender.stop();
console.table(
  contenders.map(({ name, results, costs }) => ({
    name,
    'median requests/s': Math.round(median(results)),
    lowest: Math.round(Math.min(...results)),
    highest: Math.round(Math.max(...results)),
    'median CPU µs/request': Math.round(median(costs)),
  })),
);
const [bare, service] = contenders as [Contender, Contender];
console.log(
  `ratio of medians: ${(median(service.results) / median(bare.results)).toFixed(2)} by requests, ${(median(bare.costs) / median(service.costs)).toFixed(2)} by processor time (aimed at: at least 0.6 by requests)`,
);
