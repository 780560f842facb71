/** Worked examples of `/v1/run`, one for each kind of operator; each can be sent as it stands. */

const plane = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [9, 10, 11, 12],
  [13, 14, 15, 16],
];
const image = [[plane]];
const signal = [[[1, 2, 3, 4, 5, 6]]];
const volume = [[[plane, plane, plane, plane]]];
const ninth = 1 / 9;

function example(summary: string, value: unknown): { readonly summary: string; readonly value: unknown } {
  return { summary, value };
}

export const runExamples = {
  blur: example('A blur: the mean of each 3 × 3 neighbourhood, as a convolution', {
    layer: { type: 'conv2d', padding: 1 },
    input: image,
    weight: { shape: [1, 1, 3, 3], data: new Array<number>(9).fill(ninth) },
  }),
  edges: example('An edge filter: the Laplacian of a point', {
    layer: { type: 'conv2d', stride: 1, padding: 1 },
    input: [
      [
        [
          [0, 0, 0],
          [0, 1, 0],
          [0, 0, 0],
        ],
      ],
    ],
    weight: { shape: [1, 1, 3, 3], data: [0, 1, 0, 1, -4, 1, 0, 1, 0] },
    bias: { shape: [1], data: [0] },
  }),
  max_pool: example('The largest of each 2 × 2 window, and where it was', {
    layer: { type: 'max_pool2d', kernel_size: 2, return_indices: true },
    input: image,
  }),
  conv1d: example('Differences of a signal', { layer: { type: 'conv1d' }, input: signal, weight: [[[-1, 1]]] }),
  conv3d: example('Sums over small cubes', {
    layer: { type: 'conv3d' },
    input: volume,
    weight: { shape: [1, 1, 2, 2, 2], data: new Array<number>(8).fill(1) },
  }),
  conv_transpose1d: example('Stretches a signal by two', {
    layer: { type: 'conv_transpose1d', stride: 2 },
    input: signal,
    weight: [[[1, 1]]],
  }),
  conv_transpose2d: example('Enlarges an image by two', {
    layer: { type: 'conv_transpose2d', stride: 2 },
    input: image,
    weight: [
      [
        [
          [1, 1],
          [1, 1],
        ],
      ],
    ],
  }),
  conv_transpose3d: example('Enlarges a volume by two', {
    layer: { type: 'conv_transpose3d', stride: 2 },
    input: volume,
    weight: { shape: [1, 1, 2, 2, 2], data: new Array<number>(8).fill(1) },
  }),
  max_pool1d: example('Peaks of a signal', { layer: { type: 'max_pool1d', kernel_size: 2 }, input: signal }),
  max_pool3d: example('Peaks of a volume', { layer: { type: 'max_pool3d', kernel_size: 2 }, input: volume }),
  avg_pool1d: example('A running mean', { layer: { type: 'avg_pool1d', kernel_size: 3, stride: 1 }, input: signal }),
  avg_pool2d: example('Halves an image', { layer: { type: 'avg_pool2d', kernel_size: 2 }, input: image }),
  avg_pool3d: example('Halves a volume', { layer: { type: 'avg_pool3d', kernel_size: 2 }, input: volume }),
  lp_pool1d: example('Lengths of pairs', { layer: { type: 'lp_pool1d', kernel_size: 2, norm_type: 2 }, input: [[[3, 4, 6, 8]]] }),
  lp_pool2d: example('Lengths of windows', { layer: { type: 'lp_pool2d', kernel_size: 2, norm_type: 2 }, input: image }),
  lp_pool3d: example('Lengths of cubes', { layer: { type: 'lp_pool3d', kernel_size: 2, norm_type: 1 }, input: volume }),
  adaptive_avg_pool1d: example('Any length to three means', { layer: { type: 'adaptive_avg_pool1d', output_size: 3 }, input: signal }),
  adaptive_avg_pool2d: example('Any image to one mean', { layer: { type: 'adaptive_avg_pool2d', output_size: 1 }, input: image }),
  adaptive_avg_pool3d: example('Any volume to eight means', { layer: { type: 'adaptive_avg_pool3d', output_size: 2 }, input: volume }),
  adaptive_max_pool1d: example('Any length to four peaks', { layer: { type: 'adaptive_max_pool1d', output_size: 4 }, input: signal }),
  adaptive_max_pool2d: example('Any image to 3 × 3 peaks', { layer: { type: 'adaptive_max_pool2d', output_size: 3 }, input: image }),
  adaptive_max_pool3d: example('Any volume to one peak', { layer: { type: 'adaptive_max_pool3d', output_size: 1 }, input: volume }),
  global_avg_pool: example('The mean of each channel', { layer: { type: 'global_avg_pool' }, input: image }),
  global_max_pool: example('The peak of each channel', { layer: { type: 'global_max_pool' }, input: image }),
  global_lp_pool: example('The length of each channel', { layer: { type: 'global_lp_pool', norm_type: 2 }, input: [[[[3, 4]]]] }),
};
