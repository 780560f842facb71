import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../src/architecture/build-graph.ts';
import { limits, measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

const graphOf = (posted: unknown) => buildGraph(posted, { batch_size: 2, resolution: undefined, limits });

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

  describe('follows the layout of the layers that read the image', () => {
    const conv = (name: string, more: object = {}) => ({
      name,
      type: 'conv2d',
      out_channels: 4,
      kernel_size: 3,
      inputs: ['input'],
      ...more,
    });
    const last = { data_format: 'channels_last' };
    const first = { data_format: 'channels_first' };

    test('where they state it and the document does not', () => {
      expect(shapes({ input: [32, 32, 3], layers: [conv('a', last)] }, [64, 48])).toEqual([[1, 64, 48, 3]]);
      const report = measureDocument({ input: [32, 32, 3], layers: [conv('a', last)] }, { resolution: [64, 48] });
      expect(report.layers[0]).toMatchObject({ input_shapes: [[1, 64, 48, 3]], output_shapes: [[1, 62, 46, 4]] });
      expect(shapes({ input: [32, 32, 3], layers: [conv('a', last), conv('b', last)] }, [64, 48])).toEqual([[1, 64, 48, 3]]);
    });

    test('where they state another than the document', () => {
      expect(shapes({ input: [3, 32, 32], ...last, layers: [conv('a', first)] }, [64, 48])).toEqual([[1, 3, 64, 48]]);
    });

    test('inside blocks, and of types that take their rank from the input', () => {
      const blocks = { b: { inputs: ['x'], layers: [conv('a', { inputs: ['x'], ...last })] } };
      expect(shapes({ input: [32, 32, 3], blocks, layers: [{ type: 'block', block: 'b' }] }, [64, 48])).toEqual([[1, 64, 48, 3]]);
      const layers = [conv('a', { type: 'Conv', ...last })];
      expect(shapes({ input: [8, 32, 32, 3], layers }, [64, 48])).toEqual([[1, 8, 64, 48, 3]]);
    });

    test('else the document’s: what reads no feature map, or reads the image later, has no say', () => {
      const layers = [
        { name: 'r', type: 'relu', ...last },
        { ...conv('a', last), inputs: ['r'] },
      ];
      expect(shapes({ input: [3, 32, 32], layers }, [64, 48])).toEqual([[1, 3, 64, 48]]);
      expect(shapes({ input: [32, 32, 3], ...last, layers: [{ type: 'relu' }] }, [64, 48])).toEqual([[1, 64, 48, 3]]);
    });

    test('and refuses layers that disagree', () => {
      const layers = [conv('a'), conv('b', last)];
      expect(refusalOf({ input: [32, 32, 32], layers }, { resolution: [64, 48] })).toEqual([
        [
          '#/input mixed_layouts',
          'resolution replaces height and width, but "a" reads "input" channels first and "b" channels last; let both state one data_format',
        ],
      ]);
      const inputs = [
        { name: 'ids', shape: [7] },
        { name: 'input', shape: [32, 32, 32] },
      ];
      expect(placesOf({ inputs, layers }, { resolution: [64, 48] })).toEqual(['#/inputs/1 mixed_layouts']);
      // Without a resolution the extents are as they were given, and each layer reads them in its own way.
      expect(measureDocument({ input: [32, 32, 32], layers }).layers).toHaveLength(2);
    });
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
