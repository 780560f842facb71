/** Which importer a file is for: JSON is told by its keys, and handed over; what comes out is a native document. */

import { documentFields, isObject } from '../architecture/document.ts';
import { didYouMean } from '../architecture/names.ts';
import type { Format, Imported, ImportOptions } from './imported.ts';
import { importKeras } from './keras/index.ts';
import { importOnnx } from './onnx/index.ts';
import { readModel } from './onnx/wire.ts';
import { importTfjs } from './tfjs/index.ts';

/** A file of another format: parsed JSON, or what the skimmer left of an ONNX model. */
export type ForeignFile =
  | { readonly format: 'onnx'; readonly skeleton: Uint8Array }
  | { readonly format: 'keras' | 'tfjs'; readonly json: unknown };

/** What each format is known by, for messages. */
export const knownBy: Readonly<Record<Format, string>> = {
  native: 'a native architecture document, an object with "layers"',
  onnx: 'an ONNX model in its binary form',
  keras: 'a Keras model in JSON, an object with "class_name" and "config"',
  tfjs: 'a TensorFlow.js model.json, an object with "modelTopology"',
};

/** Keys of native documents that are known where they are misspelt, too; `ref` stands for a document. */
const hinted = ['layers', 'input', 'inputs', 'outputs', 'blocks', 'ref'];

/**
 * The format of a parsed body; undefined where nothing speaks for any. What is no object, or an empty one, is native: the reader of documents says what it
 * misses. Misspelt keys of documents are left to it as well.
 */
export function formatOfJson(json: unknown): Exclude<Format, 'onnx'> | undefined {
  if (!isObject(json) || Array.isArray(json.layers)) return 'native';
  if (Object.hasOwn(json, 'modelTopology')) return 'tfjs';
  if ((Object.hasOwn(json, 'class_name') && Object.hasOwn(json, 'config')) || Object.hasOwn(json, 'model_config')) return 'keras';
  const keys = Object.keys(json);
  const isNative = (key: string): boolean => Object.hasOwn(documentFields, key) || didYouMean(key, hinted) !== '';
  // Nobody's document begins with hundreds of keys that are none of its own.
  return keys.length === 0 || keys.slice(0, 100).some(isNative) ? 'native' : undefined;
}

/** Translates a file; throws `BrokenFile` for one that cannot be read, `InvalidArchitecture` for one that does not hold together. */
export function importFile(file: ForeignFile, options: ImportOptions): Imported {
  if (file.format === 'onnx') return importOnnx(readModel(file.skeleton), options);
  return file.format === 'keras' ? importKeras(file.json, options) : importTfjs(file.json, options);
}
