/** Convolutions of Keras 2 that learn a kernel for every position: the windows as columns, each times its own matrix. */

import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';
import { activated } from './activated.ts';

const locallyConnected =
  (rank: 1 | 2): Rule =>
  (call) => {
    const { config } = call;
    const shape = call.shape(rank + 2, rank + 2);
    const last = [...shape.keys()].slice(2).concat(1);
    const input = call.channelsLast ? call.input : call.row('permute', { dims: [0, ...last] }, [call.input], 'channels_last');
    const filters = config.count('filters');
    const columns = windows(call, input, rank);
    const [, positions, width] = call.shapeOf(columns) as [number, number, number];
    const kernel = call.parameter('kernel', [positions, width, filters]);
    const product = call.row('einsum', { equation: 'npk,pkf->npf' }, [columns, kernel], 'product');
    const spatial = extentsOf(call, call.shapeOf(input), rank);
    const map = call.row('reshape', { shape: [-1, ...spatial, filters] }, [product], 'map');
    const biased = config.flag('use_bias', true);
    const turned = call.channelsLast || !biased ? map : call.row('add', {}, [map, call.parameter('bias', [...spatial, filters])], 'biased');
    if (!call.channelsLast) return activated(call, 'permute', { dims: [0, rank + 1, ...spatial.map((_, axis) => axis + 1)] }, [turned]);
    return biased
      ? activated(call, 'add', {}, [map, call.parameter('bias', [...spatial, filters])])
      : activated(call, 'identity', {}, [map]);
  };

/** batch × positions × cells of the window. */
function windows(call: Call, input: DraftTensor, rank: 1 | 2): DraftTensor {
  const kernel = call.config.spread('kernel_size', rank);
  const stride = call.config.spread('strides', rank, 1);
  const padding = call.config.word('padding', ['valid', 'same'], 'valid');
  const plane = rank === 2 ? input : call.row('unsqueeze', { dim: 1 }, [input], 'plane');
  const window = rank === 2 ? { kernel_size: kernel, stride } : { kernel_size: [1, ...kernel], stride: [1, ...stride] };
  return call.row('unfold', { ...window, padding, ...call.layout(true) }, [plane], 'windows');
}

/** Extents of the output's map; the windows have their product. */
function extentsOf(call: Call, shape: readonly number[], rank: 1 | 2): readonly number[] {
  const kernel = call.config.spread('kernel_size', rank);
  const stride = call.config.spread('strides', rank, 1);
  const same = call.config.word('padding', ['valid', 'same'], 'valid') === 'same';
  return shape.slice(1, -1).map((cells, axis) => {
    const room = same ? cells : cells - (kernel[axis] as number) + 1;
    return Math.max(Math.ceil(room / (stride[axis] as number)), 1);
  });
}

export const locallyConnectedRules: Readonly<Record<string, Rule>> = {
  LocallyConnected1D: locallyConnected(1),
  LocallyConnected2D: locallyConnected(2),
};
