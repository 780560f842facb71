/** The way back from a rule's words to the caller's: rules speak of canonical attributes, callers may spell them otherwise. */

import type { Path } from '../issue.ts';
import type { Operator } from '../operators/operator.ts';
import type { LayerSpec, Posted } from './read-layer.ts';

/** The key under which a posted layer states an attribute, if it does. */
export function spellingOf(posted: Posted, operator: Operator, attribute: string): string | undefined {
  if (Object.hasOwn(posted, attribute)) return attribute;
  for (const [spelling, alias] of Object.entries(operator.attributeAliases ?? {})) {
    if ((typeof alias === 'string' ? alias : alias.attribute) === attribute && Object.hasOwn(posted, spelling)) return spelling;
  }
  return undefined;
}

/** Where a rule's canonical attribute stands in the posted layer, under the spelling that the caller used. */
export function spelledPath(document: Posted, spec: LayerSpec, at: Path): Path {
  const [key, ...rest] = at;
  if (key === undefined) return spec.path;
  let posted: unknown = document;
  for (const step of spec.path) posted = (posted as Record<string | number, unknown> | undefined)?.[step];
  if (typeof posted !== 'object' || posted === null) return [...spec.path, ...at];
  const spelling = spellingOf(posted as Posted, spec.operator, String(key)) ?? key;
  // An alias with a form of its own is laid out otherwise, so the place within it says nothing.
  const ownForm = typeof spec.operator.attributeAliases?.[spelling] === 'object';
  return [...spec.path, spelling, ...(ownForm && spelling !== key ? [] : rest)];
}
