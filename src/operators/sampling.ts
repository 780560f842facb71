/**
 * Reading a map at positions that are data. Channels first only, since a grid is no feature map. An output element is filtered from 2 taps an axis of the
 * linear modes, 4 of bicubic: k taps take k multiplications and k − 1 additions; nearest copies. The weights of the taps, which all channels share, are not
 * counted, save that each coordinate of a grid takes 1 multiplication and 1 addition from [−1, 1] to cells.
 * `affine_grid` makes such a grid: each coordinate is the product of a row of the matrix with a position, 3 or 4 multiply-accumulates.
 * `roi_align` averages (or takes the largest of) sampling_ratio² bilinear samples for each cell of a region.
 * Source: PyTorch documentation of torch.nn.functional.grid_sample and affine_grid; torchvision.ops.roi_align; He et al., arXiv:1703.06870; ONNX operators
 * GridSample, AffineGrid and RoiAlign.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { perAxis, positiveInteger, spread } from './attributes.ts';
import { floatingType } from './element-types.ts';
import { requireAxes, requireRank } from './feature-map-input.ts';
import { oneType } from './one-type.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const alignCorners = z
  .boolean()
  .default(false)
  .describe('Lets −1 and 1 be the centres of the outermost cells, not their edges; counted alike.');

interface Sampled {
  readonly mode: 'bilinear' | 'nearest' | 'bicubic';
}

const filters = (a: Sampled): boolean => a.mode !== 'nearest';
const copies = (a: Sampled): boolean => a.mode === 'nearest';

const gridSample = defineOperator({
  type: 'grid_sample',
  family: 'sampling',
  summary: 'Reads a map at the positions of a grid: n × c × spatial and n × spatial’ × axes to n × c × spatial’, over 2 or 3 spatial axes.',
  source: 'PyTorch torch.nn.functional.grid_sample; ONNX GridSample-22',
  aliases: ['GridSample'],
  attributes: {
    mode: z
      .enum(['bilinear', 'nearest', 'bicubic'])
      .default('bilinear')
      .describe('How values between cells come about; over 3 axes they are trilinear and tricubic.'),
    padding_mode: z.enum(['zeros', 'border', 'reflection']).default('zeros').describe('What lies outside of the map; counted alike.'),
    align_corners: alignCorners,
  },
  inputs: { min: 2, max: 2, names: ['input', 'grid'] },
  infer(_a, inputs, layer) {
    const [input, grid] = inputs as [TensorType, TensorType];
    requireAxes(input, 4, 5, layer);
    const rank = input.shape.length - 2;
    const dtype = oneType(inputs, layer);
    if (grid.shape.length !== rank + 2) throw gridRefusal('wrong_rank', `have ${rank + 2} axes`, inputs, layer);
    if (grid.shape.at(-1) !== rank) throw gridRefusal('shape_mismatch', `end in an axis of ${rank} coordinates`, inputs, layer);
    if (grid.shape[0] !== input.shape[0]) throw gridRefusal('shape_mismatch', 'have the batch of the map', inputs, layer);
    return [{ shape: [...input.shape.slice(0, 2), ...grid.shape.slice(1, -1)], dtype: floatingType(dtype, layer) }];
  },
  symbols(a, inputs, outputs) {
    const { shape } = inputs[0] as TensorType;
    const taps = (a.mode === 'bicubic' ? 4 : 2) ** (shape.length - 2);
    return { taps, e: elementsOf((outputs[0] as TensorType).shape), coordinates: elementsOf((inputs[1] as TensorType).shape) };
  },
  counts: [
    count('mul', 'taps·e + coordinates', 'mode "bilinear" or "bicubic"', filters),
    count('mul', 'coordinates', 'mode "nearest"', copies),
    count('add', '(taps − 1)·e + coordinates', 'mode "bilinear" or "bicubic"', filters),
    count('add', 'coordinates', 'mode "nearest"', copies),
  ],
  shape: '[n, c, and the spatial axes of the grid]',
  examples: [
    // 3·5·6 elements of 4 taps, 5·6·2 coordinates.
    {
      layer: { type: 'grid_sample' },
      inputs: [{ shape: [1, 3, 8, 8] }, { shape: [1, 5, 6, 2] }],
      outputs: [[1, 3, 5, 6]],
      parameters: 0,
      operations: { mul: 420, add: 330 },
    },
  ],
});

function gridRefusal(code: string, rule: string, inputs: readonly TensorType[], layer: LayerContext): Refusal {
  const [input, grid] = inputs as [TensorType, TensorType];
  return new Refusal(
    ['inputs', 1],
    code,
    `the grid must ${rule}: ${layer.producer(1)} gives ${formatShape(grid.shape)}, ${layer.producer(0)} gives ${formatShape(input.shape)}`,
  );
}

const affineGrid = defineOperator({
  type: 'affine_grid',
  family: 'sampling',
  summary: 'The grid that an affine map of each image reads from: n × axes × (axes + 1) to n × spatial × axes, over 2 or 3 spatial axes.',
  source: 'PyTorch torch.nn.functional.affine_grid; ONNX AffineGrid-20',
  aliases: ['AffineGrid'],
  attributes: {
    size: z.array(positiveInteger).min(4).max(5).describe('Shape of the image to be sampled: batch, channels and spatial axes.'),
    align_corners: alignCorners,
  },
  inputs: { min: 1, max: 1, names: ['theta'] },
  infer(a, inputs, layer) {
    const theta = inputs[0] as TensorType;
    const rank = a.size.length - 2;
    const wanted = [a.size[0] as number, rank, rank + 1];
    if (formatShape(theta.shape) !== formatShape(wanted)) {
      throw new Refusal(
        ['inputs', 0],
        'shape_mismatch',
        `for size ${formatShape(a.size)} the maps must be ${formatShape(wanted)}, but ${layer.producer(0)} gives ${formatShape(theta.shape)}`,
      );
    }
    return [{ shape: [wanted[0] as number, ...a.size.slice(2), rank], dtype: floatingType(theta.dtype, layer) }];
  },
  symbols: (a, _inputs, outputs) => ({ inner: a.size.length - 1, e: elementsOf((outputs[0] as TensorType).shape) }),
  counts: [count('mac', 'inner·e')],
  shape: '[n, the spatial axes of size, and one axis of coordinates]',
  examples: [
    // 5·6 positions with 2 coordinates of 3 products.
    {
      layer: { type: 'affine_grid', size: [1, 3, 5, 6] },
      inputs: [{ shape: [1, 2, 3] }],
      outputs: [[1, 5, 6, 2]],
      parameters: 0,
      operations: { mac: 180 },
    },
  ],
});

interface Pooled {
  readonly mode: 'avg' | 'max';
}

const averages = (a: Pooled): boolean => a.mode === 'avg';
const searches = (a: Pooled): boolean => a.mode === 'max';

const roiAlign = defineOperator({
  type: 'roi_align',
  family: 'sampling',
  summary:
    'Samples each region of a map to cells of one number: n × c × h × w and k regions to k × c × cells. Only with a stated number of samples.',
  source: 'torchvision.ops.roi_align; ONNX RoiAlign-22; arXiv:1703.06870',
  aliases: ['RoiAlign', 'RoIAlign'],
  attributes: {
    output_size: perAxis(2, positiveInteger).describe('Cells of a region, one number or one per axis.'),
    sampling_ratio: positiveInteger.describe(
      'Samples of a cell on each axis; an adaptive number, which regions decide, is not costed here.',
    ),
    spatial_scale: z.number().positive().default(1).describe('Cells of the map for each unit of the regions; changes no shape.'),
    aligned: z.boolean().default(false).describe('Shifts regions by half a cell; counted alike.'),
    mode: z.enum(['avg', 'max']).default('avg').describe('Mean or largest of the samples.'),
  },
  inputs: { min: 2, max: 3, names: ['input', 'regions', 'batch_indices'] },
  infer(a, inputs, layer) {
    const [input, regions] = inputs as [TensorType, TensorType];
    requireRank(input, 2, layer);
    requireAxes(regions, 2, 2, layer, 1);
    const wanted = inputs.length === 3 ? 4 : 5;
    if (regions.shape[1] !== wanted) {
      throw new Refusal(
        ['inputs', 1],
        'shape_mismatch',
        `regions must be k × ${wanted} (${wanted === 5 ? 'image, x1, y1, x2, y2' : 'x1, y1, x2, y2'}), but ${layer.producer(1)} gives ${formatShape(regions.shape)}`,
      );
    }
    return [
      {
        shape: [regions.shape[0] as number, input.shape[1] as number, ...spread(a.output_size, 2)],
        dtype: floatingType(input.dtype, layer),
      },
    ];
  },
  symbols: (a, _inputs, outputs) => ({ samples: a.sampling_ratio ** 2, e: elementsOf((outputs[0] as TensorType).shape) }),
  counts: [
    count('mul', '4·samples·e'),
    count('add', '(4·samples − 1)·e', 'mode "avg"', averages),
    count('add', '3·samples·e', 'mode "max"', searches),
    count('div', 'e', 'mode "avg"', averages),
    count('cmp', '(samples − 1)·e', 'mode "max"', searches),
  ],
  shape: '[k, c, output_size]',
  examples: [
    // Two regions of 3·7·7 cells, each the mean of 4 samples of 4 taps: 16 multiplications, 4·3 + 3 additions, a division.
    {
      layer: { type: 'roi_align', output_size: 7, sampling_ratio: 2 },
      inputs: [{ shape: [1, 3, 32, 32] }, { shape: [2, 5] }],
      outputs: [[2, 3, 7, 7]],
      parameters: 0,
      operations: { mul: 4704, add: 4410, div: 294 },
    },
  ],
});

export const samplingOperators: readonly Operator[] = [gridSample, affineGrid, roiAlign];
