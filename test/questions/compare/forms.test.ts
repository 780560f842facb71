import { expect, test } from 'vitest';
import { compare } from '../../../src/questions/compare/compare.ts';
import { toCsv, toMarkdown } from '../../../src/questions/compare/forms.ts';
import { measureAttributes } from '../../../src/questions/measure.ts';
import { defaults, limits } from '../../measure-document.ts';
import { hostileNames } from '../check/hostile.ts';

function compared(base: unknown, head: unknown) {
  return compare(measureAttributes(base, defaults, limits), measureAttributes(head, defaults, limits));
}

const small = (out_channels: number, ...more: object[]) => ({
  name: 'small',
  input: [3, 8, 8],
  layers: [{ name: 'conv', type: 'conv2d', out_channels, kernel_size: 1, bias: false }, { name: 'act', type: 'relu' }, ...more],
});

test('Markdown names what was written otherwise, and counts what follows', () => {
  const text = toMarkdown(compared(small(4), small(8, { name: 'end', type: 'softmax' })));
  expect(text).toContain('## small → small\n\n2 layers changed, 1 added, 0 removed, 0 unchanged.\n');
  expect(text).toContain('| parameters | 12 | 24 | +12 | +100.0 % |');
  expect(text).toContain('| conv | conv2d | out\\_channels 4 → 8 | +12 | +768 |');
  expect(text).toContain('\n1 more layer changed in shapes and numbers only');
  expect(text).toContain('| end | softmax | 1x8x8x8 | 0 | 0 |');
  expect(text).not.toContain('| act |');
});

test('of networks that are equal it says so', () => {
  expect(toMarkdown(compared(small(4), small(4)))).toContain('\n\nNo total and no layer differs.\n');
});

test('a long list of changes ends with how many there are more', () => {
  const long = (bias: boolean) => ({
    input: [4],
    layers: Array.from({ length: 120 }, () => ({ type: 'linear', out_features: 4, bias })),
  });
  expect(toMarkdown(compared(long(true), long(false)))).toContain('\n\nand 20 more.\n');
});

test('CSV has a row for each total, difference and lone layer', () => {
  const lines = toCsv(compared(small(4), small(8, { name: 'end', type: 'softmax' })))
    .trimEnd()
    .split('\n');
  expect(lines[0]).toBe('kind,name,type,of,base,head,change,relative');
  expect(lines).toContain('total,,,parameters,12,24,12,1');
  expect(lines).toContain('changed,conv,conv2d,attributes/out_channels,4,8,4,');
  expect(lines).toContain('changed,conv,conv2d,output_shapes,"[[1,4,8,8]]","[[1,8,8,8]]",,');
  expect(lines).toContain('added,end,softmax,parameters,,0,0,');
});

test('hostile names are text in every form', () => {
  const named = (bias: boolean) => ({
    name: hostileNames.join(' '),
    input: [3],
    layers: hostileNames.map((name) => ({ name, type: 'linear', out_features: 3, bias })),
  });
  const found = compared(named(true), named(false));
  const markdown = toMarkdown(found);
  expect(markdown).not.toMatch(/<script|<x\/>/);
  const rows = markdown.split('\n').filter((line) => line.includes(' linear '));
  expect(rows).toHaveLength(hostileNames.length);
  for (const row of rows) expect(row.replaceAll(/\\./g, '').split('|')).toHaveLength(7);
  for (const line of toCsv(found).split('\n')) expect(line).not.toMatch(/(^|,)[=+@]/);
});
