/**
 * Fast acceptance of the plain values that make up nearly every document. A check is derived from a field's JSON Schema, so from the same zod schema that
 * decides; where it says yes, zod would take the value as it is (a property test holds that). Where it says no, or there is no check for a schema, zod
 * is asked, which also words the refusal. So a check can only save time.
 */

export type QuickCheck = (value: unknown) => boolean;

interface JsonSchema {
  readonly type?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema | boolean;
  readonly [keyword: string]: unknown;
}

/** The check for a schema, or undefined where it has keywords that no check knows. */
export function quickCheck(schema: JsonSchema): QuickCheck | undefined {
  if (schema.anyOf !== undefined) return anyOf(schema.anyOf.map(quickCheck).filter((check) => check !== undefined));
  if (schema.enum !== undefined) return oneOf(new Set(schema.enum));
  if (schema.const !== undefined) return (value) => value === schema.const;
  if (schema.type === 'boolean') return (value) => typeof value === 'boolean';
  if (schema.type === 'integer' && onlyKnows(schema, 'minimum', 'maximum')) return integer(schema.minimum, schema.maximum);
  if (schema.type === 'string' && onlyKnows(schema, 'minLength', 'maxLength', 'pattern'))
    return text(schema.minLength, schema.maxLength, schema.pattern);
  if (schema.type === 'array' && onlyKnows(schema, 'minItems', 'maxItems', 'items') && typeof schema.items === 'object') {
    return list(schema.minItems, schema.maxItems, quickCheck(schema.items));
  }
  // A schema without keywords is that of an unknown value.
  return onlyKnows(schema) && schema.type === undefined ? () => true : undefined;
}

function onlyKnows(schema: JsonSchema, ...keywords: readonly string[]): boolean {
  return Object.keys(schema).every(
    (keyword) => keyword === 'type' || keyword === 'description' || keyword === 'default' || keywords.includes(keyword),
  );
}

function anyOf(checks: readonly QuickCheck[]): QuickCheck | undefined {
  const [first, second] = checks;
  if (first === undefined) return undefined;
  if (second === undefined) return first;
  return checks.length === 2 ? (value) => first(value) || second(value) : (value) => checks.some((check) => check(value));
}

function oneOf(values: ReadonlySet<unknown>): QuickCheck {
  return (value) => values.has(value);
}

function integer(minimum: unknown = -Number.MAX_SAFE_INTEGER, maximum: unknown = Number.MAX_SAFE_INTEGER): QuickCheck {
  const [low, high] = [minimum, maximum] as [number, number];
  return (value) => typeof value === 'number' && value >= low && value <= high && Number.isSafeInteger(value);
}

function text(minimum: unknown = 0, maximum: unknown = Number.MAX_SAFE_INTEGER, pattern?: unknown): QuickCheck {
  const [low, high] = [minimum, maximum] as [number, number];
  // Plain printable ASCII passes every pattern that is about characters to keep out; which pattern it is, is looked at once.
  const ascii = pattern === undefined || passesAscii(new RegExp(String(pattern), 'u'));
  if (!ascii) return () => false;
  // A schema counts code points, of which there may be fewer than units: too few for a minimum, never too many for a maximum. Plain text has as many.
  const plainOnly = pattern !== undefined || low > 1;
  return (value) => typeof value === 'string' && value.length >= low && value.length <= high && (!plainOnly || isPlain(value));
}

function passesAscii(pattern: RegExp): boolean {
  for (let code = 0x20; code < 0x7f; code++) if (!pattern.test(String.fromCharCode(code).repeat(2))) return false;
  return pattern.test('a b-c');
}

function isPlain(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

function list(minimum: unknown = 0, maximum: unknown = Number.MAX_SAFE_INTEGER, entry?: QuickCheck): QuickCheck | undefined {
  if (entry === undefined) return undefined;
  const [low, high] = [minimum, maximum] as [number, number];
  return (value) => {
    if (!Array.isArray(value) || value.length < low || value.length > high) return false;
    for (const item of value) if (!entry(item)) return false;
    return true;
  };
}
