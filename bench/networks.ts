/** Documents of the benchmarks: shipped networks, expanded to plain lists of layers as an exporter would write them. */

import { buildGraph } from '../src/architecture/build-graph.ts';
import { networkOf } from '../src/zoo/index.ts';
import { limits } from '../test/measure-document.ts';

type Json = Record<string, unknown>;

/** A zoo network without blocks: every layer spelt out with its name and inputs. */
export function expanded(name: string): Json {
  const network = networkOf(name);
  if (network === undefined) throw new Error(`no network ${name}`);
  const graph = buildGraph(network.document, { batch_size: 1, resolution: undefined, limits });
  const nameOf = (node: number): string => (node < 0 ? graph.inputs[-1 - node]?.name : graph.nodes[node]?.name) ?? '';
  const layers = graph.nodes.map(({ name: layer, spec, inputs }) => ({
    name: layer,
    type: spec.operator.type,
    inputs: inputs.map((ref) => nameOf(ref.node)),
    ...Object.fromEntries(
      Object.entries(spec.attributes).filter(([key, value]) => value !== undefined && changes(spec.operator.attributes[key], value)),
    ),
  }));
  return { name, inputs: network.document.inputs, layers, outputs: graph.outputs.map((ref) => nameOf(ref.node)) };
}

function changes(schema: unknown, value: unknown): boolean {
  const absent = (schema as { safeParse(value: unknown): { success: boolean; data?: unknown } }).safeParse(undefined);
  return !absent.success || JSON.stringify(absent.data) !== JSON.stringify(value);
}

/** A chain of `count` layers: convolution, batch norm, relu, again and again. */
export function chain(count: number): Json {
  const layers = Array.from({ length: count }, (_, index) => {
    const name = `layer${index}`;
    if (index % 3 === 0) return { name, type: 'conv2d', out_channels: 64, kernel_size: 3, padding: 1, bias: false };
    return { name, type: index % 3 === 1 ? 'batch_norm' : 'relu' };
  });
  return { name: `chain${count}`, inputs: [{ name: 'image', shape: [64, 56, 56] }], layers };
}
