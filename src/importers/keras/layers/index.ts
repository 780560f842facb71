/** The rule of a layer by its class: one table for each family, and what becomes of the rest. */

import { quote } from '../../../architecture/names.ts';
import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import type { Entry } from '../entry.ts';
import { isModel } from '../entry.ts';
import type { Rule } from '../network.ts';
import { applicationRules } from './applications.ts';
import { attentionRules } from './attention.ts';
import { convLstmRules } from './conv-lstm.ts';
import { convolutionRules } from './convolution.ts';
import { coreRules } from './core.ts';
import { einsumDenseRules } from './einsum-dense.ts';
import { encodingRules } from './encoding.ts';
import { locallyConnectedRules } from './locally-connected.ts';
import { mergingRules } from './merging.ts';
import { multiHeadAttentionRules } from './multi-head-attention.ts';
import { normalizationRules } from './normalization.ts';
import { operationRule } from './operations.ts';
import { poolingRules } from './pooling.ts';
import { preprocessingRules } from './preprocessing.ts';
import { recurrentRules } from './recurrent.ts';
import { spectrogramRules } from './spectrogram.ts';
import { nestedModel, wrapperRules } from './wrappers.ts';

const rules: Readonly<Record<string, Rule>> = {
  ...coreRules,
  ...einsumDenseRules,
  ...convolutionRules,
  ...poolingRules,
  ...normalizationRules,
  ...mergingRules,
  ...recurrentRules,
  ...convLstmRules,
  ...locallyConnectedRules,
  ...attentionRules,
  ...multiHeadAttentionRules,
  ...preprocessingRules,
  ...encodingRules,
  ...spectrogramRules,
  ...wrapperRules,
};

export function ruleOf(entry: Entry): Rule {
  if (isModel(entry) && !Object.hasOwn(rules, entry.className)) return nestedModel;
  const operation = operationRule(entry);
  if (operation !== undefined) return operation;
  if (isOfApplications(entry)) return applicationRules[entry.className] as Rule;
  return isKnown(entry) ? (rules[entry.className] as Rule) : custom;
}

/** Layers that the networks of keras.applications bring along; version 2 registers them as custom ones, and may not name their module. */
function isOfApplications({ className, module }: Entry): boolean {
  return Object.hasOwn(applicationRules, className) && (module === undefined || module.includes('.applications.'));
}

/** A class of Keras's own; version 3 names another module for one of the same name that is not. */
function isKnown({ className, module, registered }: Entry): boolean {
  return !registered && Object.hasOwn(rules, className) && (module === undefined || /^(keras|tf_keras|tensorflow)(\.|$)/.test(module));
}

/** A layer that is not known here. Its shapes are those that it states, or that whoever reads its outputs states. */
function custom(call: Call): readonly DraftTensor[] {
  const { className, module } = call.entry;
  const origin = module === undefined ? '' : ` of ${quote(module)}`;
  const what = className === 'Lambda' ? 'a Lambda holds code in Python, which is not run' : `${quote(className)}${origin} is not known`;
  call.note('custom_layer', 'warning', `${what} here; what it computes and its weights are left out of the totals`);
  const shape = statedShape(call);
  return call.opaque(shape === undefined ? undefined : [shape]);
}

/** `output_shape` of a Lambda: the extents without the batch axis. */
function statedShape(call: Call): readonly number[] | undefined {
  const value = call.config.raw('output_shape');
  const extents = Array.isArray(value) ? value : [value];
  const batch = call.tensors[0]?.shape?.[0];
  if (batch === undefined || !extents.every((extent) => Number.isInteger(extent) && extent > 0)) return undefined;
  return [batch, ...(extents as number[])];
}
