/** onnxruntime-web: WebAssembly with SIMD, one thread. The session is made beforehand; a call is `run` and the output's data. */

import * as ort from 'onnxruntime-web';
import { onnxModel } from './onnx-model.mjs';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export async function onnxruntime(task) {
  const { kernel, stride, before, after, groups } = task;
  const window = { kernel_shape: kernel, strides: stride, pads: [...before, ...after] };
  const [operator, attributes] = {
    conv: ['Conv', { ...window, group: groups }],
    max: ['MaxPool', window],
    average: ['AveragePool', window],
  }[task.kind];
  const weight = task.weight && { shape: task.weightShape, data: task.weight };
  const model = onnxModel({ operator, attributes, input: task.inputShape, output: task.outputShape, weight });
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  const input = new ort.Tensor('float32', task.input, task.inputShape);
  return async () => (await session.run({ input })).output.data;
}
