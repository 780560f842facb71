/**
 * Kernels against TensorFlow.js (cpu backend) and onnxruntime-web (one thread), in one process, rounds in turn, by CPU time of the whole
 * process (its garbage collection and compilation included). What counts is the ratio of medians. `npm ci --prefix bench/peers` first.
 *
 *     node bench/kernels.ts [rounds] [only rows that contain this text]
 */

import { fileURLToPath } from 'node:url';
import { convolve } from '../src/kernels/convolve.ts';
import type { ConvGeometry, PoolGeometry, WindowGeometry } from '../src/kernels/geometry.ts';
import { convolveNaive } from '../test/oracles/convolve.ts';

type Call = () => unknown;

/** A layer as the peers are told of it: two spatial axes, batch 1. */
interface Task {
  readonly kind: 'conv' | 'max' | 'average';
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly input: Float32Array;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly groups: number;
  readonly weightShape?: readonly number[];
  readonly weight?: Float32Array;
}

interface Peer {
  (): Promise<Float32Array>;
  /** Where its own layout differs. */
  channelsFirst?(): Float32Array;
}

interface Row {
  readonly name: string;
  readonly task: Task;
  readonly ours: () => Float32Array;
  readonly truth?: () => Float64Array;
}

const rounds = Number(process.argv[2] ?? 15);
const only = process.argv[3] ?? '';
const secondsPerSample = 0.1;

const unit = random(1);
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * 0.999;
  };
}

function window(input: number, kernel: number, stride: number, padding: number): WindowGeometry {
  const output = Math.floor((input + 2 * padding - kernel) / stride) + 1;
  const flat = (cells: number, first: number) => [first, cells, cells] as const;
  return {
    input: flat(input, 1),
    output: flat(output, 1),
    kernel: flat(kernel, 1),
    stride: flat(stride, 1),
    dilation: [1, 1, 1],
    before: flat(padding, 0),
    after: flat(padding, 0),
  };
}

function taskOf(kind: Task['kind'], geometry: WindowGeometry, channels: number, outChannels: number, groups: number): Task {
  const inputShape = [1, channels, ...geometry.input.slice(1)];
  const task: Task = {
    kind,
    inputShape,
    outputShape: [1, outChannels, ...geometry.output.slice(1)],
    input: Float32Array.from({ length: product(inputShape) }, unit),
    kernel: geometry.kernel.slice(1),
    stride: geometry.stride.slice(1),
    before: geometry.before.slice(1),
    after: geometry.after.slice(1),
    groups,
  };
  if (kind !== 'conv') return task;
  const weightShape = [outChannels, channels / groups, ...task.kernel];
  return { ...task, weightShape, weight: Float32Array.from({ length: product(weightShape) }, unit) };
}

function product(extents: readonly number[]): number {
  return extents.reduce((all, extent) => all * extent, 1);
}

function conv(name: string, input: number, inChannels: number, outChannels: number, kernel: number, stride = 1, groups = 1): Row {
  const geometry: ConvGeometry = { ...window(input, kernel, stride, kernel >> 1), batch: 1, groups, inChannels, outChannels };
  const task = taskOf('conv', geometry, inChannels, outChannels, groups);
  const weight = task.weight as Float32Array;
  const wide = (list: Float32Array) => Float64Array.from(list);
  return {
    name,
    task,
    ours: () => convolve(task.input, weight, undefined, geometry) as Float32Array,
    truth: () => convolveNaive(wide(task.input), wide(weight), undefined, geometry) as Float64Array,
  };
}

/** The pooling kernels' module, written apart. */
interface PoolModule {
  maxPool(input: Float32Array, geometry: PoolGeometry): unknown;
  averagePool(input: Float32Array, geometry: PoolGeometry, countIncludePad: boolean): unknown;
}

function pool(
  kind: 'max' | 'average',
  name: string,
  kernels: PoolModule,
  input: number,
  channels: number,
  kernel: number,
  padding: number,
): Row {
  const geometry: PoolGeometry = { ...window(input, kernel, 2, padding), batch: 1, channels };
  const task = taskOf(kind, geometry, channels, channels, 1);
  const { maxPool, averagePool } = kernels;
  const run = kind === 'max' ? () => maxPool(task.input, geometry) : () => averagePool(task.input, geometry, true);
  return { name, task, ours: run as () => Float32Array };
}

const rows: Row[] = [
  conv('3×3 64→64 @56', 56, 64, 64, 3),
  conv('3×3 3→64 @224', 224, 3, 64, 3),
  conv('1×1 256→64 @56', 56, 256, 64, 1),
  conv('depthwise 3×3 144 @56', 56, 144, 144, 3, 1, 144),
  conv('7×7 s2 3→64 @224', 224, 3, 64, 7, 2),
  conv('3×3 3→16 @32', 32, 3, 16, 3),
  conv('3×3 1→1 @8', 8, 1, 1, 3),
  conv('3×3 512→512 @14', 14, 512, 512, 3),
];
const poolPath = new URL('../src/kernels/pool-window.ts', import.meta.url);
const pools = (await import(poolPath.href).catch(() => undefined)) as PoolModule | undefined;
if (pools === undefined) console.log('no src/kernels/pool-window.ts: pooling rows are left out');
else rows.push(pool('max', 'max 3×3 s2 64 @112', pools, 112, 64, 3, 1), pool('average', 'average 2×2 s2 64 @112', pools, 112, 64, 2, 0));

async function peersOf(task: Task): Promise<Record<string, Peer>> {
  const load = async (file: string) => import(new URL(`peers/${file}.mjs`, import.meta.url).href);
  const { tfjs } = await load('tfjs');
  const { onnxruntime } = await load('onnxruntime');
  return { tfjs: await tfjs(task), onnxruntime: await onnxruntime(task) };
}

/** Milliseconds of CPU that one call takes, from a sample of `calls`. */
async function sample(call: Call, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i++) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
}

function largest(list: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < list.length; i++) most = Math.max(most, Math.abs(list[i] ?? 0));
  return most;
}

/** Largest error over the largest magnitude. */
function error(actual: ArrayLike<number>, truth: Float64Array): number {
  return largest(truth.map((value, i) => (actual[i] ?? Number.NaN) - value)) / largest(truth);
}

async function measure(row: Row): Promise<Record<string, string | number>> {
  const peers = await peersOf(row.task);
  // A call of ours goes through a promise as well, so that the peers' `await` costs nobody more.
  const calls: Record<string, Call> = { ours: async () => row.ours(), ...peers };
  const names = Object.keys(calls);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  const perSample = new Map<string, number>();
  for (const [name, call] of Object.entries(calls)) {
    const once = await sample(call, 3);
    for (let spent = 0; spent < 300; spent += Math.max(once, 0.01) * 10) await sample(call, 10);
    perSample.set(name, Math.max(1, Math.ceil((secondsPerSample * 1000) / Math.max(0.001, await sample(call, 3)))));
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, call] of Object.entries(calls)) times.get(name)?.push(await sample(call, perSample.get(name) ?? 1));
  }
  const [ours = 0, tfjs = 0, ort = 0] = names.map((name) => median(times.get(name) ?? []));
  const ratio = (theirs: number) => Number((theirs / ours).toFixed(2));
  const ms = (value: number) => Number(value.toPrecision(3));
  const result = {
    kernel: row.name,
    'ours ms': ms(ours),
    'tfjs ms': ms(tfjs),
    'ort ms': ms(ort),
    'tfjs/ours': ratio(tfjs),
    'ort/ours': ratio(ort),
  };
  if (row.truth === undefined) return result;
  const truth = row.truth();
  const errors = [row.ours(), peers.tfjs?.channelsFirst?.() ?? [], (await peers.onnxruntime?.()) ?? []];
  return { ...result, errors: errors.map((list) => error(list, truth).toExponential(1)).join(' ') };
}

const results: Record<string, string | number>[] = [];
for (const row of rows.filter(({ name }) => name.includes(only))) {
  results.push(await measure(row));
  console.log(JSON.stringify(results.at(-1)));
}
console.table(results);
const ratios = results.map((result) => Number(result['tfjs/ours']));
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
console.log(
  `tfjs/ours: geometric mean ${mean.toFixed(1)}, least ${Math.min(...ratios)}; node ${process.version}, ${fileURLToPath(import.meta.url)}`,
);
process.exit(0);
