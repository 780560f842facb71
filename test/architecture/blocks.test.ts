import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

const conv = { name: 'conv', type: 'conv2d', out_channels: '$width', kernel_size: 3, padding: 1 };
const call = (block: string, more: object = {}) => ({ type: 'block', block, ...more });
const document = (layers: unknown[], blocks: object, more: object = {}) => ({ input: [3, 8, 8], layers, blocks, ...more });
const rows = (posted: unknown) => measureDocument(posted).layers;
const wiring = (posted: unknown) => rows(posted).map(({ name, inputs }) => `${name} ← ${inputs.join(', ')}`);

describe('a call', () => {
  test('puts the rows of its block in place, named after itself', () => {
    const found = rows(
      document([call('b', { name: 's1', params: { width: 5 } }), { type: 'relu' }], {
        b: { params: { width: null }, layers: [conv, { type: 'relu' }] },
      }),
    );
    expect(found.map(({ name, inputs, pointer, output_shapes }) => [name, inputs, pointer, output_shapes])).toEqual([
      ['s1/conv', ['input'], '#/blocks/b/layers/0', [[1, 5, 8, 8]]],
      ['s1/relu_1', ['s1/conv'], '#/blocks/b/layers/1', [[1, 5, 8, 8]]],
      ['relu_1', ['s1/relu_1'], '#/layers/1', [[1, 5, 8, 8]]],
    ]);
  });

  test('without a name is counted like any type', () => {
    expect(wiring(document([call('b'), call('b')], { b: { layers: [{ type: 'relu' }] } }))).toEqual([
      'block_1/relu_1 ← input',
      'block_2/relu_1 ← block_1/relu_1',
    ]);
  });

  test('binds several inputs in order and stands for several outputs', () => {
    const swap = {
      inputs: ['x', 'y'],
      outputs: ['b', 'a'],
      layers: [
        { name: 'a', type: 'relu', inputs: ['x'] },
        { name: 'b', type: 'tanh', inputs: ['y'] },
      ],
    };
    const layers = [
      call('swap', { name: 's', inputs: ['input', 'other'] }),
      { name: 'first', type: 'relu', inputs: ['s'] },
      { name: 'zeroth', type: 'relu', inputs: ['s:0'] },
      { name: 'second', type: 'relu', inputs: ['s:1'] },
    ];
    const inputs = [
      { name: 'input', shape: [3] },
      { name: 'other', shape: [4] },
    ];
    expect(wiring({ inputs, layers, blocks: { swap } })).toEqual([
      's/a ← input',
      's/b ← other',
      'first ← s/b',
      'zeroth ← s/b',
      'second ← s/a',
    ]);
  });

  test('without outputs stands for every inner layer that nothing reads', () => {
    const fork = {
      layers: [
        { name: 'a', type: 'relu' },
        { name: 'b', type: 'tanh', inputs: ['input'] },
        { name: 'c', type: 'tanh', inputs: ['a'] },
      ],
    };
    expect(wiring(document([call('fork', { name: 's' }), { name: 'sum', type: 'add', inputs: ['s', 's:1'] }], { fork }))).toEqual([
      's/a ← input',
      's/b ← input',
      's/c ← s/a',
      'sum ← s/b, s/c',
    ]);
  });

  test('counts a layer as read by whatever name it is read', () => {
    const layers = [
      { name: 'a', type: 'relu' },
      { name: 'p', type: 'max_pool2d', kernel_size: 2, return_indices: true, inputs: ['input'], activation: 'tanh' },
      { name: 'q', type: 'sigmoid', inputs: ['p.activation'] },
      { name: 'r', type: 'sigmoid', inputs: ['a:0'] },
      { name: 'a:0:0', type: 'sigmoid', inputs: ['input'] },
    ];
    expect(
      wiring(
        document([call('b', { name: 's' }), { name: 't', type: 'exp', inputs: ['s:2'] }, { name: 'u', type: 'exp', inputs: ['s'] }], {
          b: { layers },
        }),
      ).slice(-2),
    ).toEqual(['t ← s/a:0:0', 'u ← s/q']);
    expect(placesOf(document([call('b', { name: 's' }), { type: 'exp', inputs: ['s:3'] }], { b: { layers } }))).toEqual([
      '#/layers/1/inputs/0 unknown_output',
    ]);
  });

  test('may be read before it is made', () => {
    const b = { layers: [{ type: 'relu' }] };
    expect(
      wiring(
        document(
          [
            { name: 'last', type: 'relu', inputs: ['s'] },
            call('b', { name: 's', inputs: ['t'] }),
            call('b', { name: 't', inputs: ['input'] }),
          ],
          { b },
        ),
      ),
    ).toEqual(['t/relu_1 ← input', 's/relu_1 ← t/relu_1', 'last ← s/relu_1']);
  });

  test('may hand an input through', () => {
    const b = { inputs: ['x'], outputs: ['r', 'x'], layers: [{ name: 'r', type: 'relu' }] };
    expect(wiring(document([call('b', { name: 's', repeat: 3 }), { name: 'out', type: 'relu', inputs: ['s:1'] }], { b }))).toEqual([
      's/0/r ← input',
      's/1/r ← s/0/r',
      's/2/r ← s/1/r',
      // The last x is what the repetition before gave first.
      'out ← s/1/r',
    ]);
  });

  test('that hands its own output on to itself is refused', () => {
    const b = { inputs: ['x'], outputs: ['x'], layers: [{ type: 'relu' }] };
    for (const repeat of [1, 3])
      expect(placesOf(document([call('b', { name: 's', repeat, inputs: ['s'] })], { b }))).toEqual(['#/layers/0/inputs/0 cycle']);
    expect(placesOf(document([call('b', { name: 's', inputs: ['t'] }), call('b', { name: 't', inputs: ['s'] })], { b }))).toEqual([
      '#/layers/0/inputs/0 cycle',
    ]);
  });

  test('that reads its own layers is a circle of layers', () => {
    const b = { layers: [{ name: 'r', type: 'relu' }] };
    expect(refusalOf(document([call('b', { name: 's', inputs: ['s'] })], { b }))).toEqual([
      ['#/blocks/b/layers/0 cycle', 'layers feed each other in a circle: "s/r" → "s/r"'],
    ]);
  });

  test('with another number of inputs than its block is refused, and what reads it is not', () => {
    const b = { inputs: ['x', 'y'], layers: [{ type: 'add', inputs: ['x', 'y'] }] };
    expect(refusalOf(document([call('b', { name: 's' }), { type: 'relu', inputs: ['s'] }], { b }))).toEqual([
      ['#/layers/0 wrong_input_count', 'block "b" has 2 inputs (x, y); given 1'],
    ]);
    expect(placesOf(document([call('b', { inputs: ['input', 'input', 'input'] })], { b }))).toEqual([
      '#/layers/0/inputs wrong_input_count',
    ]);
    expect(placesOf(document([call('b', { inputs: [] })], { b }))).toEqual(['#/layers/0/inputs wrong_input_count']);
  });

  test('is checked like a layer', () => {
    const b = { layers: [{ type: 'relu' }] };
    const wrong = [
      call('b', { repeat: 0 }),
      call('b', { repeat: 1.5 }),
      call('b', { repeat: '2' }),
      call('c'),
      { type: 'block' },
      call('b', { block: 5 }),
      call('b', { activation: 'relu' }),
      call('b', { params: 5 }),
      call('b', { inputs: 'x' }),
    ];
    expect(placesOf(document(wrong, { b }))).toEqual([
      '#/layers/0/repeat invalid_value',
      '#/layers/1/repeat invalid_value',
      '#/layers/2/repeat invalid_value',
      '#/layers/3/block unknown_block',
      '#/layers/4 missing_key',
      '#/layers/5/block invalid_value',
      '#/layers/6/activation unknown_key',
      '#/layers/7/params invalid_value',
      '#/layers/8/inputs invalid_value',
    ]);
    expect(refusalOf(document([call('stag')], { stage: b }))[0]?.[1]).toBe('there is no block "stag"; did you mean "stage"?');
  });
});

describe('repetitions', () => {
  const b = { layers: [{ name: 'r', type: 'relu' }] };

  test('follow each other; the name stands for the last', () => {
    expect(wiring(document([call('b', { name: 's', repeat: 3 }), { name: 'out', type: 'relu' }], { b }))).toEqual([
      's/0/r ← input',
      's/1/r ← s/0/r',
      's/2/r ← s/1/r',
      'out ← s/2/r',
    ]);
  });

  test('are numbered only where there are several', () => {
    expect(wiring(document([call('b', { name: 's', repeat: 1 })], { b }))).toEqual(['s/r ← input']);
  });

  test('chain every input to the output of the same place', () => {
    const cell = {
      inputs: ['x', 'h'],
      outputs: ['b', 'a'],
      layers: [
        { name: 'a', type: 'add', inputs: ['x', 'h'] },
        { name: 'b', type: 'relu' },
      ],
    };
    expect(wiring(document([call('cell', { name: 's', repeat: 2, inputs: ['input', 'input'] })], { cell }))).toEqual([
      's/0/a ← input, input',
      's/0/b ← s/0/a',
      's/1/a ← s/0/b, s/0/a',
      's/1/b ← s/1/a',
    ]);
  });

  test('cannot chain where outputs are fewer than inputs', () => {
    const merge = { inputs: ['x', 'y'], layers: [{ name: 'a', type: 'add', inputs: ['x', 'y'] }] };
    const s = call('merge', { name: 's', inputs: ['input', 'input'] });
    expect(wiring(document([s], { merge }))).toEqual(['s/a ← input, input']);
    expect(refusalOf(document([{ ...s, repeat: 3 }], { merge }))).toEqual([
      ['#/layers/0/repeat cannot_repeat', 'block "merge" has 2 inputs but 1 output, so its repetitions cannot follow each other'],
    ]);
  });

  test('whose widths do not go together are refused once, at the definition', () => {
    const widen = { layers: [{ name: 'c', type: 'conv2d', in_channels: 3, out_channels: 4, kernel_size: 1 }] };
    expect(refusalOf(document([call('widen', { name: 's', repeat: 5 })], { widen }))).toEqual([
      ['#/blocks/widen/layers/0/in_channels mismatch', '"s/1/c": in_channels is 3, but "s/0/c" gives 4'],
    ]);
  });

  test('of 20,000 layers are wired and measured', () => {
    const report = measureDocument(document([call('b', { repeat: 20_000 })], { b }));
    expect(report.totals.layers).toBe(20_000);
    expect(report.layers[19_999]?.inputs).toEqual(['block_1/19998/r']);
  });

  test('of calls in calls are named by every level', () => {
    const two = { layers: [call('b', { name: 'in', repeat: 2 })] };
    expect(wiring(document([call('two', { name: 'out', repeat: 2 })], { b, two }))).toEqual([
      'out/0/in/0/r ← input',
      'out/0/in/1/r ← out/0/in/0/r',
      'out/1/in/0/r ← out/0/in/1/r',
      'out/1/in/1/r ← out/1/in/0/r',
    ]);
  });
});

describe('an inner layer', () => {
  test('sees the inputs of its block and its siblings only', () => {
    const b = (inputs: string[]) => ({
      inputs: ['x'],
      layers: [
        { name: 'a', type: 'relu' },
        { type: 'add', inputs: ['a', ...inputs] },
      ],
    });
    const posted = (inputs: string[]) => document([{ name: 'stem', type: 'relu' }, call('b', { name: 's' })], { b: b(inputs) });
    expect(wiring(posted(['x']))).toEqual(['stem ← input', 's/a ← stem', 's/add_1 ← s/a, stem']);
    expect(refusalOf(posted(['stem']))).toEqual([
      ['#/blocks/b/layers/1/inputs/1 unknown_reference', 'nothing is called "stem" in block "b"'],
    ]);
    expect(placesOf(posted(['input']))).toEqual(['#/blocks/b/layers/1/inputs/1 unknown_reference']);
  });

  test('is not seen from outside by its own name', () => {
    const b = { layers: [{ name: 'a', type: 'relu' }] };
    expect(
      placesOf(document([call('b', { name: 's' }), { type: 'relu', inputs: ['a'] }, { type: 'relu', inputs: ['s/a'] }], { b })),
    ).toEqual(['#/layers/1/inputs/0 unknown_reference', '#/layers/2/inputs/0 unknown_reference']);
  });

  test('has a name of its own among its siblings and inputs', () => {
    const b = {
      inputs: ['x', 'x'],
      layers: [
        { name: 'x', type: 'relu' },
        { name: 'r', type: 'relu' },
        { name: 'r', type: 'relu' },
      ],
    };
    expect(placesOf(document([call('b', { inputs: ['input', 'input'], repeat: 2 })], { b: { ...b, outputs: ['r', 'r'] } }))).toEqual([
      '#/blocks/b/inputs/1 duplicate_name',
      '#/blocks/b/layers/0/name duplicate_name',
      '#/blocks/b/layers/2/name duplicate_name',
    ]);
  });

  test('may not get the full name of another row', () => {
    const b = { layers: [{ name: 'r', type: 'relu' }] };
    expect(refusalOf(document([{ name: 's/r', type: 'relu' }, call('b', { name: 's' })], { b }))).toEqual([
      ['#/blocks/b/layers/0/name duplicate_name', 'two rows would be called "s/r": rename a layer or a call'],
    ]);
    expect(placesOf(document([call('b', { name: 's' }), call('b', { name: 's' })], { b }))).toContain('#/layers/1/name duplicate_name');
  });

  test('that is asked for and does not exist is missed even where nobody reads the call', () => {
    const b = { layers: [{ type: 'relu' }], outputs: ['relu_1', 'relu_2', 'relu_1:1'] };
    expect(refusalOf(document([call('b')], { b }))).toEqual([
      ['#/blocks/b/outputs/1 unknown_reference', 'nothing is called "relu_2" in block "b"; did you mean "relu_1"?'],
    ]);
  });
});

describe('recursion', () => {
  const a = (block: string) => ({ layers: [call(block, { name: 'c' })] });

  test('is refused where it closes, with the way there', () => {
    expect(refusalOf(document([call('a')], { a: a('a') }))).toEqual([
      ['#/blocks/a/layers/0/block recursive_block', 'block "a" contains itself: a → a'],
    ]);
    expect(refusalOf(document([call('a')], { a: a('b'), b: a('c'), c: a('b') }))).toEqual([
      ['#/blocks/c/layers/0/block recursive_block', 'block "b" contains itself: b → c → b'],
    ]);
  });

  test('that starts in a parameter is found as well', () => {
    const b = { params: { next: null }, layers: [{ type: 'block', block: '$next', params: { next: 'b' } }] };
    expect(placesOf(document([call('b', { params: { next: 'b' } })], { b }))).toEqual(['#/blocks/b/layers/0/block recursive_block']);
  });

  /** b0 calls b1 calls b2 …; the last is a relu. */
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, level) => [`b${level}`, level === length - 1 ? { layers: [{ type: 'relu' }] } : a(`b${level + 1}`)]),
    );

  test('without end is not needed to be too deep: 64 levels pass, 65 do not', () => {
    expect(rows(document([call('b0')], chain(64)))).toHaveLength(1);
    expect(placesOf(document([call('b0')], chain(65)))).toEqual(['#/blocks/b63/layers/0/block too_deep']);
  });

  test('is not made deeper by calling the inner blocks first', () => {
    const layers = (length: number) => Array.from({ length }, (_, level) => call(`b${length - 1 - level}`));
    expect(rows(document(layers(64), chain(64)))).toHaveLength(64);
    expect(placesOf(document(layers(5000), chain(5000)))).toEqual(['#/layers/64/block too_deep']);
  });
});
