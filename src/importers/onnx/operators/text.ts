/** Text and pictures in their files: no tensors of numbers go in, so that nothing is costed. */

import type { Value } from '../../value.ts';
import type { Call, Lowering } from '../call.ts';
import { broadcastAll } from '../evaluate/strided.ts';
import type { Lowerings } from './index.ts';
import { addUncosted } from './uncosted.ts';

/** Of unknown shape and cost. */
const untold =
  (words: string): Lowering =>
  (call): readonly Value[] =>
    call.addCustom(`${words}; its cost and the shape of what it gives are not known here`);

/** StringConcat-20: two texts, broadcast. */
function concat(call: Call): readonly Value[] {
  const shape = broadcastAll([call.shape(0), call.shape(1)]);
  if (shape === undefined) throw call.refusal('shape_mismatch', 'its inputs do not broadcast');
  return addUncosted(call, [{ shape, dtype: 'int64' }], 'what is done to text is not costed');
}

/** RegexFullMatch-20. */
const match = (call: Call): readonly Value[] =>
  addUncosted(call, [{ shape: call.shape(0), dtype: 'bool' }], 'what is done to text is not costed');

/** TfIdfVectorizer-9: a number for each n-gram of its pool. */
function tfIdf(call: Call): readonly Value[] {
  const grams = Math.max(...(call.ints('ngram_indexes') ?? [0])) + 1;
  const shape = [...call.shape(0).slice(0, -1), grams];
  return addUncosted(call, [{ shape, dtype: 'float32' }], 'what a TfIdfVectorizer costs hangs on the text');
}

export const textLowerings: Lowerings = {
  ImageDecoder: { lower: untold('ImageDecoder reads a picture'), reads: 'anything' },
  RegexFullMatch: match,
  StringConcat: concat,
  StringNormalizer: { lower: untold('StringNormalizer drops words'), reads: 'anything' },
  StringSplit: { lower: untold('StringSplit gives as many parts as the text has'), reads: 'anything' },
  TfIdfVectorizer: tfIdf,
};
