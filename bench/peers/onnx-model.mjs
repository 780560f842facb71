/** An ONNX file of one node, written by hand: just the protobuf fields that a runtime reads (onnx.proto, IR version 8, opset 13). */

const text = new TextEncoder();

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  bytes.push(value);
  return Uint8Array.from(bytes);
}

function concat(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const number = (field, value) => concat([varint(field * 8), varint(value)]);
const bytes = (field, value) => concat([varint(field * 8 + 2), varint(value.length), value]);
const string = (field, value) => bytes(field, text.encode(value));
const message = (field, ...parts) => bytes(field, concat(parts));

const float = 1;
const value = (field, name, shape) =>
  message(
    field,
    string(1, name),
    message(2, message(1, number(1, float), message(2, ...shape.map((extent) => message(1, number(1, extent)))))),
  );
const tensor = (field, name, shape, data) =>
  message(
    field,
    ...shape.map((extent) => number(1, extent)),
    number(2, float),
    string(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );
const integers = (name, list) => message(5, string(1, name), ...list.map((item) => number(8, item)), number(20, 7));
const integer = (name, item) => message(5, string(1, name), number(3, item), number(20, 2));

/** `input` → `operator` → `output`; lists become INTS attributes, numbers INT; the weight, if there is one, is an initializer. */
export function onnxModel({ operator, attributes, input, output, weight }) {
  const node = message(
    1,
    string(1, 'input'),
    ...(weight ? [string(1, 'weight')] : []),
    string(2, 'output'),
    string(4, operator),
    ...Object.entries(attributes).map(([name, item]) => (Array.isArray(item) ? integers(name, item) : integer(name, item))),
  );
  const initializers = weight ? [tensor(5, 'weight', weight.shape, weight.data)] : [];
  const graph = message(7, node, string(2, 'one'), ...initializers, value(11, 'input', input), value(12, 'output', output));
  return concat([number(1, 8), message(8, number(2, 13)), graph]);
}
