/** Functions of one tensor or several, element by element, that go by another name here and nothing else. */

import type { Call } from '../call.ts';
import type { Value } from '../value.ts';
import type { Lowerings } from './index.ts';

/** Reads its first input only. */
function unary(type: string): (call: Call) => readonly Value[] {
  return (call) => call.add({ type }, [call.input(0)]);
}

/** Reads all its inputs; of a single one it is the identity, as ONNX has it. */
function several(type: string): (call: Call) => readonly Value[] {
  return (call) => {
    const inputs = call.inputs.filter((value): value is Value => value !== undefined);
    return inputs.length === 1 ? call.add({ type: 'identity' }, inputs) : call.add({ type }, inputs);
  };
}

export const elementwiseLowerings: Lowerings = {
  Add: several('add'),
  Sub: several('subtract'),
  Mul: several('multiply'),
  Div: several('divide'),
  Pow: several('pow'),
  Sum: several('add'),
  Max: several('maximum'),
  Min: several('minimum'),
  Relu: unary('relu'),
  Sigmoid: unary('sigmoid'),
  Tanh: unary('tanh'),
  Identity: unary('identity'),
};
