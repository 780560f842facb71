/**
 * What one connection may ask for, and for how long it may ask nothing. Requests that do not wait for the answers before them (pipelining) are a few; a packet of
 * hundreds would be gigabytes of answers.
 *
 * A few connections may wait for their next request as long as a load balancer lets them (`keepAliveMilliseconds`). Where they are a quarter of all that there may
 * be, and for 25 s after, those that have waited for 25 s go. A reader so slow that the kernel's buffers still hold its answer is such a one: to us the answer has
 * been sent. So they are reset: what nobody reads goes with the connection. Time is counted in turns, as in `arrival.ts`.
 */

import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { millisecondsPerTurn } from './arrival.ts';
import { unavailable } from './problems.ts';

/** Requests of a connection that are answered at a time. */
const mostAtOnce = 16;
const share = 1 / 4;
const mostTurns = 25;

export class IdleConnections<Connection> {
  readonly #many: number;
  /** Turns that each has waited for. */
  readonly #waiting = new Map<Connection, number>();
  /** Turns for which nobody may wait for long: those who came with the many go with them. */
  #strict = 0;

  constructor(maxConnections: number) {
    this.#many = maxConnections * share;
  }

  waits(connection: Connection): void {
    this.#waiting.set(connection, 0);
  }

  leaves(connection: Connection): void {
    this.#waiting.delete(connection);
  }

  /** One turn later: those that have to go. */
  turn(): Connection[] {
    this.#strict = this.#waiting.size >= this.#many ? mostTurns : Math.max(0, this.#strict - 1);
    const gone: Connection[] = [];
    for (const [connection, turns] of this.#waiting) {
      if (this.#strict > 0 && turns + 1 >= mostTurns) gone.push(connection);
      else this.#waiting.set(connection, turns + 1);
    }
    for (const connection of gone) this.#waiting.delete(connection);
    return gone;
  }
}

export function installConnections(app: FastifyInstance, { load }: Config): void {
  const idle = new IdleConnections<Socket>(load.maxConnections);
  /** Requests of each connection that are being answered: pipelined ones overlap. */
  const asked = new WeakMap<Socket, number>();
  app.server.on('connection', (socket: Socket) => {
    asked.set(socket, 0);
    socket.once('close', () => idle.leaves(socket));
  });
  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const before = asked.get(socket);
    if (before === undefined) {
      // A request that is injected has no connection.
      done();
      return;
    }
    idle.leaves(socket);
    const count = before + 1;
    asked.set(socket, count);
    reply.raw.once('close', () => {
      const left = (asked.get(socket) ?? 1) - 1;
      asked.set(socket, left);
      if (left === 0 && !socket.destroyed) idle.waits(socket);
    });
    if (count <= mostAtOnce) done();
    else done(unavailable(`more than ${mostAtOnce} requests of this connection are answered at a time; wait for answers, or open another`));
  });
  const timer = setInterval(() => {
    for (const socket of idle.turn()) socket.resetAndDestroy();
  }, millisecondsPerTurn);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
