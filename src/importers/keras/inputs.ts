/** The tensors that a model is fed: batch axis, resolution and extents that the file leaves open. */

import { quote } from '../../architecture/names.ts';
import type { Path } from '../../issue.ts';
import type { TensorType } from '../../tensor/shape.ts';
import { maxExtent } from '../../tensor/shape.ts';
import type { DraftTensor } from '../draft.ts';
import type { ImportOptions } from '../imported.ts';
import type { Entry } from './entry.ts';
import type { Network } from './network.ts';
import { dtypeOf } from './policy.ts';

/** An input as the file declares it. */
export interface Declared {
  readonly name: string;
  /** Whole shape, null for what is open. */
  readonly shape: readonly (number | null)[];
  readonly dtype: unknown;
  /** Where the shape stands. */
  readonly path: Path;
}

/** Reads the shape of an InputLayer, or of the first layer of a version 2 Sequential; undefined where it has none. */
export function declaredInput({ className, config, name }: Entry): Declared | undefined {
  const keys = ['batch_shape', 'batch_input_shape', 'input_shape', ...(className === 'InputLayer' ? ['shape'] : [])];
  const key = keys.find((candidate) => config.has(candidate));
  if (key === undefined) return undefined;
  const value = config.raw(key);
  if (!isShape(value)) return config.refuse(key, 'a list of extents, null for an open one');
  const shape = key === 'batch_shape' || key === 'batch_input_shape' ? value : [null, ...value];
  return { name, shape, dtype: config.raw('dtype'), path: [...config.path, key] };
}

export function isShape(value: unknown): value is readonly (number | null)[] {
  return (
    Array.isArray(value) &&
    value.length <= 64 &&
    value.every((extent) => extent === null || (Number.isInteger(extent) && extent > 0 && extent <= maxExtent))
  );
}

/** Declares the inputs in the draft. What the question and the file disagree on, or both leave open, becomes an issue. */
export function addInputs(network: Network, declared: readonly Declared[], options: ImportOptions): readonly DraftTensor[] {
  const { draft } = network;
  const fixed = declared.find(({ shape }) => typeof shape[0] === 'number');
  network.batch = fixed === undefined ? (options.batch_size ?? 1) : (fixed.shape[0] as number);
  if (fixed !== undefined && options.batch_size !== undefined && options.batch_size !== network.batch)
    draft.refuse(
      fixed.path,
      'batch_fixed',
      `the batch size of ${quote(fixed.name)} is fixed at ${network.batch} in the file; batch_size is ${options.batch_size}`,
    );
  const images = declared.filter(({ shape }) => shape.length === 4 || shape.length === 5);
  if (options.resolution !== undefined && images.length !== 1)
    draft.refuse(
      declared[0]?.path ?? [],
      'no_single_image',
      `resolution replaces the spatial axes of the one image input; this model has ${images.length} inputs of 3 or 4 axes beside the batch axis`,
    );
  const names = new Set<string>();
  const tensors = declared.map((input) => {
    const image = images.length === 1 && images[0] === input;
    const bound = boundShape(network, input, image, options, names);
    const shape = bound.map((extent) => extent ?? 1);
    const isFixed = typeof input.shape[0] === 'number' && input.shape[0] !== 1;
    const tensor = draft.input(input.name, { shape, dtype: inputType(network, input) }, input.shape.length > 0 && !isFixed, input.path);
    // What follows from an open extent would be issues of nobody's making.
    return bound.includes(undefined) ? { ...tensor, shape: undefined } : tensor;
  });
  for (const name of options.dims.keys()) {
    if (names.has(name)) continue;
    const known = names.size === 0 ? 'this file leaves none open' : `open are ${[...names].slice(0, 8).map(quote).join(', ')}`;
    draft.refuse([], 'unknown_dimension', `there is no dimension ${quote(name)} to bind; ${known}`);
  }
  return tensors;
}

function boundShape(
  network: Network,
  input: Declared,
  image: boolean,
  { resolution, dims }: ImportOptions,
  names: Set<string>,
): readonly (number | undefined)[] {
  const { shape, name, path } = input;
  // Height and width are the last two spatial axes.
  const height = shape.length - (network.channelsLast ? 3 : 2);
  const open: string[] = [];
  const bound = shape.map((extent, axis) => {
    if (axis === 0) return extent ?? network.batch;
    const replacing = image && resolution !== undefined ? resolution[axis - height] : undefined;
    if (replacing !== undefined) {
      if (replacing !== extent) network.stale = true;
      return replacing;
    }
    if (extent !== null) return extent;
    const dimension = `${name}[${axis}]`;
    names.add(dimension);
    const given = dims.get(dimension);
    if (given === undefined)
      open.push(image && (axis === height || axis === height + 1) ? 'resolution=<height>x<width>' : `dims=${dimension}:<extent>`);
    network.stale = true;
    return given;
  });
  if (open.length > 0) {
    const text = shape.map((extent) => extent ?? 'null').join(', ');
    network.draft.refuse(path, 'open_extent', `input ${quote(name)} [${text}] leaves extents open; give ${[...new Set(open)].join(', ')}`);
  }
  return bound;
}

function inputType(network: Network, { name, dtype, path }: Declared): TensorType['dtype'] {
  // A layer's own policy may stand where the type of its input does.
  const policy = typeof dtype === 'object' && dtype !== null ? (dtype as { config?: { name?: unknown } }).config?.name : dtype;
  const known = policy === undefined || policy === null ? 'float32' : dtypeOf(String(policy).replace(/^mixed_.*/, 'float32'));
  if (known !== undefined) return known;
  if (dtype === 'string')
    network.draft.note(
      'string_input',
      'info',
      undefined,
      path,
      `input ${quote(name)} holds text; it is accounted as int64, one number a text`,
    );
  else
    network.draft.refuse(path, 'unknown_dtype', `input ${quote(name)} has the element type ${quote(dtype)}, which there is none of here`);
  return 'int64';
}
