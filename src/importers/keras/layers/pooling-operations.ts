/** Pooling as an operation on tensors. */

import type { Rule } from '../network.ts';
import { plainOf, wholesOf } from './operands.ts';

const pool =
  (kind: 'max' | 'avg'): Rule =>
  (call) => {
    const rank = call.shape(3, 5).length - 2;
    const spread = (values: readonly number[] | undefined) =>
      values?.length === 1 ? new Array<number>(rank).fill(values[0] as number) : values;
    const kernel_size = spread(wholesOf(call, 1, 'pool_size'));
    const padding = String(plainOf(call, 3, 'padding') ?? 'valid').toLowerCase();
    const channelsLast = plainOf(call, 4, 'data_format') !== 'channels_first';
    return call.row(`${kind}_pool${rank}d`, {
      kernel_size,
      stride: spread(wholesOf(call, 2, 'strides')) ?? kernel_size,
      padding,
      ...(kind === 'avg' ? { count_include_pad: false } : {}),
      ...call.layout(channelsLast),
    });
  };

export const poolingOperations: Readonly<Record<string, Rule>> = { MaxPool: pool('max'), AveragePool: pool('avg') };
