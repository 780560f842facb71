/** How threads pass bytes: buffers are moved, not copied. */

import { move, transferableSymbol, valueSymbol } from 'piscina';

/** `result` with these buffers moved. Piscina unwraps what is marked to be moved, at the top level only: the result arrives as it was. */
export function handOver<Result>(result: Result, buffers: readonly ArrayBufferLike[]): Result {
  // The casts: whatever is wrapped so is taken, and undone before the caller sees it.
  return move({ [transferableSymbol]: buffers, [valueSymbol]: result } as never) as unknown as Result;
}

/** Buffers that these views fill, to be moved with a task; a part of a larger one is copied, since that may be in use elsewhere. */
export function wholeBuffers(views: readonly ArrayBufferView[]): ArrayBuffer[] {
  const whole = views.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && byteLength === buffer.byteLength ? [buffer] : [],
  );
  return [...new Set(whole)];
}
