/**
 * Global pooling: each map of L cells becomes one number, its mean, maximum or p-norm; spatial axes stay, with extent 1.
 * The mean takes L − 1 additions and a division, the maximum L − 1 comparisons, the p-norm what `lp-pool.ts` says of a window of L cells.
 * Source: ONNX operators GlobalAveragePool, GlobalMaxPool, version 22, and GlobalLpPool, version 22.
 */

import { globalAveragePool, globalLpPool, globalMaxPool } from '../kernels/pool-window.ts';
import type { MapGeometry } from '../kernels/windows.ts';
import type { Symbols } from '../tensor/formula.ts';
import { elementsOf, productOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { unpadded } from './adaptive-pool.ts';
import { floatingType, ofType } from './element-types.ts';
import { requireAxes } from './feature-map-input.ts';
import { isEuclidean, normType } from './lp-pool.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const shape = '[n, c, 1, …], as many axes as the input has';

/** Keras's layers of the same names leave the spatial axes out unless `keepdims` is true; here they always stay. */
const averageAliases = [
  'GlobalAveragePooling1D',
  'GlobalAveragePooling2D',
  'GlobalAveragePooling3D',
  'GlobalAvgPool1D',
  'GlobalAvgPool2D',
  'GlobalAvgPool3D',
];
const maximumAliases = [
  'GlobalMaxPooling1D',
  'GlobalMaxPooling2D',
  'GlobalMaxPooling3D',
  'GlobalMaxPool1D',
  'GlobalMaxPool2D',
  'GlobalMaxPool3D',
];

function inferGlobal(input: TensorType, layer: LayerContext): TensorType {
  requireAxes(input, 3, Number.POSITIVE_INFINITY, layer);
  return { shape: input.shape.map((extent, axis) => (axis < 2 ? extent : 1)), dtype: input.dtype };
}

/** Means and norms of integers are floating numbers. */
function inferFloating(input: TensorType, layer: LayerContext): TensorType {
  const output = inferGlobal(input, layer);
  return ofType(output, floatingType(output.dtype, layer));
}

/** All spatial axes are pooled, so as many as there are may count as one. */
function mapGeometry(input: Shape): MapGeometry {
  return { batch: input[0] ?? 1, channels: input[1] ?? 1, input: [1, 1, productOf(input, 2)] };
}

/** Cells of one map `L` and output elements `e`. */
function symbolsOf(_attributes: unknown, inputs: readonly TensorType[], outputs: readonly TensorType[]): Symbols {
  return { L: productOf((inputs[0] as TensorType).shape, 2), e: elementsOf((outputs[0] as TensorType).shape) };
}

const average = defineOperator({
  type: 'global_avg_pool',
  family: 'global_pool',
  summary: 'Mean over all spatial axes, which stay with extent 1.',
  source: 'ONNX GlobalAveragePool-22; Lin et al., arXiv:1312.4400',
  aliases: ['GlobalAveragePool', ...averageAliases],
  attributes: {},
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  textbook: true,
  infer: (_a, inputs, layer) => [inferFloating(inputs[0] as TensorType, layer)],
  symbols: symbolsOf,
  counts: [count('add', '(L − 1)·e'), count('div', 'e')],
  shape,
  examples: [
    // The end of a ResNet: 512 maps of 49 cells, 48 additions and a division each.
    {
      layer: { type: 'global_avg_pool' },
      inputs: [{ shape: [1, 512, 7, 7] }],
      outputs: [[1, 512, 1, 1]],
      parameters: 0,
      operations: { add: 24576, div: 512 },
    },
  ],
  kernel: {
    run: (_a, { input }) => ({ values: globalAveragePool(input.data, mapGeometry(input.shape)) }),
    paddedCells: unpadded,
  },
});

const maximum = defineOperator({
  type: 'global_max_pool',
  family: 'global_pool',
  summary: 'Largest value over all spatial axes, which stay with extent 1.',
  source: 'ONNX GlobalMaxPool-22',
  aliases: ['GlobalMaxPool', ...maximumAliases],
  attributes: {},
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  textbook: true,
  infer: (_a, inputs, layer) => [inferGlobal(inputs[0] as TensorType, layer)],
  symbols: symbolsOf,
  counts: [count('cmp', '(L − 1)·e')],
  shape,
  examples: [
    // 2·3 maps of 9 cells, 8 comparisons each.
    { layer: { type: 'global_max_pool' }, inputs: [{ shape: [2, 3, 9] }], outputs: [[2, 3, 1]], parameters: 0, operations: { cmp: 48 } },
  ],
  kernel: {
    run: (_a, { input }) => ({ values: globalMaxPool(input.data, mapGeometry(input.shape)) }),
    paddedCells: unpadded,
  },
});

const norm = defineOperator({
  type: 'global_lp_pool',
  family: 'global_pool',
  summary: 'p-norm over all spatial axes, (sum |x|^p)^(1/p); the axes stay with extent 1.',
  source: 'ONNX GlobalLpPool-22',
  aliases: ['GlobalLpPool'],
  attributes: { norm_type: normType },
  attributeAliases: { p: 'norm_type' },
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  textbook: true,
  infer: (_a, inputs, layer) => [inferFloating(inputs[0] as TensorType, layer)],
  symbols: symbolsOf,
  counts: [
    count('add', '(L − 1)·e'),
    count('sqrt', 'e', 'norm_type 2', isEuclidean),
    count('pow', 'L·e', 'norm_type 2', isEuclidean),
    count('pow', '(L + 1)·e'),
  ],
  shape,
  examples: [
    // Three maps of 4 cells: four squares, three additions and a square root each.
    {
      layer: { type: 'global_lp_pool' },
      inputs: [{ shape: [1, 3, 2, 2] }],
      outputs: [[1, 3, 1, 1]],
      parameters: 0,
      operations: { pow: 12, add: 9, sqrt: 3 },
    },
  ],
  kernel: {
    run: (a, { input }) => ({ values: globalLpPool(input.data, mapGeometry(input.shape), a.norm_type) }),
    paddedCells: unpadded,
  },
});

export const globalPoolOperators: readonly Operator[] = [average, maximum, norm];
