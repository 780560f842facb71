/** The table of operations of graph models. */

import type { Lowering } from '../operation.ts';
import { convolutionOperations } from './convolution.ts';
import { elementwiseOperations } from './elementwise.ts';
import { productOperations } from './products.ts';
import { shapingOperations } from './shaping.ts';

/** `Shape` and `Size` are numbers, not rows; they are listed because they are known. */
const measured: Readonly<Record<string, Lowering>> = { Shape: () => [], Size: () => [] };

export const lowerings: ReadonlyMap<string, Lowering> = new Map(
  [convolutionOperations, elementwiseOperations, productOperations, shapingOperations, measured].flatMap((family) =>
    Object.entries(family),
  ),
);
