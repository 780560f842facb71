/** Four networks of the ONNX model zoo, node for node, as another program reads them. Skipped where their folder, `../shared/onnx_light`, is absent. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileAt, modelOf, reportOf, translated } from './read-onnx.ts';

const folder = new URL('../../../../shared/onnx_light/', import.meta.url);
const isPresent = existsSync(folder);

interface ListedNode {
  readonly index: number;
  readonly op: string;
  readonly name: string;
  readonly output_shapes: readonly (readonly number[])[];
  readonly params: number;
  readonly bn_statistics: number;
  readonly macs: number;
}

interface Listed {
  readonly node_count: number;
  readonly totals: { readonly params: number; readonly bn_statistics: number; readonly macs: number };
  readonly nodes: readonly ListedNode[];
}

const title = isPresent ? 'light networks' : 'light networks (skipped: ../shared/onnx_light is absent)';

describe.skipIf(!isPresent)(title, () => {
  test.each(['light_inception_v1', 'light_shufflenet', 'light_vgg19', 'light_zfnet512'])('%s agrees node for node', (name) => {
    const listed = JSON.parse(readFileSync(new URL(`${name}.nodes.json`, folder), 'utf8')) as Listed;
    const report = reportOf(translated(modelOf(fileAt(new URL(`${name}.onnx`, folder)))));
    const rows = report.layers.map((row) => ({
      name: row.name,
      output: row.output_shapes?.[0],
      parameters: row.weights?.parameters,
      buffers: row.weights?.buffers,
      macs: row.compute?.macs,
    }));
    expect(listed.nodes.length).toBe(listed.node_count);
    expect(rows).toEqual(
      listed.nodes.map((node) => ({
        name: node.name,
        output: node.output_shapes[0],
        parameters: node.params,
        buffers: node.bn_statistics,
        macs: node.macs,
      })),
    );
    expect(report.layers.every(({ pointer }) => /^#\/layers\/\d+$/.test(pointer))).toBe(true);
    const { parameters, buffers, macs, partial } = report.totals;
    expect({ params: parameters, bn_statistics: buffers, macs, partial }).toEqual({ ...pick(listed.totals), partial: [] });
  });
});

function pick({ params, bn_statistics, macs }: Listed['totals']): Listed['totals'] {
  return { params, bn_statistics, macs };
}
