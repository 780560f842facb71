/** Numbers that a policy may bound: totals of a network, and numbers of a layer. */

import type { Row, Totals } from '../../report/schema.ts';

/** Totals that may be limited. */
export const limited = ['parameters', 'macs', 'flops', 'parameter_bytes', 'activation_bytes', 'peak_memory_bytes', 'layers'] as const;
export type Limited = (typeof limited)[number];

/** Numbers of a layer that a rule may limit. */
export const layerNumbers = ['parameters', 'macs', 'flops', 'parameter_bytes', 'activation_bytes', 'output_elements'] as const;
export type LayerNumber = (typeof layerNumbers)[number];

export const limitNames = limited.flatMap((of) => [`max_${of}`, `min_${of}`] as const);
export type LimitName = (typeof limitNames)[number];

/** One bound on one number. */
export interface Bound<Of extends string> {
  readonly name: string;
  readonly of: Of;
  readonly kind: 'max' | 'min';
  readonly bound: number;
}

/** Bounds among `values`, maxima first, in the order of `names`. */
export function boundsOf<Of extends string>(values: Readonly<Record<string, unknown>>, names: readonly Of[]): readonly Bound<Of>[] {
  return names.flatMap((of) =>
    (['max', 'min'] as const).flatMap((kind) => {
      const bound = values[`${kind}_${of}`];
      return typeof bound === 'number' ? [{ name: `${kind}_${of}`, of, kind, bound }] : [];
    }),
  );
}

/** A total, and whether it is only a lower bound. */
export function totalOf(totals: Totals, of: Limited): { readonly value: number; readonly partial: boolean } {
  return { value: totals[of], partial: totals.partial.includes(of) };
}

/** A number of a row; null where it is unknown. */
export function numberOf({ weights, memory, compute }: Row, of: LayerNumber | Limited): number | null {
  switch (of) {
    case 'parameters':
    case 'parameter_bytes':
      return weights[of];
    case 'macs':
    case 'flops':
      return compute[of];
    case 'activation_bytes':
    case 'output_elements':
      return memory[of];
    case 'layers':
      return 1;
    case 'peak_memory_bytes':
      // No layer has a peak of its own: what it holds of weights and outputs weighs.
      return weights.parameter_bytes === null || memory.activation_bytes === null
        ? null
        : weights.parameter_bytes + memory.activation_bytes;
  }
}
