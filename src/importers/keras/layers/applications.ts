/** Layers that the networks of keras.applications define for themselves. */

import type { Rule } from '../network.ts';

/** ConvNeXt: one learned factor a channel. */
const layerScale: Rule = (call) => call.row('scale', { shape: [call.config.count('projection_dim')] });

/** Inception-ResNet: the first tensor, and the second times a number. */
const scaledResidual: Rule = (call) => {
  const [shortcut, residual] = call.tensors;
  if (shortcut === undefined || residual === undefined) return call.refuse('wrong_input_count', 'CustomScaleLayer reads two tensors');
  const scaled = call.row('multiply', { other: call.config.number('scale') }, [residual], 'scaled');
  return call.row('add', {}, [shortcut, scaled]);
};

export const applicationRules: Readonly<Record<string, Rule>> = {
  LayerScale: layerScale,
  CustomScaleLayer: scaledResidual,
};
