/** A check as a list of sentences, which JUnit, SARIF and annotations each put in their own form. */

import { grouped, percent } from '../../report/markdown.ts';
import type { Check, CheckedLimit, CheckedRule } from './schema.ts';

export interface Finding {
  /** `max_macs`, or `rule 2`. */
  readonly id: string;
  readonly description: string;
  readonly passed: boolean;
  /** What was found, in one sentence; of a broken one, what is wrong. */
  readonly summary: string;
  /** Layers to look at, each with a sentence. */
  readonly layers: readonly { readonly name: string; readonly pointer: string; readonly detail: string }[];
}

export function findingsOf({ limits, rules }: Check): readonly Finding[] {
  return [...limits.map(ofLimit), ...rules.map(ofRule)];
}

/** What is broken, in one line. */
export function brokenIn(check: Check): string {
  return findingsOf(check)
    .filter(({ passed }) => !passed)
    .map(({ id, summary }) => `${id}: ${summary}`)
    .join('; ');
}

function ofLimit({ limit, of, bound, value, margin, passed, verdict, heaviest }: CheckedLimit): Finding {
  const relation = limit.startsWith('max_') ? 'at most' : 'at least';
  const outcome = {
    kept: `${grouped(value)} ${of}, ${relation} ${grouped(bound)} asked`,
    broken: `${grouped(value)} ${of}, but ${relation} ${grouped(bound)} asked: ${grouped(Math.abs(margin))} too ${relation === 'at most' ? 'many' : 'few'}`,
    unproven: `at least ${grouped(value)} ${of}, since a layer could not be costed: ${relation} ${grouped(bound)} is not proven`,
  };
  return {
    id: limit,
    description: `${relation} ${grouped(bound)} ${of}`,
    passed,
    summary: outcome[verdict],
    layers: heaviest.map((layer) => ({
      name: layer.name,
      pointer: layer.pointer,
      detail: `${layer.name} (${layer.type}) has ${grouped(layer.value)} ${of}, ${percent(layer.share)} of all`,
    })),
  };
}

function ofRule({ description, matched, passed, details, violations, more }: CheckedRule, index: number): Finding {
  const broken = [...details, ...(violations.length > 0 ? [`${violations.length + more} of ${matched} layers break it`] : [])].join('; ');
  return {
    id: `rule ${index + 1}`,
    description,
    passed,
    summary: passed ? `${description} (${matched} layers looked at)` : `${description}: ${broken}`,
    layers: violations.map(({ name, type, pointer, detail }) => ({ name, pointer, detail: `${name} (${type}): ${detail}` })),
  };
}
