/** Small ONNX files for tests over HTTP, written field by field as onnx.proto3 numbers them. */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

interface TinyOptions {
  readonly name?: string;
  /** Input shape: extents, or names of symbols. */
  readonly shape?: readonly (number | string)[];
  /** Bytes of weights in raw_data, a multiple of 64: a product with a 16 × n matrix stands in the file. */
  readonly weightBytes?: number;
}

/** `y = relu(x)`, or `y = x · w` where the file has weights. */
export function tinyOnnx({ name = 'tiny', shape = ['N', 16], weightBytes = 0 }: TinyOptions = {}): Uint8Array {
  const columns = weightBytes / 64;
  const graph = new BinaryWriter();
  message(graph, 1, (node) => {
    text(node, 1, 'x');
    if (weightBytes > 0) text(node, 1, 'w');
    text(node, 2, 'y');
    text(node, 3, 'only');
    text(node, 4, weightBytes > 0 ? 'MatMul' : 'Relu');
  });
  text(graph, 2, name);
  if (weightBytes > 0) {
    message(graph, 5, (tensor) => {
      for (const extent of [16, columns]) tensor.tag(1, WireType.Varint).int64(extent);
      tensor.tag(2, WireType.Varint).int32(1);
      text(tensor, 8, 'w');
      tensor.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(weightBytes));
    });
  }
  value(graph, 11, 'x', shape);
  value(graph, 12, 'y', weightBytes > 0 ? [...shape.slice(0, -1), columns] : shape);
  const model = new BinaryWriter();
  model.tag(1, WireType.Varint).int64(8);
  text(model, 2, 'test');
  model.tag(7, WireType.LengthDelimited).bytes(graph.finish());
  message(model, 8, (opset) => opset.tag(2, WireType.Varint).int64(17));
  return model.finish();
}

function value(graph: BinaryWriter, field: number, name: string, shape: readonly (number | string)[]): void {
  message(graph, field, (info) => {
    text(info, 1, name);
    message(info, 2, (type) => {
      message(type, 1, (tensor) => {
        tensor.tag(1, WireType.Varint).int32(1);
        message(tensor, 2, (dims) => {
          for (const extent of shape)
            message(dims, 1, (dim) => {
              if (typeof extent === 'number') dim.tag(1, WireType.Varint).int64(extent);
              else text(dim, 2, extent);
            });
        });
      });
    });
  });
}

function message(writer: BinaryWriter, field: number, fill: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  fill(writer);
  writer.join();
}

function text(writer: BinaryWriter, field: number, content: string): void {
  writer.tag(field, WireType.LengthDelimited).string(content);
}
