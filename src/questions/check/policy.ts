/** What a network is held against: limits on its totals, and rules about layers that a name or a type picks out. */

import * as z from 'zod';
import { didYouMean, nameSchema, quote } from '../../architecture/names.ts';
import type { Issue, Path } from '../../issue.ts';
import { InvalidArchitecture, throwIfAny } from '../../issue.ts';
import { operatorOf, operators } from '../../operators/index.ts';
import { grouped } from '../../report/markdown.ts';
import { globsOf } from '../glob.ts';
import { quantityForms, quantityOf } from '../quantity.ts';
import type { Bound, LayerNumber, Limited } from './numbers.ts';
import { boundsOf, layerNumbers, limited } from './numbers.ts';

/** A rule about layers. */
export interface Rule {
  readonly description: string;
  /** Globs; a layer is meant where one of each list that is given matches. */
  readonly names: readonly string[] | undefined;
  readonly types: readonly string[] | undefined;
  readonly bounds: readonly Bound<LayerNumber>[];
  /** Bounds on how many layers are meant. */
  readonly counts: readonly Bound<'layers'>[];
  readonly forbidden: boolean;
  /** Globs of the only types that layers may have. */
  readonly onlyTypes: readonly string[] | undefined;
}

export interface Policy {
  readonly limits: readonly Bound<Limited>[];
  readonly rules: readonly Rule[];
}

const quantity = z
  .union([z.number().nonnegative().max(Number.MAX_SAFE_INTEGER), z.string()], { error: `must be ${quantityForms}` })
  .transform((value, context) => {
    const number = typeof value === 'number' ? value : quantityOf(value);
    if (number === undefined) context.addIssue({ code: 'custom', message: `must be ${quantityForms}; given ${JSON.stringify(value)}` });
    return number ?? 0;
  })
  .meta({ type: ['number', 'string'], example: '500M' });

const mostRules = 100;
const mostGlobs = 32;

/** One glob or a list of them. */
function globs(glob: z.ZodString) {
  return z
    .union([glob, z.array(glob).min(1).max(mostGlobs)], { error: `must be a pattern, or a list of 1 to ${mostGlobs}` })
    .transform((value) => (typeof value === 'string' ? [value] : value));
}

const nameGlobs = globs(nameSchema);
const typeGlobs = globs(z.string().min(1).max(64));

function bounds<const Names extends readonly string[]>(names: Names) {
  const fields = names.flatMap((name) => [[`max_${name}`, quantity.optional()] as const, [`min_${name}`, quantity.optional()] as const]);
  return Object.fromEntries(fields) as Record<`${'max' | 'min'}_${Names[number]}`, z.ZodOptional<typeof quantity>>;
}

const ruleSchema = z.strictObject({
  description: nameSchema.optional().describe('What the rule is for, in one line; the answer quotes it.'),
  name: nameGlobs.optional().describe('Glob, or several, of the names of layers it is about: `*` is any text, `?` any character.'),
  type: typeGlobs.optional().describe('Glob, or several, of the types it is about.'),
  ...bounds(layerNumbers),
  ...bounds(['layers']),
  forbidden: z.boolean().default(false).describe('No such layer may be there.'),
  only_types: typeGlobs.optional().describe('Globs of the only types that such layers may have.'),
});

export const policySchema = z
  .strictObject({
    $schema: z.string().optional(),
    description: z.string().max(2000).optional(),
    limits: z.strictObject(bounds(limited)).default({}).describe('Bounds on the totals.'),
    rules: z.array(ruleSchema).max(mostRules).default([]).describe('Bounds on layers that a name or a type picks out.'),
  })
  .meta({ title: 'Policy', description: 'What a network is held against; quantities are numbers or text such as "500M" or "8GiB".' });

/** Reads a policy file; throws `InvalidArchitecture` with places in it. */
export function readPolicy(posted: unknown): Policy {
  const result = policySchema.safeParse(posted);
  if (!result.success) throw new InvalidArchitecture(result.error.issues.flatMap(issuesOf));
  const { limits, rules } = result.data;
  throwIfAny(rules.flatMap(unknownTypes));
  const policy = { limits: boundsOf(limits, limited), rules: rules.map(ruleOf) };
  if (policy.limits.length === 0 && policy.rules.length === 0)
    throwIfAny([{ path: [], code: 'missing_key', detail: 'the policy has neither limits nor rules, so there is nothing to check' }]);
  return policy;
}

function issuesOf(issue: z.core.$ZodIssue): readonly Issue[] {
  const path = issue.path as Path;
  if (issue.code !== 'unrecognized_keys')
    return [{ path, code: 'invalid_value', detail: `${path.join('.') || 'the policy'}: ${issue.message}` }];
  const [shape, what] =
    path[0] === 'rules'
      ? [ruleSchema.shape, 'a rule']
      : path[0] === 'limits'
        ? [bounds(limited), 'the limits']
        : [policySchema.shape, 'a policy'];
  const known = Object.keys(shape);
  return issue.keys.map((key) => ({
    path: [...path, key],
    code: 'unknown_key',
    detail: `unknown key ${quote(key)} in ${what}${didYouMean(key, known)}; known: ${known.join(', ')}`,
  }));
}

/** A pattern that fits no type would never hold anything: more likely it is misspelt. */
function unknownTypes(rule: z.output<typeof ruleSchema>, index: number): readonly Issue[] {
  return (['type', 'only_types'] as const).flatMap((key) =>
    (rule[key] ?? []).flatMap((pattern, place) => {
      const matches = globsOf([pattern]);
      if (rowTypes.some(matches)) return [];
      const spelled = operatorOf(pattern)?.type;
      const advice = spelled === undefined ? didYouMean(pattern, rowTypes) : `; rows say ${quote(spelled)}`;
      return [{ path: ['rules', index, key, place], code: 'unknown_type', detail: `${quote(pattern)} fits no layer type${advice}` }];
    }),
  );
}

/** Types that rows may have. */
const rowTypes: readonly string[] = [...operators.map(({ type }) => type), 'input'];

function ruleOf(rule: z.output<typeof ruleSchema>, index: number): Rule {
  const bounds = boundsOf(rule, layerNumbers);
  const counts = boundsOf(rule, ['layers'] as const);
  if (bounds.length === 0 && counts.length === 0 && !rule.forbidden && rule.only_types === undefined)
    throwIfAny([
      { path: ['rules', index], code: 'missing_key', detail: 'the rule limits nothing: give it max_…, min_…, forbidden or only_types' },
    ]);
  return {
    description: rule.description ?? describeRule(rule.name, rule.type, [...bounds, ...counts], rule.forbidden, rule.only_types),
    names: rule.name,
    types: rule.type,
    bounds,
    counts,
    forbidden: rule.forbidden,
    onlyTypes: rule.only_types,
  };
}

function describeRule(
  names: readonly string[] | undefined,
  types: readonly string[] | undefined,
  bounds: readonly Bound<string>[],
  forbidden: boolean,
  onlyTypes: readonly string[] | undefined,
): string {
  const subject = [
    ...(types === undefined ? [] : [`type ${types.join(' or ')}`]),
    ...(names === undefined ? [] : [`name ${names.join(' or ')}`]),
  ];
  const limits = bounds.map(({ kind, of, bound }) => `${kind === 'max' ? 'at most' : 'at least'} ${grouped(bound)} ${of}`);
  const verdict = [...limits, ...(forbidden ? ['none allowed'] : []), ...(onlyTypes === undefined ? [] : [`only ${onlyTypes.join(', ')}`])];
  return `layers${subject.length === 0 ? '' : ` of ${subject.join(' and ')}`}: ${verdict.join(', ')}`;
}
