/**
 * Measures a network, holds it against a budget, and shows how a refusal looks.
 *
 *     node examples/budget.ts http://localhost:3000 [model file]
 */

import { openAsBlob } from 'node:fs';
import { createLayergauge } from '../src/index.ts';

const [url = 'http://localhost:3000', file] = process.argv.slice(2);
const gauge = createLayergauge(url);

const { data: report, error } = await gauge.POST('/v1/analyze', { body: { ref: 'mobilenet_v2' }, params: { query: { batch_size: 8 } } });
if (error !== undefined) throw new Error(error.detail);
console.log(`${report.model.name}: ${report.totals.parameters} parameters, ${report.totals.macs} MACs at batch size 8`);

// A file is sent as it is; beside a policy it is a part of a form.
const model = file === undefined ? new Blob([JSON.stringify({ ref: 'mobilenet_v2' })]) : await openAsBlob(file);
const policy = { limits: { max_parameters: '3M' }, rules: [{ type: 'conv2d', max_macs: '10M' }] };
const { data: check, error: refusal } = await gauge.POST('/v1/check', { body: { model, policy } });
if (refusal !== undefined) throw new Error(refusal.detail);
for (const { limit, value, bound, passed } of check.limits) console.log(`${limit}: ${value} of ${bound}, ${passed ? 'kept' : 'broken'}`);
for (const { description, violations } of check.rules) console.log(`${description}: ${violations.length} violations`);

const { data: markdown } = await gauge.POST('/v1/check', {
  body: { ref: 'lenet5' },
  params: { query: { max_macs: '1M' } },
  headers: { accept: 'text/markdown' },
  parseAs: 'text',
});
console.log(markdown);

const refused = await gauge.POST('/v1/analyze', { body: { ref: 'mobilenet' } });
console.log(`${refused.error?.status}: ${refused.error?.detail}`);
