/**
 * The layer that a request of the Open Inference Protocol describes: the model is its type, the request's parameters are its attributes. Parameters of the
 * protocol are numbers, booleans and text, so a list is text, its entries separated by commas.
 */

import { Refusal } from '../issue.ts';
import type { Operator } from '../operators/operator.ts';
import { isIgnored } from './inference-protocol-fields.ts';

/** Parameters of the request that are no attributes. */
const reserved = ['binary_data_output'];

/** The layer to plan. Refuses parameters that would say what the address says. */
export function layerOf(operator: Operator, parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (Object.hasOwn(parameters, 'type'))
    throw new Refusal(['parameters', 'type'], 'unknown_key', 'the address says the type of the layer; leave it out of the parameters');
  const attributes = Object.entries(parameters)
    .filter(([name]) => !reserved.includes(name) && !isIgnored(name))
    .map(([name, value]) => [name, attributeOf(operator, name, value)]);
  return Object.fromEntries([['type', operator.type], ...attributes]);
}

/** `padding` of two numbers an axis holds [before, after] pairs, axis by axis. */
function attributeOf(operator: Operator, name: string, value: unknown): unknown {
  const list = typeof value === 'string' ? listOf(value) : undefined;
  if (list === undefined) return value;
  if (list.length === 1) return list[0];
  const alias = operator.attributeAliases?.[name] ?? name;
  const rank = operator.featureMap;
  if (alias !== 'padding' || list.length !== 2 * Number(rank)) return list;
  return Array.from({ length: list.length / 2 }, (_, axis) => list.slice(2 * axis, 2 * axis + 2));
}

const number = /^[+-]?\d+(?:\.\d+)?$/;
/** No attribute has a list anywhere near as long. */
const mostCharacters = 1000;

/** Numbers, and null where an axis is left out, separated by commas; undefined for other text. */
function listOf(text: string): readonly (number | null)[] | undefined {
  if (text.length > mostCharacters) return undefined;
  const entries = text.split(',').map((entry) => entry.trim());
  if (!entries.every((entry) => entry === 'null' || number.test(entry))) return undefined;
  return entries.map((entry) => (entry === 'null' ? null : Number(entry)));
}
