import type { Network } from './network.ts';

export const bert_base: Network = {
  name: 'bert_base',
  title: 'BERT-Base, uncased',
  source:
    'J. Devlin, M.-W. Chang, K. Lee, K. Toutanova: BERT: Pre-training of Deep Bidirectional Transformers for Language ' +
    'Understanding, NAACL 2019, arXiv:1810.04805. transformers 4.30.2, models/bert/modeling_bert.py, BertModel of bert-base-uncased.',
  published: {
    parameters: 109482240,
    gmacs: 11.174,
    by: 'parameters: transformers, BertModel("bert-base-uncased"), pooler included; gmacs: calflops, for the same encoder (hfl/chinese-roberta-wwm-ext) at sequence 128',
  },
  document: {
    name: 'bert_base',
    description:
      'BERT-Base encoder with its pooler, sequence 128; attention is written out in matrix products. attention_mask is 1 for a token and 0 for padding.',
    inputs: [
      { name: 'input_ids', shape: [128], dtype: 'int64' },
      { name: 'token_type_ids', shape: [128], dtype: 'int64' },
      { name: 'attention_mask', shape: [128], dtype: 'int64' },
    ],
    blocks: {
      layer: {
        inputs: ['hidden_states', 'additive_mask'],
        layers: [
          ...heads('query'),
          ...heads('key'),
          { name: 'attention.self.key.transpose', type: 'transpose', dim0: 2, dim1: 3 },
          ...heads('value'),
          { name: 'attention.self.scores', type: 'matmul', inputs: ['attention.self.query.heads', 'attention.self.key.transpose'] },
          { name: 'attention.self.sqrt_head_size', type: 'constant', shape: [] },
          { name: 'attention.self.scaled', type: 'divide', inputs: ['attention.self.scores', 'attention.self.sqrt_head_size'] },
          { name: 'attention.self.masked', type: 'add', inputs: ['attention.self.scaled', 'additive_mask'] },
          { name: 'attention.self.softmax', type: 'softmax', dim: -1 },
          { name: 'attention.self.dropout', type: 'dropout', p: 0.1 },
          { name: 'attention.self.context', type: 'matmul', inputs: ['attention.self.dropout', 'attention.self.value.heads'] },
          { name: 'attention.self.context.sequence', type: 'permute', dims: [0, 2, 1, 3] },
          { name: 'attention.self.context.merged', type: 'flatten', start_dim: 2 },
          { name: 'attention.output.dense', type: 'linear', out_features: 768 },
          { name: 'attention.output.dropout', type: 'dropout', p: 0.1 },
          { name: 'attention.output.add', type: 'add', inputs: ['attention.output.dropout', 'hidden_states'] },
          { name: 'attention.output.LayerNorm', type: 'layer_norm', normalized_shape: [768], eps: 1e-12 },
          { name: 'intermediate.dense', type: 'linear', out_features: 3072 },
          { name: 'intermediate.gelu', type: 'gelu' },
          { name: 'output.dense', type: 'linear', out_features: 768 },
          { name: 'output.dropout', type: 'dropout', p: 0.1 },
          { name: 'output.add', type: 'add', inputs: ['output.dropout', 'attention.output.LayerNorm'] },
          { name: 'output.LayerNorm', type: 'layer_norm', normalized_shape: [768], eps: 1e-12 },
        ],
        // The mask is handed on to the next repetition.
        outputs: ['output.LayerNorm', 'additive_mask'],
      },
    },
    layers: [
      // batch x 1 x 1 x sequence: 0 for a token, the lowest number for padding.
      { name: 'mask.heads', type: 'unsqueeze', dim: 1, inputs: ['attention_mask'] },
      { name: 'mask.queries', type: 'unsqueeze', dim: 1 },
      { name: 'mask.one', type: 'constant', shape: [] },
      { name: 'mask.padding', type: 'subtract', inputs: ['mask.one', 'mask.queries'] },
      { name: 'mask.lowest', type: 'constant', shape: [] },
      { name: 'mask.additive', type: 'multiply', inputs: ['mask.padding', 'mask.lowest'] },
      { name: 'embeddings.word_embeddings', type: 'embedding', num_embeddings: 30522, embedding_dim: 768, inputs: ['input_ids'] },
      { name: 'embeddings.token_type_embeddings', type: 'embedding', num_embeddings: 2, embedding_dim: 768, inputs: ['token_type_ids'] },
      { name: 'embeddings.add_token_type', type: 'add', inputs: ['embeddings.word_embeddings', 'embeddings.token_type_embeddings'] },
      { name: 'embeddings.position_ids', type: 'constant', shape: [1, 128], dtype: 'int64' },
      {
        name: 'embeddings.position_embeddings',
        type: 'embedding',
        num_embeddings: 512,
        embedding_dim: 768,
        inputs: ['embeddings.position_ids'],
      },
      { name: 'embeddings.add_position', type: 'add', inputs: ['embeddings.add_token_type', 'embeddings.position_embeddings'] },
      { name: 'embeddings.LayerNorm', type: 'layer_norm', normalized_shape: [768], eps: 1e-12 },
      { name: 'embeddings.dropout', type: 'dropout', p: 0.1 },
      { name: 'encoder.layer', type: 'block', block: 'layer', repeat: 12, inputs: ['embeddings.dropout', 'mask.additive'] },
      { name: 'pooler.first_token', type: 'slice', dim: 1, start: 0, end: 1 },
      { name: 'pooler.squeeze', type: 'squeeze', dim: 1 },
      { name: 'pooler.dense', type: 'linear', out_features: 768 },
      { name: 'pooler.activation', type: 'tanh' },
    ],
    outputs: ['encoder.layer', 'pooler.activation'],
  },
};

// batch x sequence x 768 to batch x heads x sequence x 64.
function heads(name: string) {
  return [
    { name: `attention.self.${name}`, type: 'linear', out_features: 768, inputs: ['hidden_states'] },
    { name: `attention.self.${name}.split`, type: 'unflatten', dim: 2, unflattened_size: [12, 64] },
    { name: `attention.self.${name}.heads`, type: 'permute', dims: [0, 2, 1, 3] },
  ];
}
