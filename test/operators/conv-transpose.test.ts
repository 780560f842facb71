import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

const layer = { type: 'conv_transpose2d', out_channels: 4, kernel_size: 3, stride: 2 };

/** Extent of a 1-d output. */
function extentOf(attributes: Record<string, unknown>, input: number): number | undefined {
  return rowOf({ type: 'conv_transpose1d', out_channels: 1, ...attributes }, [1, 1, input]).output_shapes?.[0]?.[2];
}

describe('multiply-accumulates', () => {
  // 2·6·5·5 = 300 input elements, each times 3·3 taps and 9/3 output channels: 300·9·3 = 8100.
  test('are input elements × kernel × out_channels/groups, whole batch', () => {
    expect(operationsOf({ ...layer, out_channels: 9, groups: 3, bias: false }, [2, 6, 5, 5])).toEqual({ mac: 8100 });
  });

  test('do not depend on what the padding cuts off', () => {
    const macs = (padding: unknown) => rowOf({ ...layer, padding }, [1, 3, 5, 5]).compute.macs;
    // 75 elements · 9 taps · 4 channels.
    expect([0, 1, 'same', [2, 2]].map(macs)).toEqual([2700, 2700, 2700, 2700]);
  });

  test('leave the bias to one addition an output element', () => {
    // (5 − 1)·2 + 3 = 11: 4·11·11 = 484 elements.
    expect(operationsOf(layer, [1, 3, 5, 5])).toEqual({ mac: 2700, add: 484 });
  });
});

test('the weight lies in × out/groups × kernel, and the formula says so', () => {
  const row = rowOf({ ...layer, out_channels: 9, groups: 3, kernel_size: [3, 5] }, [1, 6, 5, 5]);
  expect(row.weights.tensors.map(({ name, shape }) => [name, shape])).toEqual([
    ['weight', [6, 3, 3, 5]],
    ['bias', [9]],
  ]);
  expect(valuesOf(row, '/weights/parameters')).toBe('3·5·6·3 + 9 = 279');
  expect(valuesOf(row, '/compute/macs')).toBe('3·5·3·150 = 6750');
});

describe('extents', () => {
  test.each([
    [{ kernel_size: 3 }, 5, 7, '(5 − 1)·1 − 2·0 + 1·(3 − 1) + 1 + 0 = 7'],
    [{ kernel_size: 3, stride: 2, padding: 1, output_padding: 1 }, 5, 10, '(5 − 1)·2 − 2·1 + 1·(3 − 1) + 1 + 1 = 10'],
    [{ kernel_size: 3, dilation: 2 }, 5, 9, '(5 − 1)·1 − 2·0 + 2·(3 − 1) + 1 + 0 = 9'],
    [{ kernel_size: 4, stride: 2, padding: [[0, 1]] }, 6, 13, '(6 − 1)·2 − 0 − 1 + 1·(4 − 1) + 1 + 0 = 13'],
    [{ kernel_size: 3, stride: 2, padding: 'same' }, 5, 10, '5·2 = 10'],
    // A kernel of 1 leaves 13 of 3·5 cells; the two that are missing come at the end.
    [{ kernel_size: 1, stride: 3, padding: 'same' }, 5, 15, '5·3 = 15'],
    [{ kernel_size: 3, stride: 2, padding: 'valid' }, 5, 11, '(5 − 1)·2 − 2·0 + 1·(3 − 1) + 1 + 0 = 11'],
    [{ kernel_size: 3, stride: 3, padding: 1, output_size: [24] }, 8, 24, '(8 − 1)·3 − 2·1 + 1·(3 − 1) + 1 + 2 = 24'],
    [{ kernel_size: 3, stride: 2, padding: 'same', output_size: 9 }, 5, 9, '(5 − 1)·2 − 2·1 + 1·(3 − 1) + 1 + 0 = 9'],
  ])('%j on %i cells give %i', (attributes, input, extent, values) => {
    expect(extentOf(attributes, input)).toBe(extent);
    expect(valuesOf(rowOf({ type: 'conv_transpose1d', out_channels: 1, ...attributes }, [1, 1, input]), '/output_shapes/0/2')).toBe(values);
  });

  test('undo those of a convolution: every output_size that "same" allows is convolved back to the input', () => {
    for (const stride of [1, 2, 3]) {
      for (let output_size = 4 * stride + 1; output_size <= 5 * stride; output_size++) {
        const up = { name: 'up', type: 'conv_transpose1d', out_channels: 1, kernel_size: 4, stride, padding: 'same', output_size };
        const down = { name: 'down', type: 'conv1d', out_channels: 1, kernel_size: 4, stride, padding: 'same' };
        const report = measureDocument({ input: [1, 5], layers: [up, down] });
        expect(report.layers.map((row) => row.output_shapes?.[0])).toEqual([
          [1, 1, output_size],
          [1, 1, 5],
        ]);
      }
    }
  });

  test('with "same" do not change with an output_padding', () => {
    expect(extentOf({ kernel_size: 3, stride: 2, padding: 'same', output_padding: 1 }, 5)).toBe(10);
  });
});

describe('refusals name the key', () => {
  test.each([
    [
      { output_padding: [1, 2] },
      '/output_padding/1',
      'out_of_range',
      'output_padding 2 of width must be smaller than the stride 2 or the dilation 1',
    ],
    [
      { output_size: [18, 19] },
      '/output_size/1',
      'out_of_range',
      'output_size 19 of width is out of reach; stride, padding and kernel allow 17 to 18',
    ],
    [
      { padding: 'same', output_size: 14 },
      '/output_size',
      'out_of_range',
      'output_size 14 of height is out of reach; stride, padding and kernel allow 15 to 16',
    ],
    [
      { padding: [9, 0] },
      '/padding/0',
      'padding_too_large',
      "padding 9 + 9 cuts all 17 cells of the output's height; use less padding or a larger kernel",
    ],
    [{ groups: 2 }, '/groups', 'groups_do_not_divide', 'groups 2 does not divide the 3 input channels from "x0"'],
    [{ in_channels: 4 }, '/in_channels', 'mismatch', 'in_channels is 4, but "x0" gives 3'],
  ])('%j', (attributes, at, code, detail) => {
    expect(refusalOf({ ...layer, ...attributes }, [1, 3, 8, 8])).toEqual({ at, code, detail: `"layer": ${detail}` });
  });

  test('an unbatched input is refused', () => {
    expect(refusalOf(layer, [3, 8, 8]).code).toBe('wrong_rank');
  });

  test('"causal" and a padding_mode other than zeros are values it does not have', () => {
    expect(refusalOf({ type: 'conv_transpose1d', out_channels: 1, kernel_size: 3, padding: 'causal' }, [1, 1, 8]).at).toBe('/padding');
    expect(refusalOf({ ...layer, padding_mode: 'reflect' }, [1, 3, 8, 8]).at).toBe('/padding_mode');
  });
});

test('spellings of Keras, ONNX and Caffe mean the same layer', () => {
  const shapes = [
    rowOf({ type: 'Conv2DTranspose', filters: 4, kernel_size: 3, strides: 2, use_bias: false }, [1, 3, 8, 8]),
    rowOf({ type: 'ConvTranspose', out_channels: 4, kernel_shape: [3, 3], strides: [2, 2], pads: [0, 0, 0, 0], bias: false }, [1, 3, 8, 8]),
    rowOf({ type: 'Deconvolution', num_output: 4, kernel_size: 3, stride: 2, pad: 0, bias_term: false }, [1, 3, 8, 8]),
  ].map((row) => [row.type, row.output_shapes, row.weights.parameters]);
  for (const found of shapes) expect(found).toEqual(['conv_transpose2d', [[1, 4, 17, 17]], 108]);
});
