/** ONNX to a native document: inputs are bound, nodes become rows, weights find their layers. */

import { quote } from '../../architecture/names.ts';
import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import { isFloating } from '../../tensor/dtype.ts';
import { Draft } from '../draft.ts';
import type { FedInput, GraphKind } from '../graph-inputs.ts';
import { bindInputs } from '../graph-inputs.ts';
import type { Imported, ImportOptions } from '../imported.ts';
import { flowing, unknown } from '../value.ts';
import type { Weights } from '../weights.ts';
import { untilSettled } from '../weights.ts';
import { Budget } from './budget.ts';
import { dtypeOf } from './element-types.ts';
import { noteFedWeights } from './fed-weights.ts';
import type { OnnxModel, ValueInfo } from './model.ts';
import { Scope } from './scope.ts';
import { Translation } from './translation.ts';

/** Opsets of the default domain that are read. */
const oldest = 7;
const newest = 26;

/** TensorProto.DataType of text, whose tensors are measured by their shapes; an element stands as one of 64 bits. */
const text = 8;

/** Maps are channels first: height and width are the last two of their axes. */
const kind: GraphKind = { place: ['graph', 'input'], imageAxes: '4 or 5', height: (rank) => rank - 2, remedy: '' };

/** Translates a model; throws `InvalidArchitecture` with all that does not hold together, at places of the file. */
export function importOnnx(model: OnnxModel, options: ImportOptions): Imported {
  let budget: Budget | undefined;
  return untilSettled((weights) => {
    budget = budget === undefined ? new Budget() : budget.next();
    return translate(model, options, weights, budget);
  });
}

function translate(model: OnnxModel, options: ImportOptions, weights: Weights, budget: Budget): Imported {
  const { graph } = model;
  const draft = new Draft({ name: graph.name === '' ? undefined : graph.name, limits: options.limits });
  const translation = new Translation(draft, model, weights, budget);
  checkOpset(model, draft);
  // Files of IR version 3 list initializers among the inputs.
  const initialized = new Set([...graph.initializers.map(({ name }) => name), ...graph.sparse.map(({ values }) => values.name)]);
  const fed = graph.inputs.flatMap((info, index): (FedInput & ValueInfo)[] =>
    initialized.has(info.name) ? [] : [{ ...info, isImage: isImage(info), at: ['graph', 'input', index] }],
  );
  noteFedWeights(graph, fed, draft);
  const { inputs, batch_size, dims } = bindInputs(fed, kind, options, draft);
  const scope = new Scope({ outer: undefined, dims, prefix: '', attributes: new Map(), opsets: model.opsets });
  for (const [index, { name, kind: what, elemType, at }] of fed.entries()) {
    const bound = inputs[index];
    const dtype = dtypeOf(elemType) ?? (what === 'tensor' && elemType === text ? 'int64' : undefined);
    if (dtype === undefined && bound !== undefined)
      draft.refuse(
        at,
        'unknown_dtype',
        `the input ${quote(name)} is ${what === 'tensor' ? 'text' : `a ${what}`}; only tensors of numbers are measured`,
      );
    if (bound === undefined || dtype === undefined) scope.set(name, unknown('float32'));
    else {
      const tensor = { shape: bound.shape, dtype: dtype === 'int4' ? ('int8' as const) : dtype };
      scope.set(name, flowing(draft.input(name, tensor, bound.batched, at)));
    }
  }
  translation.declareStored(graph, scope, ['graph']);
  scope.state(graph.valueInfo);
  scope.state(graph.outputs);
  try {
    translation.walk(graph.nodes, scope, ['graph']);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    draft.refuse(['graph'], error.code, error.message);
  }
  const outputs = graph.outputs.flatMap(({ name }, index) => {
    const at: Path = ['graph', 'output', index];
    const value = scope.get(name);
    if (value === undefined) draft.refuse(at, 'unknown_reference', `the output ${quote(name)} is made by no node`);
    try {
      return (value?.items ?? (value === undefined ? [] : [value])).map((item) => ({ tensor: item.tensor(), at }));
    } catch (error) {
      // Rows that a constant needs are added only here.
      if (!(error instanceof Refusal)) throw error;
      draft.refuse(at, error.code, error.message);
      return [];
    }
  });
  translation.showMoved();
  const finished = draft.finish(outputs);
  return { format: 'onnx', batch_size, ...finished };
}

/** A floating tensor of a batch axis, channels and two or three spatial axes. */
function isImage({ dims, elemType }: ValueInfo): boolean {
  return (dims?.length === 4 || dims?.length === 5) && isFloating(dtypeOf(elemType) ?? 'int64');
}

function checkOpset(model: OnnxModel, draft: Draft): void {
  const opset = model.opsets.get('');
  if (opset !== undefined && (opset < oldest || opset > newest))
    draft.note(
      'unknown_opset',
      'warning',
      undefined,
      ['opset_import'],
      `the file is of opset ${opset}; operators are read as opsets ${oldest} to ${newest} have them`,
    );
}
