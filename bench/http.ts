/**
 * Over loopback: requests a second of the service against a bare `node:http` server that parses the same ResNet-50 body and stringifies the same answer.
 * Rounds alternate between both, each in a process of its own, so that a noisy machine is noisy for both; the ratio of medians is what counts.
 */

import { writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureDocument } from '../test/measure-document.ts';
import type { Contender } from './contender.ts';
import { ask, processorTime, quantile, startContender } from './contender.ts';
import { expanded } from './networks.ts';

const rounds = 9;
const secondsPerRound = 2;
const connections = 8;

const document = expanded('resnet50');
const body = Buffer.from(JSON.stringify(document));
const answer = join(tmpdir(), `layergauge-bench-${process.pid}.json`);
writeFileSync(answer, JSON.stringify(measureDocument(document)));

interface Measured {
  readonly contender: Contender;
  /** Requests a second, one a round. */
  readonly results: number[];
  /** Processor time a request in microseconds, one a round: what a busy machine does not change. */
  readonly costs: number[];
}

async function round({ contender: { pid, port }, results, costs }: Measured): Promise<void> {
  const before = processorTime(pid);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const until = performance.now() + secondsPerRound * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        await ask(port, agent, '/v1/analyze', body);
        done++;
      }
    }),
  );
  agent.destroy();
  results.push(done / secondsPerRound);
  costs.push(((processorTime(pid) - before) * 1000) / done);
}

const contenders = [
  await startContender('node:http, JSON.parse + JSON.stringify', './bare-server.ts', answer),
  await startContender('layergauge /v1/analyze', './service.ts'),
].map((contender): Measured => ({ contender, results: [], costs: [] }));
for (const measured of contenders) {
  await round(measured);
  measured.results.length = 0;
  measured.costs.length = 0;
}
for (let turn = 0; turn < rounds; turn++) for (const measured of contenders) await round(measured);
for (const { contender } of contenders) contender.stop();
console.table(
  contenders.map(({ contender, results, costs }) => ({
    name: contender.name,
    'median requests/s': Math.round(quantile(results, 0.5)),
    lowest: Math.round(Math.min(...results)),
    highest: Math.round(Math.max(...results)),
    'median CPU µs/request': Math.round(quantile(costs, 0.5)),
  })),
);
const [bare, service] = contenders as [Measured, Measured];
console.log(
  `ratio of medians: ${(quantile(service.results, 0.5) / quantile(bare.results, 0.5)).toFixed(2)} by requests, ` +
    `${(quantile(bare.costs, 0.5) / quantile(service.costs, 0.5)).toFixed(2)} by processor time (aimed at: at least 0.6 by requests)`,
);
