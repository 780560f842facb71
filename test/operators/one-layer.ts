/** One layer on inputs of given shapes, batch axis included: what the service answers for it. */

import { InvalidArchitecture, pointerTo } from '../../src/issue.ts';
import type { Row } from '../../src/report/schema.ts';
import { measureDocument } from '../measure-document.ts';

type Layer = Readonly<Record<string, unknown>>;
/** A shape, or a shape with its element type. */
type Input = readonly number[] | readonly [shape: readonly number[], dtype: string];

function documentOf(layer: Layer, inputs: readonly Input[]): { readonly inputs: readonly unknown[]; readonly layers: readonly Layer[] } {
  const declared = inputs.map((input, index) => {
    const [shape, dtype] = Array.isArray(input[0]) ? (input as [number[], string]) : [input, 'float32'];
    return { name: `x${index}`, shape, dtype, batch: false };
  });
  return { inputs: declared, layers: [{ ...layer, name: 'layer', inputs: declared.map((input) => input.name) }] };
}

/** The layer's row. */
export function rowOf(layer: Layer, ...inputs: readonly Input[]): Row {
  return measureDocument(documentOf(layer, inputs), { include: ['formulas'] }).layers[0] as Row;
}

/** Classes of operations that are not 0. */
export function operationsOf(layer: Layer, ...inputs: readonly Input[]): Record<string, number> {
  const operations: Record<string, number> = rowOf(layer, ...inputs).compute.operations ?? {};
  return Object.fromEntries(Object.entries(operations).filter(([, value]) => value !== 0));
}

/** Right-hand side of a formula line, with values. */
export function valuesOf(row: Row, of: string): string | undefined {
  return row.formulas?.find((line) => line.of === of)?.values;
}

/** How the layer is refused: pointer, code and detail of the first issue. */
export function refusalOf(
  layer: Layer,
  ...inputs: readonly Input[]
): { readonly at: string; readonly code: string; readonly detail: string } {
  const document = documentOf(layer, inputs);
  try {
    measureDocument(document);
  } catch (error) {
    if (!(error instanceof InvalidArchitecture) || error.issues[0] === undefined) throw error;
    const [{ path, code, detail }] = error.issues;
    return { at: pointerTo(document, path).replace('#/layers/0', ''), code, detail };
  }
  throw new Error('the layer is accepted');
}
