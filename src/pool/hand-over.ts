/** How a worker answers: buffers are moved to the caller, not copied. */

import { move, transferableSymbol, valueSymbol } from 'piscina';

/** `result` with these buffers moved. Piscina unwraps what is marked to be moved, at the top level only: the result arrives as it was. */
export function handOver<Result>(result: Result, buffers: readonly ArrayBufferLike[]): Result {
  // The casts: whatever is wrapped so is taken, and undone before the caller sees it.
  return move({ [transferableSymbol]: buffers, [valueSymbol]: result } as never) as unknown as Result;
}
