/** How fast an answer must be taken: while bytes wait to be sent, at least 1 KiB a second must go, averaged over 10 s; who takes less is cut off, and what the kernel still holds for it goes too. */

import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { millisecondsPerTurn } from './arrival.ts';
import { Pace, taken } from './exchange.ts';

export function installDeparture(app: FastifyInstance): void {
  const leaving = new Map<Socket, Pace>();
  app.addHook('onSend', (request, { raw }, payload, done) => {
    const { socket } = raw;
    // An exchange has a watch of its own.
    if (socket !== null && !request.isExchange) {
      leaving.set(socket, new Pace());
      raw.once('close', () => leaving.delete(socket));
    }
    done(null, payload);
  });
  const timer = setInterval(() => {
    for (const [socket, pace] of leaving) if (!pace.turn(socket.writableLength > 0, taken(socket))) socket.resetAndDestroy();
  }, millisecondsPerTurn);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
