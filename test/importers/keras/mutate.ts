/** Damages a JSON value at random, by a seed: what a broken exporter, a careless editor or an attacker might send. */

export type Random = () => number;

const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  2,
  3,
  7,
  0.5,
  -0.1,
  1e9,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  'x',
  'relu',
  'same',
  'valid',
  'concat',
  'float16',
  'mixed_float16',
  'channels_first',
  '__proto__',
  [],
  [0],
  [1, 1],
  [-1],
  [null, null],
  [1, 2, 3, 4],
  [
    [1, 2],
    [3, 4],
  ],
  {},
  { class_name: 'Dense', config: {} },
  { class_name: 'InputLayer', config: { batch_shape: [null, 4] } },
  ['input', 0, 0],
  ['input_layer', 0, 0],
  ['dense', 9, 9, {}],
  { start: 1, stop: 2, step: -1 },
  { class_name: '__keras_tensor__', config: { keras_history: ['input_layer', 0, 0] } },
  { text: 'x', shape: [1], dtype: 'float32' },
];

type Container = Record<string | number, unknown>;

function containers(value: unknown, into: Container[] = []): Container[] {
  if (typeof value !== 'object' || value === null) return into;
  into.push(value as Container);
  for (const inner of Object.values(value)) containers(inner, into);
  return into;
}

/** A copy of `value` with from one to four places changed. */
export function mutated(value: unknown, random: Random): unknown {
  const copy = structuredClone(value);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--) {
    const all = containers(copy);
    const target = pick(all);
    const keys = Object.keys(target);
    if (keys.length === 0) continue;
    const key = pick(keys);
    const kind = random();
    if (kind < 0.15 && Array.isArray(target)) target.splice(Number(key), 1);
    else if (kind < 0.15) delete target[key];
    else if (kind < 0.3) target[key] = structuredClone(pick(all));
    else if (kind < 0.4 && Array.isArray(target)) (target as unknown[]).push(structuredClone(target[key]));
    else if (kind < 0.5 && Array.isArray(target)) (target as unknown[]).reverse();
    else if (kind < 0.6) [target[key], target[pick(keys)]] = [target[pick(keys)], target[key]];
    else target[key] = structuredClone(pick(values));
  }
  return copy;
}
