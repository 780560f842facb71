/** Sampling at positions that flow, and choosing among boxes. */

import type { Posted } from '../../../architecture/read-layer.ts';
import type { Value } from '../../value.ts';
import type { Call } from '../call.ts';
import { windowOf } from './convolution.ts';
import type { Lowerings } from './index.ts';
import { addUncosted } from './uncosted.ts';

/** ONNX GridSample-22: batch × channels, and the spatial axes of the grid. Opset 16 calls "linear" bilinear and "cubic" bicubic. */
export function gridSample(call: Call): readonly Value[] {
  const shape = call.shape(0);
  const cells = call.shape(1).slice(1, -1);
  const spatial = shape.length - 2;
  const named = call.text('mode', 'linear');
  const mode = named === 'nearest' ? 'nearest' : named.endsWith('cubic') ? 'bicubic' : 'bilinear';
  if (mode === 'bicubic' ? spatial === 2 : spatial === 2 || spatial === 3) {
    const layer = { type: 'grid_sample', ...(mode === 'bilinear' ? {} : { mode }), ...borderOf(call) };
    const grid =
      call.input(1).dtype === call.input(0).dtype
        ? call.input(1)
        : call.addPart('grid', { type: 'cast', dtype: call.input(0).dtype }, [call.input(1)]);
    return call.add(layer, [call.input(0), grid]);
  }
  const result = [...shape.slice(0, 2), ...cells];
  return addUncosted(
    call,
    [{ shape: result, dtype: call.input(0).dtype }],
    `a GridSample over ${spatial} axes with mode ${named} has no counterpart here`,
  );
}

function borderOf(call: Call): Posted {
  const padding_mode = call.text('padding_mode', 'zeros');
  return { ...(padding_mode === 'zeros' ? {} : { padding_mode }), ...(call.int('align_corners', 0) === 0 ? {} : { align_corners: true }) };
}

/** ONNX AffineGrid-20: for each cell of the target the position that it is sampled at. */
function affineGrid(call: Call): readonly Value[] {
  const size = call.known(1) ?? [];
  return call.add({ type: 'affine_grid', size, ...(call.int('align_corners', 0) === 0 ? {} : { align_corners: true }) }, [call.input(0)]);
}

/** ONNX DeformConv-22: X, W, offsets, bias, mask. */
function deformConv(call: Call): readonly Value[] {
  const weight = call.shape(1);
  if (weight.length !== 4) return call.addCustom(`a DeformConv over ${weight.length - 2} spatial axes is not measured; 2 are`);
  const [groups, offsetGroups] = [call.int('group', 1), call.int('offset_group', 1)];
  const layer = {
    type: 'deform_conv2d',
    out_channels: weight[0],
    kernel_size: weight.slice(2),
    ...windowOf(call, 2),
    ...(groups === 1 ? {} : { groups }),
    ...(offsetGroups === 1 ? {} : { offset_groups: offsetGroups }),
  };
  const parts = [
    { role: 'weight', value: call.input(1), shape: weight },
    ...(call.has(3) ? [{ role: 'bias', value: call.input(3), shape: [weight[0] as number] }] : []),
  ];
  const inputs = [call.input(0), call.input(2), ...(call.has(4) ? [call.input(4)] : [])];
  return (
    call.addOwning({ ...layer, ...(call.has(3) ? {} : { bias: false }) }, inputs, parts) ??
    call.addCustom('a DeformConv whose weight is no stored tensor of its own is not measured')
  );
}

/** ONNX NonMaxSuppression-11: how many boxes stay is known when they flow. */
const suppression = (call: Call): readonly Value[] =>
  call.addCustom('how many boxes a NonMaxSuppression keeps depends on the boxes, so that neither its cost nor what follows is known');

export const samplingLowerings: Lowerings = {
  AffineGrid: affineGrid,
  DeformConv: deformConv,
  GridSample: gridSample,
  NonMaxSuppression: suppression,
  'com.microsoft.GridSample': gridSample,
};
