import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { problemSchema } from '../../src/plugins/problems.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service | undefined;
afterEach(async () => {
  await service?.app.close();
  service = undefined;
});

const one = 'a-token-of-28-characters-001';
const two = 'another/token+with=padding=='.replace('=p', 'p');
const open = ['/livez', '/readyz', '/v2/health/live', '/v2/health/ready'];

describe('tokens', () => {
  const tokens = { LAYERGAUGE_TOKENS: `${one}, ${two}` };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  test.each([one, two])('%s is let in', async (token) => {
    service = await startService(tokens);
    const { status } = await service.request.post('/v1/analyze').set(bearer(token)).send({ ref: 'lenet5' });
    expect(status).toBe(200);
  });

  test('without one the answer is a 401 that says what is asked for', async () => {
    service = await startService(tokens);
    const { status, body, headers } = await service.request.post('/v1/analyze').send({ ref: 'lenet5' });
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="layergauge"');
    expect(problemSchema.parse(body).type).toBe('urn:layergauge:problem:unauthorized');
  });

  test.each([
    ['a wrong one', bearer(`${one}x`)],
    ['half of one', bearer(one.slice(0, 16))],
    ['an empty one', bearer('')],
    ['the whole list', bearer(tokens.LAYERGAUGE_TOKENS)],
    ['another scheme', { authorization: `Basic ${one}` }],
  ])('with %s the answer is a 401 that does not repeat it', async (_, headers) => {
    service = await startService(tokens);
    const answer = await service.request.get('/v1/zoo/lenet5').set(headers);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="layergauge", error="invalid_token"');
    expect(JSON.stringify([answer.body, answer.headers])).not.toContain(one);
  });

  test('addresses that there are and those that there are not look alike', async () => {
    service = await startService(tokens);
    expect((await service.request.get('/v1/nothing')).status).toBe(401);
    expect((await service.request.get('/docs')).status).toBe(401);
    expect((await service.request.get('/v2/models/conv2d')).status).toBe(401);
  });

  test.each(open)('%s is open', async (path) => {
    service = await startService(tokens);
    expect((await service.request.get(path)).status).toBe(200);
  });

  test('a token that is none ends the start, and is not printed', () => {
    expect(() => readConfig({ LAYERGAUGE_TOKENS: `${one},short` })).toThrow(/^LAYERGAUGE_TOKENS: must be bearer tokens of 16 characters/);
    expect(() => readConfig({ LAYERGAUGE_TOKENS: `${one},short` })).not.toThrow(/short|a-token/);
  });
});

describe('the rate limit', () => {
  const ask = (from = '127.0.0.1', headers = {}) =>
    (service as Service).app.inject({ url: '/v1/operators/relu', remoteAddress: from, headers });

  test('is a 429 with Retry-After, client by client, and health stays open', async () => {
    service = await startService({ LAYERGAUGE_RATE_LIMIT: '2' });
    expect([(await ask()).statusCode, (await ask()).statusCode]).toEqual([200, 200]);
    const refused = await ask();
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(problemSchema.parse(refused.json())).toMatchObject({
      type: 'urn:layergauge:problem:too-many-requests',
      detail: expect.stringContaining('more than 2 requests in a minute'),
    });
    expect((await ask('127.0.0.2')).statusCode).toBe(200);
    for (const path of open) expect((await service.app.inject(path)).statusCode).toBe(200);
  });

  test('counts tokens, not addresses, where there are tokens', async () => {
    service = await startService({ LAYERGAUGE_RATE_LIMIT: '1', LAYERGAUGE_TOKENS: `${one},${two}` });
    expect((await ask('127.0.0.1', { authorization: `Bearer ${one}` })).statusCode).toBe(200);
    expect((await ask('127.0.0.2', { authorization: `Bearer ${one}` })).statusCode).toBe(429);
    expect((await ask('127.0.0.1', { authorization: `Bearer ${two}` })).statusCode).toBe(200);
  });

  test('is off unless it is set', async () => {
    service = await startService();
    for (let time = 0; time < 30; time++) expect((await ask()).statusCode).toBe(200);
    expect((await ask()).headers['ratelimit-limit']).toBeUndefined();
  });
});
