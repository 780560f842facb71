/** What an importer is asked and what it gives: a native document, and the way back from it to the foreign file. */

import type { Document } from '../architecture/document.ts';
import type { Limits } from '../architecture/limits.ts';
import type { Path } from '../issue.ts';

export const formats = ['native', 'onnx', 'keras', 'tfjs'] as const;
export type Format = (typeof formats)[number];

export interface ImportOptions {
  /** Extent of the batch axis; undefined where the question leaves it to the file. */
  readonly batch_size: number | undefined;
  /** Height and width that replace those of the one image input. */
  readonly resolution: readonly [height: number, width: number] | undefined;
  /** Extents of symbolic dimensions by name. */
  readonly dims: ReadonlyMap<string, number>;
  readonly limits: Limits;
}

/** What a reader of the report should know about the translation. */
export interface ImportNote {
  readonly code: string;
  readonly severity: 'info' | 'warning';
  /** Name of the row it is about. */
  readonly layer: string | undefined;
  /** Place in the foreign file. */
  readonly at: Path;
  readonly detail: string;
}

export interface Imported {
  readonly format: Format;
  readonly document: Document;
  /** The batch axis that the document is to be measured with. */
  readonly batch_size: number;
  /** The place in the foreign file that a place in the document comes from. */
  readonly origin: (path: Path) => Path;
  readonly diagnostics: readonly ImportNote[];
  /** Rows of which the diagnostics say already that they do not run, or cannot be costed. */
  readonly told: readonly string[];
}
