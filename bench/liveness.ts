/**
 * How soon `/livez` answers while runs of 10^9 multiply-accumulates are computed back to back: two callers without a pause (as many as there are workers by
 * default), and one who asks `/livez` every few milliseconds. Prints percentiles; asserts nothing.
 *
 *     node bench/liveness.ts [seconds]
 */

import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, quantile, startContender } from './contender.ts';

const seconds = Number(process.argv[2] ?? 15);

/** 512·512·9·20·21 = 990,904,320 multiply-accumulates; 215,040 elements in, as many out. The weight alone is 2,359,296 numbers. */
function body(): Buffer {
  const tensor = (shape: readonly number[]) => ({
    shape,
    base64: Buffer.from(
      Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, (_, index) => Math.sin(index)).buffer,
    ).toString('base64'),
  });
  return Buffer.from(
    JSON.stringify({ layer: { type: 'conv2d', padding: 1 }, input: tensor([1, 512, 20, 21]), weight: tensor([512, 512, 3, 3]) }),
  );
}

const service = await startContender('layergauge', './service.ts');
const agent = new Agent({ keepAlive: true });
const sent = body();
await ask(service.port, agent, '/v1/run', sent);

const until = performance.now() + seconds * 1000;
const runs: number[] = [];
const answers: number[] = [];
const caller = async (): Promise<void> => {
  while (performance.now() < until) {
    const start = performance.now();
    await ask(service.port, agent, '/v1/run', sent);
    runs.push(performance.now() - start);
  }
};
const prober = async (): Promise<void> => {
  while (performance.now() < until) {
    const start = performance.now();
    await ask(service.port, agent, '/livez');
    answers.push(performance.now() - start);
    await sleep(5);
  }
};
await Promise.all([caller(), caller(), prober()]);
agent.destroy();
service.stop();
const row = (name: string, samples: readonly number[]) => ({
  name,
  requests: samples.length,
  'p50 ms': quantile(samples, 0.5).toFixed(1),
  'p99 ms': quantile(samples, 0.99).toFixed(1),
  'most ms': Math.max(...samples).toFixed(1),
});
console.table([row('/livez', answers), row('/v1/run of 991 million MACs', runs)]);
