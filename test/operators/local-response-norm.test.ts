import { expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

test('an element takes a square, size − 1 additions, a factor, a constant, a power and a division', () => {
  // 7·5·4 = 140 elements: 2 multiplications, 2 + 1 additions, one power, one division each.
  expect(operationsOf({ type: 'local_response_norm', size: 3 }, [1, 7, 5, 4])).toEqual({ mul: 280, add: 420, div: 140, pow: 140 });
  expect(valuesOf(rowOf({ type: 'local_response_norm', size: 3 }, [1, 7, 5, 4]), '/compute/operations/add')).toBe('3·140 = 420');
});

test('has no parameters and is no row of the textbook', () => {
  const document = {
    input: [7, 5, 4],
    layers: [
      { type: 'conv2d', out_channels: 7, kernel_size: 1 },
      { type: 'LRN', local_size: 3, bias: 2 },
    ],
  };
  expect(measureDocument(document, { convention: 'textbook' }).layers.map(({ type }) => type)).toEqual(['input', 'conv2d']);
  expect(measureDocument(document).layers[1]?.weights.parameters).toBe(0);
});

test('needs a spatial axis and a size', () => {
  expect(refusalOf({ type: 'local_response_norm', size: 3 }, [2, 7]).code).toBe('wrong_rank');
  expect(refusalOf({ type: 'local_response_norm' }, [2, 7, 4]).code).toBe('missing_key');
});
