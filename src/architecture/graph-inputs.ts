/** The tensors that a network is fed: batch axis, element type, and the resolution that a question may put in place of the document's. */

import type { Issue } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { ReadDocument, ReadInput } from './document.ts';
import type { GraphInput, Node } from './graph.ts';
import { quote } from './names.ts';

export interface InputOptions {
  readonly batch_size: number;
  /** Height and width that replace those of the one image input. */
  readonly resolution: readonly [height: number, width: number] | undefined;
}

/** The document's floating type: its own statement, else that of its first floating input, else float32. */
export function modelDtypeOf(document: ReadDocument): DType {
  if (document.dtype !== undefined && isFloating(document.dtype)) return document.dtype;
  return document.inputs.find((input) => input.dtype !== undefined && isFloating(input.dtype))?.dtype ?? 'float32';
}

/** Inputs of the graph whose wired layers are `nodes`; a resolution takes the place of the spatial axes of input `image`. */
export function graphInputs(
  document: ReadDocument,
  modelDtype: DType,
  { batch_size, resolution }: InputOptions,
  image: number | undefined,
  nodes: readonly Node[],
  issues: Issue[],
): readonly GraphInput[] {
  return document.inputs.map((input, position) => {
    const shape =
      resolution !== undefined && position === image
        ? withResolution(input.shape, resolution, isChannelsLast(document, position, nodes, issues))
        : input.shape;
    return {
      name: input.name,
      shape: input.batch ? [batch_size, ...shape] : shape,
      dtype: input.dtype ?? modelDtype,
      path: pathOf(document, position),
    };
  });
}

function pathOf(document: ReadDocument, position: number): GraphInput['path'] {
  return document.posted.inputs === undefined ? ['input'] : ['inputs', position];
}

/** Position of the one input that is an image; an issue where there is none, or more than one. */
export function theImage(document: ReadDocument, issues: Issue[]): number | undefined {
  const images = document.inputs.flatMap((input, position) => (isImage(input) ? [position] : []));
  if (images.length === 1) return images[0];
  issues.push({
    path: document.posted.input === undefined ? ['inputs'] : ['input'],
    code: 'no_single_image',
    detail: `resolution replaces the spatial axes of the one image input; this document has ${images.length} inputs of 3 or 4 axes`,
  });
  return undefined;
}

/** Channels and two or three spatial axes, the batch axis apart. */
function isImage({ shape, batch }: ReadInput): boolean {
  return batch && (shape.length === 3 || shape.length === 4);
}

/** The layout of an image is that of the layers that read it as a feature map; where none does, the document's. */
function isChannelsLast(document: ReadDocument, position: number, nodes: readonly Node[], issues: Issue[]): boolean {
  const reader = (channelsLast: boolean) =>
    nodes.find(
      ({ spec, inputs }) =>
        spec.operator.featureMap !== undefined && spec.channelsLast === channelsLast && inputs.some(({ node }) => node === -1 - position),
    );
  const [first, last] = [reader(false), reader(true)];
  if (first !== undefined && last !== undefined)
    issues.push({
      path: pathOf(document, position),
      code: 'mixed_layouts',
      detail: `resolution replaces height and width, but ${quote(first.name)} reads ${quote(document.inputs[position]?.name)} channels first and ${quote(last.name)} channels last; let both state one data_format`,
    });
  return first === last ? document.channelsLast : last !== undefined;
}

function withResolution(shape: Shape, [height, width]: readonly [number, number], channelsLast: boolean): Shape {
  const first = shape.length - (channelsLast ? 3 : 2);
  return shape.map((extent, axis) => (axis === first ? height : axis === first + 1 ? width : extent));
}
