/** `GET /v1/operators`, `GET /v1/operators/{type}`: the operator table, as a catalogue. */

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { blockType, describeOperator, operatorSchema, operatorSummarySchema } from '../architecture/describe-operator.ts';
import { quote } from '../architecture/names.ts';
import { typeAdvice } from '../architecture/read-layer.ts';
import { operatorOf, operators, rankedOperators } from '../operators/index.ts';
import { Problem } from '../plugins/problems.ts';
import { jsonAnswer, problemAnswers } from './described.ts';

const listSchema = z.strictObject({ operators: z.array(operatorSummarySchema) });

export function operatorRoutes(app: FastifyInstance): void {
  const list = () => ({
    operators: [...operators.map(describeOperator), blockType].map(({ type, family, summary, aliases }) => ({
      type,
      family,
      summary,
      aliases,
    })),
  });
  app.get(
    '/v1/operators',
    {
      schema: {
        operationId: 'listOperators',
        summary: 'List the layer types',
        description: 'Every canonical type with its family and its other spellings.',
        tags: ['operators'],
        response: {
          200: jsonAnswer('The types.', listSchema, () => ({ operators: list().operators.slice(0, 2) })),
          ...problemAnswers(400, 500),
        },
      },
    },
    list,
  );
  app.get<{ Params: { type: string } }>(
    '/v1/operators/:type',
    {
      schema: {
        operationId: 'getOperator',
        summary: 'One layer type',
        description: 'Attributes with their schemas, shape rule, formulas with their source, worked examples. Aliases are found too.',
        tags: ['operators'],
        params: z.strictObject({ type: z.string().describe('Canonical type or an alias.').meta({ example: 'conv2d' }) }),
        response: {
          200: jsonAnswer('The type.', operatorSchema, () => describeOperator(operators[0] as (typeof operators)[number])),
          ...problemAnswers(400, 404, 500),
        },
      },
    },
    (request) => {
      const { type } = request.params;
      if (type === blockType.type) return blockType;
      // Of a spelling without a rank (ONNX's Conv) the 2-d type is shown; its siblings differ in rank only.
      const operator = operatorOf(type) ?? rankedOperators(type)?.[2];
      if (operator === undefined) throw new Problem('not-found', `there is no layer type ${quote(type)}${typeAdvice(type)}`);
      return describeOperator(operator);
    },
  );
}
