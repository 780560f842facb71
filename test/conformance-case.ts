/**
 * Cases of other projects' test suites (`../shared/conformance`, described there) as calls of `/v1/run`: what ONNX and WebNN say otherwise (defaults, padding,
 * layouts, indices) is translated here, so that the service stays free of dialects. An attribute without a translation is an error.
 */

import { existsSync, readFileSync } from 'node:fs';

export interface CaseTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

export interface ConformanceCase {
  readonly name: string;
  readonly op: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: readonly (CaseTensor | null)[];
  readonly outputs: readonly (CaseTensor | null)[];
  readonly tolerance: { readonly rtol: number; readonly atol: number } | { readonly ulp: number };
}

/** Numbers in an order of axes. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A body without its tensors in wire form, and how its answer is brought back into the case's form. */
export interface Call {
  readonly layer: Readonly<Record<string, unknown>>;
  readonly input: Numbers;
  readonly weight?: Numbers;
  readonly bias?: Numbers;
  readonly back: (output: Numbers) => Numbers;
  /** From positions in each plane to those the case expects. */
  readonly indices?: (output: Numbers) => Numbers;
}

const folder = new URL('../../shared/conformance/', import.meta.url);

export const isPresent = existsSync(folder);

/** Cases of one file, those in floating numbers. */
export function casesOf(file: string): readonly ConformanceCase[] {
  const cases = readFileSync(new URL(`${file}.jsonl`, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line): ConformanceCase => JSON.parse(line));
  return cases.filter(({ inputs }) => inputs.every((input) => input === null || /^float(16|32|64)$/.test(input.dtype)));
}

export function callOf(conformance: ConformanceCase): Call {
  const { op, attributes, inputs } = conformance;
  const [input, weight, bias] = inputs.map((tensor) => (tensor ? numbersOf(tensor) : undefined));
  if (input === undefined) throw new Error(`${conformance.name} has no input`);
  const translate = dialects[op];
  if (translate === undefined) throw new Error(`${op} is not translated`);
  const asked = new Attributes(attributes);
  const call = translate(asked, input, weight, bias, conformance.outputs[0]?.shape ?? []);
  asked.expectAllRead(conformance.name);
  return call;
}

export function numbersOf({ shape, data }: CaseTensor): Numbers {
  return { shape, data: data.map(Number) };
}

/** Attributes, of which each must be read. */
class Attributes {
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #read = new Set<string>();

  constructor(given: Readonly<Record<string, unknown>>) {
    this.#given = given;
  }

  get<T>(name: string, fallback: T): T {
    this.#read.add(name);
    return (this.#given[name] as T | undefined) ?? fallback;
  }

  expectAllRead(name: string): void {
    const rest = Object.keys(this.#given).filter((key) => !this.#read.has(key));
    if (rest.length > 0) throw new Error(`${name}: ${rest.join(', ')} has no translation`);
  }
}

type Translation = (
  a: Attributes,
  input: Numbers,
  weight: Numbers | undefined,
  bias: Numbers | undefined,
  expected: readonly number[],
) => Call;

const same = (output: Numbers): Numbers => output;

/** All begins and then all ends, as [before, after] for each axis. */
function pairs(pads: readonly number[]): readonly (readonly number[])[] {
  const rank = pads.length / 2;
  return Array.from({ length: rank }, (_, axis) => [pads[axis] ?? 0, pads[axis + rank] ?? 0]);
}

function onnxPadding(a: Attributes, rank: number): unknown {
  const auto = a.get<string>('auto_pad', 'NOTSET');
  const pads = a.get('pads', new Array<number>(2 * rank).fill(0));
  if (auto === 'NOTSET') return pairs(pads);
  return { SAME_UPPER: 'same', SAME_LOWER: 'same_lower', VALID: 'valid' }[auto];
}

/** What ONNX's windows have in common: a stride of 1 where none is stated, in pooling as well. */
function onnxWindow(a: Attributes, input: Numbers) {
  const rank = input.shape.length - 2;
  const ones = new Array<number>(rank).fill(1);
  return { rank, stride: a.get('strides', ones), dilation: a.get('dilations', ones), padding: onnxPadding(a, rank) };
}

const onnxConv: Translation = (a, input, weight, bias) => {
  const { rank, ...window } = onnxWindow(a, input);
  const kernel = a.get<readonly number[] | undefined>('kernel_shape', undefined);
  return {
    layer: { type: `conv${rank}d`, ...window, groups: a.get('group', 1), ...(kernel === undefined ? {} : { kernel_size: kernel }) },
    input,
    ...present({ weight, bias }),
    back: same,
  };
};

const onnxConvTranspose: Translation = (a, input, weight, bias) => {
  const { layer, ...call } = onnxConv(a, input, weight, bias, []);
  const outputShape = a.get<readonly number[] | undefined>('output_shape', undefined);
  const outputPadding = a.get<readonly number[] | undefined>('output_padding', undefined);
  return {
    ...call,
    layer: {
      ...layer,
      type: String(layer.type).replace('conv', 'conv_transpose'),
      ...(outputShape === undefined ? {} : { output_size: outputShape }),
      ...(outputPadding === undefined ? {} : { output_padding: outputPadding }),
    },
  };
};

const onnxPool =
  (family: string, more: (a: Attributes) => object): Translation =>
  (a, input) => {
    const { rank, dilation, ...window } = onnxWindow(a, input);
    const layer = {
      type: `${family}${rank}d`,
      ...window,
      kernel_size: a.get('kernel_shape', []),
      ceil_mode: a.get<number>('ceil_mode', 0) === 1,
      ...more(a),
    };
    return { layer: dilation.some((cells) => cells > 1) ? { ...layer, dilation } : layer, input, back: same };
  };

const onnxMaxPool: Translation = (a, input, weight, bias, expected) => {
  const isColumnMajor = a.get<number>('storage_order', 0) === 1;
  const call = onnxPool('max_pool', () => ({ return_indices: true }))(a, input, weight, bias, expected);
  const spatial = input.shape.slice(2);
  const plane = spatial.reduce((product, extent) => product * extent, 1);
  return {
    ...call,
    // Positions in the whole tensor; with storage order 1 the first spatial axis runs fastest.
    indices: ({ shape, data }) => {
      const windows = shape.slice(2).reduce((product, extent) => product * extent, 1);
      return {
        shape,
        data: data.map((index, at) => {
          const inPlane = isColumnMajor ? turned(index, spatial) : index;
          return Math.floor(at / windows) * plane + inPlane;
        }),
      };
    },
  };
};

/** A row-major position as a column-major one. */
function turned(index: number, extents: readonly number[]): number {
  let rest = index;
  const places = extents.toReversed().map((extent) => {
    const place = rest % extent;
    rest = (rest - place) / extent;
    return place;
  });
  return places.reduce((position, place, axis) => position * (extents.at(-1 - axis) ?? 1) + place, 0);
}

/** Averages over dilated windows are no layer here: without padding they are a depthwise convolution with 1/K throughout. */
const onnxAveragePool: Translation = (a, input, weight, bias, expected) => {
  const call = onnxPool('avg_pool', (asked) => ({ count_include_pad: asked.get<number>('count_include_pad', 0) === 1 }))(
    a,
    input,
    weight,
    bias,
    expected,
  );
  if (call.layer.dilation === undefined) return call;
  const { kernel_size, stride, dilation, padding, ceil_mode } = call.layer as Record<string, readonly number[]> & { ceil_mode: boolean };
  if (ceil_mode || (padding ?? []).flat().some((cells) => cells > 0)) throw new Error('a dilated average with padding has no translation');
  const kernel = kernel_size ?? [];
  const cells = kernel.reduce((product, extent) => product * extent, 1);
  const channels = input.shape[1] ?? 1;
  return {
    layer: { type: `conv${kernel.length}d`, stride, dilation, groups: channels },
    input,
    weight: { shape: [channels, 1, ...kernel], data: new Array<number>(channels * cells).fill(1 / cells) },
    back: same,
  };
};

/** Axes of `layout` brought into the order of `wanted`, letter by letter. */
function reordered({ shape, data }: Numbers, layout: string, wanted: string): Numbers {
  const axes = [...wanted].map((letter) => layout.indexOf(letter));
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const target = axes.map((axis) => shape[axis] ?? 1);
  return {
    shape: target,
    data: data.map((_, at) => {
      let rest = at;
      let from = 0;
      for (let axis = target.length - 1; axis >= 0; axis--) {
        const extent = target[axis] ?? 1;
        from += (rest % extent) * (strides[axes[axis] ?? 0] ?? 1);
        rest = Math.floor(rest / extent);
      }
      return data[from] ?? Number.NaN;
    }),
  };
}

/** [top, bottom, left, right]; `autoPad` of 2023 goes before it. */
function webnnPadding(a: Attributes): unknown {
  const [top = 0, bottom = 0, left = 0, right = 0] = a.get<readonly number[]>('padding', []);
  const auto = a.get<string>('autoPad', 'explicit');
  if (auto !== 'explicit') return { 'same-upper': 'same', 'same-lower': 'same_lower' }[auto];
  return [
    [top, bottom],
    [left, right],
  ];
}

const webnnConv =
  (type: string, filterLayout: string): Translation =>
  (a, input, weight, bias) => {
    const inputLayout = a.get('inputLayout', 'nchw');
    const filters = a.get('filterLayout', filterLayout);
    const outputPadding = a.get<readonly number[] | undefined>('outputPadding', undefined);
    const outputSizes = a.get<readonly number[] | undefined>('outputSizes', undefined);
    return {
      layer: {
        type,
        padding: webnnPadding(a),
        stride: a.get('strides', [1, 1]),
        dilation: a.get('dilations', [1, 1]),
        groups: a.get('groups', 1),
        ...(outputPadding === undefined ? {} : { output_padding: outputPadding }),
        ...(outputSizes === undefined ? {} : { output_size: outputSizes }),
      },
      input: reordered(input, inputLayout, 'nchw'),
      ...present({ weight: weight && reordered(weight, filters, filterLayout), bias }),
      back: (output) => reordered(output, 'nchw', inputLayout),
    };
  };

const webnnPool =
  (type: string, more: object = {}): Translation =>
  (a, input, _weight, _bias, expected) => {
    const layout = a.get('layout', 'nchw');
    const map = reordered(input, layout, 'nchw');
    const sizes = a.get<readonly number[] | undefined>('outputSizes', undefined);
    const rounding = a.get<string>('roundingType', 'floor');
    // `outputSizes` chooses between the two roundings; the shape of the answer is compared anyway.
    const isCeil = sizes === undefined ? rounding === 'ceil' : sizes.join() !== expected.slice(-2).join();
    return {
      layer: {
        type,
        kernel_size: a.get('windowDimensions', map.shape.slice(2)),
        stride: a.get('strides', [1, 1]),
        padding: webnnPadding(a),
        ceil_mode: isCeil,
        ...more,
      },
      input: map,
      back: (output) => reordered(output, 'nchw', layout),
    };
  };

function present(tensors: { readonly weight: Numbers | undefined; readonly bias: Numbers | undefined }) {
  const { weight, bias } = tensors;
  return { ...(weight === undefined ? {} : { weight }), ...(bias === undefined ? {} : { bias }) };
}

const dialects: Readonly<Record<string, Translation>> = {
  Conv: onnxConv,
  ConvTranspose: onnxConvTranspose,
  MaxPool: onnxMaxPool,
  AveragePool: onnxAveragePool,
  LpPool: onnxPool('lp_pool', (a) => ({ norm_type: a.get('p', 2) })),
  GlobalAveragePool: (_a, input) => ({ layer: { type: 'global_avg_pool' }, input, back: same }),
  conv2d: webnnConv('conv2d', 'oihw'),
  convTranspose2d: webnnConv('conv_transpose2d', 'iohw'),
  averagePool2d: webnnPool('avg_pool2d', { count_include_pad: false }),
  maxPool2d: webnnPool('max_pool2d'),
  l2Pool2d: webnnPool('lp_pool2d', { norm_type: 2 }),
};
