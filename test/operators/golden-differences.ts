/** Cases in which we differ from PyTorch on purpose: what we do, and why. Everything else agrees. */

interface Difference {
  readonly we: 'accepts' | 'refuses';
  readonly why: string;
}

/** Quantised and uint8-image documents must be measurable: the output is promoted with the weights' type. */
const promotes: Difference = {
  we: 'accepts',
  why: 'integers and bool meet floating weights by promotion, so that quantised documents can be measured',
};
/** How many values a statistic has depends on the batch size, which the query asks, not the document. */
const batchDecides: Difference = {
  we: 'accepts',
  why: 'values per channel depend on the batch size of the query; one value is no flaw of the architecture',
};
/** PyTorch normalises so only in training; the shape is the architecture's all the same. */
const oneElement: Difference = {
  we: 'accepts',
  why: 'a plane of one element has a shape and a cost, though its variance says nothing; resolution is the query’s',
};
const mixes: Difference = { we: 'accepts', why: 'floating types are promoted here as between elementwise operands' };

/** One layer, one rule: PyTorch's pools lack kernels for integers, its mean has none by definition; both stand for the same average here. */
const averages: Difference = {
  we: 'accepts',
  why: 'an average of integers is floating, as for the other pools, so that quantised documents can be measured',
};

/** As for softmax alone, whose integer kernels PyTorch merely lacks. */
const scores: Difference = {
  we: 'accepts',
  why: 'attention over integers gives floating values, as softmax does, so that quantised documents can be measured',
};

const backwards: Difference = { we: 'accepts', why: 'NumPy and ONNX slice backwards; PyTorch has no negative strides' };
const roots: Difference = { we: 'accepts', why: 'ONNX takes the norm of integers; the root of their squares is floating here' };

export const differences: Readonly<Record<string, Readonly<Record<string, Difference>>>> = {
  attention: {
    'multihead_attention num_heads 2 on 2x5x8 int64': promotes,
    'scaled_dot_product_attention on 2x4x5x8 int64, 2x4x5x8 int64, 2x4x5x8 int64': scores,
  },
  recurrent: {
    'rnn hidden_size 4 on 2x5x3 int64': promotes,
    'lstm hidden_size 4 on 2x5x3 int64': promotes,
    'gru hidden_size 4 on 2x5x3 int64': promotes,
  },
  reductions_more: { 'reduce_l2 dim 1 on 2x3 int64': roots },
  joins: { 'slice dim 1, step -1 on 2x7x4': backwards },
  activation: { 'prelu on 2x6 int64': promotes },
  batch_norm: {
    'one value per channel, no running statistics': batchDecides,
    'one value per channel, no running statistics, rank 4': batchDecides,
  },
  conv: { integers: promotes },
  conv_transpose: { integers: promotes },
  global_pool: {
    'global_avg_pool of int64': averages,
    'global_avg_pool of int32': averages,
    'global_avg_pool of uint8': averages,
    'global_avg_pool of bool': averages,
  },
  group_norm: {
    integers: promotes,
    'one value per group and nothing else': batchDecides,
    'one value per group and nothing else, rank 4': batchDecides,
  },
  instance_norm: {
    'rank 3, one spatial element': oneElement,
    'rank 4, one spatial element': oneElement,
    'rank 5, one spatial element': oneElement,
  },
  layer_norm: { integers: promotes },
  linear: {
    'linear out_features 5 on 2x7 int64': promotes,
    'linear out_features 5 on 2x7 int32': promotes,
    'linear out_features 5 on 2x7 int16': promotes,
    'linear out_features 5 on 2x7 int8': promotes,
    'linear out_features 5 on 2x7 uint8': promotes,
    'linear out_features 5 on 2x7 bool': promotes,
    'bilinear out_features 5 on 2x3, 2x4 float64': mixes,
    'bilinear out_features 5 on 2x3 int64, 2x4 int64': promotes,
  },
};
