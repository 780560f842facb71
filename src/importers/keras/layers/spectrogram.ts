/** Spectrograms of sound. */

import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';

/** Products of every frame with the waves of a Fourier transform: two convolutions with kernels that are weights of the layer. */
const stft: Rule = (call) => {
  const { config } = call;
  const shape = call.shape(3, 3);
  const length = config.count('frame_length');
  const step = config.has('frame_step') ? config.count('frame_step') : Math.max(Math.floor(length / 2), 1);
  const fft = config.has('fft_length') ? config.count('fft_length') : 2 ** Math.ceil(Math.log2(length));
  const waves = Math.floor(fft / 2) + 1;
  const mode = config.text('mode', 'log');
  const [samples, channels] = (call.channelsLast ? [shape[1], shape[2]] : [shape[2], shape[1]]) as [number, number];
  const single = call.row('reshape', { shape: [-1, 1, samples] }, [call.input], 'frames');
  const attributes = {
    out_channels: waves,
    kernel_size: length,
    stride: step,
    padding: config.word('padding', ['valid', 'same'], 'valid'),
    bias: false,
    ...call.layout(false),
  };
  const parts = ['real', 'imag'].filter((kind) => mode !== (kind === 'real' ? 'imag' : 'real'));
  const signals = parts.map((kind) => call.row('conv1d', attributes, [single], `${kind}_kernel`));
  const joined = joinSignals(call, signals, mode);
  const [, frequencies, steps] = call.shapeOf(joined) as [number, number, number];
  const apart = call.row('reshape', { shape: [-1, channels, frequencies, steps] }, [joined], 'channels');
  if (config.flag('expand_dims', false)) return call.row('permute', { dims: call.channelsLast ? [0, 3, 2, 1] : [0, 1, 3, 2] }, [apart]);
  const merged = call.row('flatten', { start_dim: 1, end_dim: 2 }, [apart], call.channelsLast ? 'merged' : undefined);
  return call.channelsLast ? call.row('transpose', { dim0: 1, dim1: 2 }, [merged]) : merged;
};

function joinSignals(call: Call, signals: readonly DraftTensor[], mode: string): DraftTensor {
  const [first, second] = signals as [DraftTensor, DraftTensor | undefined];
  if (second === undefined) return first;
  if (mode === 'stft') return call.row('concat', { dim: 1 }, signals, 'signals');
  if (mode === 'angle') return call.row('custom', { operator: 'arctan2', output_shapes: [call.shapeOf(first)] }, signals, 'angle');
  const power = call.row(
    'add',
    {},
    signals.map((signal, index) => call.row('square', {}, [signal], `square_${index}`)),
    'power',
  );
  if (mode === 'psd') return power;
  const size = call.row('sqrt', {}, [power], 'magnitude');
  return mode === 'log' ? call.row('log', {}, [size], 'log') : size;
}

const mel: Rule = (call) => {
  const { config } = call;
  const shape = call.shape(2, 2);
  const step = config.count('sequence_stride', 512);
  call.note('not_costed_preprocessing', 'info', 'what MelSpectrogram computes is not costed');
  return call.opaque([[shape[0] as number, config.count('num_mel_bins', 128), Math.floor(((shape[1] as number) + step + 1) / step)]]);
};

export const spectrogramRules: Readonly<Record<string, Rule>> = { STFTSpectrogram: stft, MelSpectrogram: mel };
