/** Categories, words and numbers in bins as indices, or as vectors with a number for each. */

import type { Shape } from '../../../tensor/shape.ts';
import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import { isTensor } from '../call.ts';
import type { Rule } from '../network.ts';

/** Shape of an encoding into `depth` numbers: an axis more, or in place of a last axis of 1; counts sum over the last axis. */
function encoded(mode: string, shape: Shape, depth: number): Shape {
  const counts = mode !== 'one_hot';
  return shape.length > 1 && (counts || shape.at(-1) === 1) ? [...shape.slice(0, -1), depth] : [...shape, depth];
}

const categoryEncoding: Rule = (call) => {
  const { config, input } = call;
  const shape = call.shape();
  const depth = config.count('num_tokens');
  const mode = config.text('output_mode', 'multi_hot');
  if (mode === 'int') return call.row('identity');
  return encode(call, input, shape, depth, mode, call.kwargs.get('count_weights'));
};

/** One 1 for each index, the indices of a sample together where they are counted. */
function encode(call: Call, input: DraftTensor, shape: Shape, depth: number, mode: string, weights: unknown): DraftTensor {
  const indices = call.row('cast', { dtype: 'int64' }, [input], 'indices');
  const dtype = call.policy?.compute ?? call.network.draft.modelDtype;
  const output = encoded(mode, shape, depth);
  if (mode === 'one_hot' || shape.length < 2) {
    if (output.length > shape.length) return call.row('one_hot', { num_classes: depth, dtype }, [indices]);
    return call.row('reshape', { shape: [-1, ...output.slice(1)] }, [
      call.row('one_hot', { num_classes: depth, dtype }, [indices], 'one_hot'),
    ]);
  }
  const each = call.row('one_hot', { num_classes: depth, dtype }, [indices], 'one_hot');
  if (mode === 'multi_hot') return call.row('reduce_max', { dim: -2 }, [each]);
  if (!isTensor(weights as DraftTensor)) return call.row('sum', { dim: -2 }, [each]);
  const raised = call.row('unsqueeze', { dim: -1 }, [weights as DraftTensor], 'weights');
  return call.row('sum', { dim: -2 }, [call.row('multiply', {}, [each, raised], 'weighted')]);
}

/** A table of words, bins or hashes: shapes are known, what a look-up costs is not. */
function lookedUp(call: Call, depth: number | undefined, isBinned = false): readonly DraftTensor[] {
  const shape = call.shape();
  const mode = call.config.text('output_mode', 'int');
  call.note('not_costed_preprocessing', 'info', `what ${call.entry.className} computes is not costed`);
  if (mode === 'int') return call.opaque([shape], [call.occasion.stated[0]?.dtype ?? (isBinned ? 'int32' : 'int64')]);
  if (depth === undefined) return call.opaque();
  // Discretization counts over the first axis of a sample, the others over the last.
  const output =
    isBinned && mode !== 'one_hot' && shape.length > 1 ? [shape[0] as number, ...shape.slice(2), depth] : encoded(mode, shape, depth);
  return call.opaque([output], [call.policy?.compute ?? call.network.draft.modelDtype]);
}

const discretization: Rule = (call) => {
  const bins = call.config.raw('bin_boundaries');
  return lookedUp(
    call,
    Array.isArray(bins) ? bins.length + 1 : call.config.has('num_bins') ? call.config.count('num_bins') : undefined,
    true,
  );
};

const hashing: Rule = (call) => lookedUp(call, call.config.count('num_bins'));

/** Tokens that are not in the vocabulary, and the mask where there is one, come before it. */
function vocabularyOf({ config }: Call): number | undefined {
  if (config.flag('pad_to_max_tokens', false) && config.has('max_tokens')) return config.count('max_tokens');
  const words = config.raw('vocabulary');
  const size = Array.isArray(words) ? words.length : config.has('vocabulary_size') ? config.count('vocabulary_size') : undefined;
  if (size === undefined) return undefined;
  return Array.isArray(words) ? size + config.count('num_oov_indices', 1, 0) : size;
}

const lookup: Rule = (call) => lookedUp(call, vocabularyOf(call));

const textVectorization: Rule = (call) => {
  const { config } = call;
  const batch = call.shape()[0] as number;
  call.note('not_costed_preprocessing', 'info', 'what TextVectorization computes is not costed');
  if (config.text('output_mode', 'int') !== 'int') {
    const depth = vocabularyOf(call);
    const shape = call.shape();
    // Split texts are lists of words, each of which is counted over.
    const lists = config.raw('split') === null ? (shape.length < 2 ? [batch, 1] : shape) : [...shape, 1];
    return depth === undefined ? call.opaque() : call.opaque([[...lists.slice(0, -1), depth]]);
  }
  if (!config.has('output_sequence_length')) return call.opaque();
  return call.opaque([[batch, config.count('output_sequence_length')]], ['int64']);
};

export const encodingRules: Readonly<Record<string, Rule>> = {
  CategoryEncoding: categoryEncoding,
  Discretization: discretization,
  Hashing: hashing,
  HashedCrossing: hashing,
  StringLookup: lookup,
  IntegerLookup: lookup,
  TextVectorization: textVectorization,
};
