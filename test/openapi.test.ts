import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layerName } from '../src/architecture/json-schema.ts';
import { operators } from '../src/operators/index.ts';
import type { Service } from './service.ts';
import { startService } from './service.ts';

// biome-ignore lint/suspicious/noExplicitAny: a parsed document, looked into at will
type Json = any;

let service: Service;
let document: Json;
beforeAll(async () => {
  service = await startService();
  document = (await service.request.get('/openapi.json')).body;
});
afterAll(() => service.app.close());

const operations = (): [string, Json][] =>
  Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]): [string, Json] => [`${method} ${path}`, operation]),
  );

test('openapi/openapi.json is what the service prints (npm run openapi)', async () => {
  expect(JSON.parse(await readFile(new URL('../openapi/openapi.json', import.meta.url), 'utf8'))).toEqual(document);
});

test('it is OpenAPI 3.1 with every endpoint of this version', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).sort()).toEqual([
    '/livez',
    '/metrics',
    '/openapi.json',
    '/readyz',
    '/schemas/architecture.json',
    '/v1/analyze',
    '/v1/bulk',
    '/v1/check',
    '/v1/compare',
    '/v1/convert',
    '/v1/operators',
    '/v1/operators/{type}',
    '/v1/run',
    '/v1/sweep',
    '/v1/zoo',
    '/v1/zoo/{name}',
    '/v2',
    '/v2/health/live',
    '/v2/health/ready',
    '/v2/models/{type}',
    '/v2/models/{type}/infer',
    '/v2/models/{type}/ready',
    '/v2/models/{type}/versions/{version}',
    '/v2/models/{type}/versions/{version}/infer',
    '/v2/models/{type}/versions/{version}/ready',
  ]);
});

test('every operation has an id, a summary, an example of its answer and its errors in their form', () => {
  const problem = ['application/problem+json', { $ref: '#/components/schemas/Problem' }];
  const inferenceError = ['application/json', { $ref: '#/components/schemas/InferenceError' }];
  for (const [name, operation] of operations()) {
    const errorForm = name.includes(' /v2') ? inferenceError : problem;
    expect(operation.operationId, name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operation.summary, name).toBeTruthy();
    for (const [status, answer] of Object.entries<Json>(operation.responses)) {
      for (const [type, media] of Object.entries<Json>(answer.content)) {
        expect(media.example ?? media.examples, `${name} ${status} ${type}`).toBeDefined();
        // A check that fails keeps the form that was asked for.
        if (Number(status) >= 400 && !(name === 'post /v1/check' && status === '422' && type !== problem[0]))
          expect([type, media.schema], `${name} ${status}`).toEqual(errorForm);
      }
    }
    expect(Object.keys(operation.responses), name).toContain('500');
  }
  expect(Object.keys(document.paths['/v1/analyze'].post.responses)).toEqual([
    '200',
    '400',
    '401',
    '406',
    '408',
    '413',
    '415',
    '422',
    '429',
    '500',
    '503',
  ]);
});

describe('the layer union', () => {
  test('has one named component a type and a discriminator that maps to them', () => {
    const { oneOf, discriminator } = document.components.schemas.Layer;
    expect(discriminator.propertyName).toBe('type');
    const types = [...operators.map(({ type }) => type), 'block'];
    expect(Object.keys(discriminator.mapping)).toEqual(types);
    expect(oneOf.map(({ $ref }: { $ref: string }) => $ref)).toEqual(types.map((type) => `#/components/schemas/${layerName(type)}`));
    for (const type of types) expect(document.components.schemas[layerName(type)].properties.type.const).toBe(type);
  });

  test('describes every property', () => {
    for (const { type } of operators) {
      for (const [name, property] of Object.entries<Json>(document.components.schemas[layerName(type)].properties)) {
        if (name !== 'type') expect(property.description ?? property.$ref, `${type}.${name}`).toBeTruthy();
      }
    }
  });
});

test('every reference resolves, and every component is used', () => {
  const text = JSON.stringify(document);
  const referred = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name));
  expect([...referred].sort()).toEqual(Object.keys(document.components.schemas).sort());
});

test('the example answer of analyze is the answer to its example body', async () => {
  const { requestBody, responses } = document.paths['/v1/analyze'].post;
  const { body } = await service.request.post('/v1/analyze').send(requestBody.content['application/json'].examples.tiny.value);
  expect(responses['200'].content['application/json'].example).toEqual(body);
});

test('/docs works without a network: everything it loads is its own', async () => {
  const page = await service.request.get('/docs/');
  expect(page.status).toBe(200);
  const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
  expect(loaded.length).toBeGreaterThan(2);
  for (const address of loaded) {
    expect(address).not.toMatch(/^(https?:)?\/\//);
    const target = new URL(address, 'http://localhost/docs/').pathname;
    expect((await service.request.get(target)).status, target).toBe(200);
  }
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
});
