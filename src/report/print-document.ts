/** A document as text that people read and compare line by line: every layer has a line of its own. */

const lineWidth = 120;

export function printDocument(document: object): string {
  return `${print(document, '')}\n`;
}

/** On one line what is short, unless it holds a list of objects; lists of numbers always are. */
function print(value: unknown, margin: string): string {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return line;
  const isList = Array.isArray(value);
  const inner = `${margin}  `;
  const parts = isList
    ? value.map((item) => print(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}: ${print(item, inner)}`);
  const isLong = margin.length + line.length > lineWidth && !(isList && value.every((item) => typeof item === 'number'));
  const breaks = isLong || margin === '' || parts.some((part) => part.includes('\n')) || (isList && value.some(isObject));
  if (!breaks || parts.length === 0) return line;
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}`;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
