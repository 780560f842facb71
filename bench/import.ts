/**
 * What importing costs: the bytes of a ResNet-50 without weights to its report, in process; and a file with 500 MB of `raw_data` sent over loopback, against a
 * server that only counts its bytes. Each server has a process of its own; uploads alternate. Peak memory is what /proc says (VmHWM), less that of the idle
 * server. Prints tables; asserts nothing.
 *
 *     node bench/import.ts [uploads]
 */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { importOnnx } from '../src/importers/onnx/index.ts';
import { createSkimmer } from '../src/importers/onnx/skim.ts';
import { readModel } from '../src/importers/onnx/wire.ts';
import { measure } from '../src/questions/measure.ts';
import { defaults, limits } from '../test/measure-document.ts';
import { type Contender, quantile, startContender } from './contender.ts';

const uploads = Number(process.argv[2] ?? 5);

function median(work: () => void): number {
  const samples: number[] = [];
  const until = performance.now() + 2000;
  while (performance.now() < until || samples.length < 20) {
    const start = performance.now();
    work();
    samples.push(performance.now() - start);
  }
  // The first calls are slow: the code is being compiled.
  return quantile(samples.slice(Math.floor(samples.length / 4)), 0.5);
}

const resnet = gunzipSync(readFileSync(new URL('../test/golden/onnx/resnet50-op17-size.onnx.gz', import.meta.url)));
const skeletonOf = (bytes: Uint8Array): Uint8Array => {
  const skimmer = createSkimmer(limits);
  skimmer.push(bytes);
  return skimmer.finish();
};
const options = {
  batch_size: undefined,
  resolution: undefined,
  dims: new Map([
    ['H', 224],
    ['W', 224],
  ]),
  limits,
};
const skeleton = skeletonOf(resnet);
const model = readModel(skeleton);
const { document } = importOnnx(model, options);
const stages = {
  'skim the bytes': median(() => skeletonOf(resnet)),
  'read the model': median(() => readModel(skeleton)),
  translate: median(() => importOnnx(model, options)),
  'measure the document': median(() => measure(document, defaults, limits)),
  'bytes to report (aimed at: at most 5 ms)': median(() => {
    const imported = importOnnx(readModel(skeletonOf(resnet)), options);
    JSON.stringify(measure(imported.document, { ...defaults, batch_size: imported.batch_size }, limits));
  }),
};
console.log(`ResNet-50, ${resnet.length} bytes of ONNX, ${document.layers.length} layers`);
console.table(Object.fromEntries(Object.entries(stages).map(([stage, milliseconds]) => [stage, { 'median ms': milliseconds.toFixed(3) }])));

/** Side of the square matrix that the large file multiplies by: 4 bytes each make 500 MB. */
const side = 11_180;
const rawBytes = side * side * 4;

/** The file around its raw data: everything before, and everything after. */
function largeFile(): readonly [Buffer, Buffer] {
  const node = new BinaryWriter();
  for (const input of ['x', 'w']) node.tag(1, WireType.LengthDelimited).string(input);
  node.tag(2, WireType.LengthDelimited).string('y').tag(4, WireType.LengthDelimited).string('MatMul');
  const tensor = new BinaryWriter();
  for (const extent of [side, side]) tensor.tag(1, WireType.Varint).int64(extent);
  tensor.tag(2, WireType.Varint).int32(1).tag(8, WireType.LengthDelimited).string('w').tag(9, WireType.LengthDelimited).uint32(rawBytes);
  const head = tensor.finish();
  const before = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .bytes(node.finish())
    .tag(5, WireType.LengthDelimited)
    .uint32(head.length + rawBytes)
    .raw(head)
    .finish();
  const after = new BinaryWriter()
    .tag(11, WireType.LengthDelimited)
    .bytes(valueInfo('x', [1, side]))
    .tag(12, WireType.LengthDelimited)
    .bytes(valueInfo('y', [1, side]))
    .finish();
  const opset = new BinaryWriter().tag(2, WireType.Varint).int64(17).finish();
  const graph = before.length + rawBytes + after.length;
  const start = new BinaryWriter().tag(1, WireType.Varint).int64(8).tag(8, WireType.LengthDelimited).bytes(opset);
  start.tag(7, WireType.LengthDelimited).uint32(graph).raw(before);
  return [Buffer.from(start.finish()), Buffer.from(after)];
}

function valueInfo(name: string, extents: readonly number[]): Uint8Array {
  const shape = new BinaryWriter();
  for (const extent of extents)
    shape.tag(1, WireType.LengthDelimited).bytes(new BinaryWriter().tag(1, WireType.Varint).int64(extent).finish());
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int32(1).tag(2, WireType.LengthDelimited).bytes(shape.finish());
  const type = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(tensor.finish());
  return new BinaryWriter().tag(1, WireType.LengthDelimited).string(name).tag(2, WireType.LengthDelimited).bytes(type.finish()).finish();
}

const [start, end] = largeFile();
const chunk = Buffer.alloc(1024 * 1024, 0x3c);

/** Sends the large file, without a Content-Length every other time; gives megabytes a second. */
async function upload(port: number, chunked: boolean): Promise<number> {
  const length = chunked ? {} : { 'content-length': start.length + rawBytes + end.length };
  const sent = request({
    port,
    host: '127.0.0.1',
    path: '/v1/analyze',
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...length },
  });
  const answered = once(sent, 'response');
  const begun = performance.now();
  sent.write(start);
  for (let left = rawBytes; left > 0; left -= chunk.length)
    if (!sent.write(left < chunk.length ? chunk.subarray(0, left) : chunk)) await once(sent, 'drain');
  sent.end(end);
  const [received] = await answered;
  let text = '';
  for await (const piece of received) text += piece;
  if (received.statusCode !== 200) throw new Error(`status ${received.statusCode}: ${text.slice(0, 300)}`);
  return rawBytes / 1e6 / ((performance.now() - begun) / 1000);
}

function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}

interface Measured {
  readonly contender: Contender;
  readonly idle: number;
  readonly speeds: number[];
}

const measured: Measured[] = [];
for (const [name, script] of [
  ['counts bytes', './count-server.ts'],
  ['layergauge /v1/analyze', './service.ts'],
] as const) {
  const contender = await startContender(name, script);
  measured.push({ contender, idle: memoryOf(contender.pid, 'VmRSS'), speeds: [] });
}
for (let turn = 0; turn < uploads; turn++)
  for (const { contender, speeds } of measured) speeds.push(await upload(contender.port, turn % 2 === 1));
console.log(`\n${(rawBytes / 1e6).toFixed(0)} MB of raw_data over loopback, ${uploads} uploads each, by turns`);
console.table(
  Object.fromEntries(
    measured.map(({ contender, idle, speeds }) => [
      contender.name,
      {
        'MB/s, median': quantile(speeds, 0.5).toFixed(0),
        'idle MiB': idle.toFixed(0),
        'peak MiB': memoryOf(contender.pid, 'VmHWM').toFixed(0),
        'above idle MiB': (memoryOf(contender.pid, 'VmHWM') - idle).toFixed(0),
      },
    ]),
  ),
);
const [bare, ours] = measured.map(({ speeds }) => quantile(speeds, 0.5));
console.log(`${((ours ?? Number.NaN) / (bare ?? Number.NaN)).toFixed(2)} of the speed of counting (aimed at: at least 0.5)`);
for (const { contender } of measured) contender.stop();
