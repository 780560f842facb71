/** A layer with the activation that its configuration names. */

import { isObject } from '../../../architecture/document.ts';
import { quote } from '../../../architecture/names.ts';
import type { DraftTensor } from '../../draft.ts';
import { activationOf } from '../activations.ts';
import type { Call } from '../call.ts';
import type { Entry } from '../entry.ts';
import { readEntry } from '../entry.ts';

type Attributes = Readonly<Record<string, unknown>>;

/** Adds the layer's own row; a known activation stands in it, others follow as rows. */
export function activated(call: Call, type: string, attributes: Attributes, inputs: readonly DraftTensor[] = [call.input]): DraftTensor {
  const value = call.config.raw('activation');
  const layer = layerAsActivation(call, value);
  if (layer !== undefined) return applyInner(call, layer, call.row(type, attributes, inputs), `${call.name}/activation`);
  const activation = activationOf(value);
  if (activation === undefined) return call.row(type, attributes, inputs);
  if (activation.layer !== undefined) return call.row(type, { ...attributes, activation: activation.layer }, inputs);
  return unknownFunction(call, activation.name, call.row(type, attributes, inputs), 'activation');
}

/** A layer that stands in place of a function, with its configuration and perhaps weights. */
export function layerAsActivation({ config }: Call, value: unknown): Entry | undefined {
  return isObject(value) && isObject(value.config) ? readEntry(value, [...config.path, 'activation']) : undefined;
}

/** Calls a layer inside another one; its last row is called `name`. */
export function applyInner(call: Call, entry: Entry, input: DraftTensor, name: string): DraftTensor {
  const occasion = { expected: 1, stated: [], frozen: call.frozen };
  const [output] = call.network.apply(entry, name, { args: [input], kwargs: new Map() }, occasion);
  return output as DraftTensor;
}

/** An activation that is not known keeps the shape; its cost is unknown. */
export function unknownFunction(call: Call, name: string, input: DraftTensor, part?: string): DraftTensor {
  call.note(
    'unknown_activation',
    'warning',
    `the activation ${quote(name)} is not known here; its cost is unknown and left out of the totals`,
  );
  const operator = `activation ${name}`.slice(0, 512).replace(/[^\x20-\x7e]/g, '?');
  const shapes = input.shape === undefined ? {} : { output_shapes: [input.shape] };
  return call.row('custom', { operator, ...shapes }, [input], part);
}
