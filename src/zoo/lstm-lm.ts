import type { Network } from './network.ts';

export const lstm_lm: Network = {
  name: 'lstm_lm',
  title: 'LSTM language model (medium)',
  source:
    'W. Zaremba, I. Sutskever, O. Vinyals: Recurrent Neural Network Regularization, 2014, arXiv:1409.2329 (the medium model: ' +
    '2 layers of 650, 35 steps, Penn Treebank, vocabulary 10,000). pytorch/examples, word_language_model/model.py, with ' +
    '--model LSTM --emsize 650 --nhid 650 --dropout 0.5.',
  // PyTorch keeps two bias vectors a layer (input and recurrent), so 2 x 2,600 more than cells with one.
  published: {
    parameters: 19780400,
    by: 'counted in PyTorch 1.13 on the reference implementation; with one bias a layer, TensorFlow cells, asahi417/LSTMCell prints 19,775,200',
  },
  document: {
    name: 'lstm_lm',
    description: 'Word-level language model: embedding, two LSTM layers of 650, a projection to 10,000 words; 35 steps, batch first.',
    inputs: [{ name: 'input', shape: [35], dtype: 'int64' }],
    layers: [
      { name: 'encoder', type: 'embedding', num_embeddings: 10000, embedding_dim: 650 },
      { name: 'drop_input', type: 'dropout', p: 0.5 },
      { name: 'rnn', type: 'lstm', hidden_size: 650, num_layers: 2, dropout: 0.5 },
      { name: 'drop_output', type: 'dropout', p: 0.5, inputs: ['rnn:0'] },
      { name: 'decoder', type: 'linear', out_features: 10000 },
      { name: 'decoded', type: 'reshape', shape: [-1, 10000] },
      { name: 'log_softmax', type: 'log_softmax', dim: 1 },
    ],
    outputs: ['log_softmax', 'rnn:1', 'rnn:2'],
  },
};
