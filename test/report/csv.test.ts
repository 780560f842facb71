import { describe, expect, test } from 'vitest';
import { shapes, toCsv } from '../../src/report/csv.ts';
import { measureDocument } from '../measure-document.ts';

const header =
  'name,type,inputs,input_shapes,output_shapes,parameters,trainable_parameters,buffers,activation_elements,activation_bytes,macs,flops';
const named = (name: string) => toCsv(measureDocument({ input: [3], layers: [{ name, type: 'relu' }] })).split('\n')[1];

describe('CSV', () => {
  test('has the header of the contract, one row a layer and no total', () => {
    const layers = [
      { name: 'conv', type: 'conv2d', out_channels: 2, kernel_size: 3, padding: 1, trainable: false },
      { name: 'sum', type: 'add', inputs: ['conv', 'conv'] },
    ];
    // 56 parameters; 27 products and an addition for each of 32 outputs.
    expect(toCsv(measureDocument({ input: [3, 4, 4], layers }))).toBe(
      [
        header,
        'conv,conv2d,input,1x3x4x4,1x2x4x4,56,0,0,32,128,864,1760',
        'sum,add,conv;conv,1x2x4x4;1x2x4x4,1x2x4x4,0,0,0,32,128,0,32',
        '',
      ].join('\n'),
    );
  });

  test('leaves unknown numbers and shapes empty', () => {
    expect(toCsv(measureDocument({ input: [3], layers: [{ name: 'x', type: 'custom', operator: 'y' }] })).split('\n')[1]).toBe(
      'x,custom,input,1x3,,,,,,,,',
    );
  });

  test('quotes what would break a cell', () => {
    expect(named('a,b')).toMatch(/^"a,b",relu/);
    expect(named('say "hi"')).toMatch(/^"say ""hi""",relu/);
    expect(named('a;b')).toMatch(/^a;b,relu/);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '=cmd|"/c calc"!A1'])('takes the sting out of %s', (name) => {
    const cell = named(name)?.split(',relu')[0] ?? '';
    expect(cell.replace(/^"/, '')).toMatch(/^'/);
    // The inputs of the next layer start with the same name.
    const rows = toCsv(measureDocument({ inputs: [{ name, shape: [3] }], layers: [{ name: 'r', type: 'relu' }] })).split('\n');
    expect(rows[1]).toMatch(/^r,relu,"?'/);
  });

  test('keeps every name in its cell, so that a plain reader gets twelve columns', () => {
    const names = ['a,b', '"', '"",=1', ',', "'", '=x"y', 'ü;ß', ' lead'];
    const document = { input: [3], layers: names.map((name) => ({ name, type: 'relu' })) };
    const lines = toCsv(measureDocument(document)).trimEnd().split('\n').slice(1);
    // RFC 4180: a cell is quoted with doubled quotes, or free of quotes and commas.
    const cells = lines.map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain),
    );
    expect(cells.map((row) => row.length)).toEqual(names.map(() => 12));
    expect(cells.map(([name]) => name?.replace(/^'(?==)/, ''))).toEqual(names);
  });
});

test('shapes are joined by x, several by a semicolon', () => {
  expect(shapes([[1, 64, 224, 224]])).toBe('1x64x224x224');
  expect(shapes([[1, 2], [3]])).toBe('1x2;3');
  expect(shapes([[]])).toBe('');
  expect(shapes([])).toBe('');
});
