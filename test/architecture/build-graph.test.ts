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

describe('a reference', () => {
  const pool = { name: 'p', type: 'max_pool2d', kernel_size: 2, return_indices: true };

  test('names output k as name:k, output 0 by the plain name as well', () => {
    expect(
      wiring(
        image([
          pool,
          { name: 'a', type: 'relu', inputs: ['p'] },
          { name: 'b', type: 'relu', inputs: ['p:0'] },
          { name: 'c', type: 'cast', dtype: 'int32', inputs: ['p:1'] },
        ]),
      ),
    ).toEqual(['p ← input', 'a ← p', 'b ← p', 'c ← p:1']);
  });

  test('is tried as a whole name first', () => {
    const layers = [
      pool,
      { name: 'p:1', type: 'tanh', inputs: ['input'] },
      { name: 'r', type: 'relu', inputs: ['p:1'] },
      { name: 's', type: 'relu', inputs: ['p:1:0'] },
    ];
    expect(wiring(image(layers)).slice(2)).toEqual(['r ← p:1', 's ← p:1']);
    // Declared after it is read, all the same.
    expect(
      wiring(
        image([
          { name: 'r', type: 'relu', inputs: ['p:1'] },
          { ...pool, inputs: ['input'] },
          { name: 'p:1', type: 'tanh', inputs: ['input'] },
        ]),
      ).slice(-1),
    ).toEqual(['r ← p:1']);
    expect(wiring({ inputs: [{ name: 'a:1', shape: [3] }], layers: [{ type: 'relu', inputs: ['a:1'] }] })).toEqual(['relu_1 ← a:1']);
  });

  test('to an output that is not there says how many there are', () => {
    const layers = [pool, { type: 'relu', inputs: ['p:2'] }, { type: 'relu', inputs: ['input:1'] }, { type: 'relu', inputs: ['relu_1:1'] }];
    expect(refusalOf(image(layers.slice(0, 3)))).toEqual([
      ['#/layers/2/inputs/0 unknown_output', '"input" is one tensor; there is no "input:1"'],
    ]);
    expect(refusalOf(image([pool, layers[1]], { outputs: ['relu_1', 'p:7', 'relu_1:1'] }))).toEqual([
      ['#/layers/1/inputs/0 unknown_output', '"p:2" asks for output 2, but "p" has 2 outputs'],
      ['#/outputs/1 unknown_output', '"p:7" asks for output 7, but "p" has 2 outputs'],
    ]);
    expect(placesOf(image([pool], { outputs: ['p:1', 'p:2', 'input:3'] }))).toEqual(['#/outputs/2 unknown_output']);
    expect(placesOf(image([pool], { outputs: ['p:1', 'p:2'] }))).toEqual(['#/outputs/1 unknown_output']);
  });

  test('to nothing is named with the nearest name, all of them at once', () => {
    expect(
      refusalOf(
        image(
          [
            { name: 'stem', type: 'relu', inputs: ['inptu'] },
            { type: 'add', inputs: ['sten', 'foo'] },
            { type: 'relu', inputs: ['p:x'] },
          ],
          { outputs: ['constructor'] },
        ),
      ),
    ).toEqual([
      ['#/layers/0/inputs/0 unknown_reference', 'nothing is called "inptu"; did you mean "input"?'],
      ['#/layers/1/inputs/0 unknown_reference', 'nothing is called "sten"; did you mean "stem"?'],
      ['#/layers/1/inputs/1 unknown_reference', 'nothing is called "foo"'],
      ['#/layers/2/inputs/0 unknown_reference', 'nothing is called "p:x"'],
      ['#/outputs/0 unknown_reference', 'nothing is called "constructor"'],
    ]);
  });

  test('finds layers that are called like what every object inherits', () => {
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
    expect(wiring(image(names.map((name) => ({ name, type: 'relu' })))).slice(1)).toEqual(
      names.slice(1).map((name, index) => `${name} ← ${names[index]}`),
    );
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

describe('batch size and element types', () => {
  test('stand in front of batched inputs only', () => {
    const graph = graphOf({
      inputs: [
        { name: 'x', shape: [3, 8, 8] },
        { name: 'm', shape: [5], batch: false },
      ],
      layers: [{ type: 'relu' }],
    });
    expect(graph.inputs.map(({ shape }) => shape)).toEqual([[2, 3, 8, 8], [5]]);
  });

  test('are stated by the document, else by its first floating input, else float32', () => {
    const types = (document: object) => {
      const { modelDtype, inputs } = graphOf({ layers: [{ type: 'relu' }], ...document });
      return [modelDtype, ...inputs.map(({ dtype }) => dtype)];
    };
    expect(types({ input: [3] })).toEqual(['float32', 'float32']);
    expect(types({ input: [3], dtype: 'float16' })).toEqual(['float16', 'float16']);
    const inputs = [
      { name: 'ids', shape: [3], dtype: 'int64' },
      { name: 'x', shape: [3], dtype: 'bfloat16' },
      { name: 'y', shape: [3] },
    ];
    expect(types({ inputs })).toEqual(['bfloat16', 'int64', 'bfloat16', 'bfloat16']);
    expect(types({ inputs, dtype: 'float64' })).toEqual(['float64', 'int64', 'bfloat16', 'float64']);
    // An integer storage type replaces the floating types afterwards; shapes and promotion still follow a floating one.
    expect(types({ input: [3], dtype: 'int8' })).toEqual(['float32', 'float32']);
  });
});

describe('resolution', () => {
  const shapes = (document: object, resolution: readonly [number, number]) =>
    buildGraph({ layers: [{ type: 'relu' }], ...document }, { batch_size: 1, resolution, limits }).inputs.map(({ shape }) => shape);

  test('replaces height and width of the one image, whatever its layout', () => {
    expect(shapes({ input: [3, 224, 224] }, [320, 480])).toEqual([[1, 3, 320, 480]]);
    expect(shapes({ input: [224, 224, 3], data_format: 'channels_last' }, [320, 480])).toEqual([[1, 320, 480, 3]]);
    expect(shapes({ input: [3, 16, 112, 112] }, [32, 48])).toEqual([[1, 3, 16, 32, 48]]);
    expect(shapes({ input: [16, 112, 112, 3], data_format: 'channels_last' }, [32, 48])).toEqual([[1, 16, 32, 48, 3]]);
  });

  test('leaves other inputs alone', () => {
    const inputs = [
      { name: 'ids', shape: [7] },
      { name: 'image', shape: [3, 8, 8] },
      { name: 'mask', shape: [9, 9, 9], batch: false },
    ];
    expect(shapes({ inputs }, [4, 5])).toEqual([
      [1, 7],
      [1, 3, 4, 5],
      [9, 9, 9],
    ]);
  });

  test('needs one image, not none or two', () => {
    const resolution = [4, 5] as const;
    const layers = [{ type: 'relu' }];
    expect(refusalOf({ input: [7], layers }, { resolution })).toEqual([
      ['#/input no_single_image', 'resolution replaces the spatial axes of the one image input; this document has 0 inputs of 3 or 4 axes'],
    ]);
    const inputs = [
      { name: 'a', shape: [3, 8, 8] },
      { name: 'b', shape: [3, 8, 8] },
    ];
    expect(placesOf({ inputs, layers }, { resolution })).toEqual(['#/inputs no_single_image']);
    expect(placesOf({ layers: [{ type: 'parameter', shape: [1] }] }, { resolution })).toEqual(['# no_single_image']);
  });
});

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
