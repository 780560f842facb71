import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './outside.ts';

const page = await readFile(join(root, 'docs/threats.md'), 'utf8');
const rows = [...page.matchAll(/^\| (.+) \| (.+) \| (.+) \|$/gm)].filter(([, first = '']) => first !== 'Threat' && !first.startsWith(':'));

describe('docs/threats.md', () => {
  test('goes through the ten', () => {
    const ten = rows.flatMap(([, first = '']) => /^\*\*API(\d+)\*\*/.exec(first)?.[1] ?? []);
    expect(ten.map(Number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test.each(rows.map(([, first = '', , last = '']) => [first, last]))(
    '%s: the tests that it names are there, or it says that none is',
    async (_, held) => {
      if (/^none\b/.test(held)) return;
      const named = [...held.matchAll(/`(test\/[\w/.-]+)`: ((?:"[^"]+"(?:, )?)+)/g)];
      expect(named.length, held).toBeGreaterThan(0);
      for (const [, file = '', titles = ''] of named) {
        const text = await readFile(join(root, file), 'utf8');
        for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g)) expect(text.includes(`'${title}'`), `${file}: ${title}`).toBe(true);
      }
    },
  );
});
