/** The tensors that a graph is fed: symbols bound to extents, the batch axis found, a resolution put in place. */

import { quote } from '../../architecture/names.ts';
import type { Path } from '../../issue.ts';
import { isFloating } from '../../tensor/dtype.ts';
import type { Draft } from '../draft.ts';
import type { ImportOptions } from '../imported.ts';
import { dtypeOf } from './element-types.ts';
import type { ValueInfo } from './model.ts';

export interface FedInput {
  readonly info: ValueInfo;
  readonly at: Path;
}

export interface Bound {
  /** Whole shapes by input; undefined where one could not be told, which has been said. */
  readonly shapes: readonly (readonly number[] | undefined)[];
  readonly batch_size: number;
  /** Extents of all symbols, those of `dims` and the batch. */
  readonly dims: ReadonlyMap<string, number>;
}

/** Binds every axis of every input; what stays unbound, or does not fit, is refused at its input. */
export function bindInputs(inputs: readonly FedInput[], options: ImportOptions, draft: Draft): Bound {
  const { batch_size, resolution, dims } = options;
  const bound = new Map(dims);
  const firsts = inputs.flatMap(({ info }) => (info.dims?.[0] === undefined ? [] : [info.dims[0]]));
  const symbols = firsts.filter((dim) => typeof dim === 'string');
  const anonymous = inputs.some(({ info }) => info.dims !== undefined && info.dims.length > 0 && info.dims[0] === undefined);
  const fixed = firsts.find((dim) => typeof dim === 'number');
  const free = symbols.some((symbol) => !dims.has(symbol)) || anonymous;
  const stated = symbols.map((symbol) => dims.get(symbol)).find((extent) => extent !== undefined);
  const batch = batch_size ?? (free ? 1 : (stated ?? fixed ?? 1));
  if (batch_size !== undefined && !free && stated !== batch_size && fixed !== batch_size && (stated ?? fixed) !== undefined) {
    const at = inputs[0]?.at ?? [];
    draft.refuse(
      at,
      'batch_fixed',
      `the first axis of ${quote(inputs[0]?.info.name)} is ${stated ?? fixed}, so batch_size cannot be ${batch_size}`,
    );
  }
  for (const symbol of symbols) if (!bound.has(symbol)) bound.set(symbol, batch);
  const images = inputs.filter(
    ({ info }) => (info.dims?.length === 4 || info.dims?.length === 5) && isFloating(dtypeOf(info.elemType) ?? 'int64'),
  );
  if (resolution !== undefined && images.length !== 1)
    draft.refuse(
      ['graph', 'input'],
      'no_single_image',
      `resolution replaces the spatial axes of the one image input; this file has ${images.length} inputs of 4 or 5 axes`,
    );
  const unbound: string[] = [];
  const known = new Set<string>();
  const shapes = inputs.map(({ info, at }) => {
    const { dims: extents } = info;
    if (extents === undefined) {
      draft.refuse(at, 'unknown_rank', `the input ${quote(info.name)} states no shape; export the model with one`);
      return undefined;
    }
    const first = extents.length - 2;
    const shape = extents.map((dim, axis) => {
      const name = typeof dim === 'string' ? dim : `${info.name}[${axis}]`;
      if (typeof dim !== 'number') known.add(name);
      if (resolution !== undefined && images.length === 1 && images[0]?.info === info && axis >= first) {
        const extent = resolution[axis - first] as number;
        const stated = dims.get(name);
        if (stated !== undefined && stated !== extent)
          draft.refuse(
            at,
            'conflicting_extents',
            `resolution makes axis ${axis} of the input ${quote(info.name)} ${extent}, dims makes ${quote(name)} ${stated}; give one of them`,
          );
        if (typeof dim === 'string') bound.set(dim, extent);
        return extent;
      }
      if (typeof dim === 'number') {
        if (!(Number.isSafeInteger(dim) && dim >= 1)) {
          draft.refuse(
            at,
            'invalid_value',
            `axis ${axis} of the input ${quote(info.name)} is ${dim}; an extent is a whole number from 1 to 2^53 - 1`,
          );
          return undefined;
        }
        return dim;
      }
      const extent = bound.get(name) ?? (axis === 0 ? batch : undefined);
      if (extent === undefined && !unbound.includes(name)) unbound.push(name);
      return extent;
    });
    return shape.every((extent) => extent !== undefined) ? (shape as number[]) : undefined;
  });
  if (unbound.length > 0) {
    const example = unbound.map((name) => `${name}:224`).join(',');
    draft.refuse(
      inputs[0]?.at ?? [],
      'unbound_dimension',
      `the file leaves ${unbound.map(quote).join(', ')} open; say how large, as in ?dims=${example}`,
    );
  }
  for (const name of dims.keys()) {
    if (known.has(name)) continue;
    const names = known.size === 0 ? 'its inputs have no symbols' : `it has ${[...known].map(quote).join(', ')}`;
    draft.refuse(['graph', 'input'], 'unknown_dimension', `dims names ${quote(name)}, which is no symbol of this file: ${names}`);
  }
  return { shapes, batch_size: batch, dims: bound };
}
