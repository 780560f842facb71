import type { Network } from './network.ts';

export const gpt2_small: Network = {
  name: 'gpt2_small',
  title: 'GPT-2 Small',
  source:
    'A. Radford, J. Wu, R. Child, D. Luan, D. Amodei, I. Sutskever: Language Models are Unsupervised Multitask Learners, ' +
    'OpenAI 2019. transformers 5.24.0, models/gpt2/modeling_gpt2.py, GPT2LMHeadModel of gpt2 with scaled_dot_product_attention.',
  published: {
    parameters: 124439808,
    gmacs: 145.824,
    by: 'parameters: transformers, GPT2LMHeadModel("gpt2"); gmacs: karpathy/nanoGPT transformer_sizing.ipynb, forward_total 291,648,307,200 FLOPs at sequence 1,024, two to a multiply-accumulate',
  },
  document: {
    name: 'gpt2_small',
    description: 'GPT-2 Small (124M), sequence 1,024: 12 pre-norm decoder blocks; the language model head shares the token embedding.',
    inputs: [{ name: 'input_ids', shape: [1024], dtype: 'int64' }],
    blocks: {
      decoder_block: {
        inputs: ['hidden_states'],
        layers: [
          { name: 'ln_1', type: 'layer_norm', normalized_shape: [768] },
          { name: 'attn.c_attn', type: 'linear', out_features: 2304 },
          { name: 'attn.split', type: 'split', split_size: 768, dim: 2 },
          ...heads('key', 1),
          ...heads('value', 2),
          ...heads('query', 0),
          {
            name: 'attn.attention',
            type: 'scaled_dot_product_attention',
            is_causal: true,
            dropout_p: 0.1,
            inputs: ['attn.query', 'attn.key', 'attn.value'],
          },
          { name: 'attn.sequence', type: 'transpose', dim0: 1, dim1: 2 },
          { name: 'attn.merged', type: 'flatten', start_dim: 2 },
          { name: 'attn.c_proj', type: 'linear', out_features: 768 },
          { name: 'attn.resid_dropout', type: 'dropout', p: 0.1 },
          { name: 'attn.add', type: 'add', inputs: ['attn.resid_dropout', 'hidden_states'] },
          { name: 'ln_2', type: 'layer_norm', normalized_shape: [768] },
          { name: 'mlp.c_fc', type: 'linear', out_features: 3072 },
          { name: 'mlp.act', type: 'gelu', approximate: 'tanh' },
          { name: 'mlp.c_proj', type: 'linear', out_features: 768 },
          { name: 'mlp.dropout', type: 'dropout', p: 0.1 },
          { name: 'mlp.add', type: 'add', inputs: ['attn.add', 'mlp.dropout'] },
        ],
        outputs: ['mlp.add'],
      },
    },
    layers: [
      { name: 'wte', type: 'embedding', num_embeddings: 50257, embedding_dim: 768, inputs: ['input_ids'] },
      { name: 'position_ids', type: 'constant', shape: [1, 1024], dtype: 'int64' },
      { name: 'wpe', type: 'embedding', num_embeddings: 1024, embedding_dim: 768, inputs: ['position_ids'] },
      { name: 'embeddings', type: 'add', inputs: ['wte', 'wpe'] },
      { name: 'drop', type: 'dropout', p: 0.1 },
      { name: 'h', type: 'block', block: 'decoder_block', repeat: 12 },
      { name: 'ln_f', type: 'layer_norm', normalized_shape: [768] },
      { name: 'lm_head', type: 'linear', out_features: 50257, bias: false, shares: 'wte' },
    ],
    outputs: ['lm_head'],
  },
};

// batch x sequence x 768 to batch x heads x sequence x 64.
function heads(name: string, part: number) {
  return [
    { name: `attn.${name}.split`, type: 'unflatten', dim: 2, unflattened_size: [12, 64], inputs: [`attn.split:${part}`] },
    { name: `attn.${name}`, type: 'transpose', dim0: 1, dim1: 2 },
  ];
}
