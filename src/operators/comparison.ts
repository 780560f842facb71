/**
 * Comparisons of two tensors and logic on their truth, element by element, broadcast as NumPy does. The output is bool, one comparison an element.
 * Source: PyTorch documentation of torch.eq, torch.logical_and, …; ONNX operators as named below.
 */

import type { TensorType } from '../tensor/shape.ts';
import { broadcastInputs } from './broadcast-inputs.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { scalarOperand } from './scalar-operand.ts';

function truth(type: string, source: string, aliases: readonly string[], words: string): Operator {
  return defineOperator({
    type,
    family: 'comparison',
    summary: `True where ${words}, element by element, with broadcasting; the output is bool.`,
    source,
    aliases,
    attributes: scalarOperand,
    inputs: { min: 2, max: 2, names: ['input', 'other'] },
    scalar: 'other',
    infer: (_a, inputs: readonly TensorType[], layer: LayerContext) => [{ shape: broadcastInputs(inputs, layer), dtype: 'bool' }],
    counts: [count('cmp', 'e')],
    shape: 'the shapes of the inputs, broadcast: aligned at the end, extents agree or are 1',
    examples: [
      // One comparison for each of 3·5 elements.
      {
        layer: { type },
        inputs: [{ shape: [3, 1] }, { shape: [1, 5] }],
        outputs: [[3, 5]],
        parameters: 0,
        operations: { cmp: 15 },
      },
    ],
  });
}

export const comparisonOperators: readonly Operator[] = [
  truth('equal', 'PyTorch eq; ONNX Equal-19', ['Equal', 'eq'], 'the two are equal'),
  truth('not_equal', 'PyTorch ne; TensorFlow NotEqual', ['NotEqual', 'ne'], 'the two differ'),
  truth('greater', 'PyTorch gt; ONNX Greater-13', ['Greater', 'gt'], 'the first is larger'),
  truth('greater_equal', 'PyTorch ge; ONNX GreaterOrEqual-16', ['GreaterOrEqual', 'GreaterEqual', 'ge'], 'the first is not smaller'),
  truth('less', 'PyTorch lt; ONNX Less-13', ['Less', 'lt'], 'the first is smaller'),
  truth('less_equal', 'PyTorch le; ONNX LessOrEqual-16', ['LessOrEqual', 'LessEqual', 'le'], 'the first is not larger'),
  truth('logical_and', 'PyTorch logical_and; ONNX And-7', ['And', 'LogicalAnd'], 'both are true'),
  truth('logical_or', 'PyTorch logical_or; ONNX Or-7', ['Or', 'LogicalOr'], 'either is true'),
  truth('logical_xor', 'PyTorch logical_xor; ONNX Xor-7', ['Xor', 'LogicalXor'], 'one of the two is true, not both'),
];
