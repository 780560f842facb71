import { expect, test } from 'vitest';
import { toMarkdown } from '../../../src/questions/check/markdown.ts';
import { hostileCheck } from './hostile.ts';

const text = toMarkdown(hostileCheck());

test('every row of a table has the columns of its header, whatever layers are called', () => {
  const cells = (line: string): number => line.replaceAll(/\\./g, '').split('|').length;
  let columns = 0;
  for (const line of text.split('\n')) {
    columns = line.startsWith('|') ? columns || cells(line) : 0;
    if (columns > 0) expect(cells(line), line).toBe(columns);
  }
});

test('no name becomes markup', () => {
  expect(text).not.toContain('<script');
  expect(text).not.toContain('<b>');
  expect(text).toContain('\\[here\\]');
});

test('it says first whether the budget is kept', () => {
  expect(text.split('\n')[0]).toMatch(/^## ❌ .* breaks its budget$/);
});
