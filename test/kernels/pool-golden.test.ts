import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FloatArray, PoolGeometry, Triple } from '../../src/kernels/geometry.ts';
import {
  adaptiveAveragePool,
  adaptiveMaxPool,
  adaptiveMaxPoolWithIndices,
  averagePool,
  globalAveragePool,
  globalLpPool,
  globalMaxPool,
  lpPool,
  maxPool,
  maxPoolWithIndices,
} from '../../src/kernels/pool-window.ts';
import type { WindowAttributes } from '../../src/operators/window-attributes.ts';
import { windowExtents, windowOf } from '../../src/operators/window-attributes.ts';
import type { Axis } from './pool-cases.ts';
import { geometryOf } from './pool-cases.ts';

/** What PyTorch computed (`test/golden/kernels/pool.py`): in float64, rounded to the case's dtype. */
interface GoldenCase {
  readonly name: string;
  readonly layer: {
    readonly type: string;
    readonly return_indices?: boolean;
    readonly count_include_pad?: boolean;
    readonly divisor_override?: number | null;
    readonly norm_type?: number;
    readonly output_size?: number | readonly (number | null)[];
  } & Partial<WindowAttributes>;
  readonly input: { readonly shape: readonly number[]; readonly dtype: 'float32' | 'float64'; readonly data: readonly (number | string)[] };
  readonly output: { readonly shape: readonly number[]; readonly data: readonly (number | string)[] };
  readonly indices?: readonly number[];
}

const folder = new URL('../golden/kernels/', import.meta.url);

function goldenCases(): readonly { readonly operator: string; readonly cases: readonly GoldenCase[] }[] {
  return readdirSync(folder)
    .filter((file) => /pool(\dd)?\.json$/.test(file))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
}

function triple(extents: readonly number[]): Triple {
  return [1, 1, 1, ...extents].slice(-3) as unknown as Triple;
}

function slidingGeometry({ layer, input }: GoldenCase): PoolGeometry {
  const [batch = 1, channels = 1, ...extents] = input.shape;
  const window = windowOf({ padding: 0, kernel_size: 1, ...layer }, extents);
  const outputs = windowExtents(window, extents);
  const axes = extents.map((extent, axis): Axis => {
    const [before, after] = window.padding[axis] ?? [0, 0];
    return [extent, outputs[axis] ?? 0, window.kernel[axis] ?? 1, window.stride[axis] ?? 1, window.dilation[axis] ?? 1, before, after];
  });
  return geometryOf(batch, channels, axes);
}

function adaptiveGeometry({ layer, input }: GoldenCase) {
  const [batch = 1, channels = 1, ...extents] = input.shape;
  const size = layer.output_size;
  const outputs = extents.map((extent, axis) => (Array.isArray(size) ? (size[axis] ?? extent) : Number(size ?? 1)));
  return { batch, channels, input: triple(extents), output: triple(outputs) };
}

/** The kernel's answer; the geometry must say the same shape as PyTorch. */
function run(golden: GoldenCase, input: FloatArray): { shape: readonly number[]; values: FloatArray; indices?: Float64Array } {
  const { layer } = golden;
  const family = layer.type.replace(/\dd$/, '');
  const sliding = /^(max|avg|lp)_/.test(family);
  const geometry = sliding ? slidingGeometry(golden) : adaptiveGeometry(golden);
  const shape = [...golden.input.shape.slice(0, 2), ...geometry.output.slice(3 - (golden.input.shape.length - 2))];
  const answers: Record<string, () => FloatArray | { values: FloatArray; indices: Float64Array }> = {
    max_pool: () => (layer.return_indices ? maxPoolWithIndices : maxPool)(input, geometry as PoolGeometry),
    avg_pool: () => averagePool(input, geometry as PoolGeometry, layer.count_include_pad ?? true, layer.divisor_override ?? undefined),
    lp_pool: () => lpPool(input, geometry as PoolGeometry, layer.norm_type ?? 2),
    adaptive_avg_pool: () => adaptiveAveragePool(input, geometry),
    adaptive_max_pool: () => (layer.return_indices ? adaptiveMaxPoolWithIndices : adaptiveMaxPool)(input, geometry),
    global_avg_pool: () => globalAveragePool(input, geometry),
    global_max_pool: () => globalMaxPool(input, geometry),
    global_lp_pool: () => globalLpPool(input, geometry, layer.norm_type ?? 2),
  };
  const answer = answers[family]?.();
  if (answer === undefined) throw new Error(`no kernel for ${layer.type}`);
  return 'values' in answer && 'indices' in answer ? { shape, ...answer } : { shape, values: answer as FloatArray };
}

for (const { operator, cases } of goldenCases()) {
  describe(`${operator} agrees with PyTorch`, () => {
    test.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
      const numbers = golden.input.data.map(Number);
      const input = golden.input.dtype === 'float64' ? Float64Array.from(numbers) : Float32Array.from(numbers);
      const { shape, values, indices } = run(golden, input);
      expect(shape).toEqual(golden.output.shape);
      expectWithin(golden.input.dtype === 'float64' ? 1e-14 : 6e-8, values, golden.output.data.map(Number));
      expect(indices === undefined ? undefined : [...indices]).toEqual(golden.indices);
    });
  });
}

/** Every value within `bound` of itself: half an ulp of float32. */
function expectWithin(bound: number, got: FloatArray, expected: readonly number[]): void {
  const largest = Math.max(...expected.filter(Number.isFinite).map(Math.abs), 0);
  const wrong = expected.flatMap((value, index) => {
    const own = got[index] ?? Number.NaN;
    const agrees = Number.isFinite(value) ? Math.abs(own - value) <= bound * Math.abs(value) + 1e-14 * largest : Object.is(own, value);
    return agrees ? [] : [`${own} is not ${value} at ${index}`];
  });
  expect(got).toHaveLength(expected.length);
  expect(wrong).toEqual([]);
}
