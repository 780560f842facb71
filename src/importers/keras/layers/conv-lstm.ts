/** Convolutional LSTM: what a LSTM's products are, convolutions over the map of every step. */

import type { DraftTensor } from '../../draft.ts';
import { activationOf } from '../activations.ts';
import type { Call } from '../call.ts';
import type { Entry } from '../entry.ts';
import type { Rule } from '../network.ts';
import type { Rank } from './convolution.ts';
import { ranks } from './convolution.ts';
import type { Pass } from './recurrent.ts';
import { recurrentInputs } from './recurrent.ts';

/** One pass over a sequence of maps. */
export function convolvePass(call: Call, { className, config }: Entry, initial: readonly DraftTensor[], part: string | undefined): Pass {
  const rank = Number(className.replace(/\D/g, '')) as Rank;
  const activation = activationOf(config.raw('activation') ?? 'tanh');
  const gates = activationOf(config.raw('recurrent_activation') ?? 'sigmoid');
  if (activation?.name !== 'tanh' || gates?.name !== 'sigmoid')
    call.note('inner_activation', 'info', 'its inner activations are not the usual ones; operations are counted for tanh and sigmoid');
  const channelsLast = (config.raw('data_format') ?? 'channels_last') === 'channels_last';
  const attributes = {
    out_channels: config.count('filters'),
    kernel_size: config.spread('kernel_size', rank),
    stride: config.spread('strides', rank, 1),
    padding: config.word('padding', ['valid', 'same'], 'valid'),
    dilation: config.spread('dilation_rate', rank, 1),
    bias: config.flag('use_bias', true),
    ...call.layout(channelsLast),
  };
  // Channels first, Keras has the steps before the channels, the native layer after them.
  const turn = (tensor: DraftTensor, name: string | undefined) => call.row('transpose', { dim0: 1, dim1: 2 }, [tensor], name);
  const input = channelsLast ? call.input : turn(call.input, `${part ?? 'sequence'}_input`);
  const inputs = [input, ...initial.slice(0, 2)];
  const own = channelsLast ? part : (part ?? 'sequence');
  const [sequence, ...states] = call.rows(`conv_lstm${rank}d`, attributes, inputs, own, 3) as [DraftTensor, ...DraftTensor[]];
  return {
    get sequence() {
      return channelsLast ? sequence : turn(sequence, part === undefined ? undefined : `${part}_turned`);
    },
    last: (name) => call.row('identity', {}, [states[0] as DraftTensor], name),
    states: () => states,
  };
}

const convLstm: Rule = (call) => {
  const { config } = call;
  const { initial } = recurrentInputs(call);
  const sequences = config.flag('return_sequences', false);
  const pass = convolvePass(call, call.entry, initial, sequences ? undefined : 'sequence');
  const states = config.flag('return_state', false) ? pass.states('state') : [];
  return [sequences ? pass.sequence : pass.last(undefined), ...states];
};

export const convLstmRules: Readonly<Record<string, Rule>> = Object.fromEntries(
  ranks.map((rank): [string, Rule] => [`ConvLSTM${rank}D`, convLstm]),
);
