/** What the Dockerfile says of its last stage, for tests that hold the image, the service and the chart against one another. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './outside.ts';

const text = (await readFile(join(root, 'Dockerfile'), 'utf8')).replace(/^#.*\n/gm, '').replace(/\\\n/g, ' ');
const last = text.slice(text.lastIndexOf('\nFROM '));

function words(instruction: string): readonly string[] {
  const found = new RegExp(`^${instruction} (.*)$`, 'm').exec(last)?.[1];
  if (found === undefined) throw new Error(`the last stage has no ${instruction}`);
  return found.includes('[') ? (JSON.parse(found.slice(found.indexOf('['))) as string[]) : found.split(' ');
}

export const image = {
  /** After the program itself. */
  arguments: words('ENTRYPOINT').slice(1),
  healthCheck: words('HEALTHCHECK'),
  port: Number(words('EXPOSE')[0]),
  user: words('USER')[0],
  stopSignal: words('STOPSIGNAL')[0],
  /** The paths of the project that go in, of all stages. */
  copied: [...text.matchAll(/^COPY (?!.*--from)(.*) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' ')),
};
