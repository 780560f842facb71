/** `GET /v1/zoo`, `GET /v1/zoo/{name}`: the networks that ship with the service. */

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { didYouMean, quote } from '../architecture/names.ts';
import { readConfig } from '../config.ts';
import { Problem } from '../plugins/problems.ts';
import { measure } from '../questions/measure.ts';
import { networkOf, networks } from '../zoo/index.ts';
import { documentAnswer, jsonAnswer, problemAnswers } from './described.ts';

const networkSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  input: z.array(z.int()).describe('Shape of the first input without its batch axis.'),
  parameters: z.number(),
  macs: z.number().describe('Multiply-accumulates at batch size 1.'),
  source: z.string(),
});
const zooSchema = z.strictObject({ networks: z.array(networkSchema) });

export function zooRoutes(app: FastifyInstance): void {
  // What ships is listed whatever the limits on what is posted.
  const { limits } = readConfig({}).config;
  let listing: z.output<typeof zooSchema> | undefined;

  // Measured, not typed in; once, when first asked for.
  const list = () => {
    listing ??= {
      networks: networks.map(({ name, title, source, document }) => {
        const { totals } = measure(
          document,
          { batch_size: 1, resolution: undefined, dtype: undefined, convention: 'standard', include: [] },
          limits,
        );
        return {
          name,
          title,
          input: [...(document.inputs?.[0]?.shape ?? document.input ?? [])],
          parameters: totals.parameters,
          macs: totals.macs,
          source,
        };
      }),
    };
    return listing;
  };

  app.get(
    '/v1/zoo',
    {
      schema: {
        operationId: 'listNetworks',
        summary: 'List the networks that ship with the service',
        description: 'Any of them can be analysed by `{"ref": "<name>"}`.',
        tags: ['zoo'],
        response: { 200: jsonAnswer('The networks.', zooSchema, list), ...problemAnswers(400, 500) },
      },
    },
    list,
  );
  app.get<{ Params: { name: string } }>(
    '/v1/zoo/:name',
    {
      schema: {
        operationId: 'getNetwork',
        summary: 'A shipped network as a document to post',
        description: 'The native document, as written; change it and post it to `/v1/analyze`.',
        tags: ['zoo'],
        params: z.strictObject({ name: z.string().describe('Name as `/v1/zoo` lists it.').meta({ example: 'vgg16' }) }),
        response: { 200: documentAnswer, ...problemAnswers(400, 404, 500) },
      },
    },
    (request) => {
      const network = networkOf(request.params.name);
      if (network === undefined) {
        const near = didYouMean(
          request.params.name,
          networks.map(({ name }) => name),
        );
        throw new Problem('not-found', `there is no network ${quote(request.params.name)} in /v1/zoo${near}`);
      }
      return network.document;
    },
  );
}
