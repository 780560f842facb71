/** The table of operators: the one list from which schemas, aliases, documentation and lookups are derived. */

import { convOperators } from './conv.ts';
import { linearOperators } from './linear.ts';
import { maxPoolOperators } from './max-pool.ts';
import type { Operator } from './operator.ts';
import { reluOperators } from './relu.ts';

export const operators: readonly Operator[] = [...convOperators, ...maxPoolOperators, ...linearOperators, ...reluOperators];

const byType: ReadonlyMap<string, Operator> = new Map(operators.map((operator) => [operator.type, operator]));
const byAlias: ReadonlyMap<string, Operator> = new Map(operators.flatMap((operator) => operator.aliases.map((alias) => [alias, operator] as const)));

/** Spellings of a whole family (ONNX's `Conv`): operators by spatial rank, chosen when the input's shape is known. */
const byRank: ReadonlyMap<string, readonly (Operator | undefined)[]> = collectRanked();

function collectRanked(): Map<string, (Operator | undefined)[]> {
  const collected = new Map<string, (Operator | undefined)[]>();
  for (const operator of operators) {
    for (const alias of operator.rankedAliases ?? []) {
      const ranks = collected.get(alias) ?? [];
      ranks[operator.featureMap as number] = operator;
      collected.set(alias, ranks);
    }
  }
  return collected;
}

/** The operator of a canonical type or an alias with a fixed rank. */
export function operatorOf(type: string): Operator | undefined {
  return byType.get(type) ?? byAlias.get(type);
}

/** The operators that a rank-less spelling stands for, indexed by spatial rank. */
export function rankedOperators(type: string): readonly (Operator | undefined)[] | undefined {
  return byRank.get(type);
}

/** Every spelling of a type, for did-you-mean. */
export function typeSpellings(): readonly string[] {
  return [...byType.keys(), 'block', ...byAlias.keys(), ...byRank.keys()];
}
