import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/questions/compare/compare.ts';
import type { Comparison } from '../../../src/questions/compare/schema.ts';
import { comparisonSchema } from '../../../src/questions/compare/schema.ts';
import type { MeasureOptions } from '../../../src/questions/measure.ts';
import { measureAttributes } from '../../../src/questions/measure.ts';
import { networkOf } from '../../../src/zoo/index.ts';
import { defaults, limits } from '../../measure-document.ts';

function compared(base: unknown, head: unknown, options: Partial<MeasureOptions> = {}): Comparison {
  const measured = (document: unknown) => measureAttributes(document, { ...defaults, ...options }, limits);
  const found = compare(measured(base), measured(head));
  expect(comparisonSchema.parse(found)).toEqual(found);
  expect(found.unchanged + found.changed.length + found.added.length).toBe(found.head.totals.layers);
  expect(found.unchanged + found.changed.length + found.removed.length).toBe(found.base.totals.layers);
  return found;
}

const base = {
  name: 'small',
  input: [3, 8, 8],
  layers: [
    { name: 'first', type: 'conv2d', out_channels: 4, kernel_size: 3, padding: 1 },
    { name: 'act', type: 'relu' },
    { name: 'pool', type: 'max_pool2d', kernel_size: 2 },
    { name: 'flat', type: 'flatten' },
    { name: 'head', type: 'linear', out_features: 10 },
  ],
};
const [first, ...rest] = base.layers;

describe('a network is equal to', () => {
  test.each(['resnet50', 'lstm_lm', 'bert_base', 'googlenet'])('itself: %s', (name) => {
    const document = networkOf(name)?.document;
    const found = compared(document, document);
    expect(found).toMatchObject({ equal: true, added: [], removed: [], changed: [], renamed: 0 });
    expect(Object.values(found.totals).every(({ change, relative }) => change === 0 && (relative === 0 || relative === null))).toBe(true);
  });

  test('itself under other names', () => {
    const head = { ...base, layers: base.layers.map((layer) => ({ ...layer, name: `x_${layer.name}` })) };
    expect(compared(base, head)).toMatchObject({ equal: true, renamed: 5, unchanged: 5 });
  });

  test('itself in other spellings', () => {
    const head = {
      inputs: [{ name: 'picture', shape: [3, 8, 8] }],
      layers: [
        {
          name: 'first',
          type: 'Conv2D',
          in_channels: 3,
          filters: 4,
          kernel_size: [3, 3],
          padding: [
            [1, 1],
            [1, 1],
          ],
          stride: [1, 1],
        },
        { name: 'act', type: 'ReLU' },
        { name: 'pool', type: 'MaxPool2d', kernel_size: [2, 2], stride: 2 },
        { name: 'flat', type: 'Flatten' },
        { name: 'head', type: 'Dense', units: 10, in_features: 64 },
      ],
    };
    expect(compared(base, head).changed).toEqual([]);
    expect(compared(base, head).equal).toBe(true);
  });

  test('itself with its layers written in another order', () => {
    const wired = base.layers.map((layer, index) => ({ ...layer, inputs: [base.layers[index - 1]?.name ?? 'input'] }));
    const head = { ...base, layers: wired.toReversed(), outputs: ['head'] };
    expect(compared({ ...base, layers: wired }, head).equal).toBe(true);
  });
});

describe('a change is told', () => {
  test('of an attribute, and of all that follows from it', () => {
    const { changed, equal, totals } = compared(base, { ...base, layers: [{ ...first, out_channels: 8 }, ...rest] });
    expect(equal).toBe(false);
    expect(changed.map(({ head }) => head.name)).toEqual(['first', 'act', 'pool', 'flat', 'head']);
    // 3·3·3·4 + 4 = 112 parameters become 224; 27 products at each of 4·64 cells become as many again.
    expect(changed[0]).toEqual({
      base: { name: 'first', type: 'conv2d', pointer: '#/layers/0' },
      head: { name: 'first', type: 'conv2d', pointer: '#/layers/0' },
      differences: [
        { of: 'attributes/out_channels', base: 4, head: 8 },
        { of: 'output_shapes', base: [[1, 4, 8, 8]], head: [[1, 8, 8, 8]] },
        { of: 'weights/parameters', base: 112, head: 224 },
        { of: 'weights/trainable_parameters', base: 112, head: 224 },
        { of: 'weights/parameter_bytes', base: 448, head: 896 },
        { of: 'memory/activation_bytes', base: 1024, head: 2048 },
        { of: 'compute/macs', base: 6912, head: 13824 },
        { of: 'compute/flops', base: 14080, head: 28160 },
      ],
    });
    // 112 + 64·10 + 10 = 762 become 224 + 128·10 + 10 = 1514.
    expect(totals.parameters).toEqual({ base: 762, head: 1514, change: 752, relative: 0.98688 });
  });

  test('of a default that is written out otherwise', () => {
    const { changed } = compared(base, {
      ...base,
      layers: base.layers.map((layer) => (layer.name === 'pool' ? { ...layer, stride: 1, padding: 1 } : layer)),
    });
    expect(changed[0]?.differences.slice(0, 2)).toEqual([
      { of: 'attributes/stride', base: 2, head: 1 },
      { of: 'attributes/padding', base: 0, head: 1 },
    ]);
  });

  test('of a type', () => {
    const head = { ...base, layers: base.layers.map((layer) => (layer.name === 'act' ? { name: 'act', type: 'gelu' } : layer)) };
    expect(compared(base, head).changed[0]?.differences[0]).toEqual({ of: 'type', base: 'relu', head: 'gelu' });
  });

  test('of frozen weights, which change no other number', () => {
    const head = { ...base, layers: [{ ...first, trainable: false }, ...rest] };
    const { changed, equal } = compared(base, head);
    expect(changed.map(({ differences }) => differences.map(({ of }) => of))).toEqual([['weights/trainable_parameters']]);
    expect(equal).toBe(false);
  });

  test('as layers added and removed', () => {
    const extra = [first, { name: 'norm', type: 'batch_norm' }, ...rest.filter(({ name }) => name !== 'act')];
    const { added, removed, changed, unchanged } = compared(base, { ...base, layers: extra });
    expect([changed.length, unchanged]).toEqual([1, 4]);
    expect(changed[0]).toMatchObject({ base: { name: 'act' }, head: { name: 'norm' } });
    expect([added, removed]).toEqual([[], []]);
    const longer = compared(base, { ...base, layers: [...base.layers, { name: 'prob', type: 'softmax' }] });
    expect(longer.added).toEqual([
      { name: 'prob', type: 'softmax', pointer: '#/layers/5', output_shapes: [[1, 10]], parameters: 0, macs: 0 },
    ]);
    expect(
      compared({ ...base, layers: [...base.layers, { name: 'prob', type: 'softmax' }] }, base).removed.map(({ name }) => name),
    ).toEqual(['prob']);
  });

  test('as one insertion, where layers have no names', () => {
    const plain = (channels: readonly number[]) => ({
      input: [3, 8, 8],
      layers: channels.map((out_channels) => ({ type: 'conv2d', out_channels, kernel_size: 1 })),
    });
    const found = compared(plain([4, 4, 8, 8, 16]), plain([4, 4, 4, 8, 8, 16]));
    expect([found.added.length, found.changed.length, found.unchanged]).toEqual([1, 0, 5]);
  });
});

test('ResNet-50 and its wide sister differ where widths do, and nowhere in names', () => {
  const found = compared(networkOf('resnet50')?.document, networkOf('wide_resnet50_2')?.document);
  expect([found.added, found.removed, found.renamed]).toEqual([[], [], 0]);
  const widened = found.changed.filter(({ differences }) => differences.some(({ of }) => of === 'attributes/out_channels'));
  // Two of the three convolutions of each of 16 blocks.
  expect(widened).toHaveLength(32);
  expect(found.changed.every(({ base: before, head }) => before.name === head.name)).toBe(true);
  expect(found.totals.parameters).toMatchObject({ base: 25557032, head: 68883240 });
});

test('the textbook’s rows are compared with their attributes', () => {
  const found = compared(base, { ...base, layers: [{ ...first, bias: false }, ...rest] }, { convention: 'textbook' });
  expect(found.changed.map(({ head, differences }) => [head.name, differences.map(({ of }) => of)])).toEqual([
    ['first', ['attributes/bias']],
  ]);
});
