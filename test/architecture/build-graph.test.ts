import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../src/architecture/build-graph.ts';
import { limits, measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

const image = (layers: unknown[], more: object = {}) => ({ input: [3, 8, 8], layers, ...more });
const wiring = (posted: unknown) => measureDocument(posted).layers.map(({ name, inputs }) => `${name} ← ${inputs.join(', ')}`);
const graphOf = (posted: unknown) => buildGraph(posted, { batch_size: 2, resolution: undefined, limits });

describe('sequential', () => {
  test('is the default: the first layer reads the first input, each other the one before', () => {
    expect(
      wiring({
        inputs: [
          { name: 'x', shape: [3] },
          { name: 'y', shape: [4] },
        ],
        layers: [{ type: 'relu' }, { type: 'tanh' }, { type: 'relu' }],
      }),
    ).toEqual(['relu_1 ← x', 'tanh_1 ← relu_1', 'relu_2 ← tanh_1']);
  });

  test('counts unnamed layers per type, named ones not', () => {
    expect(
      wiring(image([{ type: 'relu', name: 'a' }, { type: 'relu' }, { type: 'tanh' }, { type: 'relu' }])).map((line) => line.split(' ')[0]),
    ).toEqual(['a', 'relu_1', 'tanh_1', 'relu_2']);
  });

  test('holds after a layer that reads something else, and of layers that read nothing', () => {
    expect(
      wiring(
        image([
          { type: 'relu' },
          { name: 'p', type: 'parameter', shape: [8] },
          { type: 'tanh' },
          { type: 'exp', inputs: ['input'] },
          { type: 'neg' },
        ]),
      ),
    ).toEqual(['relu_1 ← input', 'p ← ', 'tanh_1 ← p', 'exp_1 ← input', 'neg_1 ← exp_1']);
  });

  test('means the layer before in the document, not in the order they run', () => {
    expect(wiring(image([{ type: 'relu', inputs: ['last'] }, { type: 'tanh' }, { name: 'last', type: 'exp', inputs: ['input'] }]))).toEqual(
      ['last ← input', 'relu_1 ← last', 'tanh_1 ← relu_1'],
    );
  });

  test('does not feed a layer of several inputs', () => {
    expect(
      refusalOf(
        image([{ type: 'relu' }, { type: 'add' }, { type: 'relu', inputs: [] }, { type: 'parameter', shape: [1], inputs: ['relu_1'] }]),
      ),
    ).toEqual([
      ['#/layers/1 wrong_input_count', 'add reads at least 2 inputs (input, other); given 1'],
      ['#/layers/2/inputs wrong_input_count', 'relu reads 1 input (input); given 0'],
      ['#/layers/3/inputs wrong_input_count', 'parameter reads 0 inputs; given 1'],
    ]);
  });
});

describe('a name', () => {
  test('stands for one thing', () => {
    const layers = [
      { name: 'a', type: 'relu' },
      { name: 'a', type: 'relu' },
      { name: 'input', type: 'relu' },
      { name: 'relu_1', type: 'relu' },
      { type: 'relu' },
    ];
    expect(refusalOf(image(layers))).toEqual([
      ['#/layers/1/name duplicate_name', 'the name "a" is used twice'],
      ['#/layers/2/name duplicate_name', 'the name "input" is used twice'],
      ['#/layers/4 duplicate_name', 'the name "relu_1" is used twice'],
    ]);
  });

  test('has up to 512 characters, what blocks put before and activations after it included', () => {
    const long = (length: number) => 'n'.repeat(length);
    const blocks = { b: { layers: [{ name: long(300), type: 'relu' }] } };
    const call = (length: number) => ({ name: long(length), type: 'block', block: 'b' });
    expect(measureDocument(image([call(211)], { blocks })).layers[0]?.name).toHaveLength(512);
    expect(refusalOf(image([call(212)], { blocks }))[0]).toEqual([
      '#/blocks/b/layers/0 name_too_long',
      expect.stringMatching(/has 513 characters; at most 512 are allowed$/),
    ]);
    expect(measureDocument(image([{ name: long(501), type: 'relu', activation: 'relu' }])).layers[1]?.name).toHaveLength(512);
    expect(placesOf(image([{ name: long(502), type: 'relu', activation: 'relu' }]))).toEqual(['#/layers/0/activation name_too_long']);
    expect(
      placesOf(
        image([{ ...call(205), name: long(206) }], { blocks: { b: { layers: [{ name: long(300), type: 'relu', activation: 'relu' }] } } }),
      ),
    ).toEqual(['#/blocks/b/layers/0/activation name_too_long']);
  });

  test.each(['document', 'input', 'layer', 'block', 'parameter'])('of 512 emoji may be that of a %s, of 513 not', (what) => {
    const smiles = (count: number) => '\u{1f600}'.repeat(count);
    const posted = (name: string) => {
      const of = (kind: string, other: string) => (what === kind ? name : other);
      return {
        name: of('document', 'd'),
        inputs: [{ name: of('input', 'x'), shape: [3] }],
        layers: [
          { name: of('layer', 'l'), type: 'relu' },
          { name: 'call', type: 'block', block: of('block', 'b'), params: { [of('parameter', 'p')]: 4 } },
          { name: 'end', type: 'relu', inputs: [of('layer', 'l')] },
        ],
        blocks: {
          [of('block', 'b')]: {
            params: { [of('parameter', 'p')]: null },
            layers: [{ name: 'fc', type: 'linear', out_features: `$${of('parameter', 'p')}` }],
          },
        },
      };
    };
    expect(measureDocument(posted(smiles(512))).layers).toHaveLength(3);
    expect(refusalOf(posted(smiles(513))).map(([, detail]) => detail)).toContainEqual(
      expect.stringMatching(/1 to 512 characters without control characters or lone surrogates; given "/),
    );
  });

  test('is counted in characters, not in UTF-16 units, with what blocks and activations add', () => {
    const smiles = (count: number) => '\u{1f600}'.repeat(count);
    const within = (call: number, layer: number, more: object = {}) =>
      image([{ name: smiles(call), type: 'block', block: 'b' }], {
        blocks: { b: { layers: [{ name: smiles(layer), type: 'relu', ...more }] } },
      });
    expect(measureDocument(within(211, 300)).layers[0]?.name).toBe(`${smiles(211)}/${smiles(300)}`);
    expect(refusalOf(within(212, 300))).toEqual([
      ['#/blocks/b/layers/0 name_too_long', expect.stringMatching(/has 513 characters; at most 512 are allowed$/)],
    ]);
    // `.activation` has 11 characters.
    expect(measureDocument(within(200, 300, { activation: 'tanh' })).layers).toHaveLength(2);
    expect(placesOf(within(201, 300, { activation: 'tanh' }))).toEqual(['#/blocks/b/layers/0/activation name_too_long']);
    expect(measureDocument(image([{ name: smiles(501), type: 'relu', activation: 'tanh' }])).layers).toHaveLength(2);
    expect(placesOf(image([{ name: smiles(502), type: 'relu', activation: 'tanh' }]))).toEqual(['#/layers/0/activation name_too_long']);
  });

  test('may be limited further', () => {
    expect(
      placesOf({ inputs: [{ name: 'abcdef', shape: [3] }], layers: [{ name: 'abcdefg', type: 'relu' }] }, {}, { maxNameLength: 5 }),
    ).toEqual(['#/inputs/0/name name_too_long', '#/layers/0/name name_too_long']);
  });
});

describe('outputs', () => {
  const fork = [
    { name: 'a', type: 'relu' },
    { name: 'b', type: 'tanh' },
    { name: 'aux', type: 'linear', out_features: 2, inputs: ['a'] },
  ];

  test('are every layer that nothing reads, where none are stated', () => {
    const graph = graphOf(image(fork));
    expect(graph.outputs.map(({ node }) => graph.nodes[node]?.name)).toEqual(['b', 'aux']);
    expect(graph.runs).toEqual([true, true, true]);
  });

  test('decide which layers run', () => {
    const graph = graphOf(image(fork, { outputs: ['b'] }));
    expect(graph.nodes.map(({ name }, index) => [name, graph.runs[index]])).toEqual([
      ['a', true],
      ['b', true],
      ['aux', false],
    ]);
    expect(graphOf(image(fork, { outputs: ['input'] })).runs).toEqual([false, false, false]);
    expect(graphOf(image(fork, { outputs: ['aux', 'a', 'aux'] })).runs).toEqual([true, false, true]);
  });

  test('of a layer with an activation are the activated tensor', () => {
    const graph = graphOf(
      image(
        [
          { name: 'a', type: 'relu', activation: 'tanh' },
          { name: 'b', type: 'relu' },
        ],
        { outputs: ['a', 'b'] },
      ),
    );
    expect(graph.outputs.map(({ node }) => graph.nodes[node]?.name)).toEqual(['a.activation', 'b']);
  });

  test('may be those of calls', () => {
    const blocks = {
      b: {
        outputs: ['y', 'z'],
        layers: [
          { name: 'y', type: 'relu' },
          { name: 'z', type: 'tanh' },
          { name: 'aux', type: 'exp' },
        ],
      },
    };
    const graph = graphOf(image([{ name: 's', type: 'block', block: 'b' }], { blocks, outputs: ['s:1'] }));
    expect(graph.outputs.map(({ node }) => graph.nodes[node]?.name)).toEqual(['s/z']);
    expect(graph.runs).toEqual([true, true, false]);
    expect(placesOf(image([{ name: 's', type: 'block', block: 'b' }], { blocks, outputs: ['s:2'] }))).toEqual([
      '#/outputs/0 unknown_output',
    ]);
  });
});
