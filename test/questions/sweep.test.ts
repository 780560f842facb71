import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidArchitecture } from '../../src/issue.ts';
import type { Ask, Sweep, SweepOptions } from '../../src/questions/sweep.ts';
import { largestBatch, mostMeasurements, sweep, sweepSchema } from '../../src/questions/sweep.ts';
import { toCsv, toMarkdown } from '../../src/questions/sweep-forms.ts';
import { networkOf } from '../../src/zoo/index.ts';
import { measureDocument } from '../measure-document.ts';

function swept(ask: Ask, options: Partial<SweepOptions>): Sweep & { readonly measurements: number } {
  let measurements = 0;
  const counting = <Args extends readonly unknown[], T>(question: (...args: Args) => T) => {
    return (...args: Args): T => {
      measurements++;
      return question(...args);
    };
  };
  const found = sweep(
    { report: counting(ask.report), totals: counting(ask.totals) },
    { batch_sizes: [undefined], resolutions: [undefined], dtypes: [undefined], fit_peak_memory_bytes: undefined, ...options },
  );
  expect(sweepSchema.parse(found)).toEqual(found);
  return { ...found, measurements };
}

function answering(report: Ask['report']): Ask {
  return { report, totals: (point) => report(point).totals };
}

function asking(document: unknown): Ask {
  return answering((point) => measureDocument(document, { ...point, batch_size: point.batch_size ?? 1 }));
}

const small = { name: 'a|b', input: [3, 8, 8], layers: [{ type: 'conv2d', out_channels: 4, kernel_size: 3 }, { type: 'relu' }] };

describe('a sweep', () => {
  test('has a row for each combination, batch sizes varying fastest', () => {
    const { rows } = swept(asking(small), {
      batch_sizes: [1, 2],
      resolutions: [
        [8, 8],
        [16, 12],
      ],
      dtypes: ['float32', 'int8'],
    });
    expect(rows.map(({ batch_size, resolution, dtype }) => `${batch_size} ${resolution} ${dtype}`)).toEqual([
      '1 8x8 float32',
      '2 8x8 float32',
      '1 16x12 float32',
      '2 16x12 float32',
      '1 8x8 int8',
      '2 8x8 int8',
      '1 16x12 int8',
      '2 16x12 int8',
    ]);
    // 3·3·3 products for each of 4·14·10 cells and 2 images.
    expect(rows[3]?.totals.macs).toBe(27 * 4 * 14 * 10 * 2);
    expect(rows.some((row) => 'largest_batch_size' in row)).toBe(false);
  });

  test('gives each row the totals of an analysis of its own', () => {
    const document = networkOf('resnet18')?.document;
    const { rows } = swept(asking(document), { batch_sizes: [1, 8], resolutions: [[160, 160]], dtypes: ['float16'] });
    expect(rows[1]?.totals).toEqual(measureDocument(document, { batch_size: 8, resolution: [160, 160], dtype: 'float16' }).totals);
  });
});

describe('the largest batch that fits', () => {
  const largest = (document: unknown, bytes: number, dtype?: 'int4') =>
    swept(asking(document), { fit_peak_memory_bytes: bytes, dtypes: [dtype] }).rows[0]?.largest_batch_size;

  test('is what going up one by one finds', () => {
    const network = fc.record({
      channels: fc.integer({ min: 1, max: 5 }),
      extent: fc.integer({ min: 1, max: 4 }),
      constant: fc.integer({ min: 0, max: 40 }),
      dtype: fc.constantFrom(undefined, 'int4' as const),
    });
    fc.assert(
      fc.property(network, fc.integer({ min: 0, max: 6000 }), ({ channels, extent, constant, dtype }, bytes) => {
        const document = {
          inputs: [
            { name: 'x', shape: [1, extent, extent] },
            { name: 'mask', shape: [1 + constant], batch: false },
          ],
          layers: [
            { name: 'c', type: 'conv2d', out_channels: channels, kernel_size: 1, inputs: ['x'] },
            { type: 'relu' },
            { type: 'exp', inputs: ['mask'] },
          ],
        };
        let expected = 0;
        const peak = (batch_size: number): number => measureDocument(document, { batch_size, dtype }).totals.peak_memory_bytes;
        while (peak(expected + 1) <= bytes) expected++;
        expect(largest(document, bytes, dtype)).toBe(expected);
      }),
    );
  });

  test('never falls as memory grows, and is exact at its edge', () => {
    const document = networkOf('resnet50')?.document;
    const peak = (batch_size: number): number => measureDocument(document, { batch_size }).totals.peak_memory_bytes;
    const found = [1e8, 2e8, 2 ** 30, 2 ** 33].map((bytes) => [bytes, largest(document, bytes) as number] as const);
    expect(found[0]?.[1]).toBe(0);
    for (const [bytes, batch] of found.slice(1)) {
      expect(peak(batch)).toBeLessThanOrEqual(bytes);
      expect(peak(batch + 1)).toBeGreaterThan(bytes);
    }
    expect(found.map(([, batch]) => batch)).toEqual(found.map(([, batch]) => batch).toSorted((a, b) => a - b));
  });

  test('is the largest there is where the memory does not depend on it', () => {
    const report = measureDocument(small);
    expect(
      swept(
        answering(() => report),
        { fit_peak_memory_bytes: 2 ** 40 },
      ).rows[0]?.largest_batch_size,
    ).toBe(largestBatch);
  });

  test('is unknown where the memory is known from below only', () => {
    const opaque = { input: [4], layers: [{ type: 'custom', operator: 'Magic' }, { type: 'relu' }] };
    expect(largest(opaque, 2 ** 40)).toBeNull();
  });

  test('is below what is too large to count', () => {
    const wide = { input: [2 ** 22, 2], layers: [{ type: 'relu' }, { type: 'concat', inputs: ['input', 'relu_1'], dim: 1 }] };
    const found = largest(wide, Number.MAX_SAFE_INTEGER);
    expect(found).toBeGreaterThan(2 ** 20);
  });

  test('says of a network that takes one batch only what is wrong with others', () => {
    const fixed = { input: [4, 4], layers: [{ type: 'reshape', shape: [2, 8] }] };
    expect(() => largest(fixed, 2 ** 40)).toThrow(InvalidArchitecture);
  });

  test('takes no more measurements than are promised', () => {
    let most = 0;
    for (const peak of [1, 7, 2 ** 10, 2 ** 20 + 1, 2 ** 31 - 2, 2 ** 31]) {
      const report = measureDocument(small);
      const ask = answering(({ batch_size = 1 }) => ({ ...report, totals: { ...report.totals, peak_memory_bytes: batch_size } }));
      const { rows, measurements } = swept(ask, { fit_peak_memory_bytes: peak });
      expect(rows[0]?.largest_batch_size).toBe(Math.min(peak, largestBatch));
      most = Math.max(most, measurements);
    }
    expect(most).toBeLessThanOrEqual(
      mostMeasurements({ batch_sizes: [1], resolutions: [undefined], dtypes: [undefined], fit_peak_memory_bytes: 1 }),
    );
  });
});

describe('as a table', () => {
  const found = swept(asking(small), { batch_sizes: [1, 1000], fit_peak_memory_bytes: 1000 });

  test('CSV has numbers as they are', () => {
    // 4·27 + 4 = 112 parameters; the peak is 448 bytes of them, and 768 and 576 of input and output.
    expect(toCsv(found).split('\n').slice(0, 2)).toEqual([
      'batch_size,resolution,dtype,parameters,parameter_bytes,activation_bytes,peak_memory_bytes,macs,flops,largest_batch_size',
      '1,,float32,112,448,1152,1792,3888,8064,0',
    ]);
  });

  test('Markdown has them grouped, under a name that is text', () => {
    const text = toMarkdown(found);
    expect(text).toContain('# a\\|b');
    expect(text).toContain('| 1,000 |  | float32 | 112 |');
  });
});
