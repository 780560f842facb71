/** Random numbers, whose generation is not costed. */

import type { DType } from '../../../tensor/dtype.ts';
import type { Shape } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import type { Call, Lowering } from '../call.ts';
import { dtypeOf } from '../element-types.ts';
import type { Lowerings } from './index.ts';
import { addUncosted } from './uncosted.ts';

function random(shapeOf: (call: Call) => Shape, otherwise: (call: Call) => DType): Lowering {
  return (call): readonly Value[] =>
    addUncosted(
      call,
      [{ shape: shapeOf(call), dtype: dtypeOf(call.int('dtype', 0)) ?? otherwise(call) }],
      'what random numbers cost is not known here',
    );
}

const likeInput = random(
  (call) => call.shape(0),
  (call) => call.input(0).dtype,
);

/** RandomNormal-22 and RandomUniform-22 state their shape. */
const ofShape = random(
  (call) => {
    const shape = call.ints('shape');
    if (shape === undefined) throw call.refusal('missing_key', `${call.type} needs its shape`);
    return shape;
  },
  () => 'float32',
);

export const randomLowerings: Lowerings = {
  Bernoulli: likeInput,
  Multinomial: random(
    (call) => [call.shape(0)[0] ?? 1, call.int('sample_size', 1)],
    () => 'int32',
  ),
  RandomNormal: ofShape,
  RandomNormalLike: likeInput,
  RandomUniform: ofShape,
  RandomUniformLike: likeInput,
};
