import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { check } from '../../../src/questions/check/check.ts';
import { readPolicy } from '../../../src/questions/check/policy.ts';
import { toSarif } from '../../../src/questions/check/sarif.ts';
import { measureDocument } from '../../measure-document.ts';
import { hostileCheck, hostileNames } from './hostile.ts';

// OASIS' schema as Microsoft's matcher ships it. It says draft 4 and uses nothing that draft 7 has changed.
const path = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
const uri = (text: string): boolean => /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/.test(text) && !/%(?![0-9A-Fa-f]{2})/.test(text);
const validate = new Ajv({
  strict: false,
  // A pattern of the schema has a bracket too many, which this mode takes as it stands.
  unicodeRegExp: false,
  formats: { 'uri-reference': uri, uri: (text: string) => uri(text) && /^[a-z]+:/.test(text), 'date-time': true },
}).compile(schema);

// biome-ignore lint/suspicious/noExplicitAny: a parsed log, looked into at will
function valid(text: string): any {
  const log = JSON.parse(text);
  validate(log);
  expect(validate.errors).toBeNull();
  return log;
}

test('the schema refuses what is no SARIF', () => {
  expect(validate({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).toBe(false);
});

describe('a log', () => {
  test('holds to the schema, whatever layers are called', () => {
    const { runs } = valid(toSarif(hostileCheck(), 'models/ä b?#%.onnx'));
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('models/%C3%A4%20b%3F%23%25.onnx');
  });

  test('has a result for each layer to blame, or one for the network', () => {
    const [{ results, tool }] = valid(toSarif(hostileCheck(), 'net.json')).runs;
    const byRule = Object.groupBy(results as { ruleId: string }[], ({ ruleId }) => ruleId);
    expect(Object.entries(byRule).map(([rule, list]) => [rule, list?.length])).toEqual([
      ['min_parameters', 1],
      ['max_macs', 5],
      ['rule-1', hostileNames.length],
      ['rule-2', hostileNames.length],
      ['rule-3', hostileNames.length],
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    const prints = results.map(({ partialFingerprints }: { partialFingerprints?: unknown }) => JSON.stringify(partialFingerprints));
    expect(new Set(prints).size).toBe(prints.length);
  });

  test('has no link and no placeholder that a name made', () => {
    const [{ results }] = valid(toSarif(hostileCheck(), 'net.json')).runs;
    const texts = results.map(({ message }: { message: { text: string } }) => message.text).filter((text: string) => text.includes('evil'));
    expect(texts[0]).toContain('\\[here\\](http://evil.example) {{0}} {{{{1}}}}');
  });

  test.each([
    ['//evil.example/x', 'evil.example/x'],
    ['C:\\models\\net.onnx', 'C%3A/models/net.onnx'],
    ['javascript:alert(1)', 'javascript%3Aalert(1)'],
    [undefined, 'tiny%20net'],
  ])('places its findings in a file of the caller: %s', (file, expected) => {
    const found = check(
      measureDocument({ name: 'tiny net', input: [4], layers: [{ type: 'relu' }] }),
      readPolicy({ limits: { max_flops: 0 } }),
    );
    expect(valid(toSarif(found, file)).runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(expected);
  });

  test('of a network that keeps its budget has no result', () => {
    const found = check(measureDocument({ input: [4], layers: [{ type: 'relu' }] }), readPolicy({ limits: { max_macs: 0 } }));
    expect(valid(toSarif(found, undefined)).runs[0].results).toEqual([]);
  });
});
