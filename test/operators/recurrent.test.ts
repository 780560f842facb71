import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

/** Two layers in both directions over 3 samples of 5 steps: layer 0 reads 4 features, layer 1 the 2·6 of the layer below. */
const deep = { hidden_size: 6, num_layers: 2, bidirectional: true };
const input = [3, 5, 4];

describe('recurrent layers', () => {
  test('count gates·(in + hidden)·hidden products for each step, layer and direction', () => {
    // Both directions: layer 0 takes 2·6·(4 + 6) = 120 products a gate and step, layer 1 2·6·(12 + 6) = 216; 15 steps in all: 5,040.
    expect(operationsOf({ type: 'rnn', ...deep }, input).mac).toBe(5040);
    expect(operationsOf({ type: 'gru', ...deep }, input).mac).toBe(3 * 5040);
    expect(operationsOf({ type: 'lstm', ...deep }, input).mac).toBe(4 * 5040);
  });

  test('count two biases a gate and what the gates compute, an element of the state at a time', () => {
    // 6·2·2·15 = 360 updates. rnn: 2 biases, 1 tanh.
    expect(operationsOf({ type: 'rnn', ...deep }, input)).toEqual({ mac: 5040, add: 720, tanh: 360 });
    expect(operationsOf({ type: 'rnn', nonlinearity: 'relu', bias: false, ...deep }, input)).toEqual({ mac: 5040, cmp: 360 });
    // gru: two sigmoids, one tanh; r·(…), (1 − z)·n and z·h are 3 mul; two sums of sigmoids, one into n, 1 − z and one of the results are 5 add.
    expect(operationsOf({ type: 'gru', bias: false, ...deep }, input)).toEqual({
      mac: 15120,
      add: 1800,
      mul: 1080,
      div: 720,
      exp: 720,
      tanh: 360,
    });
    expect(operationsOf({ type: 'gru', ...deep }, input).add).toBe(1800 + 6 * 360);
    // lstm: three sigmoids, two tanh; f·c, i·g and o·tanh(c) are 3 mul; three sums of sigmoids and one of the cell are 4 add.
    expect(operationsOf({ type: 'lstm', bias: false, ...deep }, input)).toEqual({
      mac: 20160,
      add: 1440,
      mul: 1080,
      div: 1080,
      exp: 1080,
      tanh: 720,
    });
    expect(operationsOf({ type: 'lstm', ...deep }, input).add).toBe(1440 + 8 * 360);
  });

  test('explain weights and products in symbols', () => {
    const row = rowOf({ type: 'gru', ...deep }, input);
    expect(valuesOf(row, '/weights/parameters')).toBe('3·6·(4 + 6 + (2 − 1)·(2 + 1)·6)·2 + 2·3·6·2·2 = 1152');
    expect(row.weights.parameters).toBe(1152);
    expect(valuesOf(row, '/output_shapes/0/2')).toBe('2·6 = 12');
    expect(valuesOf(row, '/output_shapes/1/0')).toBe('2·2 = 4');
  });

  test('take the spellings of Keras and ONNX', () => {
    expect(rowOf({ type: 'SimpleRNN', units: 6, use_bias: false }, input).weights.parameters).toBe(6 * 4 + 6 * 6);
    expect(rowOf({ type: 'LSTM', hidden_size: 6, direction: 'bidirectional' }, input).output_shapes?.[0]).toEqual([3, 5, 12]);
    expect(rowOf({ type: 'GRU', hidden_size: 6, direction: 'forward' }, input).output_shapes?.[0]).toEqual([3, 5, 6]);
    expect(refusalOf({ type: 'GRU', hidden_size: 6, direction: 'reverse' }, input)).toMatchObject({
      at: '/direction',
      code: 'invalid_value',
    });
  });

  test('read batch × steps × features only', () => {
    expect(rowOf({ type: 'rnn', hidden_size: 2, batch_first: true }, input).output_shapes?.[0]).toEqual([3, 5, 2]);
    expect(refusalOf({ type: 'rnn', hidden_size: 2, batch_first: false }, input)).toMatchObject({
      at: '/batch_first',
      code: 'invalid_value',
    });
    expect(refusalOf({ type: 'rnn', hidden_size: 2 }, [5, 4])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
  });

  test('refuse features and states that do not fit', () => {
    expect(refusalOf({ type: 'lstm', hidden_size: 6, input_size: 5 }, input)).toEqual({
      at: '/input_size',
      code: 'mismatch',
      detail: '"layer": input_size is 5, but "x0" gives 4',
    });
    expect(refusalOf({ type: 'gru', hidden_size: 6 }, input, [3, 1, 6])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": h_0 must be [1, 3, 6] (layers·directions × batch × features), but "x1" gives [3, 1, 6]',
    });
    expect(refusalOf({ type: 'lstm', hidden_size: 6 }, input, [1, 3, 6])).toMatchObject({ at: '/inputs', code: 'wrong_input_count' });
  });
});

describe('an lstm with a projection', () => {
  const layer = { type: 'lstm', proj_size: 2, ...deep };

  test('has a recurrent operand as wide as the projection', () => {
    const row = rowOf(layer, input);
    expect(row.output_shapes).toEqual([
      [3, 5, 4],
      [4, 3, 2],
      [4, 3, 6],
    ]);
    // A direction of layer 0: 4·6 rows of 4 + 2, and 2·6 to project; of layer 1: 24 rows of 2·2 + 2, and 2·6. Biases: 2·24 in each of the four.
    expect(row.weights.parameters).toBe(2 * (24 * 6 + 12 + 24 * 6 + 12) + 4 * 48);
    expect(valuesOf(row, '/weights/parameters')).toMatch(/ = 816$/);
    // Each weight that is no bias is used once in each of 15 steps.
    expect(row.compute.macs).toBe(2 * (24 * 6 + 12 + 24 * 6 + 12) * 15);
  });

  test('refuses a projection that is not narrower', () => {
    expect(refusalOf({ type: 'lstm', hidden_size: 6, proj_size: 6 }, input)).toEqual({
      at: '/proj_size',
      code: 'out_of_range',
      detail: '"layer": proj_size 6 must be smaller than hidden_size 6',
    });
  });
});

describe('recurrent layers as Keras and ONNX have them', () => {
  test('with one bias: gates·(in·hidden + hidden·hidden + hidden)', () => {
    // Keras counts 4·(3·4 + 4·4 + 4) = 128 for LSTM(4) on 3 features, 96 for GRU(4, reset_after=False), 32 for SimpleRNN(4).
    const keras = { units: 4, recurrent_bias: false };
    expect(rowOf({ type: 'LSTM', ...keras }, [2, 5, 3]).weights.parameters).toBe(128);
    expect(rowOf({ type: 'GRU', ...keras, reset_after: false }, [2, 5, 3]).weights.parameters).toBe(96);
    expect(rowOf({ type: 'SimpleRNN', ...keras }, [2, 5, 3]).weights.parameters).toBe(32);
    // 40 updates in all: a bias less in each of 4 gates.
    expect(operationsOf({ type: 'lstm', hidden_size: 4, recurrent_bias: false }, [2, 5, 3]).add).toBe(320);
    expect(operationsOf({ type: 'gru', hidden_size: 4, recurrent_bias: false }, [2, 5, 3]).add).toBe(320);
    expect(operationsOf({ type: 'rnn', hidden_size: 4, recurrent_bias: false }, [2, 5, 3]).add).toBe(40);
  });

  test('with peepholes: three vectors, 3 mul and 3 add an element', () => {
    const row = rowOf({ type: 'lstm', hidden_size: 4, peepholes: true, bidirectional: true }, [2, 5, 3]);
    expect(row.weights.parameters).toBe(2 * (112 + 32 + 12));
    expect(valuesOf(row, '/compute/operations/add')).toBe('15·4·1·2·5·2 = 1200');
    expect(valuesOf(row, '/compute/operations/mul')).toBe('6·4·1·2·5·2 = 480');
    expect(operationsOf({ type: 'lstm', hidden_size: 4, peepholes: true, bias: false }, [2, 5, 3])).toMatchObject({ add: 280, mul: 240 });
    expect(operationsOf({ type: 'lstm', hidden_size: 4, peepholes: true, recurrent_bias: false }, [2, 5, 3]).add).toBe(440);
  });

  test('a state that is reset before its product counts the same', () => {
    expect(operationsOf({ type: 'gru', hidden_size: 4, reset_after: false }, [2, 5, 3])).toEqual(
      operationsOf({ type: 'gru', hidden_size: 4 }, [2, 5, 3]),
    );
  });
});
