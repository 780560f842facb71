/** Weights that the file leaves to whoever runs it, as `torch.onnx.export(…, export_params=False)` writes them: they are inputs, and no parameters. */

import { quote } from '../../architecture/names.ts';
import type { Draft } from '../draft.ts';
import type { FedInput } from '../graph-inputs.ts';
import type { OnnxGraph } from './model.ts';
import { nodeLabel } from './translation.ts';

/** Operators that read a learned tensor as their second input in all but rare files. */
const learning: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'BatchNormalization', 'LSTM', 'GRU', 'RNN']);

/** Says once that weights are inputs, where the first of them is. */
export function noteFedWeights(graph: OnnxGraph, fed: readonly FedInput[], draft: Draft): void {
  const names = new Set(fed.map(({ name }) => name));
  const isFed = ({ opType, domain, inputs }: OnnxGraph['nodes'][number]): boolean =>
    domain === '' && learning.has(opType) && names.has(inputs[1] ?? '');
  const nodes = graph.nodes.filter(isFed);
  const [first] = nodes;
  if (first === undefined) return;
  const others = nodes.length > 1 ? `, and so for ${nodes.length - 1} more` : '';
  draft.note(
    'weights_are_inputs',
    'warning',
    undefined,
    ['graph', 'node', graph.nodes.indexOf(first)],
    `${quote(first.inputs[1])}, the weight of ${quote(nodeLabel(first))}, is an input of the graph${others}: inputs are no parameters. Export with the ` +
      'parameters in the file (export_params=True)',
  );
}
