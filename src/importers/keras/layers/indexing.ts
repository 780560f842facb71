/** `x[…]`: slices stay as axes, numbers pick one position, `None` adds an axis, `...` stands for all axes between. */

import type { DraftTensor } from '../../draft.ts';
import type { Argument } from '../arguments.ts';
import { ellipsis, Slice } from '../arguments.ts';
import type { Call } from '../call.ts';
import { isTensor } from '../call.ts';

/** Adds one slice for all axes that are cut, then drops and adds axes. */
export function indexed(call: Call, input: DraftTensor, index: Argument<DraftTensor>): DraftTensor {
  const parts = (Array.isArray(index) ? index : [index]) as readonly Argument<DraftTensor>[];
  if (parts.some(isTensor)) return byTensor(call, input, parts);
  const rank = call.shapeOf(input).length;
  const named = parts.filter((part) => part !== null && part !== ellipsis).length;
  if (named > rank) call.refuse('out_of_range', `an index of ${named} parts for ${rank} axes`);
  const cuts: { dim: number; start: number | undefined; end: number | undefined; step: number }[] = [];
  const dropped: number[] = [];
  const added: number[] = [];
  let axis = 0;
  let place = 0;
  for (const part of parts) {
    if (part === ellipsis) {
      axis += rank - named;
      place += rank - named;
    } else if (part === null) added.push(place++);
    else if (part instanceof Slice) {
      const [start, end, step] = part.parts.map((value) => boundOf(call, value));
      if (start !== undefined || end !== undefined || (step ?? 1) !== 1) cuts.push({ dim: axis, start, end, step: step ?? 1 });
      axis++;
      place++;
    } else {
      const at = boundOf(call, part) ?? 0;
      cuts.push({ dim: axis, start: at, end: at === -1 ? undefined : at + 1, step: 1 });
      dropped.push(axis++);
    }
  }
  return arrange(call, input, cuts, dropped, added);
}

interface Cut {
  readonly dim: number;
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly step: number;
}

/** The steps that are needed, the last of which is the operation's own row. */
function arrange(call: Call, input: DraftTensor, cuts: readonly Cut[], dropped: readonly number[], added: readonly number[]): DraftTensor {
  const steps: ((from: DraftTensor, part: string | undefined) => DraftTensor)[] = cuts.map(({ dim, start, end, step }) => (from, part) => {
    const bounds = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }), ...(step === 1 ? {} : { step }) };
    return call.row('slice', { dim, ...bounds }, [from], part);
  });
  if (dropped.length > 0) steps.push((from, part) => call.row('squeeze', { dim: dropped }, [from], part));
  if (added.length > 0) steps.push((from, part) => call.row('unsqueeze', { dim: added }, [from], part));
  if (steps.length === 0) return call.row('identity', {}, [input]);
  return steps.reduce((from, step, index) => step(from, index === steps.length - 1 ? undefined : `part_${index}`), input);
}

function boundOf(call: Call, value: Argument<DraftTensor>): number | undefined {
  if (value === null || value === undefined) return undefined;
  return Number.isSafeInteger(value)
    ? (value as number)
    : call.refuse('unsupported_argument', 'an index is made of whole numbers, slices, "..." and None');
}

/** `x[indices]`: rows of the first axis. */
function byTensor(call: Call, input: DraftTensor, parts: readonly Argument<DraftTensor>[]): DraftTensor {
  const [first] = parts;
  if (parts.length === 1 && isTensor(first)) return call.row('take', { dim: 0 }, [input, first]);
  return call.opaque()[0] as DraftTensor;
}
