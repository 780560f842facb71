/** TensorFlow.js on its cpu backend. Operands lie in its own layout (channels last) beforehand; a call is the operation and its data. */

import * as tf from '@tensorflow/tfjs';

await tf.setBackend('cpu');

export async function tfjs(task) {
  const [, channels, height, width] = task.inputShape;
  const padded = tf.tensor(task.input, [1, channels, height, width]).transpose([0, 2, 3, 1]);
  const pad = [
    [0, 0],
    [task.before[0], task.after[0]],
    [task.before[1], task.after[1]],
    [0, 0],
  ];
  const filter = task.weight && tf.tensor(task.weight, task.weightShape);
  const depthwise = filter && task.groups === channels && channels > 1;
  const weights = filter?.transpose(depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]);
  const call = {
    conv: () => (depthwise ? tf.depthwiseConv2d : tf.conv2d)(padded, weights, task.stride, pad),
    max: () => tf.maxPool(padded, task.kernel, task.stride, pad),
    average: () => tf.avgPool(padded, task.kernel, task.stride, pad),
  }[task.kind];
  const run = async () => {
    const output = call();
    const data = output.dataSync();
    output.dispose();
    return data;
  };
  /** The same numbers channels first, to compare. */
  run.channelsFirst = () => call().transpose([0, 3, 1, 2]).dataSync();
  return run;
}
