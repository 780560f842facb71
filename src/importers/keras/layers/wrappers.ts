/** Layers that hold other layers: models in place of a layer, both directions of a sequence, the steps of a sequence, normalised weights. */

import { quote } from '../../../architecture/names.ts';
import type { Shape } from '../../../tensor/shape.ts';
import type { DraftTensor } from '../../draft.ts';
import { activationOf } from '../activations.ts';
import type { Argument } from '../arguments.ts';
import type { Call } from '../call.ts';
import type { Config } from '../config.ts';
import type { Entry } from '../entry.ts';
import { readEntry } from '../entry.ts';
import { placeModel } from '../functional.ts';
import type { Rule } from '../network.ts';
import { applyInner } from './activated.ts';
import { convolvePass } from './conv-lstm.ts';
import type { Pass } from './recurrent.ts';
import { cellOf, passOver, recurrentInputs } from './recurrent.ts';

/** A model in place of a layer: its rows are called `<name>/<layer>`. */
export const nestedModel: Rule = (call) => {
  const given = (call.args.length > 1 ? call.args : (call.args[0] ?? [])) as Argument<DraftTensor>;
  return placeModel(call.network, call.entry, `${call.name}/`, given, call.frozen).map(({ tensor }) => tensor);
};

function innerEntry(config: Config, key: string): Entry {
  return readEntry(config.raw(key), [...config.path, key]);
}

/** Layers that act on the last axis, or on every element, whatever stands before. */
function actsOnLastAxis({ className, config }: Entry, shape: Shape): boolean {
  if (/^(Dense|Activation|ReLU|LeakyReLU|ELU|Dropout|Identity|Masking)$/.test(className)) return shape.length > 2 || className !== 'Dense';
  return className === 'LayerNormalization' && [-1, shape.length - 2].includes(config.raw('axis') as number);
}

/** Every step apart: the steps are folded into the batch axis and unfolded after, both views. */
const timeDistributed: Rule = (call) => {
  const layer = innerEntry(call.config, 'layer');
  const shape = call.shape(2);
  if (actsOnLastAxis(layer, shape) && activationOf(layer.config.raw('activation'))?.name !== 'glu')
    return applyInner(call, layer, call.input, call.name);
  const folded = call.row('reshape', { shape: [-1, ...shape.slice(2)] }, [call.input], 'steps');
  const output = applyInner(call, layer, folded, `${call.name}/${layer.name}`);
  return call.row('reshape', { shape: [-1, shape[1], ...call.shapeOf(output).slice(1)] }, [output]);
};

const merges: ReadonlyMap<string, string> = new Map([
  ['sum', 'add'],
  ['mul', 'multiply'],
  ['ave', 'add'],
]);

/** Two layers, one reading the steps backwards; their outputs are merged, or given one after the other. */
const bidirectional: Rule = (call) => {
  const { config } = call;
  const forward = innerEntry(config, 'layer');
  const backward = config.has('backward_layer') ? innerEntry(config, 'backward_layer') : forward;
  const { initial } = recurrentInputs(call);
  const half = initial.length / 2;
  const sequences = forward.config.flag('return_sequences', false);
  // Version 2 writes null for no merging, some writers leave the key out where it is "concat".
  const mode = config.raw('merge_mode') === null ? null : config.text('merge_mode', 'concat');
  // Without merging the forward output is the layer's own row.
  const passes = [
    oneDirection(call, forward, initial.slice(0, half), mode === null && sequences ? undefined : 'forward'),
    oneDirection(call, backward, initial.slice(half), 'backward'),
  ] as const;
  const lasts = [mode === null ? undefined : 'forward_last', 'backward_last'];
  const outputs = passes.map((pass, index) => (sequences ? pass.sequence : pass.last(lasts[index])));
  const states = forward.config.flag('return_state', false)
    ? passes.flatMap((pass, index) => pass.states(index === 0 ? 'forward_state' : 'backward_state'))
    : [];
  if (mode === null) return [...outputs, ...states];
  if (mode === 'concat') return [call.row('concat', { dim: -1 }, outputs), ...states];
  const type = merges.get(mode);
  if (type === undefined) return config.refuse('merge_mode', '"concat", "sum", "mul", "ave" or null');
  if (mode !== 'ave') return [call.row(type, {}, outputs), ...states];
  return [call.row('divide', { other: 2 }, [call.row('add', {}, outputs, 'sum')]), ...states];
};

function oneDirection(call: Call, entry: Entry, initial: readonly DraftTensor[], part: string | undefined): Pass {
  if (entry.className.startsWith('ConvLSTM')) return convolvePass(call, entry, initial, part);
  call.shape(3, 3);
  return passOver(call, cellOf(entry), call.input, initial, part);
}

/** The weights are divided by their largest singular value; a vector that approximates it is kept beside the layer. */
const spectralNorm: Rule = (call) => {
  const layer = innerEntry(call.config, 'layer');
  const output = applyInner(call, layer, call.input, call.name);
  const width = kernelWidth(call, layer);
  if (width === undefined)
    call.note('custom_layer', 'info', `the vector that SpectralNormalization keeps for a ${quote(layer.className)} is not counted`);
  else if (!call.network.owners.has(`${call.entry.key}|vector_u`))
    call.row('parameter', { shape: [1, width], trainable: false }, [], 'vector_u');
  return output;
};

/** Last axis of a layer's kernel. */
function kernelWidth(call: Call, { className, config }: Entry): number | undefined {
  const shape = call.shape();
  const channels = shape.at((config.raw('data_format') ?? 'channels_last') === 'channels_first' ? 1 : -1);
  if (/^Conv\dDTranspose$/.test(className)) return channels;
  if (/^Conv\dD$/.test(className)) return config.count('filters');
  if (className.startsWith('DepthwiseConv')) return config.count('depth_multiplier', 1);
  if (className === 'Dense') return config.count('units');
  return className === 'Embedding' ? config.count('output_dim') : undefined;
}

/** Preprocessing layers one after the other. */
const pipeline: Rule = (call) => {
  const layers = call.config.raw('layers');
  if (!Array.isArray(layers)) return call.config.refuse('layers', 'a list of layers');
  return layers.reduce((input: DraftTensor, value, index) => {
    const entry = readEntry(value, [...call.config.path, 'layers', index]);
    return applyInner(call, entry, input, index === layers.length - 1 ? call.name : `${call.name}/${entry.name}`);
  }, call.input);
};

export const wrapperRules: Readonly<Record<string, Rule>> = {
  TimeDistributed: timeDistributed,
  Bidirectional: bidirectional,
  SpectralNormalization: spectralNorm,
  Pipeline: pipeline,
};
