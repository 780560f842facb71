/** The table of operators: the one list from which schemas, aliases, documentation and lookups are derived. */

import { activationOperators } from './activation.ts';
import { adaptivePoolOperators } from './adaptive-pool.ts';
import { avgPoolOperators } from './avg-pool.ts';
import { axesOperators } from './axes.ts';
import { batchNormOperators } from './batch-norm.ts';
import { channelShuffleOperators } from './channel-shuffle.ts';
import { comparisonOperators } from './comparison.ts';
import { convOperators } from './conv.ts';
import { convLstmOperators } from './conv-lstm.ts';
import { convTransposeOperators } from './conv-transpose.ts';
import { cropOperators } from './crop.ts';
import { cumulativeOperators } from './cumulative.ts';
import { deformConvOperators } from './deform-conv.ts';
import { einsumOperators } from './einsum.ts';
import { elementwiseOperators } from './elementwise.ts';
import { embeddingOperators } from './embedding.ts';
import { expandOperators } from './expand.ts';
import { flattenOperators } from './flatten.ts';
import { functionsOperators } from './functions.ts';
import { globalPoolOperators } from './global-pool.ts';
import { gluOperators } from './glu.ts';
import { groupNormOperators } from './group-norm.ts';
import { identityOperators } from './identity.ts';
import { indexingOperators } from './indexing.ts';
import { instanceNormOperators } from './instance-norm.ts';
import { integerArithmeticOperators } from './integer-arithmetic.ts';
import { joinsOperators } from './joins.ts';
import { layerNormOperators } from './layer-norm.ts';
import { linearOperators } from './linear.ts';
import { localResponseNormOperators } from './local-response-norm.ts';
import { lpPoolOperators } from './lp-pool.ts';
import { matmulOperators } from './matmul.ts';
import { maxPoolOperators } from './max-pool.ts';
import { maxUnpoolOperators } from './max-unpool.ts';
import { multiheadAttentionOperators } from './multihead-attention.ts';
import { normReductionsOperators } from './norm-reductions.ts';
import type { Operator } from './operator.ts';
import { padOperators } from './pad.ts';
import { partialSequencesOperators } from './partial-sequences.ts';
import { piecewiseActivationOperators } from './piecewise-activation.ts';
import { pixelShuffleOperators } from './pixel-shuffle.ts';
import { quantizeOperators } from './quantize.ts';
import { recurrentOperators } from './recurrent.ts';
import { reductionsOperators } from './reductions.ts';
import { rmsNormOperators } from './rms-norm.ts';
import { rotaryEmbeddingOperators } from './rotary-embedding.ts';
import { samplingOperators } from './sampling.ts';
import { scaleOperators } from './scale.ts';
import { scaledDotProductAttentionOperators } from './scaled-dot-product-attention.ts';
import { selectionOperators } from './selection.ts';
import { separableConvOperators } from './separable-conv.ts';
import { smoothActivationOperators } from './smooth-activation.ts';
import { softmaxOperators } from './softmax.ts';
import { sortOperators } from './sort.ts';
import { sourcesOperators } from './sources.ts';
import { sparsemaxOperators } from './sparsemax.ts';
import { splitOperators } from './split.ts';
import { triangleOperators } from './triangle.ts';
import { unaryOperators } from './unary.ts';
import { unfoldOperators } from './unfold.ts';
import { unitNormOperators } from './unit-norm.ts';
import { upsampleOperators } from './upsample.ts';

export const operators: readonly Operator[] = [
  ...convOperators,
  ...maxPoolOperators,
  ...maxUnpoolOperators,
  ...linearOperators,
  ...activationOperators,
  ...piecewiseActivationOperators,
  ...smoothActivationOperators,
  ...batchNormOperators,
  ...elementwiseOperators,
  ...comparisonOperators,
  ...integerArithmeticOperators,
  ...gluOperators,
  ...groupNormOperators,
  ...identityOperators,
  ...instanceNormOperators,
  ...layerNormOperators,
  ...reductionsOperators,
  ...normReductionsOperators,
  ...cumulativeOperators,
  ...rmsNormOperators,
  ...scaleOperators,
  ...unitNormOperators,
  ...selectionOperators,
  ...sortOperators,
  ...indexingOperators,
  ...softmaxOperators,
  ...sparsemaxOperators,
  ...unaryOperators,
  ...quantizeOperators,
  ...functionsOperators,
  ...adaptivePoolOperators,
  ...avgPoolOperators,
  ...channelShuffleOperators,
  ...convTransposeOperators,
  ...separableConvOperators,
  ...deformConvOperators,
  ...cropOperators,
  ...globalPoolOperators,
  ...localResponseNormOperators,
  ...lpPoolOperators,
  ...padOperators,
  ...pixelShuffleOperators,
  ...unfoldOperators,
  ...upsampleOperators,
  ...samplingOperators,
  ...flattenOperators,
  ...axesOperators,
  ...triangleOperators,
  ...expandOperators,
  ...joinsOperators,
  ...splitOperators,
  ...partialSequencesOperators,
  ...embeddingOperators,
  ...recurrentOperators,
  ...convLstmOperators,
  ...scaledDotProductAttentionOperators,
  ...multiheadAttentionOperators,
  ...rotaryEmbeddingOperators,
  ...matmulOperators,
  ...einsumOperators,
  ...sourcesOperators,
];

const byType: ReadonlyMap<string, Operator> = new Map(operators.map((operator) => [operator.type, operator]));
const byAlias: ReadonlyMap<string, Operator> = new Map(
  operators.flatMap((operator) => operator.aliases.map((alias) => [alias, operator] as const)),
);

/** Spellings of a whole family (ONNX's `Conv`): operators by spatial rank, chosen when the input's shape is known. */
const byRank: ReadonlyMap<string, readonly (Operator | undefined)[]> = collectRanked();

function collectRanked(): Map<string, (Operator | undefined)[]> {
  const collected = new Map<string, (Operator | undefined)[]>();
  for (const operator of operators) {
    for (const alias of operator.rankedAliases ?? []) {
      const ranks = collected.get(alias) ?? [];
      ranks[operator.featureMap as number] = operator;
      collected.set(alias, ranks);
    }
  }
  return collected;
}

/** The operator of a canonical type or an alias with a fixed rank. */
export function operatorOf(type: string): Operator | undefined {
  return byType.get(type) ?? byAlias.get(type);
}

/** The operators that a rank-less spelling stands for, indexed by spatial rank. */
export function rankedOperators(type: string): readonly (Operator | undefined)[] | undefined {
  return byRank.get(type);
}

/** Every spelling of a type, for did-you-mean. */
export function typeSpellings(): readonly string[] {
  return [...byType.keys(), 'block', ...byAlias.keys(), ...byRank.keys()];
}
