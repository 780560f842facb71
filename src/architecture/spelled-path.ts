/** The way back from a rule's words to the caller's: rules speak of canonical attributes, callers may spell them otherwise. */

import type { Path } from '../issue.ts';
import type { LayerSpec, Posted } from './read-layer.ts';

/** Where a rule's canonical attribute stands in the posted layer, under the spelling that the caller used. */
export function spelledPath(document: Posted, spec: LayerSpec, at: Path): Path {
  const [key, ...rest] = at;
  if (key === undefined) return spec.path;
  let posted: unknown = document;
  for (const step of spec.path) posted = (posted as Record<string | number, unknown> | undefined)?.[step];
  if (typeof posted !== 'object' || posted === null || Object.hasOwn(posted, key)) return [...spec.path, ...at];
  for (const [spelling, alias] of Object.entries(spec.operator.attributeAliases ?? {})) {
    const attribute = typeof alias === 'string' ? alias : alias.attribute;
    if (attribute === key && Object.hasOwn(posted, spelling)) return [...spec.path, spelling, ...(typeof alias === 'string' ? rest : [])];
  }
  return [...spec.path, ...at];
}
