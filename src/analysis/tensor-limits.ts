/** How large a tensor may be: every axis, and all of it. */

import type { Limits } from '../architecture/limits.ts';
import type { Shape } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';

/** The first thing that is wrong with the size of one of `tensors`, in words; undefined where all are within the limits. */
export function sizeProblem(
  tensors: readonly { readonly shape: Shape }[],
  { maxExtent, maxElements }: Limits,
): { code: string; detail: string } | undefined {
  for (let output = 0; output < tensors.length; output++) {
    const { shape } = tensors[output] as { readonly shape: Shape };
    let elements = 1;
    for (let axis = 0; axis < shape.length; axis++) {
      const extent = shape[axis] as number;
      if (!(extent >= 1))
        return { code: 'empty_output', detail: `the shape ${formatShape(shape)} has an axis of ${extent}; every axis must be at least 1` };
      if (extent > maxExtent)
        return { code: 'too_large', detail: `the shape ${formatShape(shape)} has an axis of ${extent}; the largest is ${maxExtent}` };
      elements *= extent;
    }
    if (elements > maxElements) {
      return {
        code: 'too_large',
        detail: `the shape ${formatShape(shape)} has about ${elements.toPrecision(4)} elements; the largest tensor has ${maxElements}`,
      };
    }
  }
  return undefined;
}
