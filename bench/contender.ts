/** A server under measurement, in a process of its own, and what asking it costs. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';

export interface Contender {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  stop(): void;
}

/** Starts a script of this folder that says its port on standard output. */
export async function startContender(name: string, script: string, ...argument: readonly string[]): Promise<Contender> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port === undefined) continue;
    child.stdout.destroy();
    return { name, port: Number(port), pid: child.pid ?? 0, stop: () => child.kill('SIGKILL') };
  }
  throw new Error(`${name} did not start: ${text}`);
}

/** Processor time that all threads of a process have used, in milliseconds, in steps of 10 (Linux; elsewhere not a number). */
export function processorTime(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

/** One request; resolves to the bytes of the answer. */
export async function ask(port: number, agent: Agent, path: string, body?: Buffer): Promise<Buffer> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
  const sent = request({ port, host: '127.0.0.1', path, method: body === undefined ? 'GET' : 'POST', agent, headers });
  sent.end(body);
  const [received] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  received.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(received, 'end');
  const answer = Buffer.concat(chunks);
  if (received.statusCode !== 200) throw new Error(`status ${received.statusCode}: ${answer.toString('utf8', 0, 300)}`);
  return answer;
}

/** The value below which `share` of the samples lie. */
export function quantile(samples: readonly number[], share: number): number {
  return samples.toSorted((a, b) => a - b)[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? Number.NaN;
}
