/** Where a model says what it is fed: the input layers of a functional model, the first layer of a Sequential or the shape that it was built on. */

import { isObject } from '../../architecture/document.ts';
import { quote } from '../../architecture/names.ts';
import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import { Config } from './config.ts';
import type { Entry } from './entry.ts';
import { isModel, isSequential } from './entry.ts';
import { sequentialLayers } from './functional.ts';
import type { Declared } from './inputs.ts';
import { declaredInput, isShape } from './inputs.ts';

/** The inputs of a model in the order in which it is called with them. */
export function modelInputs(root: Entry): readonly Declared[] {
  return isSequential(root) ? sequentialInput(root) : functionalInputs(root);
}

/** The inputs of a functional model in the order of `input_layers`. */
function functionalInputs(root: Entry): readonly Declared[] {
  const names = new Map(sequentialLayers(root).map((entry) => [entry.name, entry]));
  return inputNames(root.config.raw('input_layers')).map(({ name, path }) => {
    const at = [...root.config.path, 'input_layers', ...path];
    const entry = names.get(name);
    if (entry === undefined) throw new Refusal(at, 'unknown_reference', `there is no layer ${quote(name)} in this model`);
    return declaredInput(entry) ?? entry.config.refuse('batch_shape', 'the shape of the input, the batch axis first');
  });
}

/** Names in `input_layers`, lists as they stand and dictionaries by their keys, with where they stand. */
function inputNames(value: unknown, path: Path = []): readonly { readonly name: string; readonly path: Path }[] {
  if (path.length > 8) return [];
  if (Array.isArray(value)) {
    if (typeof value[0] === 'string') return [{ name: value[0], path }];
    return value.flatMap((entry, index) => inputNames(entry, [...path, index]));
  }
  if (!isObject(value)) return [];
  return Object.keys(value)
    .sort()
    .flatMap((key) => inputNames(value[key], [...path, key]));
}

/** The one input of a Sequential: its first layer's, or the shape that it was built on. */
function sequentialInput(root: Entry): readonly Declared[] {
  const [first] = sequentialLayers(root);
  const own = first === undefined ? undefined : innerInput(first);
  if (own !== undefined) return [own];
  const { config, build } = root;
  const built = [
    { config, key: 'build_input_shape' },
    { config: build ?? new Config({}, root.path), key: 'input_shape' },
  ].find((place) => isShape(place.config.raw(place.key)));
  if (built !== undefined)
    return [{ name: 'input', shape: built.config.raw(built.key) as number[], dtype: undefined, path: [...built.config.path, built.key] }];
  return config.refuse(
    'build_input_shape',
    'the shape of the input: the model has not been built; call model.build((None, …)) before to_json()',
  );
}

function innerInput(entry: Entry, depth = 0): Declared | undefined {
  const own = declaredInput(entry);
  if (own !== undefined) return entry.className === 'InputLayer' ? own : { ...own, name: `${entry.name}_input` };
  if (!isModel(entry) || depth > 8) return undefined;
  if (!isSequential(entry)) return functionalInputs(entry)[0];
  const [first] = sequentialLayers(entry);
  return first === undefined ? undefined : innerInput(first, depth + 1);
}
