/**
 * What becomes of the connections of an attack, as the kernel's table of connections (Linux) has it from both ends. Attackers go to an address of their own of the
 * service's machine, so that theirs are told from all others.
 */

import { readFileSync } from 'node:fs';

export const attackedAddress = '127.0.0.2';
const inTable = '0200007F';

/** States in which an end holds bytes, or a file of the service: all but those in which only the kernel waits for late packets. */
const held = new Set(['01', '03', '04', '08', '09', '0B']);
const established = '01';

interface Connection {
  readonly opened: number;
  /** When it was last seen alive, from the end of the service and from the attacker's. */
  here: number;
  there: number;
}

export class AttackConnections {
  readonly #port: string;
  readonly #connections = new Map<string, Connection>();
  #alive = 0;

  constructor(port: number) {
    this.#port = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  }

  /** Connections that were ever seen, and those alive when last looked. */
  get opened(): number {
    return this.#connections.size;
  }

  get alive(): number {
    return this.#alive;
  }

  /** Longest that one was alive, in seconds, from its own opening; and how long after the last opening the last one was. */
  lives(): { readonly here: number; readonly there: number; readonly afterLast: number } {
    const all = [...this.#connections.values()];
    const longest = (end: (one: Connection) => number): number => Math.max(0, ...all.map(end)) / 1000;
    const last = Math.max(0, ...all.map(({ opened }) => opened));
    return {
      here: longest(({ here, opened }) => here - opened),
      there: longest(({ there, opened }) => there - opened),
      afterLast: longest(({ here, there }) => Math.max(here, there) - last),
    };
  }

  look(): void {
    const now = performance.now();
    const alive = new Set<string>();
    for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
      const [, local, remote, state = ''] = line.trim().split(/\s+/);
      const isHere = local === inTable + this.#port && held.has(state);
      const isThere = remote === inTable + this.#port && state === established;
      if (!isHere && !isThere) continue;
      // The attacker's port, whichever end this is.
      const key = ((isHere ? remote : local) ?? '').split(':')[1] ?? '';
      const connection = this.#connections.get(key) ?? { opened: now, here: now, there: now };
      if (isHere) connection.here = now;
      else connection.there = now;
      this.#connections.set(key, connection);
      alive.add(key);
    }
    this.#alive = alive.size;
  }
}
