import { describe, expect, it } from 'vitest';
import { BrokenFile } from '../../../src/importers/broken-file.ts';
import type { ImportOptions } from '../../../src/importers/imported.ts';
import { findModel, importKeras } from '../../../src/importers/keras/index.ts';
import { InvalidArchitecture, pointerTo } from '../../../src/issue.ts';
import { measureDocument } from '../../measure-document.ts';
import { layerCases, options } from './truth.ts';

type Json = Record<string, unknown>;

function tensor(layer: string, node = 0, index = 0): Json {
  return { class_name: '__keras_tensor__', config: { shape: [null, 8], dtype: 'float32', keras_history: [layer, node, index] } };
}

function layer(class_name: string, config: Json, ...calls: unknown[]): Json {
  return {
    module: 'keras.layers',
    class_name,
    config,
    name: config.name,
    inbound_nodes: calls.map((arg) => ({ args: [arg], kwargs: {} })),
  };
}

function input(name: string, batch_shape: unknown, dtype = 'float32'): Json {
  return layer('InputLayer', { name, batch_shape, dtype });
}

function functional(layers: Json[], outputs: unknown, inputs: unknown = ['x', 0, 0], rest: Json = {}): Json {
  return { class_name: 'Functional', config: { name: 'net', layers, input_layers: inputs, output_layers: outputs, ...rest } };
}

function dense(name: string, units: unknown, ...calls: unknown[]): Json {
  return layer('Dense', { name, units }, ...calls);
}

function measured(model: unknown, asked: Partial<ImportOptions> = {}) {
  const imported = importKeras(model, { ...options, ...asked });
  return { imported, report: measureDocument(imported.document, { batch_size: imported.batch_size }) };
}

/** Code, pointer and detail of each issue. */
function issues(model: unknown, asked: Partial<ImportOptions> = {}): readonly string[] {
  try {
    importKeras(model, { ...options, ...asked });
  } catch (error) {
    if (!(error instanceof InvalidArchitecture)) throw error;
    return error.issues.map(({ code, path, detail }) => `${code} ${pointerTo(model, path)} ${detail}`);
  }
  return [];
}

describe('importKeras', () => {
  it('finds the model in the files that hold one', () => {
    const model = functional([input('x', [null, 8])], ['x', 0, 0]);
    expect(findModel(model)).toEqual([]);
    expect(findModel({ model_config: model })).toEqual(['model_config']);
    expect(findModel({ modelTopology: { model_config: model } })).toEqual(['modelTopology', 'model_config']);
    expect(findModel({ modelTopology: model })).toEqual(['modelTopology']);
    expect(findModel({ layers: [] })).toBeUndefined();
  });

  it('gives a layer that is called twice two rows, the second of which shares the weights', () => {
    const model = functional(
      [input('x', [null, 8]), dense('d', 8, tensor('x'), tensor('d', 0)), dense('out', 2, tensor('d', 1))],
      [['out', 0, 0]],
    );
    const { report } = measured(model);
    expect(report.layers.map(({ name, weights, ...row }) => [name, weights.parameters, (row as { shares?: string }).shares])).toEqual([
      ['d', 72, undefined],
      ['d#2', 0, 'd'],
      ['out', 18, undefined],
    ]);
  });

  it('flattens a nested model under its name and shares its weights between calls', () => {
    const inner = functional([input('x', [null, 8]), dense('d', 8, tensor('x'))], ['d', 0, 0]).config as Json;
    const nested = { ...layer('Functional', { ...inner, name: 'inner' }, tensor('x'), tensor('inner', 0)), name: 'inner' };
    const { report } = measured(functional([input('x', [null, 8]), nested], ['inner', 1, 0]));
    expect(report.layers.map(({ name, pointer }) => [name, pointer])).toEqual([
      ['inner/d', '#/layers/0'],
      ['inner/d#2', '#/layers/1'],
    ]);
    expect(report.totals.parameters).toBe(72);
  });

  it('counts calls of a nested functional model from 1 where version 2 does', () => {
    const inner = { name: 'inner', layers: [input('i', [null, 8]), { ...dense('d', 4), inbound_nodes: [[['i', 0, 0, {}]]] }] };
    const config = { ...inner, input_layers: [['i', 0, 0]], output_layers: [['d', 0, 0]] };
    const nested = { class_name: 'Functional', config, name: 'inner', inbound_nodes: [[['x', 0, 0, {}]]] };
    const model = functional([input('x', [null, 8]), nested], [['inner', 1, 0]], [['x', 0, 0]]);
    expect(measured(model).report.totals.parameters).toBe(36);
  });

  it('passes an input that is an output through a view', () => {
    const { report } = measured(functional([input('x', [null, 8])], ['x', 0, 0]));
    expect(report.layers.map(({ name, type, output_shapes }) => [name, type, output_shapes])).toEqual([['x/output', 'identity', [[1, 8]]]]);
  });

  it('names the layer of an issue by its place in the file', () => {
    const origin = measured(functional([input('x', [null, 8]), dense('d', 4, tensor('x'))], ['d', 0, 0])).imported.origin;
    expect([origin(['layers', 0]), origin(['inputs', 0]), origin(['outputs', 0])]).toEqual([
      ['config', 'layers', 1],
      ['config', 'layers', 0, 'config', 'batch_shape'],
      ['config', 'output_layers'],
    ]);
  });

  it('freezes what is not trainable, alone or in a model that is not', () => {
    const frozen = layer('Dense', { name: 'd', units: 4, trainable: false }, tensor('x'));
    const { report } = measured(functional([input('x', [null, 8]), frozen, dense('out', 2, tensor('d'))], ['out', 0, 0]));
    expect([report.totals.parameters, report.totals.trainable_parameters]).toEqual([46, 10]);
    const whole = measured(functional([input('x', [null, 8]), dense('d', 4, tensor('x'))], ['d', 0, 0], ['x', 0, 0], { trainable: false }));
    expect(whole.report.totals.trainable_parameters).toBe(0);
  });

  it('computes in half precision and keeps weights in single under mixed_float16', () => {
    const dtype = { class_name: 'DTypePolicy', config: { name: 'mixed_float16' } };
    const d = layer('Dense', { name: 'd', units: 4, activation: 'relu', dtype }, tensor('x'));
    const last = layer('Activation', { name: 's', activation: 'softmax', dtype: 'float32' }, tensor('d'));
    const { report } = measured(functional([input('x', [null, 8]), d, last], ['s', 0, 0]));
    // 8·4 + 4 weights of 4 bytes; 4 elements of 2 bytes from the layer and its ReLU, of 4 bytes from the softmax.
    expect(report.layers.map(({ name, weights, memory }) => [name, weights.parameter_bytes, memory.activation_bytes])).toEqual([
      ['d', 144, 8],
      ['d.activation', 0, 8],
      ['s', 0, 16],
    ]);
  });

  it('lets a resolution take the place of the spatial axes, open ones too', () => {
    const conv = layer('Conv2D', { name: 'c', filters: 2, kernel_size: [3, 3] }, tensor('x'));
    const model = (shape: unknown) => functional([input('x', shape), conv], ['c', 0, 0]);
    expect(measured(model([null, null, null, 3]), { resolution: [10, 12] }).report.layers[0]?.output_shapes).toEqual([[1, 8, 10, 2]]);
    expect(measured(model([null, 64, 64, 3]), { resolution: [10, 12] }).report.layers[0]?.output_shapes).toEqual([[1, 8, 10, 2]]);
    expect(issues(model([null, null, null, 3]))).toEqual([
      'open_extent #/config/layers/0/config/batch_shape input "x" [null, null, null, 3] leaves extents open; give resolution=<height>x<width>',
    ]);
  });

  it('reads a resolution by the layout of the layers', () => {
    const conv = layer('Conv2D', { name: 'c', filters: 2, kernel_size: 3, data_format: 'channels_first' }, tensor('x'));
    const { imported, report } = measured(functional([input('x', [null, 3, null, null]), conv], ['c', 0, 0]), { resolution: [10, 12] });
    expect(report.layers[0]?.output_shapes).toEqual([[1, 2, 8, 10]]);
    expect(imported.document.data_format).toBeUndefined();
  });

  it('binds other open extents by the name of the input and the axis', () => {
    const model = functional([input('x', [null, null, 8]), dense('d', 4, tensor('x'))], ['d', 0, 0]);
    expect(measured(model, { dims: new Map([['x[1]', 5]]) }).report.layers[0]?.output_shapes).toEqual([[1, 5, 4]]);
    expect(issues(model)).toEqual([
      'open_extent #/config/layers/0/config/batch_shape input "x" [null, null, 8] leaves extents open; give dims=x[1]:<extent>',
    ]);
    expect(
      issues(model, {
        dims: new Map([
          ['x[1]', 5],
          ['N', 2],
        ]),
      }),
    ).toEqual(['unknown_dimension # there is no dimension "N" to bind; open are "x[1]"']);
  });

  it('keeps a batch size that the file fixes', () => {
    const model = functional([input('x', [4, 8]), dense('d', 2, tensor('x'))], ['d', 0, 0]);
    const { imported, report } = measured(model);
    expect([imported.batch_size, imported.document.inputs?.[0]?.batch, report.layers[0]?.output_shapes]).toEqual([4, false, [[4, 2]]]);
    expect(measured(model, { batch_size: 4 }).imported.batch_size).toBe(4);
    expect(issues(model, { batch_size: 2 })).toEqual([
      'batch_fixed #/config/layers/0/config/batch_shape the batch size of "x" is fixed at 4 in the file; batch_size is 2',
    ]);
  });

  it('makes a custom layer of what it does not know, named in a diagnostic, with the shape that its reader states', () => {
    const mystery = { ...layer('Mystery', { name: 'm' }, tensor('x')), module: 'my_package.layers', registered_name: 'mine>Mystery' };
    const { imported, report } = measured(functional([input('x', [null, 8]), mystery, dense('d', 2, tensor('m'))], ['d', 0, 0]), {
      batch_size: 3,
    });
    expect(report.layers.map(({ name, type, output_shapes }) => [name, type, output_shapes])).toEqual([
      ['m', 'custom', [[3, 8]]],
      ['d', 'linear', [[3, 2]]],
    ]);
    expect(imported.diagnostics).toEqual([
      {
        code: 'custom_layer',
        severity: 'warning',
        layer: 'm',
        at: ['config', 'layers', 1],
        detail: '"m": "Mystery" of "my_package.layers" is not known here; what it computes and its weights are left out of the totals',
      },
    ]);
    expect(report.totals.partial).toContain('parameters');
  });

  it('leaves out what follows a Lambda without a shape, and computes it where the Lambda states one', () => {
    const lambda = (output_shape: unknown) => ({ ...layer('Lambda', { name: 'l', output_shape }), inbound_nodes: [[['x', 0, 0, {}]]] });
    const after = { ...dense('d', 2), inbound_nodes: [[['l', 0, 0, {}]]] };
    const model = (shape: unknown) => functional([input('x', [null, 8]), lambda(shape), after], [['d', 0, 0]]);
    expect(measured(model([5])).report.layers.at(-1)?.output_shapes).toEqual([[1, 2]]);
    expect(measured(model(null)).report.diagnostics.map(({ code }) => code)).toContain('left_out');
  });

  it('does not take stated shapes for those of another resolution', () => {
    const mystery = { ...layer('Mystery', { name: 'm' }, tensor('x')), registered_name: 'mine>Mystery' };
    const conv = layer(
      'Conv2D',
      { name: 'c', filters: 2, kernel_size: 3 },
      {
        ...tensor('m'),
        config: { shape: [null, 64, 64, 3], dtype: 'float32', keras_history: ['m', 0, 0] },
      },
    );
    const model = functional([input('x', [null, 64, 64, 3]), mystery, conv], ['c', 0, 0]);
    expect(measured(model).report.layers[1]?.output_shapes).toEqual([[1, 62, 62, 2]]);
    expect(measured(model, { resolution: [32, 32] }).report.layers.map(({ name }) => name)).toEqual(['m']);
  });

  it('reads the operations that TensorFlow 2.3 and before wrote as nodes of a graph', () => {
    const op = (name: string, node: unknown, constants: unknown, ...reads: string[]) => ({
      class_name: 'TensorFlowOpLayer',
      config: { name, trainable: true, dtype: 'float32', node_def: JSON.stringify(node), constants },
      name,
      inbound_nodes: [reads.map((read) => [read, 0, 0, {}])],
    });
    const layers = [
      input('x', [null, 4, 6]),
      op('half', { name: 'half', op: 'Mul' }, { 1: 0.5 }, 'x'),
      op('mean', { op: 'Mean', attr: { keep_dims: { b: true } } }, { 1: [1] }, 'half'),
      op('sum', { op: 'AddV2' }, {}, 'mean', 'x'),
      op('join', { op: 'ConcatV2' }, { 2: -1 }, 'sum', 'x'),
      op('odd', { op: 'MatrixInverse' }, {}, 'join'),
    ];
    const { report } = measured(functional(layers, [['odd', 0, 0]], [['x', 0, 0]]));
    expect(report.layers.map(({ name, type, output_shapes }) => [name, type, output_shapes?.[0]])).toEqual([
      ['half', 'multiply', [1, 4, 6]],
      ['mean', 'mean', [1, 1, 6]],
      ['sum', 'add', [1, 4, 6]],
      ['join', 'concat', [1, 4, 12]],
      ['odd', 'custom', undefined],
    ]);
  });

  it('gives a document that measures the same at another batch size', () => {
    const cases = [...layerCases('layers'), ...layerCases('keras2/layers.json.gz')];
    // Tensors of ones are constants of the batch that they were drawn up for; the others mix the batch axis with another.
    const skipped = ['unary/45', 'unary/46', 'pair/1', 'shape/15'];
    let compared = 0;
    for (const { name, model, truth } of cases) {
      if (skipped.includes(name) || truth.inputs.some(({ shape }) => shape.includes(null, 1) || shape[0] !== null)) continue;
      const [one, three] = [1, 3].map((batch_size) => importKeras(model, { ...options, batch_size }).document);
      // Shapes that a custom layer states are whole.
      if (one?.layers.some(({ type }) => type === 'custom')) continue;
      expect(measureDocument(one, { batch_size: 3 }), name).toEqual(measureDocument(three, { batch_size: 3 }));
      compared++;
    }
    expect(compared).toBeGreaterThan(900);
  });

  it('knows a class of Keras by its module: another package’s Dense is custom', () => {
    const other = { ...dense('d', 2, tensor('x')), module: 'my_package', registered_name: 'mine>Dense' };
    expect(measured(functional([input('x', [null, 8]), other], ['d', 0, 0])).report.layers[0]?.type).toBe('custom');
  });
});

describe('importKeras refuses', () => {
  const x = input('x', [null, 8]);

  it.each([
    [
      'a missing attribute',
      functional([x, layer('Dense', { name: 'd' }, tensor('x'))], ['d', 0, 0]),
      'missing_key #/config/layers/1/config "d": units is missing',
    ],
    [
      'negative units',
      functional([x, dense('d', -4, tensor('x'))], ['d', 0, 0]),
      'invalid_value #/config/layers/1/config/units "d": units must be a whole number of at least 1; given -4',
    ],
    ['units of 2^63', functional([x, dense('d', 2 ** 63, tensor('x'))], ['d', 0, 0]), 'invalid_value #/config/layers/1/config/units'],
    ['text for a number', functional([x, dense('d', '4', tensor('x'))], ['d', 0, 0]), 'invalid_value #/config/layers/1/config/units'],
    [
      'an unknown layer',
      functional([x, dense('d', 4, tensor('y'))], ['d', 0, 0]),
      'unknown_reference #/config/layers/1/inbound_nodes/0/args/0/config/keras_history there is no layer "y"',
    ],
    [
      'an unknown output layer',
      functional([x, dense('d', 4, tensor('x'))], ['e', 0, 0]),
      'unknown_reference #/config/output_layers there is no layer "e"',
    ],
    [
      'a call that there is none of',
      functional([x, dense('d', 4, tensor('x')), dense('e', 4, tensor('d', 2))], ['e', 0, 0]),
      'missing_node #/config/layers/2/inbound_nodes/0/args/0/config/keras_history layer "d" is called 1 times; there is no call 2',
    ],
    [
      'a layer that nothing calls',
      functional([x, dense('d', 4)], ['d', 0, 0]),
      'missing_node #/config/output_layers layer "d" has no inbound nodes: nothing calls it',
    ],
    [
      'an output that there is none of',
      functional([x, dense('d', 4, tensor('x')), dense('e', 4, tensor('d', 0, 3))], ['e', 0, 0]),
      'unknown_output #/config/layers/2/inbound_nodes/0/args/0/config/keras_history',
    ],
    [
      'a cycle',
      functional([x, dense('d', 8, tensor('e')), dense('e', 8, tensor('d'))], ['e', 0, 0]),
      'cycle #/config/layers/2/inbound_nodes/0/args/0/config/keras_history layer "d" reads, through others, its own output',
    ],
    [
      'a repeated name',
      functional([x, dense('d', 4, tensor('x')), dense('d', 4, tensor('x'))], ['d', 0, 0]),
      'duplicate_name #/config/layers/2/name two layers of one model are called "d"',
    ],
    ['layers that are no list', functional({} as Json[], ['d', 0, 0]), 'no_layers # "Functional" has no layers'],
    [
      'a shape that is none',
      functional([input('x', [null, 'a']), dense('d', 4, tensor('x'))], ['d', 0, 0]),
      'invalid_value #/config/layers/0/config/batch_shape batch_shape must be a list of extents',
    ],
    [
      'a negative extent',
      functional([input('x', [null, -8]), dense('d', 4, tensor('x'))], ['d', 0, 0]),
      'invalid_value #/config/layers/0/config/batch_shape',
    ],
    [
      'a kernel that is too large',
      functional([input('x', [null, 4, 4, 3]), layer('Conv2D', { name: 'c', filters: 2, kernel_size: 7 }, tensor('x'))], ['c', 0, 0]),
      'kernel_too_large #/config/layers/1 "c": kernel height 7 exceeds padded input height 4',
    ],
    [
      'inner layers, at their place',
      functional([input('x', [null, 5, 8]), layer('TimeDistributed', { name: 't', layer: dense('d', 0) }, tensor('x'))], ['t', 0, 0]),
      'invalid_value #/config/layers/1/config/layer/config/units',
    ],
    ['a subclassed model', { class_name: 'MyModel', config: { width: 4 } }, 'no_layers # "MyModel" has no layers in its config'],
    [
      'a Sequential that was never built',
      { class_name: 'Sequential', config: { layers: [dense('d', 4)] } },
      'missing_key #/config build_input_shape is missing',
    ],
    [
      'an input of complex numbers',
      functional([input('x', [null, 8], 'complex64'), dense('d', 4, tensor('x'))], ['d', 0, 0]),
      'unknown_dtype #/config/layers/0/config/batch_shape',
    ],
  ])('%s', (_what, model, wanted) => {
    expect(
      issues(model).some((issue) => issue.startsWith(wanted)),
      issues(model).join('\n'),
    ).toBe(true);
  });

  it('every problem that it finds at once', () => {
    const model = functional(
      [x, dense('a', 0, tensor('x')), dense('b', -1, tensor('x'))],
      [
        ['a', 0, 0],
        ['b', 0, 0],
      ],
    );
    expect(issues(model)).toHaveLength(2);
  });

  it('nesting without end, in layers and in arguments', () => {
    let model: Json = { class_name: 'Sequential', config: { name: 's', layers: [x, dense('d', 4)] } };
    for (let depth = 0; depth < 2000; depth++) model = { class_name: 'Sequential', config: { name: 's', layers: [x, model] } };
    expect(issues(model)[0]).toMatch(/^too_deep /);
    let args: unknown = tensor('x');
    for (let depth = 0; depth < 2000; depth++) args = [args];
    expect(issues(functional([x, dense('d', 4, args)], ['d', 0, 0]))[0]).toMatch(/^too_deep /);
    let cells: Json = { class_name: 'LSTMCell', config: { units: 2 } };
    for (let depth = 0; depth < 2000; depth++) cells = { class_name: 'StackedRNNCells', config: { cells: [cells] } };
    expect(issues(functional([input('x', [null, 3, 8]), layer('RNN', { name: 'r', cell: cells }, tensor('x'))], ['r', 0, 0]))[0]).toMatch(
      /^too_deep /,
    );
  });

  it('models that multiply: each calls the one inside it ten times', () => {
    let inner = functional([x], ['x', 0, 0]).config as Json;
    for (let level = 0; level < 12; level++) {
      const calls = Array.from({ length: 10 }, (_, call) => (call === 0 ? tensor('x') : tensor('inner', call - 1)));
      const nested = { ...layer('Functional', { ...inner, name: 'inner' }, ...calls), name: 'inner' };
      inner = functional([x, nested], ['inner', 9, 0]).config as Json;
    }
    const start = performance.now();
    expect(issues({ class_name: 'Functional', config: inner })[0]).toMatch(/^too_large /);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('outputs without end: each layer is asked for its four thousandth', () => {
    const odd = (index: number) => ({
      ...layer('Odd', { name: `o${index}` }, index === 0 ? tensor('x') : tensor(`o${index - 1}`, 0, 4000)),
      registered_name: 'a>Odd',
    });
    const layers = [x, ...Array.from({ length: 5000 }, (_, index) => odd(index))];
    const start = performance.now();
    expect(issues(functional(layers, ['o4999', 0, 0]))[0]).toMatch(/^too_large /);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('what is no model', () => {
    for (const json of [null, 5, [], {}, { model_config: '{}' }, '{"class_name": "Sequential"}'])
      expect(() => importKeras(json, options)).toThrow(BrokenFile);
    expect(() => importKeras('{}', options)).toThrow(/written twice/);
  });
});
