/** Prints the OpenAPI document from the running app to `openapi/openapi.json`. */

import { writeFile } from 'node:fs/promises';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';

const app = await buildApp(readConfig({}).config);
const { payload } = await app.inject('/openapi.json');
await writeFile(new URL('../openapi/openapi.json', import.meta.url), `${JSON.stringify(JSON.parse(payload), null, 1)}\n`);
await app.close();
