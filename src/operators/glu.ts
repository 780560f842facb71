/**
 * Gated linear unit: the input is halved along one axis into a and b, the output is a·σ(b). An output element takes one sigmoid (1 exponential,
 * 1 addition, 1 division) and one multiplication.
 * Source: Dauphin et al., arXiv:1612.08083; PyTorch GLU.
 */

import { Refusal } from '../issue.ts';
import { formula } from '../tensor/formula.ts';
import type { TensorType } from '../tensor/shape.ts';
import { axis } from './attributes.ts';
import { dimAliases, resolveAxis, withExtent } from './axis-attribute.ts';
import { floatingType } from './element-types.ts';
import { requireAxes } from './feature-map-input.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const half = formula('i/2');

const glu = defineOperator({
  type: 'glu',
  family: 'glu',
  summary: 'One half of the input along an axis, gated by the sigmoid of the other half; that axis is halved.',
  source: 'PyTorch GLU; arXiv:1612.08083',
  aliases: ['GLU'],
  attributes: { dim: axis.default(-1).describe('Axis that is halved; batch is 0, negative counts from the end.') },
  attributeAliases: dimAliases,
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 1, Number.POSITIVE_INFINITY, layer);
    const halved = resolveAxis(a.dim, input.shape, ['dim'], layer);
    const extent = input.shape[halved] as number;
    if (extent % 2 !== 0)
      throw new Refusal(['dim'], 'not_divisible', `axis ${halved} is halved, but ${layer.producer(0)} gives an odd extent of ${extent}`);
    return [{ shape: withExtent(input.shape, halved, extent / 2), dtype: floatingType(input.dtype, layer) }];
  },
  counts: [count('exp', 'e'), count('add', 'e'), count('div', 'e'), count('mul', 'e')],
  shape: `the shape of the input, its axis dim ${half.text}`,
  extents(a, inputs) {
    const { shape } = inputs[0] as TensorType;
    const halved = a.dim < 0 ? a.dim + shape.length : a.dim;
    return [{ output: 0, axis: halved, formula: half, symbols: { i: shape[halved] as number } }];
  },
  examples: [
    // 2·3·3 outputs with one operation of each class.
    {
      layer: { type: 'glu', dim: 1 },
      inputs: [{ shape: [2, 6, 3] }],
      outputs: [[2, 3, 3]],
      parameters: 0,
      operations: { exp: 18, add: 18, div: 18, mul: 18 },
    },
  ],
});

export const gluOperators: readonly Operator[] = [glu];
