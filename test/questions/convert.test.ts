import { expect, test } from 'vitest';
import { InvalidArchitecture } from '../../src/issue.ts';
import { convert } from '../../src/questions/convert.ts';
import { limits } from '../measure-document.ts';

const asIs = { batch_size: 1, resolution: undefined };

test('a document without a resolution is answered as it stands', () => {
  const document = { input: [3, 8, 8], description: 'kept', layers: [{ type: 'Conv2D', filters: 2, kernel_size: 3 }] };
  expect(convert(document, asIs, limits)).toBe(document);
});

test('a resolution takes the place of height and width, where the layout has them', () => {
  const layers = [{ name: 'c', type: 'conv2d', out_channels: 2, kernel_size: 1 }];
  const resolution = [4, 6] as const;
  expect(convert({ input: [3, 8, 8], layers }, { batch_size: 1, resolution }, limits)).toEqual({ input: [3, 4, 6], layers });
  const inputs = [
    { name: 'mask', shape: [1, 5], batch: false },
    { name: 'x', shape: [8, 8, 3], dtype: 'float16' },
  ];
  const last = { data_format: 'channels_last', inputs, layers: [{ ...layers[0], inputs: ['x'] }] };
  expect(convert(last, { batch_size: 7, resolution }, limits)).toEqual({
    ...last,
    inputs: [inputs[0], { ...inputs[1], shape: [4, 6, 3] }],
  });
  expect(inputs[1]?.shape).toEqual([8, 8, 3]);
});

test.each([
  ['does not read', { input: [3], layers: [{ type: 'rleu' }] }],
  ['does not fit', { input: [3, 4, 4], layers: [{ type: 'conv2d', out_channels: 1, kernel_size: 9 }] }],
  ['nests too deep', JSON.parse(`{"layers":${'['.repeat(5000)}${']'.repeat(5000)}}`)],
])('a document that %s is refused', (_, document) => {
  expect(() => convert(document, asIs, limits)).toThrow(InvalidArchitecture);
});
