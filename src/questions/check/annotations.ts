/**
 * A check as workflow commands of GitHub Actions, one a line: what a step prints to become annotations of the run, or of
 * the model's file where the caller says what it is called.
 */

import { findingsOf } from './findings.ts';
import type { Check } from './schema.ts';

export function toAnnotations(check: Check, file: string | undefined): string {
  const place = file === undefined ? '' : `file=${property(file)},line=1,`;
  const lines = findingsOf(check).flatMap(({ id, passed, summary, layers }) => {
    const command = `::${passed ? 'notice' : 'error'} ${place}title=${property(`layergauge: ${id}`)}::`;
    return [`${command}${data(summary)}`, ...layers.map(({ detail, pointer }) => `${command}${data(`${detail} (${pointer})`)}`)];
  });
  return `${lines.join('\n')}\n`;
}

function data(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(value: string): string {
  return data(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
