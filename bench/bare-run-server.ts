/** The peer of the `/v1/run` benchmark: `JSON.parse`, the same kernel, `JSON.stringify`, in a bare `node:http` server that checks nothing. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runKernel } from '../src/pool/run-kernel.ts';

interface Sent {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface SentBody {
  readonly layer: { readonly type: string; readonly padding: number };
  readonly input: Sent;
  readonly weight: Sent;
  readonly bias: Sent;
}

/** A 3 × 3 convolution of stride 1 that keeps the extents. */
function answer({ layer, input, weight, bias }: SentBody): unknown {
  const read = ({ shape, data }: Sent) => ({ shape, data: Float32Array.from(data) });
  const [batch = 1, , ...spatial] = input.shape;
  const output = [batch, weight.shape[0] ?? 1, ...spatial];
  const attributes = {
    out_channels: weight.shape[0],
    kernel_size: weight.shape.slice(2),
    stride: 1,
    padding: layer.padding,
    dilation: 1,
    groups: 1,
    bias: true,
    padding_mode: 'zeros',
  };
  const operands = { input: read(input), weight: read(weight), bias: read(bias) };
  const { values } = runKernel({ type: layer.type, attributes, operands, output });
  return { output: { shape: output, dtype: 'float32', data: Array.from(values) } };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = JSON.stringify(answer(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${(server.address() as AddressInfo).port}`));
