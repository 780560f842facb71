/**
 * Operations on symbolic tensors: `keras.ops` in version 3, where each is a class of `keras.src.ops`, and TensorFlow functions in version 2, where a
 * TFOpLambda names its function, before 2.4 a TensorFlowOpLayer holds a node of a graph. All are told by one table; what is not in it is an opaque row with the shapes that the file states.
 */

import { isObject } from '../../../architecture/document.ts';
import { quote } from '../../../architecture/names.ts';
import type { DraftTensor } from '../../draft.ts';
import type { Argument } from '../arguments.ts';
import { Call } from '../call.ts';
import type { Entry } from '../entry.ts';
import type { Rule } from '../network.ts';
import { mathOperations } from './math-operations.ts';
import { poolingOperations } from './pooling-operations.ts';
import { shapingOperations } from './shaping-operations.ts';

/** Names as classes write them, in lower case and without underscores. */
function folded(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

const operations: ReadonlyMap<string, Rule> = new Map(
  Object.entries({ ...mathOperations, ...shapingOperations, ...poolingOperations }).map(([name, rule]) => [folded(name), rule]),
);

/** The rule of an operation; undefined for what is a layer. */
export function operationRule({ className, module, config }: Entry): Rule | undefined {
  if (className === 'TFOpLambda' || className === 'SlicingOpLambda') {
    const name = config.raw('function');
    return known(typeof name === 'string' ? name.slice(name.lastIndexOf('.') + 1) : '');
  }
  if (className === 'TensorFlowOpLayer') return graphNode;
  return module?.startsWith('keras.src.ops.') || module?.startsWith('keras.ops') ? known(className) : undefined;
}

function known(name: string): Rule {
  const rule = operations.get(folded(name));
  return (call) => {
    if (rule !== undefined) return rule(call);
    call.note('custom_layer', 'warning', `the operation ${quote(name)} is not known here; what it computes is left out of the totals`);
    return call.opaque();
  };
}

/** A node of TensorFlow's graph as a layer: its tensors, and constants by their position among its inputs. */
function graphNode(call: Call): DraftTensor | readonly DraftTensor[] {
  const node = nodeOf(call.config.raw('node_def'));
  const constants = call.config.raw('constants');
  const fixed = new Map(
    Object.entries(isObject(constants) ? constants : {}).map(([position, value]) => [Number(position), numbersIn(value)] as const),
  );
  const tensors = [...call.tensors];
  const args: Argument<DraftTensor>[] = [];
  for (let position = 0; tensors.length > 0 || fixed.has(position); position++) {
    const value = fixed.has(position) ? fixed.get(position) : tensors.shift();
    args.push(value ?? null);
  }
  const joins = /^Concat/.test(node.op);
  const kwargs = new Map<string, Argument<DraftTensor>>(node.keepsAxes ? [['keep_dims', true]] : []);
  const ordered = joins ? [args.slice(0, -1), args.at(-1) as Argument<DraftTensor>] : args;
  return known(node.op.replace(/V\d$/, ''))(new Call(call.network, call.entry, call.name, { args: ordered, kwargs }, call.occasion));
}

/** The node is JSON in a text, or an object. */
function nodeOf(value: unknown): { readonly op: string; readonly keepsAxes: boolean } {
  let node = value;
  if (typeof node === 'string' && node.length < 100_000) {
    try {
      node = JSON.parse(node);
    } catch {
      // The first versions wrote the node's bytes, which tell nothing here.
      node = undefined;
    }
  }
  const { op, attr } = isObject(node) ? node : {};
  const keeps = isObject(attr) ? (attr.keep_dims ?? attr.keepDims) : undefined;
  return { op: typeof op === 'string' ? op : 'unknown', keepsAxes: isObject(keeps) && keeps.b === true };
}

/** A constant's numbers; arrays come as lists, or as `{ "type": "ndarray", "value": … }`. */
function numbersIn(value: unknown, depth = 0): Argument<DraftTensor> {
  const plain = isObject(value) ? value.value : value;
  if (typeof plain === 'number' || typeof plain === 'boolean') return plain;
  return Array.isArray(plain) && depth < 8 ? plain.map((entry) => numbersIn(entry, depth + 1)) : null;
}
