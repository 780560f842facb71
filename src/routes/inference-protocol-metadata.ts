/** What the Open Inference Protocol says of the server and of each model. */

import type { Operator } from '../operators/operator.ts';
import { generator } from '../report/version.ts';

/** The one version of every model. */
export const onlyVersion = '1';

export const serverMetadata = { name: generator.name, version: generator.version, extensions: ['binary_tensor_data', 'parameters'] };

/**
 * Inputs and outputs of a layer type. Every extent is open (−1); what runs on any number of spatial axes is shown for two. FP32 stands for FP64 as well: the
 * output has the type of the input.
 */
export function metadataOf(operator: Operator) {
  const rank = typeof operator.featureMap === 'number' ? operator.featureMap : 2;
  const axes = new Array<number>(rank + 2).fill(-1);
  const tensor = (name: string, datatype: string, shape: readonly number[]) => ({ name, datatype, shape });
  const weights = operator.weights === undefined ? [] : [tensor('weight', 'FP32', axes), tensor('bias', 'FP32', [-1])];
  const indices = Object.hasOwn(operator.attributes, 'return_indices') ? [tensor('indices', 'INT64', axes)] : [];
  return {
    name: operator.type,
    versions: [onlyVersion],
    platform: `${generator.name}_kernel`,
    inputs: [tensor('input', 'FP32', axes), ...weights],
    outputs: [tensor('output', 'FP32', axes), ...indices],
  };
}
