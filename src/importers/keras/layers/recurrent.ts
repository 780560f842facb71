/**
 * Recurrent layers. A native one gives its whole sequence and its last states with an axis of layers in front; Keras gives the last output, or the
 * sequence, and the states without that axis: views of the same. Keras has one bias for the gates, save a GRU with `reset_after`, which has two.
 */

import { quote } from '../../../architecture/names.ts';
import type { DraftTensor } from '../../draft.ts';
import { leavesOf } from '../arguments.ts';
import type { Call } from '../call.ts';
import type { Config } from '../config.ts';
import type { Entry } from '../entry.ts';
import { readEntry } from '../entry.ts';
import type { Rule } from '../network.ts';

/** What one pass over a sequence gives. */
export interface Pass {
  /** batch × steps × features. */
  readonly sequence: DraftTensor;
  /** batch × features, by need: rows are added as they are asked for. */
  last(part: string | undefined): DraftTensor;
  states(prefix: string): readonly DraftTensor[];
}

const kinds: ReadonlyMap<string, 'rnn' | 'lstm' | 'gru'> = new Map([
  ['SimpleRNN', 'rnn'],
  ['SimpleRNNCell', 'rnn'],
  ['LSTM', 'lstm'],
  ['LSTMCell', 'lstm'],
  ['CuDNNLSTM', 'lstm'],
  ['GRU', 'gru'],
  ['GRUCell', 'gru'],
  ['CuDNNGRU', 'gru'],
]);

function attributesOf(call: Call, className: string, config: Config): Readonly<Record<string, unknown>> {
  const type = kinds.get(className) as string;
  const activation = config.raw('activation') ?? 'tanh';
  const usual = activation === 'tanh' || (type === 'rnn' && activation === 'relu');
  const gates = config.raw('recurrent_activation') ?? 'sigmoid';
  if (!usual || (type !== 'rnn' && gates !== 'sigmoid'))
    call.note('inner_activation', 'info', 'its inner activations are not the usual ones; operations are counted for tanh and sigmoid');
  const fused = className.startsWith('CuDNN');
  const twoBiases = type === 'gru' && config.flag('reset_after', fused);
  return {
    hidden_size: config.count('units'),
    bias: fused || config.flag('use_bias', true),
    // cuDNN keeps two biases whatever the layer.
    ...(fused || twoBiases ? {} : { recurrent_bias: false }),
    ...(type === 'gru' && !twoBiases && !fused ? { reset_after: false } : {}),
    ...(type === 'rnn' && activation === 'relu' ? { nonlinearity: 'relu' } : {}),
  };
}

/** Runs a layer, a cell or stacked cells over `input`; `part` names the row, undefined being the layer's own. */
export function passOver(
  call: Call,
  entry: Pick<Entry, 'className' | 'config'>,
  input: DraftTensor,
  initial: readonly DraftTensor[],
  part: string | undefined,
): Pass {
  const { className, config } = entry;
  if (className === 'StackedRNNCells') return passOverCells(call, config, input, initial, part);
  const type = kinds.get(className);
  if (type === undefined) return call.refuse('unknown_cell', `the cell ${quote(className)} is not known here`);
  const states = initial
    .slice(0, type === 'lstm' ? 2 : 1)
    .map((state, index) => call.row('unsqueeze', { dim: 0 }, [state], `${part ?? 'state'}_${index}`));
  const outputs = call.rows(type, attributesOf(call, className, config), [input, ...states], part, type === 'lstm' ? 3 : 2);
  const [sequence, ...last] = outputs as [DraftTensor, ...DraftTensor[]];
  const bare = (state: DraftTensor, name: string | undefined) => call.row('squeeze', { dim: 0 }, [state], name);
  return {
    sequence,
    last: (name) => bare(last[0] as DraftTensor, name),
    states: (prefix) => last.map((state, index) => bare(state, `${prefix}_${'hc'[index]}`)),
  };
}

/** Cells on top of each other: each reads the sequence of the one below. */
function passOverCells(call: Call, config: Config, input: DraftTensor, initial: readonly DraftTensor[], part: string | undefined): Pass {
  const cells = config.raw('cells');
  if (!Array.isArray(cells) || cells.length === 0) return config.refuse('cells', 'a list of cells');
  const passes: Pass[] = [];
  let sequence = input;
  let states = initial;
  for (let index = 0; index < cells.length; index++) {
    const cell = readEntry(cells[index], [...config.path, 'cells', index]);
    const own = index === cells.length - 1 ? part : `${part ?? 'cell'}_${index}`;
    const pass = passOver(call, cell, sequence, states, own);
    states = states.slice(kinds.get(cell.className) === 'lstm' ? 2 : 1);
    sequence = pass.sequence;
    passes.push(pass);
  }
  return {
    sequence,
    last: (name) => (passes.at(-1) as Pass).last(name),
    states: (prefix) => passes.flatMap((pass, index) => pass.states(`${prefix}_${index}`)),
  };
}

/** The layer that a RNN, or a bare cell's name, stands for. */
export function cellOf(entry: Entry): Pick<Entry, 'className' | 'config'> {
  if (entry.className !== 'RNN') return entry;
  return readEntry(entry.config.raw('cell'), [...entry.config.path, 'cell']);
}

/** The sequence and initial states that a layer is called with. */
export function recurrentInputs(call: Call): { readonly input: DraftTensor; readonly initial: readonly DraftTensor[] } {
  const [input, ...others] = call.tensors as [DraftTensor, ...DraftTensor[]];
  const given = call.argument(1, 'initial_state') ?? call.kwargs.get('initial_state');
  return { input, initial: given === undefined || given === null ? others : leavesOf<DraftTensor>(given) };
}

const recurrent: Rule = (call) => {
  const { config } = call;
  const { input, initial } = recurrentInputs(call);
  call.shape(3, 3);
  const steps = config.flag('time_major', false) ? call.row('transpose', { dim0: 0, dim1: 1 }, [input], 'batch_major') : input;
  const sequences = config.flag('return_sequences', false);
  const cell = cellOf(call.entry);
  const pass = passOver(call, cell, steps, initial, sequences ? undefined : 'sequence');
  const states = config.flag('return_state', false) ? pass.states('state') : [];
  return [sequences ? pass.sequence : pass.last(undefined), ...states];
};

/** A cell called by itself: one step of a sequence. */
const step: Rule = (call) => {
  const { input, initial } = recurrentInputs(call);
  const given = call.argument(1, 'states');
  const states = given === undefined || given === null ? initial : leavesOf<DraftTensor>(given);
  const raised = call.row('unsqueeze', { dim: 1 }, [input], 'step');
  const pass = passOver(call, call.entry, raised, states, 'sequence');
  return [pass.last(undefined), ...pass.states('state')];
};

export const recurrentRules: Readonly<Record<string, Rule>> = {
  SimpleRNN: recurrent,
  LSTM: recurrent,
  GRU: recurrent,
  CuDNNLSTM: recurrent,
  CuDNNGRU: recurrent,
  RNN: recurrent,
  SimpleRNNCell: step,
  LSTMCell: step,
  GRUCell: step,
  StackedRNNCells: step,
};
