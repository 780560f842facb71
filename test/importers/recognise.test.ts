import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookedFor, recognise } from '../../src/importers/recognise.ts';
import { float32, int, message, of, text, varint } from './onnx/wire-bytes.ts';

const latin1 = (value: string) => Buffer.from(value, 'latin1');
const after = (bytes: number, value: string) => latin1(value.padStart(bytes + value.length, '\0'));

/** A zip archive of empty files: their headers are all that is looked at. */
function zip(...names: readonly string[]): Uint8Array {
  return Buffer.concat(
    names.map((name) => {
      const header = Buffer.alloc(30);
      header.write('PK\x03\x04', 'latin1');
      header.writeUInt16LE(name.length, 26);
      return Buffer.concat([header, Buffer.from(name)]);
    }),
  );
}

describe('JSON', () => {
  test.each([
    ['an object', '{"layers": []}'],
    ['an object after white space', ' \r\n\t{}'],
    ['an object after a byte order mark', '\xef\xbb\xbf{"a": 1}'],
    ['an array', '[1, 2]'],
    ['a text', '"resnet50"'],
    ['a number', '-1.5e3'],
    ['a word', 'null'],
    ['nothing but white space', ' \n '],
    ['text that is none, for the JSON reader to refuse', 'name: "tiny"\nlayers: [conv, relu]'],
    ['text in Latin-1, which the JSON reader refuses', '{"name": "gr\xf6\xdfe"}'],
    ['an object with a control character, which the JSON reader refuses', '{"name": "\x01\x02"}'],
    ['an object that names other formats', '{\n  "TFL3": "GGUF", "PK": "<html>", "ir_version": 8}'],
    ['nothing', ''],
  ])('is %s', (_, body) => {
    expect(recognise(latin1(body))).toEqual({ kind: 'json' });
  });

  test('is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(recognise(Buffer.from(json))).toEqual({ kind: 'json' });
      }),
    );
  });
});

describe('ONNX', () => {
  const folder = new URL('../golden/onnx-wire/', import.meta.url);
  test.each(
    readdirSync(folder)
      .filter((file) => file.endsWith('.onnx'))
      .map((file) => [file]),
  )('is %s', (file) => {
    expect(recognise(readFileSync(new URL(file, folder)))).toEqual({ kind: 'onnx' });
  });

  test.each([
    ['a version first', of(int(1, 8), message(7))],
    ['a producer of one letter', of(int(1, 1), text(2, 'x'), message(7))],
    ['an empty producer', of(int(1, 1), text(2, ''), message(7))],
    ['a producer first', of(text(2, 'pytorch'), int(1, 8))],
    ['the graph first, and a large one', of(varint(7 * 8 + 2), varint(2 ** 31), message(1, text(4, 'Relu')))],
    ['operator sets first', of(message(8, int(2, 17)), message(7))],
    ['documentation first', of(text(6, 'made by hand'), int(1, 8))],
    ['its first byte only', of([0x08])],
  ])('has %s', (_, bytes) => {
    expect(recognise(bytes)).toEqual({ kind: 'onnx' });
  });
});

describe('another format', () => {
  const graphDefNode = message(1, text(1, 'x'), text(2, 'Placeholder'));
  test.each<[string, Uint8Array, RegExp]>([
    ['torch.save', zip('model/data.pkl', 'model/byteorder'), /PyTorch file in a zip.*torch\.onnx\.export\(/],
    ['TorchScript', zip('ts/data/0'), /PyTorch file in a zip/],
    ['torch.save before 1.6', latin1('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.'), /PyTorch pickle.*torch\.onnx\.export\(/],
    ['pickle', latin1('\x80\x04\x95\x0a\0\0\0\0\0\0\0'), /Python pickle/],
    ['torch.export', zip('m/data/weights/weight_0'), /\.pt2.*torch\.export\.load/],
    ['torch.export before 2.7', zip('version', 'serialized_exported_program.json'), /\.pt2/],
    ['Keras 3', zip('metadata.json', 'config.json', 'model.weights.h5'), /unzip -p model\.keras config\.json \| curl --data-binary @-/],
    ['NumPy arrays', zip('w.npy'), /\.npz/],
    ['a zip with an ONNX file', zip('a/model.onnx'), /unzip -p .*\.onnx/],
    ['a zip of other files', zip('README.md'), /a zip archive; take the model out/],
    ['an empty zip', latin1('PK\x05\x06\0\0\0\0'), /empty zip/],
    ['HDF5', latin1('\x89HDF\r\n\x1a\n\0\0'), /h5py\.File\('model\.h5'\)\.attrs\['model_config'\]/],
    ['gzip', gzipSync('{}'), /gunzip -c/],
    ['zstd', latin1('\x28\xb5\x2f\xfd\x04'), /zstd -dc/],
    ['xz', latin1('\xfd7zXZ\0'), /xz -dc/],
    ['bzip2', latin1('BZh91AY&SY\x01'), /bzip2 -dc/],
    ['7-Zip', latin1('7z\xbc\xaf\x27\x1c\0'), /7-Zip/],
    ['tar', after(257, 'ustar\x0000'), /tar -xOf/],
    ['TFLite', latin1('\x1c\0\0\0TFL3'), /tf2onnx\.convert --tflite/],
    ['ONNX Runtime', latin1('\x18\0\0\0ORTM'), /\.ort/],
    ['safetensors', latin1('\x08\x01\0\0\0\0\0\0{"w":{}}'), /safetensors/],
    ['safetensors whose length begins like an object', latin1('{\x01\0\0\0\0\0\0{"w":{}}'), /safetensors/],
    ['GGUF', latin1('GGUF\x03\0\0\0'), /GGUF/],
    ['an array of NumPy', latin1('\x93NUMPY\x01\0'), /\.npy/],
    ['Torch7 in binary', latin1('\x04\0\0\0\x01\0\0\0\x03\0\0\0V 1'), /Torch7/],
    ['Torch7 in text', latin1('4\n1\n3\nV 1\n18\nnn.Sequential'), /Torch7/],
    ['TensorRT', latin1('ftrt\0\0\0\0'), /TensorRT/],
    ['PNG', latin1('\x89PNG\r\n\x1a\n'), /PNG/],
    ['JPEG', latin1('\xff\xd8\xff\xe0'), /JPEG/],
    ['GIF', latin1('GIF89a\x01\0'), /GIF/],
    ['PDF', latin1('%PDF-1.7\n'), /PDF/],
    ['a library', latin1('\x7fELF\x02'), /compiled/],
    ['a frozen TensorFlow graph', of(graphDefNode, graphDefNode), /frozen TensorFlow graph.*--graphdef/],
    [
      'a SavedModel',
      of(int(1, 1), message(2, message(1, message(2, text(1, 'Add')), text(4, 'serve')))),
      /SavedModel.*tf2onnx\.convert --saved-model/,
    ],
    ['Core ML', of(int(1, 4), message(2, message(1, text(1, 'image')))), /Core ML/],
    ['PaddlePaddle', of(message(1, int(1, 0), int(2, -1))), /PaddlePaddle.*paddle2onnx/],
    ['Caffe weights', of(text(1, 'VGG_ILSVRC_16_layers'), message(2, text(1, 'conv1'))), /caffemodel/],
    ['a tensor of ONNX', of(int(1, 2), int(1, 3), int(2, 1), message(9, float32(1))), /a tensor in the format of ONNX/],
    ['Caffe', latin1('# a comment\nname: "VGG"\ninput: "data"\nlayers {\n'), /prototxt/],
    ['Caffe without a name', latin1('layer {\n  name: "conv1"\n'), /prototxt/],
    ['ONNX in text form', latin1('<\n  ir_version: 10,\n  opset_import: ["" : 20]\n>'), /onnx\.load\('model\.onnxtxt'\)/],
    ['ONNX as protobuf text', latin1('ir_version: 10\nproducer_name: "pytorch"\n'), /onnx\.load\('model\.textproto'\)/],
    ['OpenVINO', latin1('<?xml version="1.0"?>\n<net name="m" version="11">'), /OpenVINO/],
    ['other XML', latin1('<?xml version="1.0"?><svg/>'), /XML/],
    ['a web page', latin1('<!DOCTYPE html><html>'), /web page/],
    ['a pointer of Git LFS', latin1('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'), /git lfs pull/],
    ['Darknet', latin1('[net]\nbatch=64\n'), /Darknet/],
    ['ncnn', latin1('7767517\n75 83\nInput data 0 1 data\n'), /ncnn/],
    ['the name of a file', latin1('@model.onnx'), /--data-binary @model\.onnx/],
    ['UTF-16 with a mark', Buffer.from('\ufeff{"layers": []}', 'utf16le'), /UTF-16/],
    ['UTF-16 without a mark', Buffer.from('{"layers": []}', 'utf16le'), /UTF-16/],
    ['UTF-16, the upper byte first', Buffer.from('{"layers": []}', 'utf16le').swap16(), /UTF-16/],
    ['zeros', new Uint8Array(64), /binary data/],
    ['bytes of no format', latin1('\x07\x01\x02\x03'), /binary data/],
  ])('is %s', (_, bytes, is) => {
    expect(recognise(bytes)).toEqual({ kind: 'foreign', is: expect.stringMatching(is) });
  });

  test('is told by 4 KiB, however long the body is', () => {
    const long = new Uint8Array(100_000);
    long.set(zip('model/data.pkl'));
    expect(recognise(long)).toEqual(recognise(long.subarray(0, 4096)));
  });
});

test('whatever the bytes are, there is an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(['json', 'onnx', 'foreign']).toContain(recognise(bytes).kind);
    }),
    { numRuns: 2000 },
  );
});

test('what is looked for is told in one sentence', () => {
  expect(lookedFor).toMatch(/ONNX.*Keras.*TensorFlow\.js.*native.*"ref"/);
});
