/** What a model is as a native document: it is checked as a whole, and the resolution of the question put in place. */

import { analyze } from '../analysis/analyze.ts';
import { conventions } from '../analysis/conventions.ts';
import { buildGraph } from '../architecture/build-graph.ts';
import { canonicalText } from '../architecture/canonical.ts';
import type { Document } from '../architecture/document.ts';
import type { Graph } from '../architecture/graph.ts';
import type { Limits } from '../architecture/limits.ts';

export interface ConvertOptions {
  readonly batch_size: number;
  readonly resolution: readonly [height: number, width: number] | undefined;
}

/** The document itself, or a copy whose image has the resolution; throws `InvalidArchitecture` where it does not hold together. */
export function convert(document: unknown, options: ConvertOptions, limits: Limits): Document {
  // First of all: it also holds the depth limit before anything recurses into the document.
  canonicalText(document, limits.maxDepth);
  const graph = buildGraph(document, { ...options, limits });
  analyze(graph, undefined, conventions.standard, limits);
  // Safe: a graph has been made of it.
  return options.resolution === undefined ? (document as Document) : withShapes(document as Document, graph);
}

/** A copy whose inputs have the shapes that the graph's have. */
function withShapes(document: Document, graph: Graph): Document {
  if (document.inputs === undefined) return { ...document, input: graph.inputs[0]?.shape.slice(1) ?? [] };
  return {
    ...document,
    inputs: document.inputs.map((input, index) => {
      const { shape } = graph.inputs[index] ?? input;
      return { ...input, shape: input.batch === false ? shape : shape.slice(1) };
    }),
  };
}
