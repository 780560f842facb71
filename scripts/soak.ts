/**
 * `npm run soak [seconds] [--fates]`: twice the load that saturates the service, from a client that counts what becomes of every request. Good, bad, tiny, small
 * and large requests are mixed. Ten minutes where nothing else is said. Ends with 1 where a request was reset or lost, was answered with a 5xx other than 503 or with
 * other bytes than in calm, and, unless only fates are asked for, where accepted requests took too long or memory grew.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { networkOf } from '../src/zoo/index.ts';

const seconds = Number(process.argv[2] ?? 600);
const onlyFates = process.argv.includes('--fates');

interface Asked {
  readonly name: string;
  readonly path: string;
  readonly body: Buffer;
  /** How often among the others. */
  readonly weight: number;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** A chain of `count` layers, no two calls alike, so that no answer is remembered. */
function chain(count: number, salt: number): unknown {
  const layers = Array.from({ length: count }, (_, index) => ({
    name: `layer ${salt} ${index}`,
    type: index % 2 === 0 ? 'conv2d' : 'relu',
    ...(index % 2 === 0 ? { out_channels: 8 + ((index + salt) % 24), kernel_size: 3, padding: 1 } : {}),
  }));
  return { input: [3, 32, 32], layers };
}

const convolution = {
  layer: { type: 'conv2d', padding: 1 },
  input: { shape: [1, 8, 24, 24], data: Array.from({ length: 8 * 24 * 24 }, (_, index) => (index % 17) / 16) },
  weight: { shape: [8, 8, 3, 3], data: Array.from({ length: 8 * 8 * 9 }, (_, index) => (index % 13) / 8 - 0.5) },
};

const asked: readonly Asked[] = [
  { name: 'tiny', path: '/v1/analyze', body: json({ input: [3], layers: [{ type: 'linear', out_features: 2 }] }), weight: 30 },
  { name: 'reference', path: '/v1/analyze?include=by_type', body: json({ ref: 'vgg16' }), weight: 20 },
  { name: 'ResNet-50', path: '/v1/analyze', body: json(networkOf('resnet50')?.document), weight: 10 },
  { name: 'run', path: '/v1/run', body: json(convolution), weight: 10 },
  { name: 'not JSON', path: '/v1/analyze', body: Buffer.from('{"layers": ['), weight: 8 },
  {
    name: 'refused',
    path: '/v1/analyze',
    body: json({ input: [3, 5, 5], layers: [{ type: 'conv2d', out_channels: 1, kernel_size: 7 }] }),
    weight: 8,
  },
  { name: 'unknown query', path: '/v1/analyze?colour=red', body: json({ ref: 'vgg16' }), weight: 4 },
  ...Array.from({ length: 16 }, (_, salt) => ({ name: 'large', path: '/v1/analyze', body: json(chain(1500, salt)), weight: 0.25 })),
];

interface Tally {
  sent: number;
  readonly fates: Map<string, number>;
  /** Milliseconds of what was answered with anything but a 503. */
  readonly times: number[];
  readonly timesOf: Map<string, number[]>;
  otherBytes: number;
}

const service = spawn(process.execPath, [fileURLToPath(new URL('../src/server.ts', import.meta.url))], {
  env: { ...process.env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'info' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const port = await new Promise<number>((resolve) => {
  let text = '';
  service.stdout.on('data', (chunk: Buffer) => {
    // Read on to the end: a service that cannot log would stand still.
    if (text === 'known') return;
    text += chunk;
    const found = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (found === undefined) return;
    text = 'known';
    resolve(Number(found));
  });
});
const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 512 });

/** Sends one request; gives its status and the digest of its answer, or the error that ended it. */
function send({ path, body }: Asked): Promise<{ readonly status: number | string; readonly digest: string }> {
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', path, method: 'POST', agent, headers: { 'content-type': 'application/json' } };
    const sent = request(options, (answer) => {
      const digest = createHash('sha256');
      answer.on('data', (chunk: Buffer) => digest.update(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, digest: digest.digest('hex') }));
      answer.on('error', (error: NodeJS.ErrnoException) => resolve({ status: error.code ?? error.message, digest: '' }));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve({ status: error.code ?? error.message, digest: '' }));
    sent.end(body);
  });
}

/** In calm: the answer that each request gets. */
const calm = new Map<Asked, { readonly status: number | string; readonly digest: string }>();
for (const one of asked) calm.set(one, await send(one));

const total = asked.reduce((sum, { weight }) => sum + weight, 0);
let state = 1;
function next(): Asked {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  let left = (state / 2 ** 32) * total;
  for (const one of asked) {
    left -= one.weight;
    if (left < 0) return one;
  }
  return asked[0] as Asked;
}

/** Requests one after the other on a few connections: what the service does when it is always asked. */
async function saturation(milliseconds: number): Promise<number> {
  const until = performance.now() + milliseconds;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (; performance.now() < until; done++) await send(next());
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return (done / milliseconds) * 1000;
}

async function sendCounted(one: Asked, tally: Tally): Promise<void> {
  tally.sent++;
  const begun = performance.now();
  const { status, digest } = await send(one);
  tally.fates.set(String(status), (tally.fates.get(String(status)) ?? 0) + 1);
  if (status === 503) return;
  const took = performance.now() - begun;
  tally.times.push(took);
  const own = tally.timesOf.get(one.name);
  if (own === undefined) tally.timesOf.set(one.name, [took]);
  else own.push(took);
  const expected = calm.get(one);
  if (typeof status === 'number' && (status !== expected?.status || digest !== expected.digest)) tally.otherBytes++;
}

function residentMiB(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}

await saturation(3000);
const saturating = await saturation(5000);
const rate = 2 * saturating;
console.log(`saturated at ${saturating.toFixed(0)} requests a second; sending ${rate.toFixed(0)} a second for ${seconds} s`);

const tally: Tally = { sent: 0, fates: new Map(), times: [], timesOf: new Map(), otherBytes: 0 };
const resident: number[] = [];
const begun = performance.now();
let outstanding = 0;
let held = 0;
let due = 0;
for (let second = 0; second < seconds; second++) {
  const end = begun + (second + 1) * 1000;
  while (performance.now() < end) {
    due = ((performance.now() - begun) / 1000) * rate - tally.sent - held;
    for (; due >= 1; due--) {
      // More than this and the client itself would be what is measured.
      if (outstanding >= 480) {
        held++;
        continue;
      }
      outstanding++;
      void sendCounted(next(), tally).finally(() => outstanding--);
    }
    await sleep(5);
  }
  resident.push(residentMiB());
  if ((second + 1) % Math.max(1, Math.floor(seconds / 10)) === 0)
    console.log(`${second + 1} s  sent ${tally.sent}  ${fatesOf(tally)}  RSS ${resident.at(-1)?.toFixed(0)} MiB`);
}
while (outstanding > 0) await sleep(20);
agent.destroy();

function fatesOf({ fates }: Tally): string {
  return [...fates]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fate, times]) => `${fate}: ${times}`)
    .join('  ');
}

const times = tally.times.toSorted((a, b) => a - b);
const p99 = times[Math.floor(times.length * 0.99)] ?? Number.NaN;
const minute = Math.min(60, Math.floor(seconds / 3));
const [second, last] = [resident.slice(minute, 2 * minute), resident.slice(-minute)].map((part) => Math.max(...part)) as [number, number];
const lost = [...tally.fates].filter(([fate]) => !/^(2\d\d|4\d\d|503)$/.test(fate));
console.table({
  'requests sent': tally.sent,
  'held back by the client': held,
  'answered but 503': tally.times.length,
  'shed with 503': tally.fates.get('503') ?? 0,
  'reset, lost, other 5xx': lost.reduce((sum, [, times]) => sum + times, 0),
  'other bytes than in calm': tally.otherBytes,
  'p99 of what was accepted, ms (at most 250)': Number(p99.toFixed(1)),
  'RSS, second part, MiB': Math.round(second),
  'RSS, last part, MiB (at most 10 % more)': Math.round(last),
});
console.table(
  Object.fromEntries(
    [...tally.timesOf].map(([name, taken]) => {
      const sorted = taken.toSorted((a, b) => a - b);
      const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(0);
      return [name, { answered: sorted.length, 'p50 ms': at(0.5), 'p99 ms': at(0.99) }];
    }),
  ),
);
service.kill('SIGTERM');
const failed = lost.length > 0 || tally.otherBytes > 0 || (!onlyFates && (p99 > 250 || last > second * 1.1));
if (lost.length > 0) console.log(`lost: ${lost.map(([fate, times]) => `${fate}: ${times}`).join('  ')}`);
process.exitCode = failed ? 1 : 0;
