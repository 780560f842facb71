/**
 * A check as SARIF 2.1.0 (OASIS), which code scanning reads: a result for each layer of a broken limit or rule, or one for the network where no layer is to
 * blame. Places are the model file and, within it, the layer.
 */

import { findingsOf } from './findings.ts';
import type { Check } from './schema.ts';

/** `file` is what the model is called where the caller keeps it; where that is unknown, it goes by its own name. */
export function toSarif(check: Check, file: string | undefined): string {
  const findings = findingsOf(check);
  const artifactLocation = { uri: uriOf(file ?? check.model.name ?? 'model') };
  const located = (layer?: { readonly name: string; readonly pointer: string }) => ({
    // Viewers want a line; a model has none that would mean anything.
    physicalLocation: { artifactLocation, region: { startLine: 1 } },
    ...(layer === undefined ? {} : { logicalLocations: [{ name: layer.name, fullyQualifiedName: layer.pointer, kind: 'object' }] }),
  });
  const results = findings.flatMap(({ id, passed, summary, layers }, ruleIndex) => {
    if (passed) return [];
    const result = { ruleId: ruleIdOf(id), ruleIndex, level: 'error' };
    if (layers.length === 0) return [{ ...result, message: { text: plain(summary) }, locations: [located()] }];
    return layers.map((layer) => ({
      ...result,
      message: { text: plain(`${summary}. ${layer.detail}`) },
      locations: [located(layer)],
      partialFingerprints: { 'layergauge/v1': `${ruleIdOf(id)}:${layer.name}` },
    }));
  });
  const { name, version } = check.generator;
  const rules = findings.map(({ id, description }) => ({ id: ruleIdOf(id), shortDescription: { text: plain(description) } }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name, version, rules } }, results }],
  };
  return JSON.stringify(log);
}

/** A relative reference: what a name has of schemes, queries and hosts is text. */
function uriOf(file: string): string {
  const segments = file.toWellFormed().replaceAll('\\', '/').split('/');
  return segments
    .filter((segment) => segment !== '')
    .map(encodeURIComponent)
    .join('/');
}

/** Text without the placeholders (3.11.5) and links (3.11.6) that a message may have. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[{}]/g, '$&$&')
    .replace(/[\\[\]]/g, '\\$&');
}

function ruleIdOf(id: string): string {
  return id.replaceAll(' ', '-');
}
