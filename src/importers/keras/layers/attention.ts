/** Attention without projections: scores by products or by sums, a softmax, and the weighted values. */

import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';

/** What attention reads. */
export interface Read {
  readonly query: DraftTensor;
  readonly value: DraftTensor;
  readonly key: DraftTensor;
}

/** Query, value and key come in one list. */
function readList(call: Call): Read {
  const [query, value, key] = call.tensors;
  if (query === undefined || value === undefined)
    return call.refuse('missing_input', `${call.entry.className} reads [query, value] or [query, value, key]`);
  return { query, value, key: key ?? value };
}

export function wantsScores(call: Call): boolean {
  return call.kwargs.get('return_attention_scores') === true;
}

/** softmax(scores)·value, and the weights where they are asked for. */
function weighted(call: Call, scores: DraftTensor, value: DraftTensor): readonly DraftTensor[] {
  const weights = call.row('softmax', { dim: -1 }, [scores], 'weights');
  const output = call.row('matmul', {}, [weights, value]);
  return wantsScores(call) ? [output, weights] : [output];
}

/** Σ tanh(query + key) over the features, for each pair of positions; `scale` acts inside, or as a weight for each feature. */
function additiveScores(call: Call, { query, key }: Read, inside: DraftTensor | undefined, features: DraftTensor | undefined): DraftTensor {
  const left = call.row('unsqueeze', { dim: -2 }, [query], 'queries');
  const right = call.row('unsqueeze', { dim: -3 }, [key], 'keys');
  const sum = call.row('add', {}, [left, right], 'sum');
  const scaled = inside === undefined ? sum : call.row('multiply', {}, [sum, inside], 'scaled');
  const bent = call.row('tanh', {}, [scaled], 'tanh');
  const each = features === undefined ? bent : call.row('multiply', {}, [bent, features], 'features');
  return call.row('sum', { dim: -1 }, [each], 'scores');
}

const attention: Rule = (call) => {
  const read = readList(call);
  const scale = call.config.flag('use_scale', false) ? call.parameter('scale', []) : undefined;
  if (call.config.word('score_mode', ['dot', 'concat'], 'dot') === 'concat') {
    const scores = additiveScores(call, read, scale, undefined);
    const weight = call.parameter('concat_score_weight', []);
    return weighted(call, call.row('multiply', {}, [scores, weight], 'weighed'), read.value);
  }
  const turned = call.row('transpose', { dim0: -2, dim1: -1 }, [read.key], 'keys');
  const product = call.row('matmul', {}, [read.query, turned], 'scores');
  return weighted(call, scale === undefined ? product : call.row('multiply', {}, [product, scale], 'scaled'), read.value);
};

const additiveAttention: Rule = (call) => {
  const read = readList(call);
  const width = call.shapeOf(read.query).at(-1) as number;
  const scale = call.config.flag('use_scale', true) ? call.parameter('scale', [width]) : undefined;
  return weighted(call, additiveScores(call, read, undefined, scale), read.value);
};

export const attentionRules: Readonly<Record<string, Rule>> = {
  Attention: attention,
  AdditiveAttention: additiveAttention,
};
