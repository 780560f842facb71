/** Layers that prepare data. In inference the augmenting ones pass their input on; those that change shapes or values are costed where they can be. */

import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';
import { interpolationOf } from './pooling.ts';

/** Adds one step with a number, or with one for each of the last axis. */
function scaled(call: Call, type: string, input: DraftTensor, key: string, value: unknown, part: string | undefined): DraftTensor {
  // Images of whole numbers are cast first.
  const dtype = call.policy === undefined ? {} : { dtype: call.policy.compute };
  if (typeof value === 'number') return call.row(type, { other: value, ...dtype }, [input], part);
  if (!Array.isArray(value) || value.length === 0 || !value.every((entry) => typeof entry === 'number'))
    return call.config.refuse(key, 'a number, or a list of numbers');
  return call.row(type, dtype, [input, call.constant(key, [value.length], call.policy?.compute)], part);
}

const rescaling: Rule = (call) => {
  const { config, input } = call;
  const scale = config.raw('scale') ?? 1;
  const offset = config.raw('offset') ?? 0;
  if (offset === 0) return scaled(call, 'multiply', input, 'scale', scale, undefined);
  return scaled(call, 'add', scaled(call, 'multiply', input, 'scale', scale, 'scaled'), 'offset', offset, undefined);
};

/** Height and width among the axes of a batch of images. */
function imageAxes(call: Call): readonly [height: number, width: number] {
  const rank = call.shape(4, 5).length;
  return call.channelsLast ? [rank - 3, rank - 2] : [rank - 2, rank - 1];
}

const resizing: Rule = (call) => {
  call.shape(4, 4);
  const size = [call.config.count('height'), call.config.count('width')];
  return call.row('upsample', { size, ...interpolationOf(call, 'bilinear'), ...call.layout() });
};

/** Cuts the middle out; an image that is too small is resized instead. */
const centerCrop: Rule = (call) => {
  const shape = call.shape();
  const axes = imageAxes(call);
  const size = [call.config.count('height'), call.config.count('width')] as const;
  const spare = axes.map((axis, index) => (shape[axis] as number) - (size[index] as number));
  if (spare.some((cells) => cells < 0)) {
    const mode = size[0] * size[1] > 0 ? 'bilinear' : 'nearest';
    return call.row('upsample', { size, mode, ...call.layout() });
  }
  const pairs = spare.map((cells) => [Math.floor(cells / 2), cells - Math.floor(cells / 2)]);
  return call.row('crop', { cropping: call.channelsLast ? [...pairs, [0, 0]] : pairs });
};

/** Several tensors pass as they are, one is a view. */
const passThrough: Rule = (call) => (call.tensors.length > 1 ? call.tensors : call.row('identity'));

const augmenting =
  'AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MaxNumBoundingBoxes MixUp RandAugment RandomApply RandomBrightness ' +
  'RandomChoice RandomColorDegeneration RandomColorJitter RandomContrast RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale ' +
  'RandomHeight RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation ' +
  'RandomWidth RandomZoom Solarization';

export const preprocessingRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(augmenting.split(' ').map((name) => [name, passThrough])),
  Rescaling: rescaling,
  Resizing: resizing,
  CenterCrop: centerCrop,
  RandomCrop: centerCrop,
};
