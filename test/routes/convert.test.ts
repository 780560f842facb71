import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

function post(path: string, body: unknown) {
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
  return service.request
    .post(path)
    .set('content-type', 'application/octet-stream')
    .serialize((sent) => sent as string)
    .send(bytes as string);
}

interface Report {
  readonly layers: readonly { readonly pointer: string }[];
}

const withoutPointers = ({ layers }: Report) => layers.map(({ pointer: _, ...row }) => row);

test.each([
  ['symbolic batch', tinyOnnx({ weightBytes: 640 }), ''],
  ['fixed batch', tinyOnnx({ shape: [4, 16], weightBytes: 640 }), ''],
  ['resolution and symbols', tinyOnnx({ shape: ['N', 'C', 'H', 'W'] }), '?dims=C:3&resolution=8x9&batch_size=2'],
])('the document of a file measures as the file does: %s', async (_, file, query) => {
  const converted = await post(`/v1/convert${query}`, file);
  expect(converted.status).toBe(200);
  expect(converted.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(converted.headers['server-timing']).toMatch(/^convert;dur=/);
  const { body: direct } = await post(`/v1/analyze${query}`, file);
  const { body: again } = await post(`/v1/analyze?batch_size=${converted.headers['x-batch-size']}`, converted.body);
  expect(again.model).toEqual({ ...direct.model, format: 'native' });
  expect(again.totals).toEqual(direct.totals);
  expect(withoutPointers(again)).toEqual(withoutPointers(direct));
});

test('a native document is answered as it stands, layer by layer', async () => {
  const document = { name: 'a', input: [3, 8, 8], layers: [{ type: 'conv2d', out_channels: 2, kernel_size: 3 }, { type: 'relu' }] };
  const { text, body } = await post('/v1/convert', document);
  expect(body).toEqual(document);
  expect(text).toContain('\n    {"type":"relu"}\n');
});

test('a reference is answered as its document, at the resolution that is asked for', async () => {
  const { body } = await post('/v1/convert?resolution=64x96', { ref: 'resnet18' });
  const shipped = (await service.request.get('/v1/zoo/resnet18')).body;
  expect(body.inputs[0].shape).toEqual([3, 64, 96]);
  expect({ ...body, inputs: shipped.inputs }).toEqual(shipped);
});

test('what does not hold together is a 422 with pointers into what was sent', async () => {
  const { status, body } = await post('/v1/convert', { input: [3, 4, 4], layers: [{ type: 'Conv2D', filters: 1, kernel_size: 9 }] });
  expect(status).toBe(422);
  expect(body).toMatchObject({ instance: '/v1/convert', errors: [{ code: 'kernel_too_large', pointer: '#/layers/0/kernel_size' }] });
});

test.each(['?dtype=float16', '?include=formulas', '?colour=red'])('%s asks for what is no matter of a document: 400', async (query) => {
  const { status, body } = await post(`/v1/convert${query}`, { ref: 'lenet5' });
  expect(status).toBe(400);
  expect(body.detail).toContain('served: batch_size, resolution, dims, format');
});

test('GET is a 405 that names POST', async () => {
  const { status, headers } = await service.request.get('/v1/convert');
  expect(status).toBe(405);
  expect(headers.allow).toBe('POST');
});
