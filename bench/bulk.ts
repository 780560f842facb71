/**
 * `POST /v1/bulk` over loopback, totals of networks of MobileNet-v2's size, each another: lines a second, and a second of processor time, with one worker thread and
 * with two, in turns, each service in a process of its own. Memory is looked at along the way. With `BENCH_PYTHON`, a Python that has torch, torchvision and fvcore
 * (`bench/bulk-fvcore.md`), the same question is asked there, and the ratio printed.
 *
 *     BENCH_PYTHON=path/to/python npm run bench:bulk -- [lines a round]
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { mobileNets } from './bulk-lines.ts';
import type { Contender } from './contender.ts';
import { processorTime, quantile, startContender } from './contender.ts';

const rounds = 7;
const linesPerRound = Number(process.argv[2] ?? 6000);
const lines = mobileNets(2000);

interface Round {
  readonly perSecond: number;
  /** Processor time of the whole service and of its busiest worker, in microseconds a line. */
  readonly service: number;
  readonly worker: number;
  readonly megabytes: number;
}

/** One request of many lines; resolves when every line has its totals. */
async function ask(port: number): Promise<void> {
  const body = Readable.from(
    (function* () {
      for (let index = 0; index < linesPerRound; index++) yield lines[index % lines.length];
    })(),
    { objectMode: false, highWaterMark: 256 * 1024 },
  );
  const headers = { 'content-type': 'application/x-ndjson' };
  const sent = request({ port, host: '127.0.0.1', path: '/v1/bulk', method: 'POST', headers });
  body.pipe(sent);
  const answered = await new Promise<number>((resolve, reject) => {
    sent.once('error', reject).once('response', (received) => {
      let text = '';
      let answers = 0;
      received.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk;
        const whole = text.lastIndexOf('\n') + 1;
        answers += text.slice(0, whole).split('"totals":').length - 1;
        text = text.slice(whole);
      });
      received.once('end', () => resolve(answers)).once('error', reject);
    });
  });
  if (answered !== linesPerRound) throw new Error(`${answered} of ${linesPerRound} lines were answered with totals`);
}

/** Processor time of each thread in milliseconds (Linux). */
function threads(pid: number): Map<string, number> {
  const times = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const fields = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    times.set(thread, (Number(fields[11]) + Number(fields[12])) * 10);
  }
  return times;
}

async function round({ port, pid }: Contender): Promise<Round> {
  const before = threads(pid);
  const used = processorTime(pid);
  const started = performance.now();
  await ask(port);
  const seconds = (performance.now() - started) / 1000;
  // The main thread's id is the process's.
  const workers = [...threads(pid)].filter(([thread]) => thread !== String(pid)).map(([thread, time]) => time - (before.get(thread) ?? 0));
  return {
    perSecond: linesPerRound / seconds,
    service: ((processorTime(pid) - used) * 1000) / linesPerRound,
    worker: (Math.max(...workers) * 1000) / linesPerRound,
    megabytes: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
  };
}

const contenders = [];
for (const workers of [1, 2])
  contenders.push({
    workers,
    service: await startContender(`${workers} workers`, './service.ts', JSON.stringify({ LAYERGAUGE_RUN_WORKERS: String(workers) })),
    results: [] as Round[],
  });
try {
  // Until the code is hot and the heap has its size.
  for (const { service } of contenders) for (let turn = 0; turn < 2; turn++) await round(service);
  for (let turn = 0; turn < rounds; turn++) for (const { service, results } of contenders) results.push(await round(service));
} finally {
  for (const { service } of contenders) service.stop();
}

const medianOf = (results: readonly Round[], pick: (round: Round) => number): number => quantile(results.map(pick), 0.5);
console.log(`${linesPerRound} lines a request, ${lines[0]?.length} bytes and 153 layers each; medians of ${rounds} rounds`);
console.table(
  contenders.map(({ workers, results }) => ({
    workers,
    'lines/s': Math.round(medianOf(results, ({ perSecond }) => perSecond)),
    'CPU µs/line': Math.round(medianOf(results, ({ service }) => service)),
    'lines/s of one core': Math.round(1e6 / medianOf(results, ({ service }) => service)),
    'busiest worker, CPU µs/line': Math.round(medianOf(results, ({ worker }) => worker)),
    'RSS MB, first round': Math.round(results[0]?.megabytes ?? Number.NaN),
    'RSS MB, last round': Math.round(results.at(-1)?.megabytes ?? Number.NaN),
  })),
);
const [one, two] = contenders.map(({ results }) => results) as [Round[], Round[]];
const worker = (results: readonly Round[]): number => medianOf(results, (result) => result.worker);
const speed = (results: readonly Round[]): number => medianOf(results, ({ perSecond }) => perSecond);
console.log(`aimed at: 2,000 lines a second of one core, all threads of the service counted`);
console.log(
  `two workers against one: ${(worker(one) / worker(two)).toFixed(2)} times the lines a second of a worker's processor time (aimed at: 1.7), ` +
    `${(speed(two) / speed(one)).toFixed(2)} times the lines a second, with client, main thread and workers on the same processors`,
);

const python = process.env.BENCH_PYTHON;
if (python !== undefined) {
  const script = fileURLToPath(new URL('./bulk-fvcore.py', import.meta.url));
  const answer = execFileSync(python, [script], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '{}';
  const { networks, building, flops, activations } = JSON.parse(answer) as Record<
    'networks' | 'building' | 'flops' | 'activations',
    number
  >;
  const ours = medianOf(one, ({ service }) => service) / 1000;
  const of = (seconds: number): number => (seconds / networks) * 1000;
  console.log(
    `torch + fvcore: ${of(building).toFixed(1)} ms to build a network, ${of(flops).toFixed(0)} ms for parameters and FLOPs, ${of(activations).toFixed(0)} ms for activations; ` +
      `the service, with all totals in ${ours.toFixed(2)} ms of processor time: ${Math.round(of(flops) / ours)} times as quick as parameters and FLOPs alone, ` +
      `${Math.round(of(building + flops + activations) / ours)} times as quick as all of it (aimed at: 500)`,
  );
}
