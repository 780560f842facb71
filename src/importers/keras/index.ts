/**
 * Keras models as `to_json()` and `config.json` write them, version 2 and 3, and the layers models of TensorFlow.js: a tree of layers with their
 * configurations and calls becomes a native document, one row for each call of a layer, and rows `layer/part` where it takes several.
 */

import { isObject } from '../../architecture/document.ts';
import { quote } from '../../architecture/names.ts';
import type { Path } from '../../issue.ts';
import { InvalidArchitecture, Refusal } from '../../issue.ts';
import { BrokenFile } from '../broken-file.ts';
import type { DraftTensor } from '../draft.ts';
import { Draft } from '../draft.ts';
import type { Imported, ImportOptions } from '../imported.ts';
import type { Entry } from './entry.ts';
import { isModel, readEntry } from './entry.ts';
import type { ModelOutput } from './functional.ts';
import { placeModel } from './functional.ts';
import { addInputs } from './inputs.ts';
import { ruleOf } from './layers/index.ts';
import { modelInputs } from './model-inputs.ts';
import { levelsOfFile, requireNesting } from './nesting.ts';
import type { StoredWeights } from './network.ts';
import { Network, nothingStored } from './network.ts';

/** Keys under which a model stands in files that hold more: an .h5 file's attributes, TensorFlow.js's model.json. */
const wrappers = ['modelTopology', 'model_config'] as const;

/** The path of the model in a file; undefined where there is none. */
export function findModel(json: unknown): Path | undefined {
  let value = json;
  const path: string[] = [];
  for (let depth = 0; depth <= wrappers.length && isObject(value); depth++) {
    if (typeof value.class_name === 'string' && typeof value.config === 'object' && value.config !== null) return path;
    const record = value;
    const key = wrappers.find((candidate) => isObject(record[candidate]));
    if (key === undefined) return undefined;
    path.push(key);
    value = record[key];
  }
  return undefined;
}

/** Reads a parsed Keras file; throws `BrokenFile` where there is no model in it, `InvalidArchitecture` with every issue. `stored` is what the file says of its weights apart from the layers. */
export function importKeras(json: unknown, options: ImportOptions, stored: StoredWeights = nothingStored): Imported {
  try {
    return read(json, options, stored);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new InvalidArchitecture([{ path: error.at, code: error.code, detail: error.message }]);
  }
}

function read(json: unknown, options: ImportOptions, stored: StoredWeights): Imported {
  requireNesting(json, levelsOfFile * options.limits.maxDepth);
  const path = findModel(json);
  if (path === undefined) throw new BrokenFile(`a Keras model is an object with class_name and config; ${advice(json)}`);
  const root = readEntry(at(json, path), path);
  if (!isModel(root)) {
    const detail = `${quote(root.className)} has no layers in its config: the JSON of a subclassed model or a single layer does not hold an architecture; build a functional or Sequential model of it`;
    throw new Refusal(path, 'no_layers', detail);
  }
  const { limits } = options;
  const name = root.config.raw('name');
  const channelsLast = isChannelsLast(root);
  const draft = new Draft({ name: typeof name === 'string' ? name : undefined, channelsLast, limits });
  const network = new Network({ draft, limits, channelsLast, ruleOf, stored });
  const inputs = addInputs(network, modelInputs(root), options);
  const outputs = placed(network, root, inputs);
  const finished = draft.finish(
    outputs.map((output) => ({ tensor: asLayer(network, output, inputs, root), at: output.reference?.path ?? path })),
  );
  return { format: 'keras', ...finished, batch_size: network.batch };
}

/** Outputs of the model; what ends the walk through it joins the issues that were found on the way. */
function placed(network: Network, root: Entry, inputs: readonly DraftTensor[]): readonly ModelOutput[] {
  try {
    return placeModel(network, root, '', inputs, false);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    network.draft.refuse(error.at, error.code, error.message);
    return [];
  }
}

/** A model may give back what it is fed; a document's outputs are layers. */
function asLayer(network: Network, { tensor, reference }: ModelOutput, inputs: readonly DraftTensor[], root: Entry): DraftTensor {
  if (!inputs.includes(tensor)) return tensor;
  return network.draft.add({ name: `${tensor.text}/output`, type: 'identity' }, [tensor], reference?.path ?? root.path)[0] as DraftTensor;
}

function at(json: unknown, path: Path): unknown {
  return path.reduce((value: unknown, key) => (isObject(value) ? value[key] : undefined), json);
}

function advice(json: unknown): string {
  if (typeof json === 'string') return 'the file is a text that holds JSON: it has been written twice, write model.to_json() as it is';
  const config = isObject(json) ? json.model_config : undefined;
  return typeof config === 'string' ? 'model_config is a text that holds JSON: send that text as the file' : `given ${quote(json)}`;
}

/** A document is channels last, as Keras is, unless every layer that states a layout is channels first. */
function isChannelsLast(root: Entry): boolean {
  const stack: unknown[] = [root.config.raw('layers')];
  let first = 0;
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) for (const entry of value) stack.push(entry);
    if (!isObject(value)) continue;
    const config = isObject(value.config) ? value.config : {};
    if (config.data_format === 'channels_last') return true;
    if (config.data_format === 'channels_first') first++;
    if (config.layers !== undefined) stack.push(config.layers);
    if (config.layer !== undefined) stack.push(config.layer);
  }
  return first === 0;
}
