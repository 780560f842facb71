import { expect, test } from 'vitest';
import { toAnnotations } from '../../../src/questions/check/annotations.ts';
import { hostileCheck, hostileNames } from './hostile.ts';

/** As the runner reads a line: the command, its properties, its message (actions/runner, ActionCommand). */
function parse(line: string) {
  const [, command = '', properties = '', message = ''] = /^::([a-z]+) ?(.*?)::(.*)$/.exec(line) ?? [];
  const unescaped = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const pairs = properties.split(',').map((pair) => pair.split('=') as [string, string]);
  const named = pairs.map(([key, value]) => [key, unescaped(value.replaceAll('%3A', ':').replaceAll('%2C', ','))]);
  return { command, properties: Object.fromEntries(named), message: unescaped(message) };
}

test('every line is a command, and no name begins one or ends one', () => {
  const lines = toAnnotations(hostileCheck(), 'a,b:c%.onnx').trimEnd().split('\n').map(parse);
  expect(new Set(lines.map(({ command }) => command))).toEqual(new Set(['notice', 'error']));
  for (const { properties } of lines) expect(Object.keys(properties)).toEqual(['file', 'line', 'title']);
  expect(lines[0]?.properties).toEqual({ file: 'a,b:c%.onnx', line: '1', title: 'layergauge: min_parameters' });
  for (const name of hostileNames) expect(lines.some(({ message }) => message.includes(name))).toBe(true);
  expect(lines.filter(({ command }) => command === 'notice').map(({ message }) => message)).toEqual(['7 layers, at most 100 asked']);
});

test('without a file they are annotations of the run', () => {
  expect(toAnnotations(hostileCheck(), undefined)).toMatch(/^::error title=layergauge%3A min_parameters::/);
});
