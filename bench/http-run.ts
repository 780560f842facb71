/**
 * The whole request of `/v1/run`, JSON in and JSON out over loopback, against a bare server of `JSON.parse`, the same kernel and `JSON.stringify`. Each server
 * has a process of its own and rounds alternate, so that a noisy machine is noisy for both; requests go one after the other. What counts is
 * processor time a request (all threads, from /proc), by medians; the latency is told as well.
 *
 *     node bench/http-run.ts [rounds]
 */

import { Agent } from 'node:http';
import { ask, type Contender, processorTime, quantile, startContender } from './contender.ts';

const rounds = Number(process.argv[2] ?? 9);
const secondsPerRound = 1.5;

/** Numbers as a client sends them that has float32 and prints doubles, or as one that rounds to seven digits. */
const writings: readonly (readonly [string, (value: number) => number])[] = [
  ['float32 in 17 digits', Math.fround],
  ['seven digits', (value) => Number(value.toPrecision(7))],
];

let state = 1;
function unit(): number {
  state = (state * 1664525 + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
}

function bodyOf(input: readonly number[], weight: readonly number[], written: (value: number) => number): Buffer {
  const tensor = (shape: readonly number[]) => ({
    shape,
    data: Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, () => written(unit())),
  });
  return Buffer.from(
    JSON.stringify({
      layer: { type: 'conv2d', padding: 1 },
      input: tensor(input),
      weight: tensor(weight),
      bias: tensor([weight[0] ?? 1]),
    }),
  );
}

const tasks = [
  { name: '1×64×56×56, 3×3 64→64', input: [1, 64, 56, 56], weight: [64, 64, 3, 3], goal: 3 },
  { name: '1×3×32×32, 3×3 3→16', input: [1, 3, 32, 32], weight: [16, 3, 3, 3], goal: 2.5 },
];

interface Measured {
  readonly costs: number[];
  readonly latencies: number[];
}

async function round({ port, pid }: Contender, body: Buffer, { costs, latencies }: Measured): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const before = processorTime(pid);
  const until = performance.now() + secondsPerRound * 1000;
  let done = 0;
  for (; performance.now() < until; done++) {
    const start = performance.now();
    await ask(port, agent, '/v1/run', body);
    latencies.push(performance.now() - start);
  }
  agent.destroy();
  costs.push((processorTime(pid) - before) / done);
}

/** Both answers hold the same numbers, once rounded to float32. */
async function compare(contenders: readonly Contender[], body: Buffer): Promise<void> {
  const agent = new Agent();
  const [first, second] = await Promise.all(
    contenders.map(async ({ port }) =>
      Float32Array.from(
        (JSON.parse((await ask(port, agent, '/v1/run', body)).toString('utf8')) as { output: { data: number[] } }).output.data,
      ),
    ),
  );
  if (first?.length !== second?.length || first?.some((value, index) => value !== second?.[index])) throw new Error('the answers differ');
  agent.destroy();
}

const contenders = [
  await startContender('JSON.parse, kernel, JSON.stringify', './bare-run-server.ts'),
  await startContender('layergauge /v1/run', './service.ts'),
];
const table: Record<string, string>[] = [];
for (const { name, input, weight, goal } of tasks)
  for (const [writing, written] of writings) {
    const body = bodyOf(input, weight, written);
    await compare(contenders, body);
    for (const contender of contenders) await round(contender, body, { costs: [], latencies: [] });
    const results = contenders.map((): Measured => ({ costs: [], latencies: [] }));
    for (let turn = 0; turn < rounds; turn++)
      for (const [index, contender] of contenders.entries()) await round(contender, body, results[index] as Measured);
    const [bare, ours] = results.map(({ costs, latencies }) => ({ cost: quantile(costs, 0.5), latency: quantile(latencies, 0.5) }));
    if (bare === undefined || ours === undefined) throw new Error('nothing was measured');
    console.log(`${name}, ${writing}: ${(bare.cost / ours.cost).toFixed(2)} times less processor time (aimed at: ${goal})`);
    table.push({
      task: name,
      numbers: writing,
      'CPU ms, bare': bare.cost.toFixed(2),
      'CPU ms, ours': ours.cost.toFixed(2),
      'times less': (bare.cost / ours.cost).toFixed(2),
      goal: `${goal}`,
      'latency ms, bare': bare.latency.toFixed(2),
      'latency ms, ours': ours.latency.toFixed(2),
      'times quicker': (bare.latency / ours.latency).toFixed(2),
    });
  }
for (const contender of contenders) contender.stop();
console.table(table);
