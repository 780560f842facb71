/**
 * What the normalisations share: y = (x − E[x])/√(Var[x] + ε)·γ + β over slices of L values.
 * A slice takes L − 1 additions and a division for the mean, L subtractions, L squares, L − 1 additions and a division for the variance, one addition
 * of ε, one root, and L divisions; γ and β take one multiplication and one addition a value. With running statistics all of it folds into one
 * scale and one shift a channel: one multiplication and one addition a value.
 */

import * as z from 'zod';
import type { DType } from '../tensor/dtype.ts';
import { promote } from '../tensor/dtype.ts';
import type { Symbols } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { floatingType } from './element-types.ts';
import type { AttributeAlias, CountRule, LayerContext, Weight } from './operator.ts';
import { count } from './operator.ts';

export const eps = z.number().min(0).default(1e-5).describe('ε, added to the variance; changes no shape and no count.');
export const scale = z.boolean().default(true).describe('False leaves the learned scale out.');
export const bias = z.boolean().default(true).describe('False leaves the learned shift out.');

/** Other spellings of a normalisation's attributes: Keras (`epsilon`, `center`), ONNX (`epsilon`). */
export const normalizationAliases: Readonly<Record<string, string | AttributeAlias>> = { epsilon: 'eps', center: 'bias' };

/** When a learned tensor is there, in words and as a rule. */
export interface Condition<A> {
  readonly when: string;
  applies(attributes: A): boolean;
}

interface Affine {
  readonly affine: boolean;
  readonly scale: boolean;
  readonly bias: boolean;
}

interface Tracked {
  readonly track_running_stats: boolean;
}

export const hasScale: Condition<Affine> = { when: 'affine and scale', applies: (a) => a.affine && a.scale };
export const hasShift: Condition<Affine> = { when: 'affine and bias', applies: (a) => a.affine && a.bias };

const folds = (a: Tracked): boolean => a.track_running_stats;
const measures = (a: Tracked): boolean => !a.track_running_stats;
const foldsText = 'track_running_stats: folded into one scale and one shift a channel';

/** Counts of a normalisation that measures its own slices. */
export function sliceCounts<A>(scales: Condition<A>, shifts: Condition<A>): readonly CountRule<A>[] {
  return [...affineCounts(scales, shifts), count('div', '(L + 2)·rows'), count('sqrt', 'rows')];
}

/** Counts of a normalisation that may go by running statistics. */
export const trackedCounts: readonly CountRule<Affine & Tracked>[] = [
  count('mul', 'e', foldsText, folds),
  count('add', 'e', foldsText, folds),
  ...affineCounts(hasScale, hasShift),
  count('div', '(L + 2)·rows', 'not track_running_stats', measures),
  count('sqrt', 'rows', 'not track_running_stats', measures),
];

function affineCounts<A>(scales: Condition<A>, shifts: Condition<A>): readonly CountRule<A>[] {
  return [
    count('mul', '2·e', scales.when, scales.applies),
    count('mul', 'e'),
    count('add', '(4·L − 1)·rows', shifts.when, shifts.applies),
    count('add', '(3·L − 1)·rows'),
  ];
}

/** Type of the normalised tensor: promoted with the weights where there are any, else floating. */
export function normalizedType(input: TensorType, weighted: boolean, layer: LayerContext): DType {
  return weighted ? promote(input.dtype, layer.weightDtype) : floatingType(input.dtype, layer);
}

/** The learned scale and shift, in PyTorch's names. */
export function affineWeights(shape: Shape, scaled: boolean, shifted: boolean): Weight[] {
  if (scaled && shifted) return [scaleWeight(shape), shiftWeight(shape)];
  return scaled ? [scaleWeight(shape)] : shifted ? [shiftWeight(shape)] : [];
}

function scaleWeight(shape: Shape): Weight {
  return { name: 'weight', shape, kind: 'parameter' };
}

function shiftWeight(shape: Shape): Weight {
  return { name: 'bias', shape, kind: 'parameter', bias: true };
}

/** Statistics that training left behind; the counter `num_batches_tracked` is not counted. */
export function addRunningStatistics(weights: Weight[], channels: number): Weight[] {
  const shape = weights[0]?.shape ?? [channels];
  return [...weights, { name: 'running_mean', shape, kind: 'buffer' }, { name: 'running_var', shape, kind: 'buffer' }];
}

/** Symbols of a normalisation over `rows` slices: channels `c`, elements `e`, length `L` of a slice. */
export function sliceSymbols(input: TensorType, rows: number): Symbols {
  const e = elementsOf(input.shape);
  return { c: input.shape[1] ?? 1, e, L: e / rows, rows };
}
