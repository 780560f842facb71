/** TensorFlow.js `model.json` to a native document: a layers model is Keras's JSON, a graph model a list of TensorFlow's operations. */

import { isObject } from '../../architecture/document.ts';
import { BrokenFile } from '../broken-file.ts';
import type { Imported, ImportOptions } from '../imported.ts';
import { importGraph } from './graph.ts';
import { importTfjsLayers } from './layers.ts';

/** Reads a parsed `model.json`; throws `BrokenFile` where it holds no topology, `InvalidArchitecture` with all that does not hold together. */
export function importTfjs(json: unknown, options: ImportOptions): Imported {
  if (!isObject(json) || !isObject(json.modelTopology))
    throw new BrokenFile('a TensorFlow.js model.json is an object whose "modelTopology" is an object; this has none');
  return Array.isArray(json.modelTopology.node) ? importGraph(json, options) : importTfjsLayers(json, options);
}
