/** NumPy's broadcasting over the inputs of an operator. */

import { Refusal } from '../issue.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { broadcast, formatShape } from '../tensor/shape.ts';
import type { LayerContext } from './operator.ts';

/** The common shape of all inputs; refuses the first that does not go with those before it. */
export function broadcastInputs(inputs: readonly TensorType[], layer: LayerContext): Shape {
  let shape = (inputs[0] as TensorType).shape;
  for (let index = 1; index < inputs.length; index++) {
    const next = (inputs[index] as TensorType).shape;
    const common = broadcast(shape, next);
    if (common === undefined) throw new Refusal(['inputs', index], 'shape_mismatch', clash(shape, next, index, layer));
    shape = common;
  }
  return shape;
}

/** The last axis on which the shapes differ, in words; axes are aligned at the end. */
function clash(before: Shape, next: Shape, index: number, layer: LayerContext): string {
  const others = index === 1 ? layer.producer(0) : 'the inputs before it';
  let back = 1;
  while (before[before.length - back] === next[next.length - back] || before[before.length - back] === 1 || next[next.length - back] === 1)
    back++;
  const extents = `${before[before.length - back]} and ${next[next.length - back]}`;
  return (
    `${layer.producer(index)} gives ${formatShape(next)}, ${others} ${index === 1 ? 'gives' : 'give'} ${formatShape(before)}: ` +
    `aligned at the end, axis −${back} is ${extents}; extents must agree or be 1`
  );
}
