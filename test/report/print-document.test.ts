import { expect, test } from 'vitest';
import { printDocument } from '../../src/report/print-document.ts';
import { networks } from '../../src/zoo/index.ts';

test('each layer has a line of its own', () => {
  const document = {
    name: 'a',
    inputs: [{ name: 'x', shape: [3, 8, 8] }],
    layers: [{ type: 'relu' }, { type: 'tanh', metadata: { note: 'n'.repeat(100) } }],
  };
  expect(printDocument(document)).toBe(`{
  "name": "a",
  "inputs": [
    {"name":"x","shape":[3,8,8]}
  ],
  "layers": [
    {"type":"relu"},
    {
      "type": "tanh",
      "metadata": {"note":"${'n'.repeat(100)}"}
    }
  ]
}
`);
});

test('a list of numbers is never broken, and an absent value is left out', () => {
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  expect(printDocument({ a: numbers, b: undefined, c: [], d: {} })).toBe(`{\n  "a": [${numbers.join(',')}],\n  "c": [],\n  "d": {}\n}\n`);
});

test.each(networks.map(({ name, document }) => [name, document] as const))('%s reads back the same', (_, document) => {
  const text = printDocument(document);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(200);
});
