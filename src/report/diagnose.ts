/** What a reader should know beside the numbers: layers that do not run, layers that cannot be costed, what is left out. */

import type { Analysis, AnalyzedLayer } from '../analysis/analyze.ts';
import type { Node } from '../architecture/graph.ts';
import type { Path } from '../issue.ts';
import type { Diagnostic } from './schema.ts';

/** `pointer` leads from a path in the document to a place in what was posted; of the layers in `told` it has been said that they do not run, or why not costed. */
export function diagnose(
  analysis: Analysis,
  { pointer, told }: { readonly pointer: (path: Path) => string; readonly told?: ReadonlySet<string> },
): Diagnostic[] {
  const { graph, layers, leftOut } = analysis;
  const diagnostics: Diagnostic[] = [];
  for (let index = 0; index < layers.length; index++) {
    const { layer, runs } = layers[index] as AnalyzedLayer;
    const { operator, path } = layer.spec;
    if ((runs && !operator.uncosted) || told?.has(layer.name) === true) continue;
    const where = { layer: layer.name, pointer: pointer(path) };
    if (!runs)
      diagnostics.push({
        code: 'not_run',
        severity: 'info',
        ...where,
        detail: `no output depends on "${layer.name}": its weights count, its compute and activations do not`,
      });
    if (operator.uncosted) {
      const shapes = layer.opaque ? '; it states no output_shapes, so what follows it is left out' : '';
      diagnostics.push({
        code: 'not_costed',
        severity: 'warning',
        ...where,
        detail: `"${layer.name}" is a custom operator (${customName(layer.spec.attributes)}): its weights and compute are unknown${shapes}`,
      });
    }
  }
  const read = new Set<number>();
  for (let index = 0; index < graph.nodes.length; index++) {
    for (const ref of (graph.nodes[index] as Node).inputs) if (ref.node < 0) read.add(-1 - ref.node);
  }
  for (const [index, { name, path }] of graph.inputs.entries()) {
    if (!read.has(index))
      diagnostics.push({
        code: 'unread_input',
        severity: 'info',
        layer: null,
        pointer: pointer(path),
        detail: `no layer reads the input "${name}"`,
      });
  }
  for (const name of graph.uncalledBlocks) {
    diagnostics.push({
      code: 'uncalled_block',
      severity: 'warning',
      layer: null,
      pointer: pointer(['blocks', name]),
      detail: `no layer calls the block "${name}", so its layers have not been read`,
    });
  }
  for (const index of leftOut) {
    const node = graph.nodes[index];
    if (node === undefined) continue;
    diagnostics.push({
      code: 'left_out',
      severity: 'warning',
      layer: node.name,
      pointer: pointer(node.spec.path),
      detail: `"${node.name}" follows a layer whose output shape is unknown, so it is not in the rows or totals`,
    });
  }
  return diagnostics;
}

function customName(attributes: Readonly<Record<string, unknown>>): string {
  return typeof attributes.operator === 'string' ? attributes.operator : 'unnamed';
}
