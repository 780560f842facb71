/**
 * Route options for bodies of megabytes: the route's own limit, and the pieces they came in given back as soon as they are joined. A test that injects a buffer
 * of its own finds it empty afterwards; text is copied.
 */

import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { giveBack } from '../tensor/give-back.ts';

export function largeBody(maxBytes: number) {
  return {
    bodyLimit: maxBytes,
    preParsing(
      _request: FastifyRequest,
      _reply: FastifyReply,
      payload: RequestPayload,
      done: (error: null, payload: RequestPayload) => void,
    ) {
      const pieces: Buffer[] = [];
      let left = maxBytes;
      const keep = (piece: Buffer): void => {
        left -= piece.length;
        if (left >= 0) pieces.push(piece);
        else {
          // It will be refused.
          pieces.length = 0;
          payload.off('data', keep);
        }
      };
      payload.on('data', keep);
      // The framework joins them when it hears the same event; by the next tick it has.
      payload.once('end', () => process.nextTick(() => pieces.forEach(giveBack)));
      done(null, payload);
    },
  };
}
