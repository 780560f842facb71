/** The service as the HTTP benchmark starts it: says its port on standard output, logs nothing else. */

import type { AddressInfo } from 'node:net';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';

const app = await buildApp(readConfig({}).config);
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(`127.0.0.1:${(app.server.address() as AddressInfo).port}`);
