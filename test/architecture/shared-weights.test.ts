import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

describe('shared weights', () => {
  const linear = (name: string, more: object = {}) => ({ name, type: 'linear', out_features: 3, ...more });
  const counts = (document: unknown) =>
    measureDocument(document).layers.map(({ name, shares, weights }) => [name, shares, weights.parameters, weights.tensors.length]);

  test('count where they lie; the sharer counts none and says so', () => {
    const posted = { input: [3], layers: [linear('a'), linear('b', { shares: 'a' }), linear('c', { shares: 'b' })] };
    expect(counts(posted)).toEqual([
      ['a', undefined, 12, 2],
      ['b', 'a', 0, 0],
      ['c', 'a', 0, 0],
    ]);
    expect(measureDocument(posted).totals).toMatchObject({ parameters: 12, parameter_bytes: 48, macs: 27 });
  });

  test('may lie in a layer that comes later, or does not run', () => {
    expect(counts({ input: [3], layers: [linear('a', { shares: 'b' }), linear('b')] })).toEqual([
      ['a', 'b', 0, 0],
      ['b', undefined, 12, 2],
    ]);
    expect(counts({ input: [3], outputs: ['a'], layers: [linear('a', { shares: 'b' }), linear('b')] })[1]).toEqual(['b', undefined, 12, 2]);
  });

  test('may lie in a block, by the full name of the row', () => {
    const blocks = { b: { params: { of: 'fc' }, layers: [linear('fc'), linear('again', { shares: '$of' })] } };
    const posted = {
      input: [3],
      blocks,
      layers: [
        { name: 's', type: 'block', block: 'b', repeat: 2 },
        linear('out', { shares: 's/1/fc' }),
        linear('x', { shares: 's/0/again' }),
      ],
    };
    expect(counts(posted)).toEqual([
      ['s/0/fc', undefined, 12, 2],
      ['s/0/again', 's/0/fc', 0, 0],
      ['s/1/fc', undefined, 12, 2],
      ['s/1/again', 's/1/fc', 0, 0],
      ['out', 's/1/fc', 0, 0],
      ['x', 's/0/fc', 0, 0],
    ]);
  });

  test('may be those of an activation', () => {
    expect(
      counts({ input: [3], layers: [linear('a', { activation: 'prelu' }), { name: 'p', type: 'prelu', shares: 'a.activation' }] }),
    ).toEqual([
      ['a', undefined, 12, 2],
      ['a.activation', undefined, 1, 1],
      ['p', 'a.activation', 0, 0],
    ]);
  });

  test('must be there', () => {
    const call = { name: 's', type: 'block', block: 'b' };
    const layers = [
      linear('first'),
      linear('b', { shares: 'frist' }),
      linear('c', { shares: 'input' }),
      call,
      linear('d', { shares: 's' }),
    ];
    expect(refusalOf({ input: [3], layers, blocks: { b: { layers: [{ type: 'relu' }] } } })).toEqual([
      ['#/layers/1/shares unknown_reference', 'there is no layer "frist" to share weights with; did you mean "first"?'],
      ['#/layers/2/shares unknown_reference', expect.stringMatching(/^there is no layer "input"/)],
      ['#/layers/4/shares unknown_reference', 'there is no layer "s" to share weights with'],
    ]);
  });

  test('are not the layer’s own by a detour', () => {
    expect(refusalOf({ input: [3], layers: [linear('a', { shares: 'a' })] })).toEqual([
      ['#/layers/0/shares cycle', '"a" shares its weights with itself'],
    ]);
    expect(
      placesOf({
        input: [3],
        layers: [linear('x', { shares: 'a' }), linear('a', { shares: 'b' }), linear('b', { shares: 'c' }), linear('c', { shares: 'a' })],
      }),
    ).toEqual(['#/layers/3/shares cycle']);
  });

  test('agree in name and shape', () => {
    expect(refusalOf({ input: [4], layers: [linear('a'), linear('b', { shares: 'a' })] })).toEqual([
      ['#/layers/1/shares cannot_share', '"b" needs weight [3, 3] (9 numbers), but "a" has weight [3, 4]'],
    ]);
    expect(refusalOf({ input: [3], layers: [linear('a', { bias: false }), linear('b', { shares: 'a' })] })).toEqual([
      ['#/layers/1/shares cannot_share', '"b" needs bias [3] (3 numbers), but "a" has no bias'],
    ]);
    // The other way round nothing is missing.
    expect(counts({ input: [3], layers: [linear('a'), linear('b', { shares: 'a', bias: false })] })[1]).toEqual(['b', 'a', 0, 0]);
    expect(placesOf({ input: [3], layers: [{ name: 'r', type: 'relu' }, linear('b', { shares: 'r' })] })).toEqual([
      '#/layers/1/shares cannot_share',
    ]);
  });

  test('of an embedding may serve a linear layer without bias', () => {
    const layers = [
      { name: 'embed', type: 'embedding', num_embeddings: 10, embedding_dim: 4 },
      { name: 'logits', type: 'linear', out_features: 10, bias: false, shares: 'embed' },
    ];
    const report = measureDocument({ inputs: [{ name: 'ids', shape: [5], dtype: 'int64' }], layers });
    expect(report.totals.parameters).toBe(40);
    expect(report.layers[1]).toMatchObject({ shares: 'embed', output_shapes: [[1, 5, 10]] });
  });

  test('in a chain of ten thousand are followed once', () => {
    const layers = Array.from({ length: 10_000 }, (_, index) => linear(`l${index}`, index < 9999 ? { shares: `l${index + 1}` } : {}));
    const report = measureDocument({ input: [3], layers });
    expect(report.totals.parameters).toBe(12);
    expect(report.layers[0]?.shares).toBe('l9999');
  });
});
