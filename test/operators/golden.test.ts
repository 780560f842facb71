import { describe, expect, test } from 'vitest';
import { inferShapes } from '../../src/analysis/infer-shapes.ts';
import { buildGraph } from '../../src/architecture/build-graph.ts';
import { operatorOf } from '../../src/operators/index.ts';
import { limits } from '../measure-document.ts';
import { answerTo, documentOf, goldenFamilies } from './golden-case.ts';
import { differences } from './golden-differences.ts';

/** PyTorch's kernels lack some integer types; that is no statement about the operator. */
const kernelGap = /not implemented for|on CPU/;

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
            expect(answer, `PyTorch refuses: ${golden.refused}`).toHaveProperty('refused');
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
