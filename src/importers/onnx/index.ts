/** ONNX to a native document: inputs are bound, nodes become rows, weights find their layers. */

import { quote } from '../../architecture/names.ts';
import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import type { Shape } from '../../tensor/shape.ts';
import { Draft } from '../draft.ts';
import type { Imported, ImportOptions } from '../imported.ts';
import { Budget } from './budget.ts';
import { dtypeOf } from './element-types.ts';
import { noteFedWeights } from './fed-weights.ts';
import type { FedInput } from './graph-inputs.ts';
import { bindInputs } from './graph-inputs.ts';
import type { OnnxModel, ValueInfo } from './model.ts';
import { Scope, Translation } from './translation.ts';
import { flowing, unknown } from './value.ts';

/** Opsets of the default domain that are read. */
const oldest = 7;
const newest = 26;

/** TensorProto.DataType of text, whose tensors are measured by their shapes; an element stands as one of 64 bits. */
const text = 8;

/** Most times a file is translated; every time tensors that two layers want become rows of their own. */
const mostPasses = 8;

/** Translates a model; throws `InvalidArchitecture` with all that does not hold together, at places of the file. */
export function importOnnx(model: OnnxModel, options: ImportOptions): Imported {
  let apart: ReadonlySet<string> = new Set();
  let budget = new Budget();
  for (let pass = 1; ; pass++) {
    const { imported, conflicts } = translate(model, options, apart, budget);
    if (conflicts.size === 0 || pass === mostPasses) return imported;
    apart = new Set([...apart, ...conflicts]);
    budget = budget.next();
  }
}

function translate(
  model: OnnxModel,
  options: ImportOptions,
  apart: ReadonlySet<string>,
  budget: Budget,
): { readonly imported: Imported; readonly conflicts: ReadonlySet<string> } {
  const { graph } = model;
  const draft = new Draft({ name: graph.name === '' ? undefined : graph.name, limits: options.limits });
  const translation = new Translation(draft, model, apart, budget);
  checkOpset(model, draft);
  // Files of IR version 3 list initializers among the inputs.
  const initialized = new Set([...graph.initializers.map(({ name }) => name), ...graph.sparse.map(({ values }) => values.name)]);
  const fed = graph.inputs.flatMap((info, index): FedInput[] =>
    initialized.has(info.name) ? [] : [{ info, at: ['graph', 'input', index] }],
  );
  noteFedWeights(graph, fed, draft);
  const { shapes, batch_size, dims } = bindInputs(fed, options, draft);
  const scope = new Scope({ outer: undefined, dims, prefix: '', attributes: new Map(), opsets: model.opsets });
  for (const [index, { info, at }] of fed.entries()) {
    const shape = shapes[index];
    const dtype = dtypeOf(info.elemType) ?? (info.kind === 'tensor' && info.elemType === text ? 'int64' : undefined);
    if (dtype === undefined && shape !== undefined)
      draft.refuse(
        at,
        'unknown_dtype',
        `the input ${quote(info.name)} is ${info.kind === 'tensor' ? 'text' : `a ${info.kind}`}; only tensors of numbers are measured`,
      );
    if (shape === undefined || dtype === undefined) scope.set(info.name, unknown('float32'));
    else
      scope.set(
        info.name,
        flowing(draft.input(info.name, { shape, dtype: dtype === 'int4' ? 'int8' : dtype }, isBatched(info, shape, batch_size), at)),
      );
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
  return { imported: { format: 'onnx', batch_size, ...finished }, conflicts: translation.weights.conflicts };
}

/** Whether the first axis is that of the batch. One that the file fixes, other than at 1, is left in place: the document then holds at any batch size. */
function isBatched({ dims }: ValueInfo, shape: Shape, batch_size: number): boolean {
  const first = dims?.[0];
  return shape.length > 1 && shape[0] === batch_size && (typeof first !== 'number' || first === 1);
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
