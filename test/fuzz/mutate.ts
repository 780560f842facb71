/** Real files with something wrong: bytes of binary files, values and structure of JSON. */

import type { Random } from './random.ts';

/** Bytes that protobuf and text readers stumble over: zeros, all ones, long varints, tags of groups and messages. */
const nasty = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x3a, 0x0b, 0x0c, 0x7b, 0x22];

const byteChanges: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    for (let times = 1 + random.whole(8); times > 0; times--) changed[random.whole(changed.length)] = random.whole(256);
    return changed;
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    changed[random.whole(changed.length)] = random.one(nasty);
    return changed;
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    const at = random.whole(changed.length);
    changed[at] = (changed[at] as number) ^ (1 << random.whole(8));
    return changed;
  },
  (bytes, random) => bytes.subarray(0, random.whole(bytes.length)),
  (bytes, random) => {
    const at = random.whole(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.whole(64))]);
  },
  (bytes, random) => {
    const at = random.whole(bytes.length);
    const from = random.whole(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + 1 + random.whole(256)), bytes.subarray(at)]);
  },
  (bytes, random) => {
    const at = random.whole(bytes.length);
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(Array.from({ length: 1 + random.whole(12) }, () => 0xff)),
      bytes.subarray(at),
    ]);
  },
];

/** One or two changes of a file's bytes. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  let changed = random.one(byteChanges)(bytes, random);
  if (random.whole(3) === 0 && changed.length > 0) changed = random.one(byteChanges)(changed, random);
  return changed;
}

/** Values that no reader should trust. */
const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  2,
  0.5,
  -0,
  1e9,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  'x',
  'relu',
  'same',
  'channels_first',
  '\ud800',
  '__proto__',
  'constructor',
  [],
  {},
  [null],
  [[]],
  [1, 2],
  [0, 0],
  [-1],
  [[['x', 0, 0, {}]]],
  { class_name: 'Dense', config: {} },
];

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

/** One to three changes somewhere in a JSON value, which is copied first. */
export function mutateJson(value: unknown, random: Random): unknown {
  const root = { value: structuredClone(value) };
  for (let times = random.one([1, 1, 1, 2, 3]); times > 0; times--) {
    const places = placesIn(root.value, random);
    const place = places === undefined ? { holder: root, key: 'value' } : places;
    changeAt(place, random);
  }
  return root.value;
}

function changeAt({ holder, key }: Place, random: Random): void {
  const held = holder as Record<string | number, unknown>;
  switch (random.whole(6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete held[key];
      return;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(holder[Number(key)]));
      else held[`${key}_`] = structuredClone(held[key]);
      return;
    case 2:
      if (typeof held[key] === 'number') held[key] = (held[key] as number) + random.one([-1, 1, -2, 1000, 0.5]);
      else if (typeof held[key] === 'string') held[key] = (held[key] as string).slice(0, random.whole(8));
      else held[key] = structuredClone(random.one(values));
      return;
    case 3: {
      const other = Object.keys(held);
      const from = random.one(other);
      held[key] = structuredClone(held[from]);
      return;
    }
    default:
      held[key] = structuredClone(random.one(values));
  }
}

/** A place on a random walk from the root, every depth about as likely. */
function placesIn(root: unknown, random: Random): Place | undefined {
  let place: Place | undefined;
  let value = root;
  while (typeof value === 'object' && value !== null) {
    const keys = Array.isArray(value) ? value.length : Object.keys(value).length;
    if (keys === 0) break;
    const key = Array.isArray(value) ? random.whole(value.length) : random.one(Object.keys(value));
    place = { holder: value as Record<string, unknown>, key };
    if (random.whole(8) === 0) break;
    value = (value as Record<string | number, unknown>)[key];
  }
  return place;
}
