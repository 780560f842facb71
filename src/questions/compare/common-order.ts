/** The longest order that two lists share. */

/** Edits followed before the search gives up and pairs what it can from the front. */
const mostEdits = 2000;

/** Pairs of equal entries in the longest order that both lists share (Myers, "An O(ND) difference algorithm", 1986). */
export function commonOrder(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const pairs: (readonly [number, number])[] = [];
  for (let index = 0; index < start; index++) pairs.push([index, index]);
  for (const [x, y] of middle(a.slice(start, a.length - end), b.slice(start, b.length - end))) pairs.push([x + start, y + start]);
  for (let index = end; index > 0; index--) pairs.push([a.length - index, b.length - index]);
  return pairs;
}

function middle(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const most = Math.min(a.length + b.length, mostEdits);
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(furthest.slice(offset - edits - 1, offset + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down = diagonal === -edits || (diagonal !== edits && at(furthest, offset + diagonal - 1) < at(furthest, offset + diagonal + 1));
      let x = down ? at(furthest, offset + diagonal + 1) : at(furthest, offset + diagonal - 1) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      furthest[offset + diagonal] = x;
      if (x >= a.length && x - diagonal >= b.length) return traced(history, a.length, b.length);
    }
  }
  return fromTheFront(a, b);
}

/** Walks back from the end through what was furthest after each number of edits. */
function traced(history: readonly Int32Array[], length: number, other: number): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = [length, other];
  for (let edits = history.length - 1; edits >= 0; edits--) {
    // Entry `diagonal + edits + 1` of what was furthest before this edit.
    const before = history[edits] as Int32Array;
    const diagonal = x - y;
    const down = diagonal === -edits || (diagonal !== edits && at(before, diagonal - 1 + edits + 1) < at(before, diagonal + 1 + edits + 1));
    const from = down ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : at(before, from + edits + 1);
    const fromY = edits === 0 ? 0 : fromX - from;
    const startX = edits === 0 ? 0 : down ? fromX : fromX + 1;
    while (x > startX && y > 0) pairs.push([--x, --y]);
    if (edits > 0) [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}

function fromTheFront(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const places = new Map<string, number[]>();
  for (const [index, entry] of b.entries()) {
    const list = places.get(entry);
    if (list === undefined) places.set(entry, [index]);
    else list.push(index);
  }
  const pairs: (readonly [number, number])[] = [];
  let next = 0;
  const used = new Map<string, number>();
  for (const [index, entry] of a.entries()) {
    const list = places.get(entry) ?? [];
    let position = used.get(entry) ?? 0;
    while (position < list.length && (list[position] as number) < next) position++;
    used.set(entry, position);
    const found = list[position];
    if (found === undefined) continue;
    pairs.push([index, found]);
    next = found + 1;
  }
  return pairs;
}

function at(values: Int32Array, index: number): number {
  return values[index] as number;
}
