/** What changed from one network to another: totals, layers added, removed and changed. */

import type { Attributes } from '../../operators/operator.ts';
import { fiveDecimals } from '../../report/fraction.ts';
import type { Report, Row } from '../../report/schema.ts';
import type { Measured } from '../measure.ts';
import type { Alignable } from './align.ts';
import { align } from './align.ts';
import type { Change, Comparison, Difference } from './schema.ts';

export function compare(base: Measured, head: Measured): Comparison {
  const partner = align(base.report.layers.map(alignable), head.report.layers.map(alignable));
  const kept = new Set(partner);
  const changed: Comparison['changed'] = [];
  let renamed = 0;
  let unchanged = 0;
  for (const [index, row] of head.report.layers.entries()) {
    const place = partner[index];
    const before = place === undefined ? undefined : base.report.layers[place];
    if (place === undefined || before === undefined) continue;
    const differences = differencesOf(before, row, base.attributes[place] ?? {}, head.attributes[index] ?? {});
    if (differences.length > 0) changed.push({ base: whereOf(before), head: whereOf(row), differences });
    else {
      unchanged++;
      if (before.name !== row.name) renamed++;
    }
  }
  const added = head.report.layers.filter((_, index) => partner[index] === undefined).map(summaryOf);
  const removed = base.report.layers.filter((_, index) => !kept.has(index)).map(summaryOf);
  const totals = totalChanges(base.report, head.report);
  const differs = Object.values(totals).some(({ change }) => change !== 0);
  return {
    schema_version: head.report.schema_version,
    generator: head.report.generator,
    base: sideOf(base.report),
    head: sideOf(head.report),
    equal: !differs && added.length === 0 && removed.length === 0 && changed.length === 0,
    totals,
    added,
    removed,
    changed,
    renamed,
    unchanged,
  };
}

function alignable({ name, type, output_shapes, weights, compute }: Row): Alignable {
  const signature = JSON.stringify([type, output_shapes, weights.parameters, weights.buffers, compute.macs, compute.flops]);
  return { name, type, outputs: JSON.stringify(output_shapes), signature };
}

function sideOf({ model, assumptions, totals }: Report): Comparison['base'] {
  return { model, assumptions, totals };
}

function whereOf({ name, type, pointer }: Row): { name: string; type: string; pointer: string } {
  return { name, type, pointer };
}

function summaryOf(row: Row): Comparison['added'][number] {
  return { ...whereOf(row), output_shapes: row.output_shapes, parameters: row.weights.parameters, macs: row.compute.macs };
}

function totalChanges({ totals: base }: Report, { totals: head }: Report): Readonly<Record<string, Change>> {
  return Object.fromEntries(
    Object.entries(head).flatMap(([name, after]): [string, Change][] => {
      const before = base[name as keyof typeof base];
      if (typeof after !== 'number' || typeof before !== 'number') return [];
      const change = after - before;
      return [[name, { base: before, head: after, change, relative: before === 0 ? null : fiveDecimals(change / before) }]];
    }),
  );
}

/** What differs between two rows, names, places and shares of totals apart. */
function differencesOf(base: Row, head: Row, baseAttributes: Attributes, headAttributes: Attributes): Difference[] {
  const differences: Difference[] = [];
  const look = (of: string, before: unknown, after: unknown): void => {
    if (JSON.stringify(before) !== JSON.stringify(after)) differences.push({ of, base: before ?? null, head: after ?? null });
  };
  look('type', base.type, head.type);
  if (base.type === head.type) {
    for (const name of new Set([...Object.keys(baseAttributes), ...Object.keys(headAttributes)]))
      if (!followsFromInput.has(name))
        look(`attributes/${name}`, ...spelledAlike(attributeOf(baseAttributes, name), attributeOf(headAttributes, name)));
  }
  look('data_format', base.data_format, head.data_format);
  look('input_shapes', base.input_shapes, head.input_shapes);
  look('output_shapes', base.output_shapes, head.output_shapes);
  for (const name of ['parameters', 'trainable_parameters', 'buffers', 'parameter_bytes'] as const)
    look(`weights/${name}`, base.weights[name], head.weights[name]);
  look('memory/activation_bytes', base.memory.activation_bytes, head.memory.activation_bytes);
  for (const name of ['macs', 'flops'] as const) look(`compute/${name}`, base.compute[name], head.compute[name]);
  return differences;
}

/** Attributes that are only checked where they are given: the shapes of the inputs say the same. */
const followsFromInput: ReadonlySet<string> = new Set(['in_channels', 'in_features', 'num_channels', 'num_features', 'input_size']);

/** A pool's stride that is left to its kernel is the kernel's extent. */
function attributeOf(attributes: Attributes, name: string): unknown {
  return name === 'stride' ? (attributes.stride ?? attributes.kernel_size) : attributes[name];
}

/** A number that stands for all axes, and the list that says it axis by axis, or end by end, are the same attribute. */
function spelledAlike(before: unknown, after: unknown): readonly [unknown, unknown] {
  if (typeof before === 'number' && Array.isArray(after)) return [after.map((entry) => spelledAlike(before, entry)[0]), after];
  if (typeof after === 'number' && Array.isArray(before)) return [before, before.map((entry) => spelledAlike(entry, after)[1])];
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return [before, after];
  const pairs = before.map((entry, index) => spelledAlike(entry, after[index]));
  return [pairs.map(([entry]) => entry), pairs.map(([, entry]) => entry)];
}
