/** Bytes of an ONNX file to its translation and its report, as the service does it. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Imported, ImportOptions } from '../../../src/importers/imported.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import type { OnnxModel } from '../../../src/importers/onnx/model.ts';
import { createSkimmer } from '../../../src/importers/onnx/skim.ts';
import { readModel } from '../../../src/importers/onnx/wire.ts';
import { measure } from '../../../src/questions/measure.ts';
import type { Report } from '../../../src/report/schema.ts';
import { defaults, limits } from '../../measure-document.ts';

export type Question = Partial<Omit<ImportOptions, 'limits' | 'dims'>> & { readonly dims?: Readonly<Record<string, number>> };

export function modelOf(bytes: Uint8Array): OnnxModel {
  const skimmer = createSkimmer(limits);
  skimmer.push(bytes);
  return readModel(skimmer.finish());
}

/** Translates a model; the file's own batch and symbols where the question says nothing. */
export function translated(model: OnnxModel, { batch_size, resolution, dims = {} }: Question = {}): Imported {
  return importOnnx(model, { batch_size, resolution, dims: new Map(Object.entries(dims)), limits });
}

export function reportOf({ document, batch_size }: Imported): Report {
  return measure(document, { ...defaults, batch_size }, limits);
}

export function fileAt(file: URL): Buffer {
  const bytes = readFileSync(file);
  return file.pathname.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
