/**
 * How fast an exchange must go, where the answer begins before the body has ended. Both may take as long as they like, but while the service waits for the client,
 * the body must bring and the client must take at least 1 KiB a second, averaged over 10 s. A turn in which the client waits for the service does not count.
 */

import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterBody } from './after-body.ts';
import { leastBytesPerWindow, millisecondsPerTurn, turnsPerWindow } from './arrival.ts';

export interface Exchange {
  /** Whether the client may be waiting for an answer rather than we for it. */
  owes(): boolean;
  /** The body comes too slowly. */
  bodyIsLate(): void;
  /** The answer is finished, or the client has gone. */
  ended(): void;
}

export class Pace {
  #turns = 0;
  /** Bytes when the window began. */
  #before: number | undefined;

  /** One turn later: whether `bytes`, all that have passed so far, are enough. */
  turn(isAwaited: boolean, bytes: number): boolean {
    this.#before ??= bytes;
    if (!isAwaited || ++this.#turns < turnsPerWindow) return true;
    const isEnough = bytes - this.#before >= leastBytesPerWindow;
    this.#turns = 0;
    this.#before = bytes;
    return isEnough;
  }
}

/** Watches until the answer is finished or the client has gone; a client that does not take its answer is cut off. */
export function watchExchange(request: FastifyRequest, reply: FastifyReply, exchange: Exchange): void {
  request.isExchange = true;
  const { socket } = request.raw;
  const body = new Pace();
  const answer = new Pace();
  const timer = setInterval(() => {
    const isAwaited = !request.raw.complete && !request.raw.isPaused() && !exchange.owes();
    if (!body.turn(isAwaited, socket.bytesRead)) exchange.bodyIsLate();
    if (!answer.turn(socket.writableLength > 0, taken(socket))) socket.destroy();
  }, millisecondsPerTurn);
  timer.unref();
  reply.raw
    .once('close', () => {
      clearInterval(timer);
      exchange.ended();
    })
    .once('finish', () => {
      // An answer that ended early: its sender is given the time to see it.
      if (!request.raw.complete) afterBody(request, () => socket.destroySoon());
    });
}

/** Bytes that the network has taken. Node counts those that it waits to hand over as written; what it has in hand only the handle knows. */
export function taken(socket: Socket): number {
  const handle = (socket as { _handle?: { bytesWritten?: number; writeQueueSize?: number } | null })._handle;
  return (handle?.bytesWritten ?? socket.bytesWritten) - (handle?.writeQueueSize ?? socket.writableLength);
}
