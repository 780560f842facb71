import { describe, expect, test } from 'vitest';
import { inferShapes } from '../../src/analysis/infer-shapes.ts';
import { buildGraph } from '../../src/architecture/build-graph.ts';
import type { Issue } from '../../src/issue.ts';
import { pointerTo } from '../../src/issue.ts';
import { operatorOf, operators } from '../../src/operators/index.ts';
import { limits } from '../measure-document.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';
import type { GoldenCase } from './golden-case.ts';
import { answerTo, documentOf, goldenFamilies } from './golden-case.ts';
import { differences } from './golden-differences.ts';

/** PyTorch's kernels lack some integer types; that is no statement about the operator. */
const kernelGap = /not implemented for|on CPU/;

/** Codes of the refusals that PyTorch shares; another one says that something else than the case was refused. */
const codes = [
  ...[
    'duplicate_axis',
    'groups_do_not_divide',
    'invalid_value',
    'kernel_too_large',
    'mismatch',
    'missing_key',
    'not_divisible',
    'out_of_range',
  ],
  ...['padding_too_large', 'shape_mismatch', 'unknown_key', 'wrong_dtype', 'wrong_input_count', 'wrong_rank'],
];

/** Every issue stands in the case's layer, at a key that was sent or an attribute that might have been, and its pointer resolves. */
function expectAtTheLayer(golden: GoldenCase, issues: readonly Issue[]): void {
  const document = documentOf(golden);
  const [layer] = document.layers as readonly [Record<string, unknown>];
  const attributes = Object.keys(operatorOf(String(golden.layer.type))?.attributes ?? {});
  expect(issues.length).toBeGreaterThan(0);
  for (const { path, code, detail } of issues) {
    expect(codes, `${path.join('/')}: ${detail}`).toContain(code);
    expect(resolvePointer(document, pointerTo(document, path))).toBeDefined();
    expect(path.slice(0, 2)).toEqual(['layers', 0]);
    // Of an input, it is the reference to it in the layer.
    if (path.length > 2) expect([...Object.keys(layer), ...attributes]).toContain(path[2]);
    if (path[2] === 'inputs' && path.length > 3) expect(Object.keys(golden.inputs)).toContain(String(path[3]));
  }
}

/** `custom` is not PyTorch's, and a constant or a parameter is a tensor of the stated shape: there is nothing to ask PyTorch. Nor is `block` an operator. */
const withoutCounterpart = ['sources'];

test('every family of the catalogue has 40 cases or more, refusals among them', () => {
  const found = new Map(operators.map(({ family }) => [family, { cases: 0, refused: 0 }]));
  for (const { layer, refused } of goldenFamilies().flatMap(({ cases }) => cases)) {
    const counts = found.get(operatorOf(String(layer.type))?.family ?? '');
    if (counts === undefined) continue;
    counts.cases++;
    if (refused !== undefined && !kernelGap.test(refused)) counts.refused++;
  }
  for (const family of withoutCounterpart) {
    expect([family, found.get(family)]).toEqual([family, { cases: 0, refused: 0 }]);
    found.delete(family);
  }
  expect([...found].filter(([, { cases, refused }]) => cases < 40 || refused < 5)).toEqual([]);
});

for (const { family, cases } of goldenFamilies()) {
  describe(`${family} agrees with PyTorch`, () => {
    for (const golden of cases) {
      const different = differences[family]?.[golden.name];
      const title = `${golden.layer.type}: ${golden.name}`;
      if (operatorOf(String(golden.layer.type)) === undefined) test.todo(title);
      else if (different !== undefined) {
        test(`${title} (differs: ${different.why})`, () => {
          // What we do instead is asserted, so that a difference cannot hide a change.
          expect('refused' in answerTo(golden) ? 'refuses' : 'accepts').toBe(different.we);
        });
      } else if (golden.refused !== undefined && kernelGap.test(golden.refused)) {
        test(`${title} (a gap of its CPU kernels; accepted)`, () => expect(answerTo(golden)).not.toHaveProperty('refused'));
      } else {
        test(title, () => {
          const answer = answerTo(golden);
          if (golden.refused !== undefined) {
            if (!('refused' in answer)) expect.fail(`PyTorch refuses: ${golden.refused}`);
            expectAtTheLayer(golden, answer.issues);
            return;
          }
          if ('refused' in answer) expect.fail(`refused: ${answer.refused}`);
          expect(answer.row.output_shapes).toEqual(golden.outputs?.map((output) => output.shape));
          expect(answer.row.weights.tensors.map(({ name, shape, kind }) => ({ name, shape, kind }))).toEqual(golden.weights ?? []);
          const graph = buildGraph(documentOf(golden), { batch_size: 1, resolution: undefined, limits });
          expect(inferShapes(graph, limits).layers[0]?.outputs.map((output) => output.dtype)).toEqual(
            golden.outputs?.map((output) => output.dtype),
          );
        });
      }
    }
  });
}
