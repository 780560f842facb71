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

  test('does not cost more where a document nests deep', async () => {
    const { body } = await post(`${'{"a":1,"a":'.repeat(1000)}1${'}'.repeat(1000)}`);
    expect(body.errors).toHaveLength(32);
  });

  test('is not seen where a string only looks like one', async () => {
    const { status } = await post(
      '{"input":[3],"description":"\\"a\\":1, \\"a\\":2","layers":[{"name":":0","type":"relu"},{"type":"tanh","inputs":[":0"]}]}',
    );
    expect(status).toBe(200);
  });
});

describe('what would take many times its size in memory', () => {
  const refused = async (text: string) => {
    const { status, body } = await post(text);
    expect(status).toBe(422);
    return body.errors;
  };

  test('is refused before it is parsed: too many levels, closed or not', async () => {
    const tooDeep = [{ pointer: '#', code: 'too_deep', detail: 'the body nests deeper than 1024 levels' }];
    expect(await refused('['.repeat(8_000_000))).toEqual(tooDeep);
    expect(await refused(`${'{"a":'.repeat(1025)}1${'}'.repeat(1025)}`)).toEqual(tooDeep);
  });

  test('is refused before it is parsed: too many objects and lists', async () => {
    expect(await refused(`[${'[],'.repeat(2_600_000)}[]]`)).toEqual([
      { pointer: '#', code: 'too_large', detail: 'the body holds 2600002 objects and lists; at most 250000 are read' },
    ]);
  });

  test('brackets in strings are none', async () => {
    const description = JSON.stringify(`\\"${'[{'.repeat(200_000)}\\`);
    const { status } = await post(`{"description":${description},"input":[3],"layers":[{"type":"relu"}]}`);
    expect(status).toBe(200);
  });
});
