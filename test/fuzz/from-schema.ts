/** Values that a JSON Schema allows, for fast-check: small numbers, few names and few optional keys, so that what is made has a chance to hold together. */

import * as fc from 'fast-check';

export type Schema = Readonly<Record<string, unknown>>;

/** Names that patterns of ours allow, among them those that layers have. */
const names = ['input', 'relu', 'a', 'relu_1', 'constructor', 'ü/b~c'];
/** Nesting beyond which only the first alternative is taken. */
const mostDepth = 12;
const parameter = '#/$defs/BlockParameter';

/** What `root`'s schema allows; `$ref` leads into its `$defs`. */
export function fromSchema(root: Schema): fc.Arbitrary<unknown> {
  return arbitrary(root, root, 0);
}

function arbitrary(schema: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  const { $ref, enum: values, const: value, anyOf, oneOf, type } = schema;
  const inner = (one: unknown): fc.Arbitrary<unknown> => arbitrary(one as Schema, root, depth + 1);
  // Made when it is needed: schemas refer to themselves.
  if (typeof $ref === 'string') return lazy(() => inner(resolve(root, $ref)));
  if (value !== undefined) return fc.constant(value);
  if (Array.isArray(values)) return fc.constantFrom(...values);
  if (type === 'object' || schema.properties !== undefined) return objects(schema, root, depth);
  const alternatives = (anyOf ?? oneOf) as readonly Schema[] | undefined;
  if (alternatives !== undefined) {
    // Parameters stand in blocks, where something must have bound them: left out.
    const [first, ...others] = alternatives.filter((one) => one.$ref !== parameter);
    if (depth > mostDepth || others.length === 0) return inner(first);
    // A union of layers is even; of the forms of an argument the first is the usual one.
    const weight = others.length > 8 ? 1 : 4;
    return fc.oneof(
      { weight, arbitrary: lazy(() => inner(first)) },
      ...others.map((one) => ({ weight: 1, arbitrary: lazy(() => inner(one)) })),
    );
  }
  if (type === 'array') return arrays(schema, root, depth);
  if (type === 'integer' || type === 'number') return numbers(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'string') return fc.constantFrom(...names);
  if (type === 'null') return fc.constant(null);
  return fc.jsonValue({ maxDepth: 2 });
}

function lazy<T>(make: () => fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.constant(undefined).chain(make);
}

function resolve(root: Schema, reference: string): unknown {
  let value: unknown = root;
  for (const key of reference.slice(2).split('/')) value = (value as Record<string, unknown>)[key];
  return value;
}

function objects(schema: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  const needed = new Set(requiredOf(schema));
  const rare = (made: fc.Arbitrary<unknown>) =>
    fc.oneof(
      { weight: depth > mostDepth ? 1 : 9, arbitrary: fc.constant(undefined) },
      { weight: depth > mostDepth ? 0 : 1, arbitrary: made },
    );
  const entries = Object.entries(properties).map(([name, one]) => {
    const made = lazy(() => arbitrary(one, root, depth + 1));
    return [name, needed.has(name) ? made : rare(made)] as const;
  });
  const known = fc
    .record(Object.fromEntries(entries))
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
  const { additionalProperties: others } = schema;
  if (typeof others !== 'object' || entries.length > 0 || depth > mostDepth) return known;
  return fc.dictionary(
    fc.constantFrom(...names),
    lazy(() => arbitrary(others as Schema, root, depth + 1)),
    { maxKeys: 2 },
  );
}

/** Keys that the object must have: its own, and those of the first alternative where it may choose. */
function requiredOf({ required, allOf, anyOf, oneOf }: Schema): readonly string[] {
  const chosen = ((anyOf ?? oneOf) as readonly Schema[] | undefined)?.[0];
  const parts = [...((allOf as readonly Schema[] | undefined) ?? []), ...(chosen === undefined ? [] : [chosen])];
  return [...((required as readonly string[] | undefined) ?? []), ...parts.flatMap(requiredOf)];
}

function arrays(schema: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  const minLength = (schema.minItems as number | undefined) ?? 0;
  const maxLength = Math.min((schema.maxItems as number | undefined) ?? 4, Math.max(minLength, 4));
  return fc.array(
    lazy(() => arbitrary((schema.items ?? {}) as Schema, root, depth + 1)),
    { minLength, maxLength },
  );
}

function numbers({ type, minimum, maximum, exclusiveMinimum }: Schema): fc.Arbitrary<number> {
  const low = (minimum ?? exclusiveMinimum ?? -4) as number;
  const high = (maximum ?? 2 ** 31 - 1) as number;
  const least = Math.max(low, -2);
  const small = fc.integer({ min: least, max: Math.min(high, least + 5) });
  const edges = fc.constantFrom(low, high, Math.min(high, 2 ** 16));
  const fractions = fc.double({ min: low, max: Math.min(high, low + 8), noNaN: true, noDefaultInfinity: true });
  return fc.oneof(
    { weight: 24, arbitrary: small },
    { weight: 1, arbitrary: edges },
    { weight: type === 'number' ? 8 : 0, arbitrary: fractions },
  );
}
