import { describe, expect, it } from 'vitest';
import { activationOf } from '../../../src/importers/keras/activations.ts';
import { operatorOf } from '../../../src/operators/index.ts';

/** `keras.activations.ALL_OBJECTS` of Keras 3.15. */
const names =
  'relu leaky_relu relu6 softmax celu elu selu softplus softsign squareplus soft_shrink sparse_plus silu gelu glu tanh tanh_shrink threshold sigmoid ' +
  'sparse_sigmoid exponential hard_sigmoid hard_silu hard_tanh hard_shrink log_sigmoid mish log_softmax sparsemax';

describe('activationOf', () => {
  it('has a native layer for every activation of Keras', () => {
    for (const name of names.split(' ')) expect(operatorOf(String(activationOf(name)?.layer?.type)), name).toBeDefined();
  });

  it('takes the linear one, null and nothing for none', () => {
    for (const value of ['linear', null, undefined]) expect(activationOf(value)).toBeUndefined();
  });

  it('reads a function that is written as an object, in either version', () => {
    expect(activationOf({ module: 'builtins', class_name: 'function', config: 'silu', registered_name: 'function' })?.layer).toEqual({
      type: 'silu',
    });
    expect(activationOf({ class_name: 'HardSigmoid', config: null })?.layer).toEqual({ type: 'hardsigmoid' });
  });

  it('names what it does not know', () => {
    expect(activationOf('constructor')).toEqual({ name: 'constructor', layer: undefined });
    expect(activationOf({ class_name: 'function', config: 'mine>wiggle' })).toEqual({ name: 'mine>wiggle', layer: undefined });
  });
});
