/** Reads the rest of a refused body before it is answered: a client that is cut off while it sends never sees the answer. */

import type { FastifyRequest } from 'fastify';
import { giveBack } from '../tensor/give-back.ts';

/** How much is still read, and for how long. */
const mostBytes = 64 * 1024 * 1024;
const mostMilliseconds = 5000;

/** Whether a body was announced. */
export function hasBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}

/** Whether there is more of the body to come. */
export function isArriving(request: FastifyRequest): boolean {
  return hasBody(request) && !request.raw.readableEnded && !request.raw.destroyed;
}

/** Calls `answer` once: at the end of the body, or where its sender goes on for too long. Not at all where the sender has gone. */
export function afterBody({ raw }: FastifyRequest, answer: () => void): void {
  // Whoever inflated it does so no more.
  raw.unpipe();
  let read = 0;
  let answered = false;
  const finish = (): void => {
    if (answered) return;
    answered = true;
    clearTimeout(timer);
    raw.removeListener('data', count);
    answer();
  };
  const count = (chunk: Buffer): void => {
    read += chunk.length;
    giveBack(chunk);
    if (read > mostBytes) finish();
  };
  const timer = setTimeout(finish, mostMilliseconds);
  raw
    .on('data', count)
    .once('end', finish)
    .once('close', () => clearTimeout(timer));
  raw.resume();
  if (raw.readableEnded) finish();
}
