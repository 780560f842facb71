/**
 * How fast a request must come in. Its headers have 10 s (the server sees to that), its body 30 s more, unless it is streamed: such an upload may take as long as
 * it likes, but must bring at least 1 KiB a second, averaged over 10 s. Who is slower gets a 408, and the connection is closed.
 *
 * Time is counted in turns of a timer rather than read from a clock: while the service itself is held up no turn passes, so nobody is refused for bytes that wait
 * to be read.
 */

import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasBody } from './after-body.ts';
import { answerBrokenRequest } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body is read as it arrives, and may take its time. */
    isStreamed: boolean;
    /** It is answered as it arrives, and watched by `exchange.ts`. */
    isExchange: boolean;
  }
}

/** For the HTTP server, which sees to the headers; that they name a host `limits.ts` sees to. */
export const serverTimes = { headersTimeout: 10_000, connectionsCheckingInterval: 5000, requireHostHeader: false };
/** How long a connection is kept for its next request: longer than the minute that load balancers keep it, so that they close it first. */
export const keepAliveMilliseconds = 72_000;

export const millisecondsPerTurn = 1000;
const turnsInFull = 30;
export const turnsPerWindow = 10;
export const leastBytesPerWindow = turnsPerWindow * 1024;

export class Arrival {
  #turns = 0;
  #isStreamed = false;
  /** Bytes that had come when the window began. */
  #before = 0;
  #isLate = false;

  /** One turn later: whether the body, of which `received` bytes have come so far, comes fast enough. */
  turn(isStreamed: boolean, received: number): boolean {
    if (isStreamed && !this.#isStreamed) {
      this.#isStreamed = true;
      this.#turns = 0;
      this.#before = received;
      return true;
    }
    this.#turns++;
    if (!isStreamed) return this.#turns <= turnsInFull;
    if (this.#turns === turnsPerWindow) {
      this.#isLate ||= received - this.#before < leastBytesPerWindow;
      this.#turns = 0;
      this.#before = received;
    }
    return !this.#isLate;
  }
}

export function installArrival(app: FastifyInstance): void {
  const arriving = new Map<FastifyRequest, Arrival>();
  app.decorateRequest('isStreamed', false);
  app.decorateRequest('isExchange', false);
  app.addHook('onRequest', (request, _reply, done) => {
    // A small body is here with its headers.
    if (hasBody(request) && !request.raw.complete) {
      arriving.set(request, new Arrival());
      request.raw.once('end', () => arriving.delete(request));
    }
    done();
  });
  const timer = setInterval(() => {
    for (const [request, arrival] of arriving) {
      const { raw, isStreamed, isExchange } = request;
      if (raw.complete || raw.destroyed || isExchange) arriving.delete(request);
      else if (!arrival.turn(isStreamed, raw.socket.bytesRead)) refuse(raw.socket);
    }
  }, millisecondsPerTurn);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

/** As the server does it for headers: the answer goes to the socket as it stands; who still sends at the next turn is cut off. */
function refuse(socket: Socket): void {
  answerBrokenRequest(Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
}
