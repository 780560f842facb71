/**
 * The way back from max pooling: values are put where the positions say, everything else is 0. Nothing is computed.
 * Source: PyTorch documentation of MaxUnpool1d, MaxUnpool2d, MaxUnpool3d; ONNX operator MaxUnpool, version 22.
 */

import { Refusal } from '../issue.ts';
import { isInteger } from '../tensor/dtype.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { nonNegativeInteger, perAxis, positiveInteger, spread } from './attributes.ts';
import { requireRank } from './feature-map-input.ts';
import type { Example, Operator } from './operator.ts';
import { defineOperator } from './operator.ts';
import { axisName, kernelSize, stride } from './window-attributes.ts';

const unpooled = formula('(i − 1)·s + k − 2·p');

interface UnpoolAttributes {
  readonly kernel_size: number | readonly number[];
  readonly stride?: number | readonly number[] | undefined;
  readonly padding: number | readonly number[];
  readonly output_size?: number | readonly number[] | undefined;
}

function maxUnpool(rank: 1 | 2 | 3, example: Example): Operator {
  return defineOperator({
    type: `max_unpool${rank}d`,
    family: 'max_unpool',
    summary: `Puts the values of a pooled map over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'} back to the positions they came from, 0 elsewhere.`,
    source: `PyTorch MaxUnpool${rank}d; ONNX MaxUnpool-22`,
    aliases: [`MaxUnpool${rank}d`],
    attributes: {
      kernel_size: kernelSize(rank),
      stride: stride(rank)
        .optional()
        .describe('Step of the pooling window in cells, one number or one per axis; kernel_size where absent.'),
      padding: perAxis(rank, nonNegativeInteger).default(0).describe('Padding of the pooling in cells, one number or one per axis.'),
      output_size: perAxis(rank, positiveInteger)
        .optional()
        .describe('Spatial extents of the output, less than one stride from what follows from the window; one number or one per axis.'),
    },
    attributeAliases: { kernel_shape: 'kernel_size', strides: 'stride', pool_size: 'kernel_size' },
    inputs: { min: 2, max: 2, names: ['input', 'indices'] },
    featureMap: rank,
    infer(a, inputs, layer) {
      const [input, indices] = inputs as [TensorType, TensorType];
      requireRank(input, rank, layer);
      if (!isInteger(indices.dtype))
        throw new Refusal(['inputs', 1], 'wrong_dtype', `indices must be integers, but ${layer.producer(1)} gives ${indices.dtype}`);
      if (!sameShape(input.shape, indices.shape)) {
        throw new Refusal(
          ['inputs', 1],
          'shape_mismatch',
          `each value needs its index: ${layer.producer(0)} gives ${formatShape(input.shape)}, ${layer.producer(1)} gives ${formatShape(indices.shape)}`,
        );
      }
      return [{ shape: [...input.shape.slice(0, 2), ...unpooledExtents(a, input.shape.slice(2))], dtype: input.dtype }];
    },
    counts: [],
    shape: `[n, c, spatial]; each spatial axis: ${unpooled.text}, or output_size`,
    extents(a, inputs) {
      if (a.output_size !== undefined) return [];
      const [kernel, steps, padding] = windows(a, rank);
      return (inputs[0] as TensorType).shape.slice(2).map((i, axis) => ({
        output: 0,
        axis: axis + 2,
        formula: unpooled,
        symbols: { i, k: kernel[axis] ?? 1, s: steps[axis] ?? 1, p: padding[axis] ?? 0 },
      }));
    },
    examples: [example],
  });
}

/** Kernel, stride and padding, one number per axis. */
function windows(a: UnpoolAttributes, rank: number): readonly [readonly number[], readonly number[], readonly number[]] {
  return [spread(a.kernel_size, rank), spread(a.stride ?? a.kernel_size, rank), spread(a.padding, rank)];
}

/** The extents that the window says, or the stated ones where they are less than a stride away, as PyTorch checks them. */
function unpooledExtents(a: UnpoolAttributes, spatial: Shape): Shape {
  const rank = spatial.length;
  const [kernel, steps, padding] = windows(a, rank);
  const wanted = a.output_size === undefined ? undefined : spread(a.output_size, rank);
  return spatial.map((i, axis) => {
    const s = steps[axis] ?? 1;
    const extent = unpooled.evaluate({ i, k: kernel[axis] ?? 1, s, p: padding[axis] ?? 0 });
    const size = wanted?.[axis] ?? extent;
    if (Math.abs(size - extent) < s || wanted === undefined) {
      if (size >= 1) return size;
      throw new Refusal(['padding', axis], 'padding_too_large', `padding leaves nothing of the output's ${axisName(rank, axis)}`);
    }
    throw new Refusal(
      ['output_size', axis],
      'out_of_range',
      `output_size ${size} of ${axisName(rank, axis)} is out of reach: the window gives ${extent}, and less than a stride of ${s} is free`,
    );
  });
}

const unpool = (rank: 1 | 2 | 3, input: Shape, output: Shape): Operator =>
  // Each cell becomes a window of 2.
  maxUnpool(rank, {
    layer: { type: `max_unpool${rank}d`, kernel_size: 2 },
    inputs: [{ shape: input }, { shape: input, dtype: 'int64' }],
    outputs: [output],
    parameters: 0,
    operations: {},
  });

export const maxUnpoolOperators: readonly Operator[] = [
  unpool(1, [1, 3, 5], [1, 3, 10]),
  unpool(2, [1, 3, 5, 4], [1, 3, 10, 8]),
  unpool(3, [1, 3, 2, 5, 4], [1, 3, 4, 10, 8]),
];
