/** Operators that hand their input on, as it is or in another element type. */

import { quote } from '../../../architecture/names.ts';
import type { Value } from '../../value.ts';
import { constant } from '../../value.ts';
import type { Call } from '../call.ts';
import { dtypeOf } from '../element-types.ts';
import type { Lowerings } from './index.ts';

/** ONNX Identity-25; a list is handed on without a row. */
function identity(call: Call): readonly Value[] {
  const input = call.input(0);
  if (input.items !== undefined) return [input];
  return input.shape === undefined ? call.addCustom() : call.add({ type: 'identity' });
}

/** ONNX Dropout-22. The mask is all true in inference; nothing is counted for it. */
function dropout(call: Call): readonly Value[] {
  const ratio = call.has(1) ? call.inputs[1]?.values?.[0] : call.float('ratio', 0.5);
  const [output] = call.add({ type: 'dropout', ...(ratio === undefined || ratio === 0.5 ? {} : { p: ratio }) }, [call.input(0)], 1);
  const type = { shape: call.shape(0), dtype: 'bool' } as const;
  const mask = constant(type, () => call.addPart('mask', { type: 'constant', ...type }, []).tensor());
  return [output as Value, mask];
}

/** ONNX Cast-25. Text has no type here. */
function cast(call: Call): readonly Value[] {
  const dtype = dtypeOf(call.int('to', 1));
  if (dtype === undefined) return call.addCustom(`${quote(call.name)} casts to text, which is not measured`);
  return call.add({ type: 'cast', dtype });
}

/** ONNX CastLike-25. */
function castLike(call: Call): readonly Value[] {
  return call.add({ type: 'cast', dtype: call.input(1).dtype });
}

export const passingLowerings: Lowerings = {
  Identity: { lower: identity, reads: 'anything' },
  Dropout: dropout,
  Cast: cast,
  // ONNX BitCast-26: types of one width, so that the shape stays.
  BitCast: cast,
  CastLike: castLike,
};
