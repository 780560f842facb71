/** The tensors that a graph is fed: symbols bound to extents, the batch axis found, a resolution put in place. */

import { quote } from '../architecture/names.ts';
import type { Path } from '../issue.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Draft } from './draft.ts';
import type { ImportOptions } from './imported.ts';

/** An axis is a number, a symbol, or open without a name: then it goes by `<input>[<axis>]`. */
export type Dim = number | string | undefined;

export interface FedInput {
  readonly name: string;
  /** Undefined where the file states no shape. */
  readonly dims: readonly Dim[] | undefined;
  /** Whether a resolution may replace its spatial axes. */
  readonly isImage: boolean;
  readonly at: Path;
}

/** What graphs of one format have in common. */
export interface GraphKind {
  /** Place of what is said of the inputs as a whole. */
  readonly place: Path;
  /** How many axes an image has, in words. */
  readonly imageAxes: string;
  /** The axis of an image that is its height; its width is the next. */
  readonly height: (rank: number) => number;
  /** What binds open axes beside `dims`, in words that stand before it. */
  readonly remedy: string;
}

export interface Bound {
  /** By input: its whole shape, and whether the first axis is that of the batch; undefined where a shape could not be told, which has been said. */
  readonly inputs: readonly ({ readonly shape: Shape; readonly batched: boolean } | undefined)[];
  readonly batch_size: number;
  /** Extents of all symbols, those of `dims` and the batch. */
  readonly dims: ReadonlyMap<string, number>;
}

/** Binds every axis of every input; what stays unbound, or does not fit, is refused at its input. */
export function bindInputs(inputs: readonly FedInput[], kind: GraphKind, options: ImportOptions, draft: Draft): Bound {
  const { resolution, dims } = options;
  const bound = new Map(dims);
  const batch = batchOf(inputs, options, draft);
  for (const symbol of inputs.map((input) => input.dims?.[0]))
    if (typeof symbol === 'string' && !bound.has(symbol)) bound.set(symbol, batch);
  const images = inputs.filter(({ isImage }) => isImage);
  if (resolution !== undefined && images.length !== 1)
    draft.refuse(
      kind.place,
      'no_single_image',
      `resolution replaces the spatial axes of the one image input; this file has ${images.length} inputs of ${kind.imageAxes} axes`,
    );
  const image = images.length === 1 ? images[0] : undefined;
  const unbound = new Set<string>();
  const known = new Set<string>();

  const shapes = inputs.map((input) => {
    if (input.dims === undefined) {
      draft.refuse(input.at, 'unknown_rank', `the input ${quote(input.name)} states no shape; export the model with one`);
      return undefined;
    }
    const height = kind.height(input.dims.length);
    const shape = input.dims.map((dim, axis) => extentOf(input, dim, axis, input === image ? resolution?.[axis - height] : undefined));
    return shape.every((extent) => extent !== undefined) ? (shape as Shape) : undefined;
  });

  if (unbound.size > 0) {
    const names = [...unbound];
    const remedy = `${kind.remedy}?dims=${names.map((name) => `${name}:224`).join(',')}`;
    draft.refuse(
      inputs[0]?.at ?? [],
      'unbound_dimension',
      `the file leaves ${names.map(quote).join(', ')} open; say how large, as in ${remedy}`,
    );
  }
  for (const name of dims.keys()) {
    if (known.has(name)) continue;
    const names = known.size === 0 ? 'its inputs have no symbols' : `it has ${[...known].map(quote).join(', ')}`;
    draft.refuse(kind.place, 'unknown_dimension', `dims names ${quote(name)}, which is no symbol of this file: ${names}`);
  }
  return {
    inputs: shapes.map((shape, index) => shape && { shape, batched: isBatched(inputs[index] as FedInput, shape, batch) }),
    batch_size: batch,
    dims: bound,
  };

  /** Extent of one axis, `replacing` that of a resolution. */
  function extentOf({ name, at }: FedInput, dim: Dim, axis: number, replacing: number | undefined): number | undefined {
    const symbol = typeof dim === 'string' ? dim : `${name}[${axis}]`;
    if (typeof dim !== 'number') known.add(symbol);
    if (replacing !== undefined) {
      const stated = dims.get(symbol);
      if (stated !== undefined && stated !== replacing)
        draft.refuse(
          at,
          'conflicting_extents',
          `resolution makes axis ${axis} of the input ${quote(name)} ${replacing}, dims makes ${quote(symbol)} ${stated}; give one of them`,
        );
      if (typeof dim === 'string') bound.set(dim, replacing);
      return replacing;
    }
    if (typeof dim === 'number') {
      if (Number.isSafeInteger(dim) && dim >= 1) return dim;
      draft.refuse(
        at,
        'invalid_value',
        `axis ${axis} of the input ${quote(name)} is ${dim}; an extent is a whole number from 1 to 2^53 - 1`,
      );
      return undefined;
    }
    const extent = bound.get(symbol) ?? (axis === 0 ? batch : undefined);
    if (extent === undefined) unbound.add(symbol);
    return extent;
  }
}

/** The batch of the question, else of the file; refused where the file fixes another. */
function batchOf(inputs: readonly FedInput[], { batch_size, dims }: ImportOptions, draft: Draft): number {
  const firsts = inputs.flatMap((input) => (input.dims === undefined || input.dims.length === 0 ? [] : [input.dims[0]]));
  const symbols = firsts.filter((dim) => typeof dim === 'string');
  const isFree = firsts.includes(undefined) || symbols.some((symbol) => !dims.has(symbol));
  const stated = symbols.map((symbol) => dims.get(symbol)).find((extent) => extent !== undefined);
  const fixed = firsts.find((dim) => typeof dim === 'number');
  const own = stated ?? fixed;
  if (batch_size !== undefined && !isFree && own !== undefined && stated !== batch_size && fixed !== batch_size) {
    const [first] = inputs;
    draft.refuse(
      first?.at ?? [],
      'batch_fixed',
      `the first axis of ${quote(first?.name)} is ${own}, so batch_size cannot be ${batch_size}`,
    );
  }
  return batch_size ?? (isFree ? 1 : (own ?? 1));
}

/** Whether the first axis is that of the batch. One that the file fixes, other than at 1, is left in place: the document then holds at any batch size. */
function isBatched({ dims }: FedInput, shape: Shape, batch: number): boolean {
  const first = dims?.[0];
  return shape.length > 1 && shape[0] === batch && (typeof first !== 'number' || first === 1);
}
