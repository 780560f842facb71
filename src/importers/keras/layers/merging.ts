/** Layers that merge several tensors. Where ranks differ, axes of 1 are put in after the batch axis, as Keras does. */

import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';

/** The inputs with as many axes each. */
function aligned(call: Call): readonly DraftTensor[] {
  const { tensors } = call;
  if (tensors.length < 2) call.refuse('wrong_input_count', `${call.entry.className} merges two tensors or more; given ${tensors.length}`);
  if (tensors.some(({ shape }) => shape === undefined)) return tensors;
  const rank = Math.max(...tensors.map((tensor) => call.shapeOf(tensor).length));
  return tensors.map((tensor, index) => {
    const missing = rank - call.shapeOf(tensor).length;
    if (missing === 0) return tensor;
    const dim = Array.from({ length: missing }, (_, axis) => axis + 1);
    return call.row('unsqueeze', { dim: dim.length === 1 ? 1 : dim }, [tensor], `input_${index}`);
  });
}

const merge =
  (type: string): Rule =>
  (call) =>
    call.row(type, {}, aligned(call));

const average: Rule = (call) => {
  const tensors = aligned(call);
  return call.row('divide', { other: tensors.length }, [call.row('add', {}, tensors, 'sum')]);
};

const concatenate: Rule = (call) =>
  call.tensors.length === 1 ? call.row('identity') : call.row('concat', { dim: call.config.integer('axis', -1) }, call.tensors);

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** Products over one axis of each, batch by batch: (batch × … ) and (batch × …) without the two axes, of rank 2 at least. */
const dot: Rule = (call) => {
  const { config, tensors } = call;
  if (tensors.length !== 2) call.refuse('wrong_input_count', `Dot reads two tensors; given ${tensors.length}`);
  const ranks = tensors.map((tensor) => call.shapeOf(tensor).length);
  const given = config.integers('axes');
  const axes = ranks.map((rank, index) => {
    const axis = given[index] ?? given[0] ?? 0;
    return axis < 0 ? axis + rank : axis;
  });
  if (given.length > 2 || axes.some((axis, index) => axis < 1 || axis >= (ranks[index] as number)) || Math.max(...ranks) > 12)
    config.refuse('axes', 'one axis of each input, the batch axis apart');
  const inputs = config.flag('normalize', false)
    ? tensors.map((tensor, index) => call.row('unit_norm', { dim: axes[index] }, [tensor], `unit_${index}`))
    : tensors;
  let next = 2;
  const named = ranks.map((rank, index) =>
    Array.from({ length: rank }, (_, axis) => (axis === 0 ? 'a' : axis === axes[index] ? 'b' : (letters[next++] as string))),
  );
  const output = ['a', ...named.flat().filter((letter) => letter !== 'a' && letter !== 'b')];
  const equation = `${named.map((word) => word.join('')).join(',')}->${output.join('')}`;
  if (output.length > 1) return call.row('einsum', { equation }, inputs);
  return call.row('unsqueeze', { dim: 1 }, [call.row('einsum', { equation }, inputs, 'product')]);
};

export const mergingRules: Readonly<Record<string, Rule>> = {
  Add: merge('add'),
  Subtract: merge('subtract'),
  Multiply: merge('multiply'),
  Maximum: merge('maximum'),
  Minimum: merge('minimum'),
  Average: average,
  Concatenate: concatenate,
  Dot: dot,
};
