/**
 * `/v2`: the Open Inference Protocol (version 2, HTTP/REST) with Triton's binary tensor data extension, so that clients of KServe, Triton and MLServer can run
 * layers. A model is a layer type that `/v1/run` runs, under the same limits and in the same pool.
 * Source: kserve/open-inference-protocol, specification/protocol/inference_rest.md; Triton, docs/protocol/extension_binary_data.md.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { didYouMean, quote } from '../architecture/names.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../issue.ts';
import { operatorOf, rankedOperators } from '../operators/index.ts';
import type { KernelResult, Operator } from '../operators/operator.ts';
import { Problem } from '../plugins/problems.ts';
import type { RunPool } from '../pool/run-pool.ts';
import { executeRun } from '../questions/execute-run.ts';
import type { RunPlan } from '../questions/run.ts';
import { planRun, runnableTypes } from '../questions/run.ts';
import { writeInferenceAnswer } from './inference-protocol-answer.ts';
import { described } from './inference-protocol-described.ts';
import { installProtocolErrors } from './inference-protocol-errors.ts';
import { flag } from './inference-protocol-fields.ts';
import { metadataOf, onlyVersion, serverMetadata } from './inference-protocol-metadata.ts';
import { layerOf } from './inference-protocol-parameters.ts';
import type { RequestedOutput } from './inference-protocol-request.ts';
import { readInferenceRequest } from './inference-protocol-request.ts';
import { datatypes } from './inference-protocol-tensor.ts';

interface ModelRoute {
  readonly Params: { readonly type: string; readonly version?: string };
}

const tensorNames = ['input', 'weight', 'bias'];
const maxRank = 16;

export function inferenceProtocolRoutes(root: FastifyInstance, config: Config, pool: RunPool): void {
  // A context of their own: the protocol has its own form of errors.
  root.register(
    async (app) => {
      installProtocolErrors(app, config);
      app.get('', { schema: described.server }, () => serverMetadata);
      app.get('/health/live', { logLevel: 'warn', config: { isOpen: true }, schema: described.live }, () => ({ live: true }));
      app.get('/health/ready', { logLevel: 'warn', config: { isOpen: true }, schema: described.ready }, () => {
        app.lifecycle.requireOpen();
        return { ready: true };
      });
      for (const form of ['model', 'version'] as const) {
        const url = form === 'model' ? '/models/:type' : '/models/:type/versions/:version';
        app.get<ModelRoute>(url, { schema: described[form].metadata }, (request) => metadataOf(modelOf(request)));
        app.get<ModelRoute>(`${url}/ready`, { logLevel: 'warn', schema: described[form].ready }, (request) => {
          const { type } = modelOf(request);
          app.lifecycle.requireOpen();
          return { name: type, ready: true };
        });
        app.post<ModelRoute>(`${url}/infer`, { bodyLimit: config.run.maxBytes, schema: described[form].infer }, (request, reply) =>
          infer(modelOf(request), request, reply, config, pool),
        );
      }
    },
    { prefix: '/v2' },
  );
}

function modelOf({ params: { type, version } }: FastifyRequest<ModelRoute>): Operator {
  const operator = operatorOf(type);
  const ranked = operator === undefined ? rankedOperators(type) : undefined;
  if (ranked !== undefined) {
    const types = ranked.flatMap((one) => (one?.kernel === undefined ? [] : [one.type]));
    if (types.length > 0)
      throw new Problem('not-found', `the model ${quote(type)} leaves the number of axes open; there are ${types.join(', ')}`);
  }
  if (operator?.kernel === undefined) {
    const hint = operator === undefined ? didYouMean(type, runnableTypes()) : '';
    throw new Problem('not-found', `there is no model ${quote(type)}${hint || `; models: ${runnableTypes().join(', ')}`}`);
  }
  if (version !== undefined && version !== onlyVersion)
    throw new Problem('not-found', `the model ${operator.type} has no version ${quote(version)}; it has ${onlyVersion}`);
  return operator;
}

async function infer(model: Operator, request: FastifyRequest, reply: FastifyReply, config: Config, pool: RunPool): Promise<FastifyReply> {
  const started = performance.now();
  const { body, jsonLength } = bodyOf(request);
  const limits = { maxDepth: config.limits.maxDepth, maxRank, maxElements: config.run.maxElements };
  const { id, parameters, tensors, outputs } = readInferenceRequest(body, jsonLength, tensorNames, limits);
  checkOutputs(outputs, model);
  // An output that is asked for by name needs no attribute as well.
  const asksIndices = outputs.some(({ name }) => name === 'indices');
  const layer = layerOf(model, asksIndices ? { return_indices: true, ...parameters } : parameters);
  const input = tensors.get('input');
  if (input === undefined) throw new Refusal([], 'missing_key', 'the request needs an input named "input"');
  const operands = { input, weight: tensors.get('weight'), bias: tensors.get('bias') };
  const plan = planRun(layer, operands, config.run);
  const binary = flag(parameters.binary_data_output, ['parameters', 'binary_data_output']) ?? false;
  const selected = outputs.length > 0 ? outputs : outputsOf(plan);
  if (asksIndices && plan.attributes.return_indices !== true)
    throw new Refusal(['parameters', 'return_indices'], 'mismatch', 'return_indices is false, but the output "indices" is asked for');
  const result = await executeRun(plan, operands, pool, config.run.inlineMacs);
  request.server.meters.macs.inc(plan.compute.macs);
  const answer = await writeInferenceAnswer(
    {
      model_name: plan.type,
      model_version: onlyVersion,
      id,
      parameters: { macs: plan.compute.macs, flops: plan.compute.flops },
    },
    selected.map((output) => ({ ...tensorOf(output.name, plan, result), binary: output.binary ?? binary })),
  );
  if (answer.jsonLength !== undefined) reply.header('inference-header-content-length', answer.jsonLength);
  return reply
    .header('server-timing', `run;dur=${(performance.now() - started).toFixed(3)}`)
    .type(answer.jsonLength === undefined ? 'application/json' : 'application/octet-stream')
    .send(answer.body);
}

/** The body and where its JSON ends: at its end, unless the header says that binary data follows. */
function bodyOf(request: FastifyRequest): { readonly body: Buffer; readonly jsonLength: number } {
  const { body, headers } = request;
  if (!Buffer.isBuffer(body) || body.length === 0) throw new Refusal([], 'missing_key', 'the body is empty; expected {"inputs": […]}');
  const stated = headers['inference-header-content-length'];
  if (stated === undefined) return { body, jsonLength: body.length };
  const jsonLength = /^\d+$/.test(String(stated)) ? Number(stated) : Number.NaN;
  if (!(jsonLength <= body.length))
    throw new Problem(
      'bad-request',
      `Inference-Header-Content-Length is ${quote(stated)}; expected a number of bytes up to the ${body.length} of the body`,
    );
  return { body, jsonLength };
}

function checkOutputs(outputs: readonly RequestedOutput[], model: Operator): void {
  const served = metadataOf(model).outputs.map(({ name }) => name);
  outputs.forEach(({ name }, index) => {
    const at = ['outputs', index, 'name'];
    if (!served.includes(name))
      throw new Refusal(at, 'unknown_name', `${model.type} has no output ${quote(name)}; outputs: ${served.join(', ')}`);
    if (outputs.findIndex((other) => other.name === name) < index)
      throw new Refusal(at, 'duplicate', `the output ${quote(name)} is asked for twice`);
  });
}

function outputsOf(plan: RunPlan): readonly RequestedOutput[] {
  const names = plan.attributes.return_indices === true ? ['output', 'indices'] : ['output'];
  return names.map((name) => ({ name, binary: undefined }));
}

function tensorOf(name: string, plan: RunPlan, { values, indices }: KernelResult) {
  if (name !== 'indices') return { name, shape: plan.output, datatype: datatypes[plan.dtype], data: values };
  if (indices === undefined) throw new Error(`${plan.type} gave no indices`);
  return { name, shape: plan.output, datatype: 'INT64', data: indices };
}
