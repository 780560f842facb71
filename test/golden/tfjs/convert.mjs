/** The second half of convert.py: runs each converted file in TensorFlow.js and writes it down with what came out. See there. */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const tf = createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs');
const here = dirname(fileURLToPath(import.meta.url));
const scratch = process.argv[2];
const PLAIN_BYTES = 20_000;
const product = (shape) => shape.reduce((total, extent) => total * extent, 1);

function write(path, text) {
  const [plain, packed] = [join(here, path), join(here, `${path}.gz`)];
  mkdirSync(dirname(plain), { recursive: true });
  rmSync(plain, { force: true });
  rmSync(packed, { force: true });
  if (text.length > PLAIN_BYTES) writeFileSync(packed, gzipSync(text, { level: 9 }));
  else writeFileSync(plain, text);
}

/** The file with its weights, as a load handler gives them. */
function artifactsOf(folder) {
  const file = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const paths = file.weightsManifest.flatMap((group) => group.paths);
  const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))));
  return { ...file, weightSpecs: file.weightsManifest.flatMap(({ weights }) => weights), weightData: new Uint8Array(bytes).buffer };
}

/** Multiply-accumulates of a node from the shape of its output and of its weights: taps of a window times outputs. */
function macsOf(op, output, weight, attr, input) {
  if (op === 'Einsum') {
    // Every index once, summed or kept: exact for two operands.
    const terms = Buffer.from(attr.equation.s, 'base64').toString().split('->')[0].split(',');
    const extents = new Map([input, weight].flatMap((shape, operand) => [...terms[operand]].map((letter, axis) => [letter, shape[axis]])));
    return product([...extents.values()]);
  }
  if (op === 'Conv2D' || op === '_FusedConv2D') return product(output) * weight[0] * weight[1] * weight[2];
  if (op === 'DepthwiseConv2dNative' || op === 'FusedDepthwiseConv2dNative') return product(output) * weight[0] * weight[1];
  if (op === 'Conv2DBackpropInput') return product(input) * weight[0] * weight[1] * weight[2];
  if (op === 'MatMul' || op === '_FusedMatMul') return product(output) * (attr.transpose_a?.b ? input[0] : input.at(-1));
  if (op === 'BatchMatMulV2') return product(output) * (attr.adj_x?.b ? input.at(-2) : input.at(-1));
  return undefined;
}

async function graphTruth(folder) {
  const artifacts = artifactsOf(folder);
  const model = await tf.loadGraphModel({ load: async () => artifacts });
  const nodes = artifacts.modelTopology.node;
  const inputs = Object.fromEntries(model.inputs.map(({ name, shape, dtype }) => [name, tf.zeros(shape.map((extent) => (extent < 0 ? 1 : extent)), dtype)]));
  // Nodes of a loop run several times, with tensor lists among them: there only the outputs are asked for.
  const loops = nodes.some(({ op }) => op === 'Enter');
  const later = nodes.flatMap(({ input = [] }) => input.filter((name) => /:[1-9]\d*$/.test(name)));
  const asked = [...new Set([...nodes.filter(({ op }) => !['Const', 'Placeholder', 'NoOp'].includes(op)).map(({ name }) => name), ...later])];
  const names = loops ? model.outputs.map(({ name }) => name.replace(/:0$/, '')) : asked;
  const results = await model.executeAsync(inputs, names);
  const tensors = Array.isArray(results) ? results : [results];
  const shapes = new Map(names.map((name, index) => [name, tensors[index].shape]));
  for (const [name, tensor] of Object.entries(inputs)) shapes.set(name, tensor.shape);
  for (const { name, shape } of artifacts.weightSpecs) shapes.set(name, shape);
  const rows = nodes.flatMap((node) => {
    const shape = shapes.get(node.name);
    if (node.op === 'Const' || shape === undefined) return [];
    const reads = (node.input ?? []).map((input) => shapes.get(input.replace(/^\^/, '').replace(/:0$/, '')));
    const transposed = node.op === 'Conv2DBackpropInput';
    const macs = macsOf(node.op, shape, reads[1], node.attr, transposed ? reads[2] : reads[0]);
    return [{ name: node.name, op: node.op, output_shape: shape, ...(macs === undefined ? {} : { macs }) }];
  });
  const floating = artifacts.weightSpecs.filter(({ dtype }) => dtype === 'float32');
  return {
    inputs: model.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs: model.outputs.map(({ name }) => ({ name, shape: shapes.get(name.replace(/:0$/, '')) ?? null })),
    nodes: rows,
    macs: loops ? null : rows.reduce((total, { macs = 0 }) => total + macs, 0),
    // Floating constants of rank 1 and above, and all floating ones; folded batch norms make them fewer than Keras counts.
    weight_elements: floating.filter(({ shape }) => shape.length > 0).reduce((total, { shape }) => total + product(shape), 0),
    floating_elements: floating.reduce((total, { shape }) => total + product(shape), 0),
  };
}

async function layersTruth(folder) {
  const artifacts = artifactsOf(folder);
  const model = await tf.loadLayersModel({ load: async () => artifacts });
  const container = model.model ?? model;
  return {
    count_params: container.countParams(),
    inputs: container.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    output_shapes: container.outputs.map(({ shape }) => shape),
    layers: container.layers.map((layer) => ({ name: layer.name, class_name: layer.getClassName(), output_shapes: layer.inboundNodes[0].outputShapes, parameters: layer.countParams() })),
  };
}

const bytesOf = (spec) => ({ float32: 4, int32: 4, bool: 1, float16: 2, uint8: 1, uint16: 2 })[spec.quantization?.dtype ?? spec.dtype] * product(spec.shape);

for (const [kind, truthOf] of [['graph', graphTruth], ['layers', layersTruth]]) {
  for (const name of readdirSync(join(scratch, kind)).sort()) {
    const folder = join(scratch, kind, name);
    const keras = JSON.parse(readFileSync(join(folder, 'keras.json'), 'utf8'));
    const { weightSpecs } = artifactsOf(folder);
    const own = await truthOf(folder).catch((error) => ({ refused_by_tfjs: error.message }));
    const truth = { name, ...own, weight_bytes: weightSpecs.reduce((total, spec) => total + bytesOf(spec), 0), keras };
    write(`${kind}/${name}.json`, readFileSync(join(folder, 'model.json'), 'utf8'));
    write(`${kind}/${name}.truth.json`, `${JSON.stringify(truth)}\n`);
    process.stdout.write(`${kind} ${name} ${truth.macs ?? ''} ${truth.refused_by_tfjs ?? ''}\n`);
  }
}
