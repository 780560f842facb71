/** A product with a learned kernel by einsum notation. A kernel over the last axis alone is the plain dense layer; others are a parameter and an einsum. */

import type { Shape } from '../../../tensor/shape.ts';
import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';
import { activated } from './activated.ts';

interface Projection {
  /** Subscripts of input, kernel and output, those of an ellipsis left out. */
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  readonly ellipsis: 'left' | 'right' | undefined;
}

/** The three forms that Keras takes: `ab,bc->ac`, `...ab,bc->...ac` and `ab...,bc->ac...`. */
function readEquation(call: Call): Projection {
  const text = call.config.text('equation');
  const found =
    text.length > 256 ? null : /^(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?$/.exec(text.replaceAll(' ', ''));
  const [, left, input, right, kernel, outLeft, output, outRight] = found ?? [];
  if (input === undefined || kernel === undefined || output === undefined || left !== outLeft || right !== outRight || (left && right))
    return call.config.refuse('equation', 'of the form "ab,bc->ac", with "..." at the start or the end of input and output');
  return { input, kernel, output, ellipsis: left ? 'left' : right ? 'right' : undefined };
}

/** Extents of the output, those that `output_shape` leaves open being the input's. */
function outputExtents(call: Call, { input, output, ellipsis }: Projection, shape: Shape): Shape {
  const { config } = call;
  const stated = config.raw('output_shape');
  const list: unknown[] = Array.isArray(stated) ? stated : [stated];
  const elided = shape.length - input.length;
  const between = ellipsis === 'left' ? shape.slice(1, elided) : [];
  const after = ellipsis === 'right' ? shape.slice(shape.length - elided) : [];
  const whole = [shape[0], ...between, ...list, ...after];
  const rank = output.length + elided;
  if (whole.length !== rank) config.refuse('output_shape', `${rank - 1 - between.length - after.length} extents, the batch axis apart`);
  const offset = ellipsis === 'left' ? elided : 0;
  return whole.map((extent, axis) => {
    const from = input.indexOf(output[axis - offset] ?? ' ');
    const open = from < 0 ? undefined : shape[from + offset];
    const found = extent ?? open;
    return typeof found === 'number' && Number.isInteger(found) && found > 0
      ? found
      : config.refuse('output_shape', 'extents of at least 1, null for those of the input');
  });
}

const einsumDense: Rule = (call) => {
  const { config } = call;
  const projection = readEquation(call);
  const { input, kernel, output, ellipsis } = projection;
  const shape = call.shape(input.length);
  const elided = shape.length - input.length;
  if (elided > 0 && ellipsis === undefined) config.refuse('equation', `one with ${shape.length} subscripts for its input`);
  const extents = outputExtents(call, projection, shape);
  const offset = ellipsis === 'left' ? elided : 0;
  const bias = config.has('bias_axes') ? config.text('bias_axes') : undefined;
  const last = input.at(-1) as string;
  const isDense =
    ellipsis !== 'right' &&
    kernel.length === 2 &&
    kernel[0] === last &&
    output === input.slice(0, -1) + kernel[1] &&
    (bias ?? output.at(-1)) === output.at(-1);
  if (isDense) return activated(call, 'linear', { out_features: extents.at(-1), bias: bias !== undefined });
  const kernelShape = [...kernel].map((letter) => {
    const [at, from] = output.includes(letter) ? [output.indexOf(letter), extents] : [input.indexOf(letter), shape];
    return at < 0
      ? config.refuse('equation', `one whose kernel subscript "${letter}" is in the input or the output`)
      : (from[at + offset] as number);
  });
  const dots = ellipsis === undefined ? ['', ''] : ellipsis === 'left' ? ['...', ''] : ['', '...'];
  const equation = `${dots[0]}${input}${dots[1]},${kernel}->${dots[0]}${output}${dots[1]}`;
  const weight = call.parameter('kernel', kernelShape);
  if (bias === undefined) return activated(call, 'einsum', { equation }, [call.input, weight]);
  return activated(call, 'add', {}, [
    call.row('einsum', { equation }, [call.input, weight], 'product'),
    biasOf(call, projection, extents, offset, bias, elided),
  ]);
};

/** The bias broadcasts over the axes that `bias_axes` leaves out. */
function biasOf(call: Call, { output, ellipsis }: Projection, extents: Shape, offset: number, axes: string, elided: number): DraftTensor {
  const first = [...output].findIndex((letter) => axes.includes(letter));
  if (first < 0 || [...axes.slice(0, 64)].some((letter) => !output.includes(letter)))
    call.config.refuse('bias_axes', `subscripts of the output "${output}"`);
  const shape = [...output].slice(first).map((letter, index) => (axes.includes(letter) ? (extents[first + index + offset] as number) : 1));
  if (ellipsis === 'right') for (let axis = 0; axis < elided; axis++) shape.push(1);
  return call.parameter('bias', shape);
}

export const einsumDenseRules: Readonly<Record<string, Rule>> = { EinsumDense: einsumDense };
