/** Files that callers may send and that are not read: how each is told, what it is, and what to do instead. */

/** The first bytes of a body, as far as they matter, and as Latin-1 text. */
export interface Head {
  readonly bytes: Uint8Array;
  readonly text: string;
}

export interface Foreign {
  readonly matches: (head: Head) => boolean;
  /** "the body is …" */
  readonly is: string;
}

const post = "curl --data-binary @- 'http://localhost:3000/v1/analyze'";
const exportTorch = 'export the network with torch.onnx.export(model, (example_input,), "model.onnx") and post that file';

const startsWith =
  (start: string, offset = 0) =>
  ({ text }: Head) =>
    text.startsWith(start, offset);
const startsWithAny =
  (starts: readonly string[]) =>
  ({ text }: Head) =>
    starts.some((start) => text.startsWith(start));
const looksLike =
  (pattern: RegExp) =>
  ({ text }: Head) =>
    pattern.test(text);

/** An offset below 64 KiB, then the mark. */
const isFlatbuffer =
  (mark: string) =>
  ({ text }: Head) =>
    text.startsWith(`\0\0${mark}`, 2);

/** Names of the files in a zip archive whose headers lie in its first bytes. Source: APPNOTE.TXT 4.3.7. */
function zipNames({ bytes, text }: Head): readonly string[] {
  const names: string[] = [];
  for (let at = text.indexOf('PK\x03\x04'); at !== -1; at = text.indexOf('PK\x03\x04', at + 4)) {
    const length = (bytes[at + 26] ?? 0) + 256 * (bytes[at + 27] ?? 0);
    names.push(text.slice(at + 30, at + 30 + length));
  }
  return names;
}

function zipOf({ pattern, is }: { pattern: RegExp; is: string }): Foreign {
  return { matches: (head) => startsWith('PK\x03\x04')(head) && zipNames(head).some((name) => pattern.test(name)), is };
}

/** Told by bytes at a fixed place. */
export const binaries: readonly Foreign[] = [
  zipOf({
    pattern:
      /(^|\/)(serialized_exported_program\.json|archive_format|archive_version|models\/[^/]*\.json)$|^[^/]+\/data\/(weights|constants)\//,
    is: `a PyTorch exported program (.pt2); export it with: python3 -c "import torch; torch.onnx.export(torch.export.load('model.pt2'), (), 'model.onnx', dynamo=True)"`,
  }),
  zipOf({
    pattern: /(^|\/)(data\.pkl|constants\.pkl|\.format_version|\.storage_alignment)$|^[^/]+\/data\/\d+$|\/code\/__torch__/,
    is: `a PyTorch file in a zip archive (torch.save or TorchScript), which is read by Python only; ${exportTorch}`,
  }),
  zipOf({
    pattern: /^(metadata\.json|model\.weights\.h5)$/,
    is: `a Keras 3 archive (.keras); post the architecture in it with: unzip -p model.keras config.json | ${post}`,
  }),
  zipOf({
    pattern: /\.npy$/,
    is: `arrays of NumPy (.npz), which hold weights without an architecture; export the network to ONNX and post that file`,
  }),
  zipOf({ pattern: /\.onnx$/, is: `a zip archive with an ONNX model in it; post the model with: unzip -p model.zip '*.onnx' | ${post}` }),
  {
    matches: startsWith('PK\x03\x04'),
    is: `a zip archive; take the model out and post that, as in: unzip -p model.zip model.onnx | ${post}`,
  },
  { matches: startsWith('PK\x05\x06'), is: 'an empty zip archive' },
  {
    matches: startsWith('\x89HDF\r\n\x1a\n'),
    is: `an HDF5 file (Keras 2 .h5); post the architecture in it with: python3 -c "import h5py; print(h5py.File('model.h5').attrs['model_config'])" | ${post} (a file of weights alone has none: use model.to_json())`,
  },
  {
    // The long integer that torch.save puts first since 0.1.
    matches: startsWith('\x80\x02\x8a\nl\xfc\x9cF\xf9 j'),
    is: `a PyTorch pickle (.pt or .pth), which is read by Python only; ${exportTorch}`,
  },
  {
    matches: startsWithAny(['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05']),
    is: `a Python pickle (a PyTorch .pt file?), which is read by Python only; ${exportTorch}`,
  },
  {
    matches: startsWith('\x04\0\0\0\x01\0\0\0\x03\0\0\0V 1'),
    is: 'a Torch7 file (.t7); rebuild the network in PyTorch and export it with torch.onnx.export',
  },
  {
    matches: isFlatbuffer('TFL3'),
    is: 'a TensorFlow Lite model; convert it with: python3 -m tf2onnx.convert --tflite model.tflite --output model.onnx',
  },
  { matches: isFlatbuffer('ORTM'), is: 'a model in the format of ONNX Runtime (.ort); post the .onnx file that it was made from' },
  {
    // An unsigned 64-bit length of a JSON header, which is never as long as 4 GiB.
    matches: looksLike(/^.{4}\0{4}\{/s),
    is: 'a safetensors file, which holds weights without an architecture; export the network to ONNX and post that file',
  },
  {
    matches: startsWith('GGUF'),
    is: 'a GGUF file, which holds weights for llama.cpp and no graph; export the original network to ONNX and post that file',
  },
  {
    matches: startsWith('\x93NUMPY'),
    is: 'an array of NumPy (.npy), which has no architecture; export the network to ONNX and post that file',
  },
  { matches: startsWith('ftrt'), is: 'a TensorRT engine, made for one GPU; post the ONNX file that it was built from' },
  { matches: startsWith('\x1f\x8b'), is: `compressed with gzip; unpack it first: gunzip -c model.onnx.gz | ${post}` },
  { matches: startsWith('\x28\xb5\x2f\xfd'), is: `compressed with zstd; unpack it first: zstd -dc model.onnx.zst | ${post}` },
  { matches: startsWith('\xfd7zXZ\0'), is: `compressed with xz; unpack it first: xz -dc model.onnx.xz | ${post}` },
  { matches: looksLike(/^BZh[1-9]1AY&SY/), is: `compressed with bzip2; unpack it first: bzip2 -dc model.onnx.bz2 | ${post}` },
  { matches: startsWith('7z\xbc\xaf\x27\x1c'), is: `a 7-Zip archive; take the model out first: 7z e -so model.7z model.onnx | ${post}` },
  {
    matches: ({ text }) => text.startsWith('ustar', 257) && text.includes('\0'),
    is: `a tar archive; take the model out first: tar -xOf model.tar model.onnx | ${post}`,
  },
  { matches: startsWith('\x89PNG\r\n'), is: 'a PNG image, which is no model' },
  { matches: startsWith('\xff\xd8\xff'), is: 'a JPEG image, which is no model' },
  { matches: looksLike(/^GIF8[79]a/), is: 'a GIF image, which is no model' },
  { matches: startsWith('%PDF-'), is: 'a PDF, which is no model' },
  { matches: startsWith('\x7fELF'), is: 'a compiled program or library, which is no model' },
];

/** Told by how a text begins; all but these is taken for JSON. */
export const texts: readonly Foreign[] = [
  {
    matches: looksLike(/^version https:\/\/git-lfs\.github\.com\//),
    is: 'a pointer of Git LFS in the place of a file; fetch the file with: git lfs pull',
  },
  {
    matches: looksLike(/^\s*<\s*ir_version\s*:/),
    is: `an ONNX model in text form (.onnxtxt); make it binary with: python3 -c "import onnx; onnx.save(onnx.load('model.onnxtxt'), 'model.onnx')"`,
  },
  {
    matches: looksLike(/^\s*ir_version\s*:/),
    is: `an ONNX model in text form (.textproto); make it binary with: python3 -c "import onnx; onnx.save(onnx.load('model.textproto'), 'model.onnx')"`,
  },
  {
    matches: looksLike(/^\s*<!doctype html|^\s*<html/i),
    is: 'a web page, perhaps what came in the place of a download; look into the file',
  },
  {
    matches: looksLike(/^\s*(<\?xml[^>]*>\s*)?<net\s/),
    is: 'an OpenVINO network (.xml); post the ONNX or Keras model that it was converted from',
  },
  { matches: looksLike(/^\s*<(\?xml|[A-Za-z!])/), is: 'XML, which is no model that is read here' },
  {
    matches: ({ text }) =>
      /^(\s*#[^\n]*\n)*\s*(name|input|input_dim|input_shape|force_backward|layers?)\s*[:{]/.test(text) && /\blayers?\s*:?\s*\{/.test(text),
    is: 'a Caffe network (.prototxt); describe it as a native document, whose layer types take the spelling of Caffe too',
  },
  {
    matches: looksLike(/^\s*(#[^\n]*\s*)*\[(net|network)\]/),
    is: 'a Darknet configuration (.cfg); export the network to ONNX and post that file',
  },
  {
    matches: looksLike(/^4\r?\n1\r?\n3\r?\nV 1/),
    is: 'a Torch7 file (.t7); rebuild the network in PyTorch and export it with torch.onnx.export',
  },
  { matches: startsWith('7767517'), is: 'an ncnn network (.param); post the ONNX file that it was converted from' },
  {
    matches: looksLike(/^@?[^\s{}[\]"]{1,200}\.(onnx|json|keras|h5|pt2?|pth|pb|tflite)\s*$/),
    is: 'the name of a file and not the file; with curl, write: --data-binary @model.onnx',
  },
];
