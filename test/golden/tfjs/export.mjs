/**
 * Layers models of TensorFlow.js with what TensorFlow.js itself says of them: `layers.json`, a list of cases.
 *
 *     mkdir scratch && cd scratch && npm init -y && npm install @tensorflow/tfjs@4.22.0
 *     node <repository>/test/golden/tfjs/export.mjs
 *
 * Drawn arguments come from a seed; names count up from the first model, so the same version writes the same bytes. Made with Node 20.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const tf = createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs');
const here = dirname(fileURLToPath(import.meta.url));
const { layers: L } = tf;
const PLAIN_BYTES = 20_000;

/** A small generator (mulberry32): numbers in [0, 1). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const random = seeded(20250125);
const pick = (values) => values[Math.floor(random() * values.length)];
const whole = (low, high) => low + Math.floor(random() * (high - low + 1));

const chain = (shape, ...made) => {
  const start = tf.input({ shape });
  return tf.model({ inputs: start, outputs: made.reduce((tensor, layer) => layer.apply(tensor), start) });
};
const over = (shapes, apply) => {
  const inputs = shapes.map((shape) => tf.input({ shape }));
  return tf.model({ inputs, outputs: apply(...inputs) });
};

function drawnConv() {
  const dilated = random() < 0.4;
  return chain(
    [whole(9, 20), whole(9, 20), whole(1, 5)],
    L.conv2d({
      filters: whole(1, 8),
      kernelSize: pick([1, 2, 3, [1, 3], [3, 2]]),
      strides: dilated ? 1 : pick([1, 2, [2, 1]]),
      dilationRate: dilated ? 2 : 1,
      padding: pick(['valid', 'same']),
      useBias: random() < 0.7,
      activation: pick(['linear', 'relu', 'elu', 'selu', 'sigmoid', 'tanh', 'swish', 'mish', 'gelu']),
    }),
  );
}

function drawnPool() {
  const kind = pick(['maxPooling2d', 'averagePooling2d']);
  return chain([whole(7, 20), whole(7, 20), 3], L[kind]({ poolSize: pick([2, 3, [2, 3]]), strides: pick([1, 2, [2, 1]]), padding: pick(['valid', 'same']) }));
}

function nested() {
  const inner = tf.sequential({ name: 'inner', layers: [L.dense({ units: 6, inputShape: [8], activation: 'relu' }), L.dense({ units: 8 })] });
  const start = tf.input({ shape: [8] });
  const sum = L.add().apply([inner.apply(start), start]);
  return tf.model({ inputs: start, outputs: L.dense({ units: 2 }).apply(sum) });
}

function shared() {
  const dense = L.dense({ units: 5, name: 'shared' });
  return over([[8], [8]], (a, b) => L.concatenate().apply([dense.apply(a), dense.apply(b)]));
}

function residual() {
  const start = tf.input({ shape: [16, 16, 3], name: 'photo' });
  const conv = (filters, tensor) => L.batchNormalization().apply(L.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false }).apply(tensor));
  const one = L.activation({ activation: 'relu' }).apply(conv(8, start));
  const two = L.add().apply([one, conv(8, one)]);
  return tf.model({ inputs: start, outputs: L.dense({ units: 4, activation: 'softmax' }).apply(L.globalAveragePooling2d({}).apply(two)), name: 'small_resnet' });
}

function several() {
  const image = tf.input({ shape: [9, 9, 2], name: 'image' });
  const tokens = tf.input({ shape: [7], name: 'tokens' });
  const features = L.flatten().apply(L.conv2d({ filters: 3, kernelSize: 3 }).apply(image));
  const words = L.lstm({ units: 6 }).apply(L.embedding({ inputDim: 40, outputDim: 5 }).apply(tokens));
  const joined = L.concatenate().apply([features, words]);
  return tf.model({ inputs: [image, tokens], outputs: [L.dense({ units: 4, name: 'kind' }).apply(joined), L.dense({ units: 1, name: 'score' }).apply(joined)] });
}

function frozen() {
  const model = tf.sequential({ layers: [L.dense({ units: 6, inputShape: [8] }), L.batchNormalization(), L.dense({ units: 3 })] });
  model.layers[0].trainable = false;
  return model;
}

const recurrent = (kind) => [
  () => chain([6, 4], L[kind]({ units: 5, returnSequences: true }), L[kind]({ units: 3, useBias: false, goBackwards: true })),
  () => over([[6, 4]], (x) => L[kind]({ units: 5, returnState: true, returnSequences: true }).apply(x)),
  () => chain([6, 4], L.bidirectional({ layer: L[kind]({ units: 5, returnSequences: true }), mergeMode: 'sum' }), L.bidirectional({ layer: L[kind]({ units: 3 }), mergeMode: 'concat' })),
  () => chain([6, 4], L.rnn({ cell: [L[`${kind}Cell`]({ units: 5 }), L[`${kind}Cell`]({ units: 3 })], returnSequences: true })),
];

const cases = {
  sequential: [
    () => tf.sequential({ layers: [L.dense({ units: 4, inputShape: [8], activation: 'relu' }), L.dropout({ rate: 0.2 }), L.dense({ units: 2, activation: 'softmax' })] }),
    () => tf.sequential({ layers: [L.conv2d({ filters: 8, kernelSize: 5, inputShape: [28, 28, 1] }), L.maxPooling2d({ poolSize: 2 }), L.conv2d({ filters: 16, kernelSize: 5 }), L.maxPooling2d({ poolSize: 2 }), L.flatten(), L.dense({ units: 10 })] }),
    () => tf.sequential({ layers: [L.embedding({ inputDim: 20, outputDim: 5, inputLength: 9, maskZero: true }), L.lstm({ units: 4 })] }),
    () => tf.sequential({ layers: [L.inputLayer({ batchInputShape: [2, 8] }), L.dense({ units: 3 })] }),
  ],
  models: [nested, shared, residual, several, frozen],
  conv2d: Array.from({ length: 8 }, () => drawnConv),
  pool2d: Array.from({ length: 6 }, () => drawnPool),
  conv: [
    () => chain([20, 3], L.conv1d({ filters: 5, kernelSize: 3, padding: 'causal', dilationRate: 2 }), L.maxPooling1d({ poolSize: 2 }), L.globalMaxPooling1d()),
    () => chain([20, 3], L.conv1d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same' }), L.averagePooling1d({ poolSize: 3, strides: 2 }), L.globalAveragePooling1d()),
    () => chain([8, 9, 7, 2], L.conv3d({ filters: 4, kernelSize: 3 }), L.maxPooling3d({ poolSize: 2, strides: 1 }), L.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2 })),
    () => chain([7, 9, 4], L.conv2dTranspose({ filters: 6, kernelSize: 3, strides: 2, padding: 'same' }), L.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 3 })),
    () => chain([17, 19, 4], L.depthwiseConv2d({ kernelSize: 3, strides: 2, depthMultiplier: 2, padding: 'same' }), L.separableConv2d({ filters: 6, kernelSize: 3, depthMultiplier: 2, useBias: false })),
    () => chain([3, 17, 19], L.conv2d({ filters: 4, kernelSize: 3, dataFormat: 'channelsFirst' }), L.maxPooling2d({ poolSize: 2, dataFormat: 'channelsFirst' }), L.globalMaxPooling2d({ dataFormat: 'channelsFirst' })),
  ],
  shape: [
    () => chain([9, 8, 3], L.zeroPadding2d({ padding: [[1, 2], [0, 3]] }), L.cropping2D({ cropping: [[1, 1], [2, 0]] }), L.upSampling2d({ size: [2, 3], interpolation: 'bilinear' })),
    () => chain([4, 6], L.permute({ dims: [2, 1] }), L.reshape({ targetShape: [3, 8] }), L.flatten(), L.repeatVector({ n: 3 })),
    () => chain([20, 30, 3], L.resizing({ height: 16, width: 12 }), L.rescaling({ scale: 1 / 255, offset: -1 }), L.centerCrop({ height: 8, width: 8 })),
  ],
  activation: [
    () => chain([8], L.reLU({ maxValue: 6 }), L.leakyReLU({ alpha: 0.2 }), L.prelu(), L.elu(), L.thresholdedReLU({ theta: 0.3 }), L.softmax()),
    () => chain([5, 6], L.activation({ activation: 'softplus' }), L.activation({ activation: 'hardSigmoid' }), L.activation({ activation: 'softsign' }), L.activation({ activation: 'logSoftmax' })),
    () => chain([5, 6, 2], L.prelu({ sharedAxes: [1, 2] }), L.gaussianNoise({ stddev: 0.1 }), L.gaussianDropout({ rate: 0.1 }), L.alphaDropout({ rate: 0.1 })),
  ],
  norm: [
    () => chain([8, 8, 4], L.batchNormalization({ scale: false }), L.layerNormalization({ axis: [2, 3] })),
    () => chain([4, 8, 8], L.batchNormalization({ axis: 1, center: false }), L.layerNormalization({ scale: false })),
  ],
  merge: [
    ...['add', 'average', 'maximum', 'minimum', 'multiply'].map((name) => () => over([[5, 6], [5, 6]], (a, b) => L[name]().apply([a, b]))),
    () => over([[5, 6], [5, 2]], (a, b) => L.concatenate({ axis: -1 }).apply([a, b])),
    () => over([[5, 6], [7, 6]], (a, b) => L.dot({ axes: 2, normalize: true }).apply([a, b])),
  ],
  simpleRNN: recurrent('simpleRNN'),
  lstm: recurrent('lstm'),
  gru: recurrent('gru'),
  time: [
    () => chain([4, 9, 9, 3], L.timeDistributed({ layer: L.conv2d({ filters: 4, kernelSize: 3 }) }), L.timeDistributed({ layer: L.flatten() }), L.timeDistributed({ layer: L.dense({ units: 5 }) }), L.lstm({ units: 3 })),
    () => chain([4, 9, 9, 3], L.convLstm2d({ filters: 4, kernelSize: 3, padding: 'same', returnSequences: true }), L.convLstm2d({ filters: 2, kernelSize: 3 })),
    () => chain([6, 4], L.masking({ maskValue: -1 }), L.gru({ units: 3, recurrentActivation: 'sigmoid' })),
  ],
};

const count = (weights) => weights.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
/** An inbound node's `outputShapes` holds one shape for each output. */
const shapesOf = (node) => node.outputShapes;

/** A row for each call of each layer, nested models inside out. */
function rowsOf(model, prefix = '') {
  return model.layers.flatMap((layer) => {
    if (layer.layers !== undefined && layer.containerNodes !== undefined) return rowsOf(layer, `${prefix}${layer.name}/`);
    if (layer.model?.containerNodes !== undefined && layer.layers !== undefined) return rowsOf(layer.model, `${prefix}${layer.name}/`);
    return layer.inboundNodes
      .filter((_, index) => model.containerNodes.has(`${layer.name}_ib-${index}`))
      .map((node, call) => ({
        name: `${prefix}${layer.name}`,
        class_name: layer.getClassName(),
        call,
        output_shapes: shapesOf(node),
        parameters: layer.countParams(),
        non_trainable: count(layer.nonTrainableWeights),
        weights: layer.weights.map(({ originalName, shape, dtype, trainable }) => [originalName, shape, dtype, trainable]),
      }));
  });
}

async function artifactsOf(model) {
  let artifacts;
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return artifacts;
}

const lines = [];
for (const [family, builders] of Object.entries(cases)) {
  for (const [index, build] of builders.entries()) {
    const name = `${family}/${index}`;
    const model = build();
    const container = model.model ?? model;
    const artifacts = await artifactsOf(model);
    // As the save handlers of a browser and of tfjs-node put the file together.
    const file = tf.io.getModelJSONForModelArtifacts?.(artifacts, [{ paths: ['./model.weights.bin'], weights: artifacts.weightSpecs }]) ?? {
      modelTopology: artifacts.modelTopology,
      format: artifacts.format,
      generatedBy: artifacts.generatedBy,
      convertedBy: artifacts.convertedBy,
      weightsManifest: [{ paths: ['./model.weights.bin'], weights: artifacts.weightSpecs }],
    };
    const truth = {
      count_params: container.countParams(),
      trainable: count(container.trainableWeights),
      non_trainable: count(container.nonTrainableWeights),
      inputs: container.inputs.map(({ name: input, shape, dtype }) => ({ name: input, shape, dtype })),
      output_shapes: container.outputs.map(({ shape }) => shape),
      layers: rowsOf(container),
    };
    // `toJSON` is the topology alone, as text of its own.
    lines.push(JSON.stringify({ name, model: file, topology: index === 0 ? JSON.parse(JSON.stringify(model.toJSON(null, false))) : undefined, truth }));
    model.dispose();
  }
}

mkdirSync(here, { recursive: true });
const data = Buffer.from(`[\n${lines.join(',\n')}\n]\n`);
const [plain, packed] = [join(here, 'layers.json'), join(here, 'layers.json.gz')];
rmSync(plain, { force: true });
rmSync(packed, { force: true });
if (data.length > PLAIN_BYTES) writeFileSync(packed, gzipSync(data, { level: 9 }));
else writeFileSync(plain, data);
process.stdout.write(`${lines.length} cases\n`);
