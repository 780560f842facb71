/** What tests of scripts need: a service that listens, a folder of files, and programs run to their end. */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startService } from '../service.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Listening {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export async function startListening(): Promise<Listening> {
  const { app } = await startService();
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, close: () => app.close() };
}

/** A folder with these files, by path; the values are text, or become JSON. */
export async function folderOf(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'layergauge-test-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

export function removed(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end with no variables but PATH, HOME and these. */
export function ended(program: string, given: readonly string[], cwd: string, environment: Record<string, string> = {}): Promise<Ended> {
  const { PATH = '', HOME = cwd } = process.env;
  return new Promise((resolve) => {
    execFile(program, given, { cwd, env: { PATH, HOME, ...environment }, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Whether the program can be run and ends well. */
export async function runs(program: string, ...given: string[]): Promise<boolean> {
  return (await ended(program, given, root)).code === 0;
}
