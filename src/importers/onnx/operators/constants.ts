/** Tensors that a node makes out of nothing or out of a shape. */

import { isFloating } from '../../../tensor/dtype.ts';
import { productOf } from '../../../tensor/product.ts';
import type { Value } from '../../value.ts';
import { constant } from '../../value.ts';
import type { Call } from '../call.ts';
import type { OnnxTensor } from '../model.ts';
import { storedTensor } from '../stored-tensor.ts';
import type { Lowerings } from './index.ts';
import { openReason } from './shaping.ts';

/** ONNX Constant-24: a tensor, a number or a list of numbers. */
function constantNode(call: Call): readonly Value[] {
  const name = call.scope.prefix + (call.node.outputs[0] ?? call.name);
  const { translation, at } = call;
  const tensor = call.tensorAttribute('value');
  if (tensor !== undefined) return [translation.store(tensor, name, at, true)];
  const sparse = call.attributes.get('sparse_value')?.sparse;
  if (sparse !== undefined)
    return [translation.weight({ shape: sparse.dims, dtype: storedTensor(sparse.values, name).type.dtype }, name, at)];
  const floats = call.floats('value_floats');
  if (floats !== undefined) return [translation.weight({ shape: [floats.length], dtype: 'float32' }, name, at, floats, true)];
  const ints = call.ints('value_ints');
  if (ints !== undefined) return [translation.numbers({ shape: [ints.length], dtype: 'int64', values: ints }, name, at)];
  const float = call.float('value_float');
  if (float !== undefined) return [translation.numbers({ shape: [], dtype: 'float32', values: [float] }, name, at)];
  const int = call.int('value_int');
  if (int !== undefined) return [translation.numbers({ shape: [], dtype: 'int64', values: [int] }, name, at)];
  const texts = call.texts('value_strings');
  const shape = texts === undefined ? [] : [texts.length];
  if (texts === undefined && call.text('value_string') === undefined) throw call.refusal('missing_key', 'a Constant without a value');
  return [
    constant({ shape, dtype: 'int64' }, () => translation.draft.add({ name, type: 'constant', shape, dtype: 'int64' }, [], at)[0] as never),
  ];
}

/**
 * ONNX ConstantOfShape-24. A floating one of a shape that is an initializer stands for a weight (files that were stripped of their weights make them so); of
 * a shape that a node gives it is a buffer such as a mask or a first hidden state.
 */
function constantOfShape(call: Call): readonly Value[] {
  const name = call.scope.prefix + (call.node.outputs[0] ?? call.name);
  const { translation } = call;
  if (call.isOpen(0)) return call.addCustom(openReason(call, 'its shape is decided'));
  const shape = call.whole(0) ?? [];
  const negative = shape.find((extent) => extent < 0);
  if (negative !== undefined) throw call.refusal('invalid_value', `a tensor with an axis of ${negative}; an extent is at least 0`);
  const tensor: OnnxTensor = call.tensorAttribute('value') ?? {
    name,
    dims: [1],
    dataType: 1,
    values: [0],
    storedBytes: 4,
    storedElements: 1,
    external: false,
  };
  const { type, known } = storedTensor(tensor, name);
  const elements = productOf(shape);
  const fill = known?.values[0];
  const values = fill !== undefined && call.mayWorkOut(shape) ? new Array<number>(elements).fill(fill) : undefined;
  translation.budget.work(values?.length ?? 0);
  const result = { shape, dtype: type.dtype };
  if (isFloating(type.dtype) && shape.length > 0 && elements > 0 && call.input(0).weight?.at.includes('initializer'))
    return [translation.weight(result, name, call.at, values)];
  return [constant({ ...result, values }, () => call.add({ type: 'constant', shape, dtype: type.dtype }, [])[0]?.tensor() as never)];
}

export const constantLowerings: Lowerings = { Constant: constantNode, ConstantOfShape: constantOfShape };
