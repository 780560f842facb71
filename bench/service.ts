/** The service as benchmarks start it, with the variables that they give in JSON: says its port on standard output, logs nothing else. */

import type { AddressInfo } from 'node:net';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';

const app = await buildApp(readConfig(JSON.parse(process.argv[2] ?? '{}')).config);
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(`127.0.0.1:${(app.server.address() as AddressInfo).port}`);
