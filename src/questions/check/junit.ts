/** A check as JUnit XML, which CI systems show as test results: one test case a limit or rule. */

import { findingsOf } from './findings.ts';
import type { Check } from './schema.ts';

export function toJunit(check: Check): string {
  const findings = findingsOf(check);
  const failures = findings.filter(({ passed }) => !passed).length;
  const name = attribute(check.model.name ?? 'network');
  const counts = `tests="${findings.length}" failures="${failures}" errors="0" skipped="0"`;
  const cases = findings.map(({ id, description, passed, summary, layers }) => {
    const open = `    <testcase classname="layergauge.${name}" name="${attribute(`${id}: ${description}`)}"`;
    if (passed) return `${open}/>`;
    const lines = [summary, ...layers.map(({ detail, pointer }) => `${detail} (${pointer})`)];
    return `${open}>\n      <failure type="${attribute(id)}" message="${attribute(summary)}">${text(lines.join('\n'))}</failure>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="layergauge" ${counts}>`,
    `  <testsuite name="${name}" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** What XML 1.0 has no way to write at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function text(value: string): string {
  return value.toWellFormed().replace(unwritable, '\ufffd').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;').replaceAll('\r', '&#13;');
}
