/** `POST /v1/run`: one convolution or pooling layer on a posted tensor, by the service's own kernels. */

import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { noOperations } from '../analysis/compute.ts';
import { didYouMean, quote } from '../architecture/names.ts';
import type { Config } from '../config.ts';
import type { Issue } from '../issue.ts';
import { InvalidArchitecture, pointerOf, pointerTo, Refusal } from '../issue.ts';
import type { KernelResult } from '../operators/operator.ts';
import { Problem, unavailable } from '../plugins/problems.ts';
import type { RunPool } from '../pool/run-pool.ts';
import { PoolBusy } from '../pool/workers.ts';
import { executeRun } from '../questions/execute-run.ts';
import type { RunPlan } from '../questions/run.ts';
import { planRun } from '../questions/run.ts';
import { computeSchema } from '../report/schema.ts';
import { giveBack } from '../tensor/give-back.ts';
import type { SentTensor, TensorForm } from '../tensor/literal.ts';
import { NotJson, readTensorBody } from '../tensor/literal.ts';
import { JsonBytes, turn } from '../tensor/literal-write.ts';
import { jsonAnswer, problemAnswers } from './described.ts';
import { largeBody } from './large-body.ts';
import { runExamples } from './run-examples.ts';

const outputForms = ['nested', 'flat', 'base64'] as const satisfies readonly TensorForm[];

const runQuery = z.strictObject({
  output: z
    .enum(outputForms, { error: (issue) => `must be ${outputForms.join(', ')}; given ${JSON.stringify(issue.input)}` })
    .optional()
    .describe('Form of the output; that of the input where absent.'),
});

const numbers = z.array(z.number());
const flatTensor = z.strictObject({
  shape: z.array(z.int().positive()).describe('Extents, batch axis first.'),
  dtype: z.enum(['float32', 'float64']).optional(),
  data: numbers.describe('Row-major.'),
});
const base64Tensor = z.strictObject({
  shape: z.array(z.int().positive()),
  dtype: z.enum(['float32', 'float64']).optional(),
  base64: z.string().describe('Little-endian.'),
});
const tensorSchema = z
  .union([z.array(z.unknown()).describe('Nested arrays, float32.'), flatTensor, base64Tensor])
  .meta({ title: 'Tensor', description: 'A tensor.' });
const runBody = z
  .strictObject({
    layer: z.looseObject({ type: z.string() }),
    input: tensorSchema,
    weight: tensorSchema.optional(),
    bias: tensorSchema.optional(),
  })
  .meta({ title: 'RunBody' });
const runAnswer = z
  .strictObject({
    output: z.unknown().describe('In the form of the input.'),
    indices: z.unknown().optional().describe('Positions within each plane, int64.'),
    compute: computeSchema,
  })
  .meta({ title: 'RunAnswer' });

const keys = { tensors: ['input', 'weight', 'bias'], values: ['layer'] };
const maxRank = 16;

export function runRoute(app: FastifyInstance, config: Config, pool: RunPool): void {
  app.post<{ Querystring: z.output<typeof runQuery> }>(
    '/v1/run',
    {
      ...largeBody(config.run.maxBytes),
      schema: {
        operationId: 'run',
        summary: 'Run a convolution or pooling on a posted tensor',
        description:
          'Types: every `conv*`, `conv_transpose*`, `max_pool*`, `avg_pool*`, `lp_pool*`, `adaptive_*` and `global_*`. A tensor is nested arrays, `{shape, data}` or `{shape, dtype, base64}`. `out_channels` and `kernel_size` follow from `weight`. Cost is checked before anything is allocated.',
        tags: ['run'],
        querystring: runQuery,
        body: {
          required: true,
          description: 'A layer and its tensors.',
          content: { 'application/json': { schema: runBody, examples: runExamples } },
        },
        response: {
          200: jsonAnswer('The output and what it took.', runAnswer, {
            output: [[[[1]]]],
            compute: { macs: 9, flops: 18, operations: { ...noOperations, mac: 9 } },
          }),
          ...problemAnswers(400, 413, 415, 422, 500, 503),
        },
      },
    },
    async (request, reply) => {
      const started = performance.now();
      const { layer, tensors } = readRunBody(request.body, config);
      const input = tensors.get('input') as SentTensor;
      const plan = planned(layer, tensors, config);
      const form = request.query.output ?? input.form;
      const result = await executed(() =>
        executeRun(plan, { input, weight: tensors.get('weight'), bias: tensors.get('bias') }, pool, config.run.inlineMacs),
      );
      app.meters.macs.inc(plan.compute.macs);
      const answer = await written(plan, result, form);
      reply.raw.once('finish', () => giveBack(new Uint8Array(answer.buffer)));
      return reply
        .header('server-timing', `run;dur=${(performance.now() - started).toFixed(3)}`)
        .type('application/json; charset=utf-8')
        .send(answer);
    },
  );
}

/** Paths into tensors exist in what was sent; those into the layer are cut where it ends, as an attribute may follow from the weight. */
function refuse(issues: readonly Issue[], config: Config, layer?: unknown): never {
  const shown = issues.slice(0, config.maxErrors);
  const entries = shown.map(({ path, code, detail }) => ({
    detail,
    code,
    pointer: layer !== undefined && path[0] === 'layer' ? pointerTo({ layer }, path) : pointerOf(path),
  }));
  throw new Problem('invalid-run', issues.length === 1 ? (shown[0]?.detail ?? '') : `${issues.length} errors`, entries);
}

/** The body's memory is given back once its tensors are read. */
function readRunBody(body: unknown, config: Config) {
  if (!Buffer.isBuffer(body) || body.length === 0)
    throw new Problem('malformed-body', 'the body is empty; expected {"layer": …, "input": …}');
  try {
    const { tensors, values, unknown, issues } = readTensorBody(body, keys, {
      maxDepth: config.limits.maxDepth,
      maxRank,
      maxElements: config.run.maxElements,
    });
    const known = [...keys.tensors, ...keys.values];
    const wrong: Issue[] = [
      ...issues,
      ...unknown.map((key) => ({ path: [key], code: 'unknown_key', detail: `unknown key ${quote(key)}${didYouMean(key, known)}` })),
      ...[...tensors].flatMap(([key, { shape }]) =>
        shape.includes(0)
          ? [{ path: [key], code: 'empty', detail: `${key} has shape [${shape.join(', ')}]; every axis must be at least 1` }]
          : [],
      ),
    ];
    // A body that is no object has said so already.
    if (!tensors.has('input') && !issues.some(({ path }) => path[0] === undefined || path[0] === 'input'))
      wrong.push({ path: [], code: 'missing_key', detail: 'the body needs an input tensor' });
    if (wrong.length > 0) refuse(wrong, config);
    return { layer: values.get('layer'), tensors };
  } catch (error) {
    if (error instanceof NotJson) throw new Problem('malformed-body', `the body is not JSON: ${error.message}`);
    throw error;
  } finally {
    giveBack(body);
  }
}

function planned(layer: unknown, tensors: ReadonlyMap<string, SentTensor>, config: Config): RunPlan {
  try {
    return planRun(
      layer,
      { input: tensors.get('input') as SentTensor, weight: tensors.get('weight'), bias: tensors.get('bias') },
      config.run,
    );
  } catch (error) {
    if (error instanceof InvalidArchitecture) refuse(error.issues, config, layer);
    throw error;
  }
}

async function executed(run: () => Promise<KernelResult>): Promise<KernelResult> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PoolBusy) throw unavailable(error.message);
    throw error;
  }
}

/** Writes the answer in turns with others where it is large. The result's memory is given back. */
async function written(plan: RunPlan, { values, indices }: KernelResult, form: TensorForm): Promise<Buffer> {
  const json = new JsonBytes().text('{"output":');
  try {
    for (const _ of json.tensorInTurns({ dtype: plan.dtype, shape: plan.output, data: values }, form))
      if (values.length > turn) await setImmediate();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Problem('invalid-run', 'the output holds a number that JSON has not; ask for output=base64', [
      { detail: `output at ${pointerOf(error.at)}: ${error.message}; ask for output=base64`, code: error.code, pointer: '#/input' },
    ]);
  } finally {
    giveBack(values);
  }
  if (indices !== undefined) {
    json.text(',"indices":');
    for (const _ of json.tensorInTurns({ dtype: 'int64', shape: plan.output, data: indices }, form))
      if (indices.length > turn) await setImmediate();
  }
  return json.text(',"compute":').value(plan.compute).text('}').finish();
}
