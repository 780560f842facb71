import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FloatArray, PoolGeometry } from '../../src/kernels/geometry.ts';
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
import { adaptiveWindowsOf, indexOfMaximum, maximumOf, meanOf, normOf, slidingWindowsOf } from '../oracles/pool-window.ts';
import type { Axis } from './pool-cases.ts';
import { adaptiveGeometry, anyBits, anything, geometryOf, slidingGeometry, units } from './pool-cases.ts';

/** A geometry with the input that fits it. */
function withInput<G extends Parameters<typeof units>[0]>(
  geometries: fc.Arbitrary<G>,
  values: (maps: G, double: boolean) => fc.Arbitrary<FloatArray>,
) {
  return fc.tuple(geometries, fc.boolean()).chain(([geometry, double]) => fc.tuple(fc.constant(geometry), values(geometry, double)));
}

function expectSame(got: FloatArray, expected: readonly number[]): void {
  expect([...got]).toEqual(expected);
}

/** Within half an ulp of float32 (6e-8) of each value for float32, of 1e-13 of the largest for float64; the same infinities and NaNs. */
function expectClose(got: FloatArray, expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  const largest = Math.max(...expected.filter(Number.isFinite).map(Math.abs), 0);
  for (const [index, value] of expected.entries()) {
    const own = got[index] ?? Number.NaN;
    const rounded = got instanceof Float32Array ? Math.fround(value) : value;
    if (!Number.isFinite(rounded)) expect(own).toBe(rounded);
    else if (!(Math.abs(own - value) <= (got instanceof Float32Array ? 6e-8 * Math.abs(value) + 1e-45 : 0) + 1e-13 * largest)) {
      expect.fail(`${own} is not ${value} at ${index}`);
    }
  }
}

/** One window over a whole row. */
const row = (length: number): PoolGeometry => geometryOf(1, 1, [[length, 1, length, 1, 1, 0, 0]]);

describe('maxPool', () => {
  test('takes the largest cell of every window and never the padding', () => {
    // Windows of cells (-, 0, 1), (1, 2, 3) and (3, 4, -).
    const geometry = geometryOf(1, 1, [[5, 3, 3, 2, 1, 1, 1]]);
    expectSame(maxPool(Float32Array.of(-5, -4, -9, -7, -8), geometry), [-4, -4, -7]);
  });

  test.each([Float32Array, Float64Array])('gives NaN where one is in the window, −Infinity only where nothing is larger (%o)', (Type) => {
    const geometry = geometryOf(1, 1, [[6, 3, 2, 2, 1, 0, 0]]);
    const lowest = Number.NEGATIVE_INFINITY;
    expectSame(maxPool(Type.of(Number.NaN, Number.POSITIVE_INFINITY, lowest, lowest, lowest, -1), geometry), [Number.NaN, lowest, -1]);
  });

  test.each([Float32Array, Float64Array])('prefers +0 to −0, whichever comes first (%o)', (Type) => {
    expectSame(maxPool(Type.of(-0, 0, 0, -0, -0, -0), geometryOf(1, 1, [[6, 3, 2, 2, 1, 0, 0]])), [0, 0, -0]);
  });

  test('reads an array that is a part of a larger buffer', () => {
    const whole = Float32Array.of(9, 1, 2, 3, 9);
    expectSame(maxPool(whole.subarray(1, 4), row(3)), [3]);
  });

  test('agrees with the definition on any geometry and any value', () => {
    fc.assert(
      fc.property(withInput(slidingGeometry, anything), ([geometry, input]) => {
        expectSame(maxPool(input, geometry), slidingWindowsOf(input, geometry).map(maximumOf));
      }),
      { numRuns: 600 },
    );
  });

  test('agrees with the definition on any bits of float32', () => {
    fc.assert(
      fc.property(withInput(slidingGeometry, anyBits), ([geometry, input]) => {
        expectSame(maxPool(input, geometry), slidingWindowsOf(input, geometry).map(maximumOf));
      }),
      { numRuns: 400 },
    );
  });
});

describe('maxPoolWithIndices', () => {
  test.each([
    ['the first of equal cells', [3, 1, 3, 3], 0],
    ['the last of several NaNs', [1, Number.NaN, 2, Number.NaN, 5], 3],
    ['the first cell where all are −Infinity', [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], 0],
    ['the first zero, whatever its sign', [-1, -0, 0], 1],
  ])('points to %s', (_, cells, position) => {
    expect([...maxPoolWithIndices(Float32Array.from(cells), row(cells.length)).indices]).toEqual([position]);
  });

  test('has −1 and −Infinity for a window whose taps all miss the data', () => {
    // Taps at −1 and 2 of two cells.
    const { values, indices } = maxPoolWithIndices(Float32Array.of(5, 6), geometryOf(1, 1, [[2, 1, 2, 1, 3, 1, 1]]));
    expect([...values, ...indices]).toEqual([Number.NEGATIVE_INFINITY, -1]);
  });

  test('agrees with the definition on any geometry and any value', () => {
    fc.assert(
      fc.property(withInput(slidingGeometry, anything), ([geometry, input]) => {
        const windows = slidingWindowsOf(input, geometry);
        const { values, indices } = maxPoolWithIndices(input, geometry);
        expectSame(values, windows.map(maximumOf));
        expect([...indices]).toEqual(windows.map(indexOfMaximum));
      }),
      { numRuns: 600 },
    );
  });
});

describe('averagePool', () => {
  // Windows of cells (-, 0, 1), (1, 2, 3), (3, 4, -) and, overhanging the declared padding by one, (5 = padding missing).
  const padded = geometryOf(1, 1, [[5, 3, 3, 2, 1, 1, 1]]);
  const cells = Float32Array.of(1, 2, 3, 4, 5);

  test('counts padding, leaves it out, or divides by what is given', () => {
    expectSame(averagePool(cells, padded, true), [1, 3, 3]);
    expectSame(averagePool(cells, padded, false), [1.5, 3, 4.5]);
    expectSame(averagePool(cells, padded, true, 2), [1.5, 4.5, 4.5]);
  });

  test('does not count the overhang of ceil mode, only declared padding', () => {
    // The second window has cell 3 and one cell of padding; its third tap lies beyond.
    const overhanging = geometryOf(1, 1, [[4, 2, 3, 3, 1, 0, 1]]);
    expectSame(averagePool(Float32Array.of(1, 2, 3, 8), overhanging, true), [2, 4]);
    expectSame(averagePool(Float32Array.of(1, 2, 3, 8), overhanging, false), [2, 8]);
  });

  test('has 0 for a window whose taps all miss the data', () => {
    expectSame(averagePool(Float32Array.of(5, 6), geometryOf(1, 1, [[2, 1, 2, 1, 3, 1, 1]]), false), [0]);
  });

  test('is the nearest float32 to the mean, where sums of float32 would lose a half', () => {
    expectSame(averagePool(Float32Array.of(16777216, 1, 1, 2), row(4), true), [4194305]);
  });

  test.each([
    ['two by two', 2, 2, 2],
    ['two by two, overlapping', 2, 1, 1],
    ['two by two, dilated', 2, 3, 2],
    ['three by three', 3, 2, 1],
  ])('agrees with the definition on many planes (%s)', (_, kernel, stride, dilation) => {
    const axisOf = (extent: number): Axis => [
      extent,
      Math.floor((extent - dilation * (kernel - 1) - 1) / stride) + 1,
      kernel,
      stride,
      dilation,
      0,
      0,
    ];
    const geometry = geometryOf(2, 300, [axisOf(9), axisOf(12)]);
    const input = new Float32Array(600 * 108).map((_cell, index) => Math.sin(index));
    const expected = slidingWindowsOf(input, geometry).map((window) => meanOf(window, kernel * kernel));
    expectClose(averagePool(input, geometry, true), expected);
  });

  test('agrees with the definition on any geometry', () => {
    const divisor = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
    fc.assert(
      fc.property(withInput(slidingGeometry, units), fc.boolean(), divisor, ([geometry, input], include, override) => {
        const expected = slidingWindowsOf(input, geometry).map((window) =>
          meanOf(window, override ?? (include ? window.padded : window.values.length)),
        );
        expectClose(averagePool(input, geometry, include, override), expected);
      }),
      { numRuns: 600 },
    );
  });

  test('carries infinities and NaN as sums do', () => {
    const infinite = Number.POSITIVE_INFINITY;
    const geometry = geometryOf(1, 1, [[8, 4, 2, 2, 1, 0, 0]]);
    const input = Float32Array.of(infinite, 1, infinite, -infinite, Number.NaN, 1, 3.4e38, 3.4e38);
    expectSame(averagePool(input, geometry, true), [infinite, Number.NaN, Number.NaN, Math.fround(3.4e38)]);
  });
});

describe('lpPool', () => {
  test('is the p-norm of absolute values over the cells present', () => {
    expectSame(lpPool(Float32Array.of(3, -4), row(2), 2), [5]);
    expectSame(lpPool(Float32Array.of(3, -4), row(2), 1), [7]);
    expectClose(lpPool(Float64Array.of(-3, -4, -5), row(3), 3), [6]);
    // In padding (-, 0) and in ceil mode (1, overhang), no cell is added.
    expectSame(lpPool(Float32Array.of(-3, 4), geometryOf(1, 1, [[2, 2, 2, 2, 1, 1, 0]]), 2), [3, 4]);
  });

  test('does not lose a norm that is in range to a power that is not', () => {
    expectClose(lpPool(Float64Array.of(3e200, -4e200), row(2), 2), [5e200]);
    expectClose(lpPool(Float64Array.of(3e-200, 4e-200), row(2), 2), [5e-200]);
    expectClose(lpPool(Float64Array.of(3e-160, 4e-160), row(2), 2), [5e-160]);
    expectClose(lpPool(Float32Array.of(2 ** -9, -(2 ** -9)), row(2), 1024), [2 ** -9 * 2 ** (1 / 1024)]);
    expectClose(lpPool(Float32Array.of(0, -0), row(2), 1024), [0]);
    expectClose(lpPool(Float64Array.of(Number.NEGATIVE_INFINITY, 1), row(2), 7), [Number.POSITIVE_INFINITY]);
    expectClose(lpPool(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY), row(2), 7), [Number.NaN]);
  });

  test('agrees with the definition on any geometry where every square underflows', () => {
    // Cells of about 10^−200 are scaled before they are squared.
    fc.assert(
      fc.property(
        withInput(slidingGeometry, (maps) => units(maps, true)),
        ([geometry, input]) => {
          const tiny = input.map((value) => value * 1e-200);
          const expected = slidingWindowsOf(input, geometry).map((window) => normOf(window, 2));
          expectClose(
            lpPool(tiny, geometry, 2).map((value) => value * 1e200),
            expected,
          );
        },
      ),
    );
  });

  test('agrees with the definition on any geometry', () => {
    fc.assert(
      fc.property(withInput(slidingGeometry, units), fc.constantFrom(0.5, 1, 1.5, 2, 3, 4, 7), ([geometry, input], p) => {
        expectClose(
          lpPool(input, geometry, p),
          slidingWindowsOf(input, geometry).map((window) => normOf(window, p)),
        );
      }),
      { numRuns: 600 },
    );
  });
});

describe('adaptive and global pooling', () => {
  test('have windows from ⌊j·i/o⌋ to ⌈(j + 1)·i/o⌉', () => {
    // Five cells to three: cells 0–1, 1–3 and 3–4.
    const geometry = { batch: 1, channels: 1, input: [1, 1, 5], output: [1, 1, 3] } as const;
    expectSame(adaptiveAveragePool(Float32Array.of(1, 2, 3, 4, 6), geometry), [1.5, 3, 5]);
    expectSame(adaptiveMaxPool(Float32Array.of(1, 2, 3, 4, 6), geometry), [2, 4, 6]);
  });

  test('agree with the definition on any extents and any value', () => {
    fc.assert(
      fc.property(withInput(adaptiveGeometry, anything), ([geometry, input]) => {
        const windows = adaptiveWindowsOf(input, geometry);
        const { values, indices } = adaptiveMaxPoolWithIndices(input, geometry);
        expectSame(adaptiveMaxPool(input, geometry), windows.map(maximumOf));
        expectSame(values, windows.map(maximumOf));
        expect([...indices]).toEqual(windows.map(indexOfMaximum));
      }),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(withInput(adaptiveGeometry, units), ([geometry, input]) => {
        const windows = adaptiveWindowsOf(input, geometry);
        expectClose(
          adaptiveAveragePool(input, geometry),
          windows.map((window) => meanOf(window, window.values.length)),
        );
      }),
      { numRuns: 400 },
    );
  });

  test('take the whole map where it is global', () => {
    fc.assert(
      fc.property(withInput(adaptiveGeometry, units), ([geometry, input]) => {
        const windows = adaptiveWindowsOf(input, { ...geometry, output: [1, 1, 1] });
        expectSame(globalMaxPool(input, geometry), windows.map(maximumOf));
        expectClose(
          globalAveragePool(input, geometry),
          windows.map((window) => meanOf(window, window.values.length)),
        );
        expectClose(
          globalLpPool(input, geometry, 3),
          windows.map((window) => normOf(window, 3)),
        );
      }),
    );
  });

  test('keep to the memory of input and output where one axis grows and another shrinks', () => {
    // Growing first would take 2000·2000·2000 cells.
    const geometry = { batch: 1, channels: 1, input: [1, 2000, 2000], output: [2000, 1, 1] } as const;
    const means = adaptiveAveragePool(new Float32Array(4e6).fill(0.5), geometry);
    expect(means).toHaveLength(2000);
    expect(new Set(means)).toEqual(new Set([0.5]));
  });
});

test('a dilation beyond the integers of the loops is harmless where the kernel has one tap', () => {
  const geometry = geometryOf(1, 1, [[3, 3, 1, 1, 3e9, 0, 0]]);
  expectSame(maxPool(Float32Array.of(1, 2, 3), geometry), [1, 2, 3]);
  expectSame(averagePool(Float32Array.of(1, 2, 3), geometry, true), [1, 2, 3]);
});

test('every pooling keeps the type of its input', () => {
  const results = (input: FloatArray) => [maxPool(input, row(2)), averagePool(input, row(2), true), lpPool(input, row(2), 2)];
  for (const result of results(Float32Array.of(1, 2))) expect(result).toBeInstanceOf(Float32Array);
  for (const result of results(Float64Array.of(1, 2))) expect(result).toBeInstanceOf(Float64Array);
});
