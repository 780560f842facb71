/** Holds a report against a policy: each limit with its value and margin, and the layers that weigh most where one is broken. */

import type { Issue } from '../../issue.ts';
import { InvalidArchitecture } from '../../issue.ts';
import { fiveDecimals, fraction } from '../../report/fraction.ts';
import { grouped } from '../../report/markdown.ts';
import type { Report, Row } from '../../report/schema.ts';
import type { Effort, Matcher } from '../glob.ts';
import { globsOf } from '../glob.ts';
import type { Bound, Limited } from './numbers.ts';
import { numberOf, totalOf } from './numbers.ts';
import type { Policy, Rule } from './policy.ts';
import type { Check, CheckedLimit, CheckedRule, Violation } from './schema.ts';

/** Layers named where a limit is broken. */
const mostHeavy = 5;
/** Layers named where a rule is broken. */
const mostViolations = 100;
/** Comparisons of characters that the patterns of one policy may take. */
const mostComparisons = 1e8;
/** Characters of a list of patterns that are quoted. */
const mostQuoted = 200;

/** Throws `InvalidArchitecture`, at a place in the policy, where patterns take too long. */
export function check(report: Report, policy: Policy): Check {
  const limits = policy.limits.map((bound) => checkLimit(report, bound));
  const effort = { left: mostComparisons };
  const rules = policy.rules.map((rule, index) => checkRule(report, rule, index, effort));
  const { schema_version, generator, model, assumptions, totals, diagnostics } = report;
  return {
    schema_version,
    generator,
    model,
    assumptions,
    passed: limits.every(({ passed }) => passed) && rules.every(({ passed }) => passed),
    limits,
    rules,
    totals,
    diagnostics,
  };
}

/** A total that is a lower bound breaks a maximum where it exceeds it, and otherwise proves nothing: then the limit has not been kept either. */
function checkLimit({ totals, layers }: Report, { name, of, kind, bound }: Bound<Limited>): CheckedLimit {
  const { value, partial } = totalOf(totals, of);
  const kept = kind === 'max' ? value <= bound && !partial : value >= bound;
  const broken = kind === 'max' ? value > bound : value < bound && !partial;
  const verdict = kept ? 'kept' : broken ? 'broken' : 'unproven';
  return {
    limit: name,
    of,
    bound,
    value,
    margin: kind === 'max' ? bound - value : value - bound,
    used: kind === 'max' && bound > 0 ? fiveDecimals(value / bound) : null,
    passed: kept,
    verdict,
    heaviest: verdict === 'broken' && kind === 'max' && of !== 'layers' ? heaviest(layers, of, value) : [],
  };
}

function heaviest(rows: readonly Row[], of: Limited, total: number): CheckedLimit['heaviest'] {
  const weighed = rows.flatMap((row) => {
    const value = numberOf(row, of);
    return value === null || value === 0
      ? []
      : [{ name: row.name, type: row.type, pointer: row.pointer, value, share: fraction(value, total) }];
  });
  return weighed.sort((a, b) => b.value - a.value).slice(0, mostHeavy);
}

function checkRule({ layers: rows, totals }: Report, rule: Rule, index: number, effort: Effort): CheckedRule {
  const isMeant = meantBy(rule, effort);
  const isAllowed = rule.onlyTypes && ofType(rule.onlyTypes, effort);
  const violations: Violation[] = [];
  let [matched, broken] = [0, 0];
  for (const row of rows) {
    const meant = isMeant(row);
    if (effort.left < 0) throw new InvalidArchitecture([tooSlow(index)]);
    if (!meant) continue;
    matched++;
    broken += inspect(row, rule, isAllowed, violations);
  }
  const details = rule.counts.flatMap(({ name, kind, bound }) =>
    (kind === 'max' ? matched > bound : matched < bound) ? [`${matched} layers are meant; ${name} is ${bound}`] : [],
  );
  // A layer that is left out, since it follows one whose output is unknown, might break it.
  if (broken === 0 && details.length === 0 && totals.partial.includes('layers') && isBreakable(rule))
    details.push('layers are left out of the measurement, so the rule is not proven');
  return {
    description: rule.description,
    matched,
    passed: broken === 0 && details.length === 0,
    details,
    violations,
    more: broken - violations.length,
  };
}

/** Whether one more layer could break it. */
function isBreakable({ bounds, counts, forbidden, onlyTypes }: Rule): boolean {
  return bounds.length > 0 || forbidden || onlyTypes !== undefined || counts.some(({ kind }) => kind === 'max');
}

/** Adds what a row breaks, as long as there is room; the number of bounds that it breaks. */
function inspect(row: Row, rule: Rule, isAllowed: Matcher | undefined, violations: Violation[]): number {
  let broken = 0;
  // Worded only where it is listed: a policy may be broken millions of times.
  const add = (detail: () => string, numbers: { readonly value?: number; readonly bound?: number } = {}): void => {
    broken++;
    if (violations.length < mostViolations)
      violations.push({ name: row.name, type: row.type, pointer: row.pointer, detail: detail(), ...numbers });
  };
  if (rule.forbidden) add(() => 'there may be no such layer');
  if (isAllowed?.(row.type) === false) add(() => `its type is ${row.type}; allowed: ${cut(rule.onlyTypes?.join(', ') ?? '')}`);
  for (const { name, of, kind, bound } of rule.bounds) {
    const value = numberOf(row, of);
    if (value === null) add(() => `its ${of} are unknown, so ${name} is not proven`);
    else if (kind === 'max' ? value > bound : value < bound)
      add(() => `${grouped(value)} ${of} ${kind === 'max' ? 'exceed' : 'fall short of'} ${grouped(bound)}`, { value, bound });
  }
  return broken;
}

function meantBy({ names, types }: Rule, effort: Effort): (row: Row) => boolean {
  const hasName = names && globsOf(names, effort);
  const hasType = types && ofType(types, effort);
  return ({ name, type }) => (hasType?.(type) ?? true) && (hasName?.(name) ?? true);
}

/** Types are few: each is looked at once. */
function ofType(patterns: readonly string[], effort: Effort): Matcher {
  const matches = globsOf(patterns, effort);
  const known = new Map<string, boolean>();
  return (type) => {
    const found = known.get(type) ?? matches(type);
    known.set(type, found);
    return found;
  };
}

function tooSlow(index: number): Issue {
  const detail = `the patterns of the policy take more than ${grouped(mostComparisons)} comparisons on the names of this network; give fewer or shorter ones`;
  return { path: ['rules', index], code: 'too_large', detail };
}

function cut(text: string): string {
  return text.length > mostQuoted ? `${text.slice(0, mostQuoted - 1).toWellFormed()}…` : text;
}
