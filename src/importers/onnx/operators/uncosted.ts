/** Outputs whose shapes are known though their cost is not: `custom` rows that state them, with the reason as a diagnostic. */

import { isFloating } from '../../../tensor/dtype.ts';
import type { TensorType } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import type { Call } from '../call.ts';

/** The node as a `custom` row with these outputs. `reason` is a sentence for the report. */
export function addUncosted(call: Call, outputs: readonly TensorType[], reason: string): readonly Value[] {
  const values = call.add(customLayer(call, outputs), tensorsRead(call), outputs.length);
  call.translation.draft.note('not_costed', 'warning', values[0]?.tensor().text, call.at, reason);
  return values;
}

/** One more output of a node that is costed otherwise: a `custom` row `<node>/<part>`, made only where something reads the output. */
export function uncostedWhenRead(call: Call, part: string, output: TensorType, reason: string): Value {
  return whenRead(output, () => {
    const value = call.addPart(part, customLayer(call, [output]), flowing(call));
    call.translation.draft.note('not_costed', 'warning', value.tensor().text, call.at, reason);
    return value;
  });
}

/** A tensor of known type whose rows `make` adds when something reads it, so that outputs that nothing reads cost nothing. */
export function whenRead({ shape, dtype }: TensorType, make: () => Value): Value {
  let made: Value | undefined;
  return {
    shape,
    dtype,
    constant: false,
    tensor: () => {
      made ??= make();
      return made.tensor();
    },
  };
}

function customLayer(call: Call, outputs: readonly TensorType[]): Readonly<Record<string, unknown>> {
  return {
    type: 'custom',
    operator: call.type,
    output_shapes: outputs.map(({ shape }) => shape),
    output_dtypes: outputs.map(({ dtype }) => dtype),
  };
}

/** What flows into the node: neither constants nor sequences. */
function flowing(call: Call): readonly Value[] {
  return call.inputs.filter((value): value is Value => value !== undefined && value.items === undefined && !value.constant);
}

/** With the learned tensors that it reads, which count all the same. */
function tensorsRead(call: Call): readonly Value[] {
  return call.inputs.filter(
    (value): value is Value => value !== undefined && value.items === undefined && (!value.constant || isLearned(value)),
  );
}

function isLearned({ weight, pieces, learned }: Value): boolean {
  return (weight !== undefined && isFloating(weight.dtype)) || pieces !== undefined || learned === true;
}
