import { afterEach, describe, expect, test } from 'vitest';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service | undefined;
afterEach(async () => {
  await service?.app.close();
  service = undefined;
});

async function post(body: unknown, environment: Record<string, string> = {}) {
  service = await startService(environment);
  return service.request
    .post('/v1/analyze')
    .set('content-type', 'application/json')
    .send(typeof body === 'string' ? body : JSON.stringify(body));
}

const layer = { type: 'relu' };
const document = (layers: readonly unknown[], more: object = {}) => ({ input: [3, 8, 8], layers, ...more });

describe('bytes', () => {
  test('a body of more than 8 MiB is a 413', async () => {
    const { status, body } = await post(`{"description":"${'x'.repeat(8 * 1024 * 1024)}"}`);
    expect(status).toBe(413);
    expect(body).toMatchObject({ type: 'urn:layergauge:problem:body-too-large', detail: 'the body is larger than 8388608 bytes' });
  });

  test('the limit is LAYERGAUGE_MAX_JSON_BYTES, and a body of just that size passes', async () => {
    const text = JSON.stringify(document([layer]));
    expect((await post(text, { LAYERGAUGE_MAX_JSON_BYTES: String(text.length) })).status).toBe(200);
    await service?.app.close();
    expect((await post(text, { LAYERGAUGE_MAX_JSON_BYTES: String(text.length - 1) })).status).toBe(413);
  });
});

describe('nesting', () => {
  test('64 levels pass, 65 do not, and no schema recurses before that is known', async () => {
    // The document is level 1, metadata level 2, so 62 lists make 64.
    const nested = (levels: number) =>
      `{"input":[3,8,8],"layers":[{"type":"relu"}],"metadata":{"x":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
    expect((await post(nested(62))).status).toBe(200);
    await service?.app.close();
    const { status, body } = await post(nested(63));
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ code: 'too_deep', pointer: '#', detail: 'the document nests deeper than 64 levels' }]);
  });

  test('a million levels are refused like 65', async () => {
    const { status, body } = await post(`{"layers":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`);
    expect(status).toBe(422);
    expect(body.errors[0].code).toBe('too_deep');
  });

  test('the limit is LAYERGAUGE_MAX_DEPTH', async () => {
    expect((await post(document([layer], { metadata: { a: { b: { c: 1 } } } }), { LAYERGAUGE_MAX_DEPTH: '4' })).status).toBe(200);
    await service?.app.close();
    expect((await post(document([layer], { metadata: { a: { b: { c: {} } } } }), { LAYERGAUGE_MAX_DEPTH: '4' })).status).toBe(422);
  });
});

describe('layers', () => {
  /** Two levels of 2^31 - 1 repetitions: 4.6 · 10^18 layers in a small body, more than could be expanded in the life of any test. */
  const bomb =
    '{"input":[1],"layers":[{"type":"block","block":"a","repeat":2147483647}],"blocks":{"a":{"layers":[{"type":"block","block":"b","repeat":2147483647}]},"b":{"layers":[{"type":"relu"}]}}}';

  test('nested repeats are counted by arithmetic and refused before anything is expanded', async () => {
    const { status, body } = await post(bomb);
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({
      code: 'too_many_layers',
      detail: expect.stringMatching(/at least 2147483647 layers; at most 20000/),
    });
  });

  test('20,000 layers pass, 20,001 do not', async () => {
    const repeated = (repeat: number) => document([{ type: 'block', block: 'b', repeat }], { blocks: { b: { layers: [layer] } } });
    expect((await post(repeated(20_000))).body.totals.layers).toBe(20_000);
    await service?.app.close();
    expect((await post(repeated(20_001))).status).toBe(422);
  });

  test('an activation is a layer, and the limit is LAYERGAUGE_MAX_LAYERS', async () => {
    const two = document([{ type: 'relu', activation: 'relu' }]);
    expect((await post(two, { LAYERGAUGE_MAX_LAYERS: '2' })).status).toBe(200);
    await service?.app.close();
    expect((await post(two, { LAYERGAUGE_MAX_LAYERS: '1' })).status).toBe(422);
  });
});

test('the number of errors shown is LAYERGAUGE_MAX_ERRORS', async () => {
  const { body } = await post(document([{ type: 'no1' }, { type: 'no2' }, { type: 'no3' }]), { LAYERGAUGE_MAX_ERRORS: '2' });
  expect(body.errors).toHaveLength(2);
  expect(body.detail).toBe('3 errors; the first 2 are listed');
});

describe('names', () => {
  test.each([
    ['512 characters pass', 'n'.repeat(512), 200],
    ['513 do not', 'n'.repeat(513), 422],
    ['512 emoji pass, as characters are code points', '🙂'.repeat(512), 200],
    ['513 emoji do not', '🙂'.repeat(513), 422],
    ['control characters do not', 'a\u0007b', 422],
    ['a line feed does not', 'a\nb', 422],
    ['a lone surrogate does not', 'a\ud800b', 422],
    ['an empty name does not', '', 422],
    ['emoji, quotes and slashes pass', '🙂 "x"/~y:1', 200],
  ])('%s', async (_, name, status) => {
    const answer = await post(document([{ ...layer, name }]));
    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body.errors[0].pointer).toBe('#/layers/0/name');
  });

  test('the limit is LAYERGAUGE_MAX_NAME_LENGTH, block prefixes included', async () => {
    const nested = document([{ name: 'abcd', type: 'block', block: 'b' }], { blocks: { b: { layers: [{ ...layer, name: 'efgh' }] } } });
    expect((await post(nested, { LAYERGAUGE_MAX_NAME_LENGTH: '9' })).status).toBe(200);
    await service?.app.close();
    expect((await post(nested, { LAYERGAUGE_MAX_NAME_LENGTH: '8' })).body.errors[0]).toMatchObject({
      code: 'name_too_long',
      pointer: '#/blocks/b/layers/0',
    });
  });
});

describe('sizes', () => {
  test('an extent of 2^31 - 1 passes, 2^31 does not', async () => {
    expect((await post({ input: [2 ** 31 - 1], layers: [layer] })).status).toBe(200);
    await service?.app.close();
    const { status, body } = await post({ input: [2 ** 31], layers: [layer] });
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toBe('#/input/0');
  });

  test('a computed extent beyond 2^31 - 1 is refused at its layer', async () => {
    const { body } = await post({
      input: [2, 2 ** 30, 1],
      layers: [{ type: 'conv2d', out_channels: 1, kernel_size: 1, padding: 2 ** 30 }],
    });
    expect(body.errors[0]).toMatchObject({ code: 'too_large', pointer: '#/layers/0' });
  });

  test('a tensor of more than 2^53 - 1 elements is refused', async () => {
    // 2^31 - 1 · 2^22 is just below 2^53, twice that is above.
    expect((await post({ input: [2 ** 31 - 1, 2 ** 22], layers: [layer] })).status).toBe(200);
    await service?.app.close();
    expect((await post({ input: [2 ** 31 - 1, 2 ** 23], layers: [layer] })).body.errors[0].code).toBe('too_large');
  });

  test('the limits are LAYERGAUGE_MAX_EXTENT and LAYERGAUGE_MAX_ELEMENTS', async () => {
    expect((await post(document([layer]), { LAYERGAUGE_MAX_EXTENT: '7' })).status).toBe(422);
    await service?.app.close();
    expect((await post(document([layer]), { LAYERGAUGE_MAX_ELEMENTS: '191' })).status).toBe(422);
    await service?.app.close();
    expect((await post(document([layer]), { LAYERGAUGE_MAX_ELEMENTS: '192', LAYERGAUGE_MAX_EXTENT: '8' })).status).toBe(200);
  });
});
