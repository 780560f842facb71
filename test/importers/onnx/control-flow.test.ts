import { describe, expect, test } from 'vitest';
import type {
  OnnxAttribute,
  OnnxFunction,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  ValueInfo,
} from '../../../src/importers/onnx/model.ts';
import { InvalidArchitecture } from '../../../src/issue.ts';
import { casesOf, checkCase, checkValues } from './golden-nodes.ts';
import { reportOf, translated } from './read-onnx.ts';

describe('branches, loops and lists', () => {
  test.each(casesOf('control-flow'))('%s', (_title, golden) => {
    checkCase(golden);
    if (golden.custom !== true) checkValues(golden);
  });
});

const info = (name: string, elemType = 1, dims: ValueInfo['dims'] = [2, 3]): ValueInfo => ({ name, kind: 'tensor', elemType, dims });

function node(opType: string, inputs: string[], outputs: string[], rest: Partial<OnnxNode> = {}): OnnxNode {
  return { name: '', opType, domain: '', overload: '', inputs, outputs, attributes: [], ...rest };
}

function graphOf(nodes: OnnxNode[], inputs: ValueInfo[], outputs: ValueInfo[], initializers: OnnxTensor[] = []): OnnxGraph {
  return { name: 'g', nodes, initializers, sparse: [], inputs, outputs, valueInfo: [] };
}

const int64 = (name: string, value: number): OnnxTensor => ({
  name,
  dims: [],
  dataType: 7,
  values: [value],
  storedBytes: 8,
  storedElements: 1,
  external: false,
});

const holding = (name: string, g: OnnxGraph): OnnxAttribute => ({ name, type: 5, g });

function modelWith(graph: OnnxGraph, functions: readonly OnnxFunction[] = []): OnnxModel {
  const opsets = new Map([
    ['', 16],
    ['local', 1],
  ]);
  return { irVersion: 8, producer: '', opsets, graph, functions };
}

/** A loop over `body`, which has the step, the condition and one value to carry, as many times as `m` says. */
function looping(nodes: OnnxNode[], m: string): OnnxModel {
  const body = graphOf(nodes, [info('i', 7, []), info('c', 9, []), info('h')], [info('c', 9, []), info('h1')]);
  const loop = node('Loop', [m, '', 'x'], ['y'], { name: 'loop', attributes: [holding('body', body)] });
  return modelWith(graphOf([loop], [info('x')], [info('y')], [int64('m', 2 ** 40)]));
}

function issuesOf(model: OnnxModel): InvalidArchitecture['issues'] {
  try {
    translated(model);
  } catch (error) {
    if (error instanceof InvalidArchitecture) return error.issues;
    throw error;
  }
  throw new Error('the file is accepted');
}

describe('files that ask for more work than their size tells', () => {
  test('a loop without end that adds rows stops at the most layers', () => {
    const issues = issuesOf(looping([node('Relu', ['h'], ['h1'])], ''));
    expect(issues).toEqual([
      {
        path: ['graph', 'node', 0, 'attribute', 0, 'g', 'node', 0],
        code: 'too_large',
        detail: 'the network has more than 20000 layers',
      },
    ]);
  });

  test('a loop that adds none stops at the most nodes', () => {
    const body = graphOf([], [info('i', 7, []), info('c', 9, [])], [info('c', 9, [])]);
    const loop = node('Loop', ['m', ''], [], { name: 'loop', attributes: [holding('body', body)] });
    const graph = graphOf([loop, node('Relu', ['x'], ['y'])], [info('x')], [info('y')], [int64('m', 2 ** 40)]);
    expect(issuesOf(modelWith(graph))).toMatchObject([{ code: 'too_large', detail: /more than 400000 nodes/ }]);
  });

  test('functions that call the one before twice stop as well', () => {
    const calls = (callee: string): OnnxNode[] => [
      node(callee, ['a'], ['m'], { domain: 'local' }),
      node(callee, ['m'], ['b'], { domain: 'local' }),
    ];
    const functions = Array.from({ length: 40 }, (_, depth) => ({
      name: `F${depth}`,
      domain: 'local',
      overload: '',
      inputs: ['a'],
      outputs: ['b'],
      attributes: [],
      attributeProtos: [],
      nodes: depth === 0 ? [node('Identity', ['a'], ['b'])] : calls(`F${depth - 1}`),
      opsets: new Map([['', 16]]),
      valueInfo: [],
    }));
    const graph = graphOf([node('F39', ['x'], ['y'], { domain: 'local' })], [info('x')], [info('y')]);
    expect(issuesOf(modelWith(graph, functions))).toMatchObject([{ code: 'too_large' }]);
  });

  test('numbers are followed only while that is little work', () => {
    // 65,536 numbers added at every step: after a few steps they flow, as rows.
    const carried = [info('c', 9, []), info('k1', 7, [65_536])];
    const body = graphOf([node('Add', ['k', 'k'], ['k1'])], [info('i', 7, []), info('c', 9, []), info('k', 7, [65_536])], carried);
    const nodes = [
      node('Range', ['zero', 'end', 'one'], ['k0']),
      node('Loop', ['m', '', 'k0'], ['k2'], { name: 'loop', attributes: [holding('body', body)] }),
    ];
    const numbers = [int64('m', 100), int64('zero', 0), int64('end', 65_536), int64('one', 1)];
    const report = reportOf(translated(modelWith(graphOf(nodes, [], [info('k2', 7, [65_536])], numbers))));
    const added = report.layers.filter(({ type }) => type === 'add');
    expect(added.length).toBeGreaterThan(50);
    expect(added.length).toBeLessThanOrEqual(100);
    expect(report.layers.at(-1)?.output_shapes).toEqual([[65_536]]);
  });
});

describe('graphs that do not hold together', () => {
  test('a loop without its body names the node', () => {
    const graph = graphOf([node('Loop', ['m', '', 'x'], ['y'], { name: 'loop' })], [info('x')], [info('y')], [int64('m', 2)]);
    expect(issuesOf(modelWith(graph))).toEqual([
      { path: ['graph', 'node', 0], code: 'missing_key', detail: '"loop": Loop without "body"' },
    ]);
  });

  test('what is wrong in a body is said at its node, once', () => {
    const issues = issuesOf(looping([node('Add', ['h', 'missing'], ['h1'], { name: 'sum' })], ''));
    expect(issues[0]).toMatchObject({ path: ['graph', 'node', 0, 'attribute', 0, 'g', 'node', 0], code: 'unknown_reference' });
  });

  test('Scan of opset 8 is not measured, and says so', () => {
    const body = graphOf([node('Relu', ['e'], ['o'])], [info('e', 1, [3])], [info('o', 1, [3])]);
    const count: OnnxAttribute = { name: 'num_scan_inputs', type: 2, i: 1 };
    const scan = node('Scan', ['', 'x'], ['y'], { name: 'scan', attributes: [holding('body', body), count] });
    const model = { ...modelWith(graphOf([scan], [info('x')], [info('y')])), opsets: new Map([['', 8]]) };
    const report = reportOf(translated(model));
    expect(report.diagnostics.map(({ code, layer }) => [code, layer])).toContainEqual(['not_costed', 'scan']);
    expect(report.totals.partial).toContain('macs');
  });
});
