import { expect, test } from 'vitest';
import { networkOf } from '../../src/zoo/index.ts';
import { measureDocument } from '../measure-document.ts';

/**
 * The classic course's table of VGG-16 (Stanford CS231n, "Case studies", VGGNet in detail): memory in elements of the output and weights without
 * biases, each written as the course multiplies it. The course prints the sum of memory as 24M; its own column adds up to 15,237,608.
 */
const table: readonly (readonly [row: string, memory: number, weights: number])[] = [
  ['input', 224 * 224 * 3, 0],
  ['conv2d', 224 * 224 * 64, 3 * 3 * 3 * 64],
  ['conv2d', 224 * 224 * 64, 3 * 3 * 64 * 64],
  ['max_pool2d', 112 * 112 * 64, 0],
  ['conv2d', 112 * 112 * 128, 3 * 3 * 64 * 128],
  ['conv2d', 112 * 112 * 128, 3 * 3 * 128 * 128],
  ['max_pool2d', 56 * 56 * 128, 0],
  ['conv2d', 56 * 56 * 256, 3 * 3 * 128 * 256],
  ['conv2d', 56 * 56 * 256, 3 * 3 * 256 * 256],
  ['conv2d', 56 * 56 * 256, 3 * 3 * 256 * 256],
  ['max_pool2d', 28 * 28 * 256, 0],
  ['conv2d', 28 * 28 * 512, 3 * 3 * 256 * 512],
  ['conv2d', 28 * 28 * 512, 3 * 3 * 512 * 512],
  ['conv2d', 28 * 28 * 512, 3 * 3 * 512 * 512],
  ['max_pool2d', 14 * 14 * 512, 0],
  ['conv2d', 14 * 14 * 512, 3 * 3 * 512 * 512],
  ['conv2d', 14 * 14 * 512, 3 * 3 * 512 * 512],
  ['conv2d', 14 * 14 * 512, 3 * 3 * 512 * 512],
  ['max_pool2d', 7 * 7 * 512, 0],
  ['linear', 4096, 7 * 7 * 512 * 4096],
  ['linear', 4096, 4096 * 4096],
  ['linear', 1000, 4096 * 1000],
];

test('VGG-16 in the textbook convention is the well-known table', () => {
  const report = measureDocument(networkOf('vgg16')?.document, { convention: 'textbook', include: ['formulas'] });
  expect(report.layers.map((row) => [row.type, row.memory.activation_elements, row.weights.parameters])).toEqual(table);
  expect(report.layers[1]?.weights.parameters).toBe(1728);
  expect(report.layers[19]?.weights.parameters).toBe(102_760_448);
  expect(report.totals.activation_elements).toBe(15_237_608);
  // 14,710,464 in convolutions and 123,633,664 in linear layers.
  expect(report.totals.parameters).toBe(138_344_128);
  expect(report.totals.flops).toBe(report.totals.macs);
  expect(report.totals.macs).toBe(15_470_264_320);
  expect(report.totals.layers).toBe(22);
  expect(report.layers[1]?.formulas).toContainEqual({ of: '/weights/parameters', formula: 'k·k·c_in/g·c_out', values: '3·3·3·64 = 1728' });
  expect(report.layers[1]?.formulas).toContainEqual({
    of: '/compute/macs',
    formula: 'k·k·c_in/g·c_out·h·w·n',
    values: '3·3·3·64·224·224·1 = 86704128',
  });
});
