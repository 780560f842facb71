/** Whose weights a layer reuses: `shares` names a layer of the same scope, or a row by its full name. */

import type { Issue, Path } from '../issue.ts';
import { throwIfMany } from '../issue.ts';
import type { Node } from './graph.ts';
import { didYouMean, quote } from './names.ts';
import type { Scope } from './scopes.ts';

/** A layer that says `shares`. */
export interface Sharing {
  readonly node: number;
  readonly scope: Scope;
  readonly name: string;
  readonly path: Path;
}

/** Sets `shares` of each sharing node to the node that holds the weights; a name of nothing, or a circle, becomes an issue. */
export function resolveShares(nodes: readonly Node[], sharing: readonly Sharing[], issues: Issue[]): void {
  if (sharing.length === 0) return;
  const byFullName = new Map(nodes.map((node, index) => [node.name, index]));
  for (const { node, scope, name, path } of sharing) {
    const named = scope.names.get(name);
    const target = named?.kind === 'layer' ? named.node : byFullName.get(name);
    if (target === undefined)
      issues.push({
        path,
        code: 'unknown_reference',
        detail: `there is no layer ${quote(name)} to share weights with${didYouMean(name, layerNames(scope))}`,
      });
    else (nodes[node] as Node).shares = target;
    throwIfMany(issues);
  }
  // Every layer of a chain is led to the one at its end, so that no chain is walked twice.
  for (const { node } of sharing) {
    const chain = new Set<number>();
    let end = node;
    for (let next: number | undefined = node; next !== undefined && !chain.has(next); next = (nodes[next] as Node).shares) {
      chain.add(next);
      end = next;
    }
    const { name, shares, spec } = nodes[end] as Node;
    if (shares !== undefined)
      issues.push({ path: [...spec.path, 'shares'], code: 'cycle', detail: `${quote(name)} shares its weights with itself` });
    for (const sharer of chain) (nodes[sharer] as Node).shares = sharer === end ? undefined : end;
  }
}

function layerNames(scope: Scope): readonly string[] {
  return [...scope.names].filter(([, named]) => named.kind === 'layer').map(([name]) => name);
}
