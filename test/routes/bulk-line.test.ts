/** One line at a time, held against what `/v1/analyze` answers to the same model. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { problemSchema } from '../../src/plugins/problems.ts';
import type { Detail } from '../../src/questions/bulk.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { answerLine } from '../../src/routes/bulk-line.ts';
import { bulkAnswerSchema } from '../../src/routes/described-bulk.ts';
import { networks } from '../../src/zoo/index.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers, looked into at will
type Json = any;

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

const { config } = readConfig({});

function answer(line: string | Buffer | undefined, detail: Detail = 'totals'): Json {
  const bytes = typeof line === 'string' ? Buffer.from(line) : line;
  const failures: unknown[] = [];
  const parsed = JSON.parse(answerLine(bytes, 4, { detail, instance: '/v1/bulk', config }, (error) => failures.push(error)));
  expect(failures).toEqual([]);
  bulkAnswerSchema.parse(parsed);
  return parsed;
}

const ask = (line: object, detail?: Detail): Json => answer(JSON.stringify(line), detail);

async function analyze(model: unknown, query = ''): Promise<{ status: number; body: Json }> {
  const { status, body, text } = await service.request
    .post(`/v1/analyze${query}`)
    .set('content-type', 'application/json')
    .send(JSON.stringify(model));
  return { status, body: Object.keys(body).length > 0 ? body : JSON.parse(text) };
}

const small = {
  input: [3, 32, 32],
  layers: [{ type: 'conv2d', out_channels: 4, kernel_size: 3 }, { type: 'flatten' }, { type: 'linear', out_features: 2 }],
};
const keras = {
  class_name: 'Sequential',
  config: {
    name: 's',
    layers: [
      { class_name: 'InputLayer', config: { name: 'i', batch_input_shape: [null, 4] } },
      { class_name: 'Dense', config: { name: 'd', units: 3 } },
    ],
  },
};

test('totals are those of the report, for every shipped network', async () => {
  for (const { name } of networks) {
    for (const convention of ['standard', 'textbook']) {
      const { id, index, totals } = ask({ id: name, model: { ref: name }, options: { convention } });
      expect([id, index]).toEqual([name, 4]);
      const { body } = await analyze({ ref: name }, `?convention=${convention}`);
      expect(totals, name).toEqual(body.totals);
    }
  }
});

test('every option of the query is read as JSON, and as the query writes it', async () => {
  const cases: [object, string][] = [
    [{}, ''],
    [{ batch_size: 8 }, '?batch_size=8'],
    [{ resolution: 64 }, '?resolution=64'],
    [{ resolution: '48x64' }, '?resolution=48x64'],
    [{ dtype: 'int4', convention: 'textbook', mode: 'inference', format: 'native' }, '?dtype=int4&convention=textbook'],
  ];
  for (const [options, query] of cases) {
    const { body } = await analyze(small, query);
    expect(ask({ model: small, options }).totals, query).toEqual(body.totals);
    expect(ask({ model: small, options }, 'layers').report.totals, query).toEqual(body.totals);
  }
  const reported = await analyze(small, '?include=by_type,formulas');
  for (const include of [['by_type', 'formulas'], 'by_type,formulas'])
    expect(ask({ model: small, options: { include } }, 'layers').report.by_type).toEqual(reported.body.by_type);
});

test('detail=layers gives the report of analyze, with pointers into the line', async () => {
  for (const model of [small, keras]) {
    const line = { id: 1, model };
    const { report } = ask(line, 'layers');
    reportSchema.parse(report);
    const { body } = await analyze(model);
    const moved = (rows: Json[]) => rows.map((row) => ({ ...row, pointer: row.pointer.replace('#/', '#/model/') }));
    expect(report).toEqual({ ...body, layers: moved(body.layers), diagnostics: moved(body.diagnostics) });
    for (const { pointer } of report.layers) expect(resolvePointer(line, pointer)).toBeDefined();
  }
});

test('a model of a shipped network has its rows at the model', () => {
  expect(ask({ model: { ref: 'lenet5' } }, 'layers').report.layers[0].pointer).toBe('#/model');
});

describe('a problem', () => {
  const models: [string, unknown][] = [
    ['kernel too large', { input: [3, 5, 5], layers: [{ type: 'conv2d', out_channels: 1, kernel_size: 7 }] }],
    ['several errors', { input: [3, 5, 5], layers: [{ type: 'conv2d', out_chanels: 1 }, { type: 'maxpool' }], foo: 1 }],
    ['unknown network', { ref: 'resnet5000' }],
    ['no known format', { a: 1 }],
    ['no layers', {}],
    ['a list', []],
    ['nothing', null],
    ['broken keras', { class_name: 'Sequential', config: 3 }],
    [
      'keras that does not hold together',
      { class_name: 'Sequential', config: { layers: [{ class_name: 'Dense', config: { units: -1 } }] } },
    ],
  ];
  test.each(models)('%s: is that of analyze, with pointers into the line', async (_, model) => {
    const line = { id: 'x', model };
    const { id, problem } = ask(line);
    expect(id).toBe('x');
    problemSchema.parse(problem);
    const { status, body } = await analyze(model);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(problem.status).toBe(status);
    expect(problem).toEqual({
      ...body,
      instance: '/v1/bulk',
      ...(body.errors === undefined
        ? {}
        : { errors: body.errors.map((entry: Json) => ({ ...entry, pointer: entry.pointer.replace('#', '#/model') })) }),
    });
    for (const { pointer } of problem.errors ?? []) resolvePointer(line, pointer);
  });

  test.each([
    ['{broken', 'malformed-body', /^the line is not JSON: /],
    ['{"model":{"ref":"lenet5"}', 'malformed-body', /^the line is not JSON: /],
    ['\ufeff{', 'malformed-body', /^the line is not JSON: /],
    ['"text"', 'invalid-architecture', /^a line is an object/],
    ['{"id":1,"id":2,"model":{"ref":"lenet5"}}', 'invalid-architecture', /^the key "id" stands twice/],
    ['{"model":{"input":[3,8,8],"layers":[{"type":"relu","type":"relu"}]}}', 'invalid-architecture', /^the key "type" stands twice/],
    ['{"model":{"input":[1],"layers":[],"__proto__":1}}', 'invalid-architecture', /"__proto__"/],
  ])('of the line %s', (line, type, detail) => {
    const { problem } = answer(line);
    expect(problem.type).toBe(`urn:layergauge:problem:${type}`);
    expect(problem.detail).toMatch(detail);
  });

  test('of bytes that are not UTF-8', () => {
    expect(answer(Buffer.from([0x7b, 0xff, 0x7d])).problem.detail).toMatch(/^the line is not UTF-8 text/);
  });

  test('of a line that was too long', () => {
    expect(answer(undefined)).toMatchObject({
      id: null,
      index: 4,
      problem: { status: 413, detail: 'the line is longer than 1048576 bytes' },
    });
  });

  test.each([500, 100_000])('of a model that nests %d levels', (levels) => {
    for (const nested of [`${'['.repeat(levels)}${']'.repeat(levels)}`, `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`])
      for (const detail of ['totals', 'layers'] as const) {
        const line = `{"id":7,"model":{"input":[3,8,8],"layers":[{"type":"relu"}],"metadata":{"x":${nested}}}}`;
        const [error] = answer(line, detail).problem.errors;
        expect(error).toMatchObject({ code: 'too_deep', pointer: '#/model' });
      }
  });

  test('of options names each at its place', () => {
    const options = { batch_size: '8', resolution: true, dims: { N: 'a' }, dtype: 'float31', include: ['by_type'], foo: 1, 'a/b': 2 };
    const line = { id: 3, model: small, options };
    const { problem } = ask(line);
    expect(problem).toMatchObject({ type: 'urn:layergauge:problem:invalid-query', status: 400 });
    expect(problem.errors.map(({ pointer }: Json) => pointer)).toEqual([
      '#/options/batch_size',
      '#/options/resolution',
      '#/options/dims',
      '#/options/foo',
      '#/options/a~1b',
      '#/options/dtype',
      '#/options/include',
    ]);
    for (const { pointer } of problem.errors) resolvePointer(line, decodeURIComponent(pointer));
  });

  test('of options that make no sense for the format', () => {
    expect(ask({ model: small, options: { dims: { N: 1 } } }).problem).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^dims names symbolic/),
    });
    expect(ask({ model: small, options: { format: 'keras' } }).problem.status).toBe(400);
  });

  test('of options without end is short', () => {
    const nested = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    for (const options of [
      { include: nested },
      { dtype: 'x'.repeat(500_000) },
      { dims: nested },
      Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, 1])),
    ]) {
      const line = Buffer.from(`{"model":{"ref":"lenet5"},"options":${stringify(options)}}`);
      const text = answerLine(line, 0, { detail: 'totals', instance: '/v1/bulk', config }, () => expect.unreachable());
      expect(text.length).toBeLessThan(20_000);
    }
  });
});

/** JSON.stringify recurses; the nested ones are written by hand. */
function stringify(options: Record<string, unknown>): string {
  const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  return `{${Object.entries(options)
    .map(([key, value]) => `${JSON.stringify(key)}:${Array.isArray(value) ? nested : JSON.stringify(value)}`)
    .join(',')}}`;
}

test('a Keras model is read as one', () => {
  expect(ask({ model: keras }).totals.parameters).toBe(15);
});
