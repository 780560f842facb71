import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolvePointer } from '../oracles/resolve-pointer.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

const post = (text: string) => service.request.post('/v1/analyze').set('content-type', 'application/json').send(text);

describe('a key that stands twice', () => {
  test('is a 422 at the key, since one of its values would be lost', async () => {
    const text = '{"input":[3],"layers":[{"type":"relu"},{"type":"relu","type":"tanh"}]}';
    const { status, body } = await post(text);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      type: 'urn:layergauge:problem:invalid-architecture',
      errors: [{ pointer: '#/layers/1/type', code: 'duplicate_key', detail: 'the key "type" stands twice in one object; keep one' }],
    });
    expect(resolvePointer(JSON.parse(text), body.errors[0].pointer)).toBe('tanh');
  });

  test('is told with all others, also in what is ignored, and in a body with "ref"', async () => {
    const { body } = await post('{"input":[3],"input":[3],"layers":[{"type":"relu"}],"metadata":{"a":{"b":1,"b":1}},"metadata":7}');
    // What stood under the first "metadata" is gone, so the pointer ends there.
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['#/input', '#/metadata', '#/metadata']);
    expect((await post('{"ref":"lenet5","ref":"alexnet"}')).body.errors[0]).toMatchObject({ pointer: '#/ref', code: 'duplicate_key' });
  });

  test('does not hide that a document nests too deep, nor costs more there', async () => {
    const { body } = await post(`${'{"a":1,"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`);
    expect(body.errors).toHaveLength(32);
  });

  test('is not seen where a string only looks like one', async () => {
    const { status } = await post(
      '{"input":[3],"description":"\\"a\\":1, \\"a\\":2","layers":[{"name":":0","type":"relu"},{"type":"tanh","inputs":[":0"]}]}',
    );
    expect(status).toBe(200);
  });
});
