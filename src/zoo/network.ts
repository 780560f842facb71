/** A network that ships with the service: a document, where it comes from, and the figures that others published for it. */

import type { Document } from '../architecture/document.ts';

export interface Network {
  /** torchvision's builder name where it has one. */
  readonly name: string;
  readonly title: string;
  /** The paper, and the reference implementation that the figures belong to. */
  readonly source: string;
  /** Figures that others printed; a test compares what we compute. `gmacs` to three decimals at the document's input shape. */
  readonly published: { readonly parameters: number; readonly gmacs?: number; readonly by: string };
  readonly document: Document;
}
