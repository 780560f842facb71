/** In process: from a parsed document to its report, and the part of it after validation. Prints a table; asserts nothing. */

import { bench, run, summary } from 'mitata';
import { analyze } from '../src/analysis/analyze.ts';
import { conventions } from '../src/analysis/conventions.ts';
import { buildGraph } from '../src/architecture/build-graph.ts';
import { canonicalText } from '../src/architecture/canonical.ts';
import { measure } from '../src/questions/measure.ts';
import { defaults, limits } from '../test/measure-document.ts';
import { chain, expanded } from './networks.ts';

const graphOptions = { batch_size: 1, resolution: undefined, limits };

for (const name of ['resnet50', 'vgg16']) {
  const document = expanded(name);
  const graph = buildGraph(document, graphOptions);
  const count = graph.nodes.length;
  bench(`${name} (${count} layers): document to report`, () => measure(document, defaults, limits));
  bench(`${name}: hash and depth`, () => canonicalText(document, limits.maxDepth));
  bench(`${name}: validation and wiring`, () => buildGraph(document, graphOptions));
  bench(`${name}: analysis after validation`, () => analyze(graph, undefined, conventions.standard, limits));
}

summary(() => {
  for (const count of [100, 1000, 10_000]) {
    const document = chain(count);
    bench(`chain of ${count} layers`, () => measure(document, defaults, limits));
  }
});

const { benchmarks } = await run();

const medians = new Map(benchmarks.map((trial) => [trial.alias, (trial.runs[0]?.stats?.p50 ?? Number.NaN) / 1000]));
const bounds: readonly (readonly [alias: RegExp, microseconds: number])[] = [
  [/^resnet50 .* document to report/, 400],
  [/^resnet50: analysis after validation/, 100],
  [/^vgg16 .* document to report/, 100],
];
console.log('\nMedians against what is aimed at (microseconds):');
console.table(
  bounds.map(([alias, bound]) => {
    const [name, median] = [...medians].find(([title]) => alias.test(title)) ?? ['', Number.NaN];
    return { benchmark: name, median: Math.round(median), 'at most': bound, holds: median <= bound };
  }),
);

const perLayer = benchmarks.flatMap((trial) => {
  const count = Number(/chain of (\d+)/.exec(trial.alias)?.[1] ?? 0);
  const p50 = trial.runs[0]?.stats?.p50;
  return count > 0 && p50 !== undefined ? [{ layers: count, nanoseconds_per_layer: Math.round(p50 / count) }] : [];
});
console.table(perLayer);
const [shortest, longest] = [perLayer.at(0)?.nanoseconds_per_layer, perLayer.at(-1)?.nanoseconds_per_layer];
console.log(
  `10,000 layers take ${((longest ?? Number.NaN) / (shortest ?? Number.NaN)).toFixed(2)} times as long a layer as 100 (aimed at: at most 1.5)`,
);
