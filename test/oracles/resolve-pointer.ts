/** JSON Pointers in fragment form by the letter of RFC 6901 (sections 3, 4 and 6); throws where one does not resolve. */

const fragment = /^#(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-F]{2})*$/;

export function resolvePointer(document: unknown, pointer: string): unknown {
  if (!fragment.test(pointer)) throw new Error(`${pointer} is no URI fragment`);
  const text = decodeURIComponent(pointer.slice(1));
  if (text !== '' && !text.startsWith('/')) throw new Error(`${pointer} does not start with a slash`);
  let value = document;
  for (const token of text.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(key)) throw new Error(`${pointer}: ${key} is no index`);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) throw new Error(`${pointer} has nothing at ${key}`);
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
