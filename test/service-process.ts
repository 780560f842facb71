/** The service as a process of its own, for tests of how it starts and ends. */

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** What it has logged. */
  log(): string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

const entry = fileURLToPath(new URL('../src/server.ts', import.meta.url));

/** Starts the sources, or what other arguments of Node start, on a free port. */
export async function startProcess(
  environment: Record<string, string> = {},
  command: readonly string[] = [entry],
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, command, {
    env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      log += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(log);
      if (found) resolve(found[0]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    ended.then(() => reject(new Error(`the service ended at its start:\n${log}`)));
  });
  return { child, url, port: Number(url.slice(url.lastIndexOf(':') + 1)), log: () => log, ended };
}
