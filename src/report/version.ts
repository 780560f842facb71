/** Name and version that answers carry, read once from the package. */

import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

export const generator = Object.freeze({ name: 'layergauge' as const, version: manifest.version });
