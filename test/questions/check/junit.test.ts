import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { check } from '../../../src/questions/check/check.ts';
import { toJunit } from '../../../src/questions/check/junit.ts';
import { readPolicy } from '../../../src/questions/check/policy.ts';
import { measureDocument } from '../../measure-document.ts';
import { hostileCheck, hostileNames } from './hostile.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** By a parser that takes well-formed XML only. */
function parse(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: attributes as Record<string, string>, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    (open.at(-1) as Element).text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return root.children[0] as Element;
}

test('a test case stands for each limit and rule, with a failure where it is broken', () => {
  const suites = parse(toJunit(hostileCheck()));
  expect(suites.name).toBe('testsuites');
  const [suite] = suites.children;
  expect(suite?.attributes).toMatchObject({ tests: '6', failures: '5', errors: '0', skipped: '0' });
  expect(suite?.children.map(({ name }) => name)).toEqual(Array.from({ length: 6 }, () => 'testcase'));
  expect(suite?.children.map(({ children }) => children.map(({ name }) => name))).toEqual([
    ['failure'],
    ['failure'],
    [],
    ['failure'],
    ['failure'],
    ['failure'],
  ]);
  expect(suite?.children[0]?.attributes.name).toBe('min_parameters: at least 1,000,000,000 parameters');
});

test('names arrive as they are, whatever they are made of', () => {
  const suites = parse(toJunit(hostileCheck()));
  const failures = suites.children.flatMap(({ children }) => children).flatMap(({ children }) => children.map(({ text }) => text));
  // XML has no U+FFFE.
  for (const name of hostileNames.slice(0, 5)) expect(failures.some((text) => text.includes(name.replace('\ufffe', '\ufffd')))).toBe(true);
  expect(suites.children[0]?.attributes.name).toBe(hostileNames.join(' ').replace('\ufffe', '\ufffd'));
});

test('a network that keeps its budget has no failure', () => {
  const found = check(measureDocument({ input: [4], layers: [{ type: 'relu' }] }), readPolicy({ limits: { max_macs: 0 } }));
  expect(parse(toJunit(found)).attributes).toMatchObject({ tests: '1', failures: '0' });
});
