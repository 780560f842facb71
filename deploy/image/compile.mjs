/**
 * Starts the service once while the image is made, and asks it what callers ask, so that Node keeps the code that they need as V8 has compiled it
 * (`NODE_COMPILE_CACHE`). Fails where an answer is not a 200: an image whose service does not start is not made.
 */

const port = 3000;
process.env.PORT = String(port);
process.env.HOST = '127.0.0.1';
process.env.LOG_LEVEL = 'warn';
// Nothing is compiled yet, and nobody waits.
process.env.LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS = '0';
const base = `http://127.0.0.1:${port}`;

const asked = [
  ['GET', '/readyz'],
  ['GET', '/openapi.json'],
  ['POST', '/v1/analyze', { ref: 'resnet50' }],
  ['POST', '/v1/analyze?include=formulas,by_type', { ref: 'lenet5' }],
  ['POST', '/v1/analyze', { input: [3, 32, 32], layers: [{ type: 'conv2d', out_channels: 8, kernel_size: 3 }, { type: 'relu' }] }],
  [
    'POST',
    '/v1/run',
    {
      layer: { type: 'max_pool2d', kernel_size: 2 },
      input: [
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
    },
  ],
];

await import('../../dist/service/server.js');
// The service listens some turns after its module has been read.
for (let tries = 0; ; tries++) {
  try {
    await fetch(`${base}/livez`);
    break;
  } catch (error) {
    if (tries === 100) throw error;
    await new Promise((go) => setTimeout(go, 50));
  }
}
for (const [method, path, body] of asked) {
  const init = body === undefined ? { method } : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(base + path, init);
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}
process.kill(process.pid, 'SIGINT');
