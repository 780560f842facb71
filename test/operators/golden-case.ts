/** Cases that PyTorch has decided (`test/golden/operators/`): one layer on inputs of given shapes gives these outputs and weights, or is refused. */

import { readdirSync, readFileSync } from 'node:fs';
import type { Issue } from '../../src/issue.ts';
import { InvalidArchitecture } from '../../src/issue.ts';
import type { Row } from '../../src/report/schema.ts';
import { measureDocument } from '../measure-document.ts';

interface TensorCase {
  readonly shape: readonly number[];
  readonly dtype: string;
}

export interface GoldenCase {
  readonly name: string;
  readonly layer: Readonly<Record<string, unknown>>;
  readonly inputs: readonly TensorCase[];
  readonly outputs?: readonly TensorCase[];
  readonly weights?: readonly { readonly name: string; readonly shape: readonly number[]; readonly kind: string }[];
  readonly refused?: string;
}

const folder = new URL('../golden/operators/', import.meta.url);

export function goldenFamilies(): readonly { readonly family: string; readonly cases: readonly GoldenCase[] }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
}

/** The document of one case: every input whole, the layer alone, each of its outputs asked for as the same layer gives it. */
export function documentOf(golden: GoldenCase): Record<string, unknown> {
  const inputs = golden.inputs.map((input, index) => ({ name: `x${index}`, shape: input.shape, dtype: input.dtype, batch: false }));
  return { inputs, layers: [{ ...golden.layer, name: 'layer', inputs: inputs.map((input) => input.name) }] };
}

/** What the service answers: the row and the element types of its outputs, or the refusal. */
export function answerTo(golden: GoldenCase): { readonly row: Row } | { readonly refused: string; readonly issues: readonly Issue[] } {
  try {
    const report = measureDocument(documentOf(golden));
    return { row: report.layers.find((row) => row.name === 'layer') as Row };
  } catch (error) {
    if (error instanceof InvalidArchitecture) return { refused: error.message, issues: error.issues };
    throw error;
  }
}
