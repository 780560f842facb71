/**
 * Gives memory back to the system at once. A run of some megabytes leaves as much behind in arrays, and the collector, which counts them, would walk the whole
 * heap every few runs to find them.
 */

/** The array is empty afterwards: nobody may read it again. A part of a larger buffer is left alone. */
export function giveBack({ buffer, byteLength }: ArrayBufferView): void {
  // Moving the memory to a buffer of no length frees it.
  if (buffer instanceof ArrayBuffer && byteLength > 0 && byteLength === buffer.byteLength) buffer.transfer(0);
}
