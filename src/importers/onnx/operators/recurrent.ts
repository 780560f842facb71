/**
 * Recurrent layers. ONNX reads steps × batch × features and puts out steps × directions × batch × hidden; here a layer reads and puts out batch × steps × features,
 * so that views stand around the node's row, which holds all its weights. A single direction that runs backwards costs what one that runs forwards costs.
 */

import type { Posted } from '../../../architecture/read-layer.ts';
import type { Shape } from '../../../tensor/shape.ts';
import type { Part } from '../../node-rows.ts';
import type { Value } from '../../value.ts';
import type { Call, Lowering } from '../call.ts';
import type { Lowerings } from './index.ts';
import { addPermuted, reshapeTo } from './reshaped.ts';
import { addUncosted, whenRead } from './uncosted.ts';

interface Family {
  readonly type: string;
  /** States beside the output: h, or h and c. */
  readonly states: 1 | 2;
  readonly gates: number;
  /** Activations of one direction as the native layer has them. */
  readonly usual: readonly string[];
  layer(call: Call): Posted;
}

const rnn: Family = {
  type: 'rnn',
  states: 1,
  gates: 1,
  usual: ['Tanh'],
  layer: (call) => (call.texts('activations')?.every((name) => name === 'Relu') ? { nonlinearity: 'relu' } : {}),
};

const gru: Family = {
  type: 'gru',
  states: 1,
  gates: 3,
  usual: ['Sigmoid', 'Tanh'],
  layer: (call) => (call.int('linear_before_reset', 0) === 0 ? { reset_after: false } : {}),
};

const lstm: Family = {
  type: 'lstm',
  states: 2,
  gates: 4,
  usual: ['Sigmoid', 'Tanh', 'Tanh'],
  layer: (call) => (call.has(7) ? { peepholes: true } : {}),
};

/** ONNX RNN-22, GRU-22 and LSTM-22; `turned` where the matrices lie features × gates. */
function recurrent(family: Family, turned = false): Lowering {
  return (call) => {
    const [directions = 1, first = 1, second = 1] = call.shape(1);
    const [rows, features] = turned ? [second, first] : [first, second];
    const hidden = call.int('hidden_size') ?? rows / family.gates;
    const batchFirst = call.int('layout', 0) !== 0;
    const [outer = 1, inner = 1] = call.shape(0);
    const [batch, steps] = batchFirst ? [outer, inner] : [inner, outer];
    const bidirectional = call.text('direction', 'forward') === 'bidirectional';
    if (call.rank(0) !== 3 || directions !== (bidirectional ? 2 : 1) || rows !== family.gates * hidden || features !== call.shape(0)[2])
      throw call.refusal('shape_mismatch', describe(call, family, hidden, bidirectional));
    const layer = {
      type: family.type,
      hidden_size: hidden,
      ...(bidirectional ? { bidirectional } : {}),
      ...(call.has(3) ? {} : { bias: false }),
      ...family.layer(call),
    };
    const parts = [1, 2, 3, 7].flatMap((index): Part[] => {
      const value = index < 4 || family.states === 2 ? call.inputs[index] : undefined;
      return value === undefined ? [] : [{ role: `weights ${index}`, value, shape: value.shape ?? [] }];
    });
    const input = batchFirst ? call.input(0) : addPermuted(call, 'batch_first', call.input(0), [1, 0, 2]);
    const states = statesOf(call, family, batchFirst, [directions, batch, hidden]);
    const added = call.addOwning(layer, [input, ...states], parts);
    const whole: Shape = batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden];
    const state: Shape = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
    const dtype = call.input(0).dtype;
    if (added === undefined) {
      const types = [whole, state, state].slice(0, Math.min(1 + family.states, call.outputs)).map((shape) => ({ shape, dtype }));
      return addUncosted(call, types, `the weights of ${call.name} are computed by other nodes, so that what it costs is not known here`);
    }
    noteDifferences(call, family, directions, added[0] as Value);
    const [output, ...finals] = added as [Value, ...Value[]];
    const apart = (): Value => {
      const split = call.addPart('directions', reshapeTo([batch, steps, directions, hidden]), [output]);
      return batchFirst ? split : addPermuted(call, 'steps_first', split, [1, 2, 0, 3]);
    };
    return [
      whenRead({ shape: whole, dtype }, apart),
      ...finals.map((value, index) =>
        batchFirst ? whenRead({ shape: state, dtype }, () => addPermuted(call, `state_${index}`, value, [1, 0, 2])) : value,
      ),
    ];
  };
}

/** Initial states as inputs; where an LSTM is given only one of its two, the other is a constant. */
function statesOf(call: Call, { states }: Family, batchFirst: boolean, shape: Shape): readonly Value[] {
  const given = states === 2 ? [call.inputs[5], call.inputs[6]] : [call.inputs[5]];
  if (given.every((value) => value === undefined)) return [];
  return given.map((value, index) => {
    if (value === undefined) return call.addPart(`state_${index}_zeros`, { type: 'constant', shape, dtype: call.input(0).dtype }, []);
    return batchFirst ? addPermuted(call, `initial_state_${index}`, value, [1, 0, 2]) : value;
  });
}

function describe(call: Call, family: Family, hidden: number, bidirectional: boolean): string {
  return (
    `W is [${call.shape(1).join(', ')}] and X [${call.shape(0).join(', ')}]; ${call.type} takes ` +
    `[${bidirectional ? 2 : 1}, ${family.gates * hidden}, features] and three axes that end in as many features`
  );
}

/** What the native layer computes otherwise: its products are the same, what is done to each element is not. */
function noteDifferences(call: Call, family: Family, directions: number, row: Value): void {
  const names = call.texts('activations');
  const usual = Array.from({ length: directions }, () => family.usual).flat();
  const isUsual = names === undefined || names.length === 0 || names.join() === usual.join() || names.every((name) => name === 'Relu');
  const found = [
    ...(isUsual && !(names?.includes('Relu') && family.type !== 'rnn') ? [] : [`its activations are ${names?.join(', ')}`]),
    ...(call.float('clip') === undefined ? [] : ['it clips its gates']),
    ...(call.int('input_forget', 0) === 0 ? [] : ['its input and forget gates are coupled']),
  ];
  if (found.length === 0) return;
  const detail = `${found.join(', ')}: its products are exact, its elementwise operations are those of the usual ${family.type}`;
  call.translation.draft.note('approximated', 'warning', row.tensor().text, call.at, detail);
}

export const recurrentLowerings: Lowerings = {
  GRU: recurrent(gru),
  LSTM: recurrent(lstm),
  RNN: recurrent(rnn),
  'com.microsoft.DynamicQuantizeLSTM': recurrent(lstm, true),
};
