/** What a document may ask for; the values come from the configuration. */

export interface Limits {
  /** Deepest nesting of the posted JSON. */
  readonly maxDepth: number;
  /** Layers after blocks are expanded. */
  readonly maxLayers: number;
  /** Characters of a name, block prefixes included. */
  readonly maxNameLength: number;
  /** Extent of one axis. */
  readonly maxExtent: number;
  /** Elements of one tensor. */
  readonly maxElements: number;
  /** Of more layers `LargeNetwork` is thrown, where it is given. */
  readonly inlineLayers?: number;
}

/** A network that may be measured, but takes longer than whoever asked has. */
export class LargeNetwork extends Error {}

/** Tensors read and written by all layers together, per allowed layer: keeps an answer proportional to `maxLayers`. */
export const tensorsPerLayer = 50;
