import { expect, test } from 'vitest';
import { formats } from '../../src/importers/imported.ts';
import { formatOfJson, knownBy } from '../../src/importers/index.ts';
import { modelFormats } from '../../src/report/schema.ts';

test('every format that is read can stand in a report, and is told by something', () => {
  expect(modelFormats).toEqual(formats);
  expect(Object.keys(knownBy)).toEqual(formats);
});

test.each([
  ['an object with layers', { layers: [] }],
  ['an object with any key of a document', { name: 'x', colour: 'red' }],
  ['a misspelt key', { layer: [] }],
  ['a reference', { ref: 'resnet50' }],
  ['a misspelt reference', { Ref: 'resnet50' }],
  ['an empty object', {}],
  ['a list', [1]],
  ['text', 'layers'],
  ['null', null],
  ['a document with keys of Keras', { layers: [], class_name: 'Sequential', config: {} }],
])('%s is left to the reader of native documents', (_, json) => {
  expect(formatOfJson(json)).toBe('native');
});

test.each([
  ['to_json()', { class_name: 'Functional', config: { layers: [] }, keras_version: '3.0', backend: 'torch' }],
  ['config.json of a .keras file', { module: 'keras', class_name: 'Sequential', config: {}, registered_name: null, build_config: {} }],
  ['the attribute of an HDF5 file', { model_config: { class_name: 'Model', config: {} } }],
  ['a name beside it', { name: 'x', class_name: 'Sequential', config: [] }],
])('%s is Keras', (_, json) => {
  expect(formatOfJson(json)).toBe('keras');
});

test.each([
  ['a layers model', { format: 'layers-model', modelTopology: { model_config: {} }, weightsManifest: [] }],
  ['a graph model', { format: 'graph-model', modelTopology: { node: [] } }],
  ['a topology alone', { modelTopology: { class_name: 'Sequential', config: {} } }],
])('%s is TensorFlow.js', (_, json) => {
  expect(formatOfJson(json)).toBe('tfjs');
});

test.each([
  ['a package manifest', { dependencies: {}, scripts: {} }],
  ['a Keras layer without its settings', { class_name: 'Dense' }],
  ['thousands of strange keys', Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key ${index}`, index]))],
])('%s is of no known format', (_, json) => {
  expect(formatOfJson(json)).toBeUndefined();
});
