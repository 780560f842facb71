/** A client like any other: every 50 ms it asks on a connection of its own, and on one that it keeps. What becomes of each request is counted. */

import { Agent, request } from 'node:http';

const body = JSON.stringify({ ref: 'lenet5' });

export class HealthyClient {
  readonly fates = new Map<string, number>();
  readonly #port: number;
  readonly #times: number[] = [];
  readonly #kept = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #asked = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor(port: number) {
    this.#port = port;
    this.#timer = setInterval(() => {
      for (const agent of [this.#kept, false] as const) {
        const asked = this.#ask(agent).finally(() => this.#asked.delete(asked));
        this.#asked.add(asked);
      }
    }, 50);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#asked);
    this.#kept.destroy();
  }

  get answered(): number {
    return this.fates.get('200') ?? 0;
  }

  get failed(): number {
    return [...this.fates.values()].reduce((sum, times) => sum + times, 0) - this.answered;
  }

  /** Milliseconds. */
  p99(): number {
    return this.#times.toSorted((a, b) => a - b)[Math.floor(this.#times.length * 0.99)] ?? Number.NaN;
  }

  #ask(agent: Agent | false): Promise<void> {
    const begun = performance.now();
    return new Promise((resolve) => {
      const count = (fate: number | string | undefined): void => {
        this.fates.set(String(fate), (this.fates.get(String(fate)) ?? 0) + 1);
        this.#times.push(performance.now() - begun);
        resolve();
      };
      const options = { port: this.#port, host: '127.0.0.1', path: '/v1/analyze', method: 'POST', agent, timeout: 10_000 };
      const sent = request(options, (answer) => {
        answer.resume();
        answer.once('end', () => count(answer.statusCode));
        answer.once('error', (error: NodeJS.ErrnoException) => count(error.code));
      });
      sent.once('timeout', () => sent.destroy(Object.assign(new Error(), { code: 'no answer in 10 s' })));
      sent.once('error', (error: NodeJS.ErrnoException) => count(error.code));
      sent.setHeader('content-type', 'application/json');
      sent.end(body);
    });
  }
}
