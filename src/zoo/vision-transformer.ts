import type { Network } from './network.ts';

export const vit_b_16: Network = {
  name: 'vit_b_16',
  title: 'ViT-B/16',
  source:
    'A. Dosovitskiy, L. Beyer, A. Kolesnikov, D. Weissenborn, X. Zhai, T. Unterthiner, M. Dehghani, M. Minderer, G. Heigold, ' +
    'S. Gelly, J. Uszkoreit, N. Houlsby: An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale, ' +
    'ICLR 2021, arXiv:2010.11929. torchvision, models/vision_transformer.py.',
  published: { parameters: 86567656, gmacs: 17.564, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'vit_b_16',
    description:
      'Vision Transformer, Base, 16x16 patches: 12 pre-norm encoder layers over a class token and 196 patches. The position embedding ties it to 224x224.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: {
      encoder_layer: {
        params: { hidden_dim: null, num_heads: null, mlp_dim: null },
        inputs: ['x'],
        layers: [
          { name: 'ln_1', type: 'layer_norm', normalized_shape: ['$hidden_dim'], eps: 0.000001 },
          {
            name: 'self_attention',
            type: 'multihead_attention',
            embed_dim: '$hidden_dim',
            num_heads: '$num_heads',
            inputs: ['ln_1', 'ln_1', 'ln_1'],
          },
          { name: 'dropout', type: 'dropout', p: 0 },
          { name: 'add_1', type: 'add', inputs: ['dropout', 'x'] },
          { name: 'ln_2', type: 'layer_norm', normalized_shape: ['$hidden_dim'], eps: 0.000001 },
          { name: 'mlp.0', type: 'linear', out_features: '$mlp_dim' },
          { name: 'mlp.1', type: 'gelu' },
          { name: 'mlp.2', type: 'dropout', p: 0 },
          { name: 'mlp.3', type: 'linear', out_features: '$hidden_dim' },
          { name: 'mlp.4', type: 'dropout', p: 0 },
          { name: 'add_2', type: 'add', inputs: ['add_1', 'mlp.4'] },
        ],
        outputs: ['add_2'],
      },
    },
    layers: [
      { name: 'conv_proj', type: 'conv2d', out_channels: 768, kernel_size: 16, stride: 16 },
      { name: 'patches', type: 'flatten', start_dim: 2 },
      { name: 'patch_sequence', type: 'permute', dims: [0, 2, 1] },
      // One token of the sequence lends the class token its batch size; both layers are views.
      { name: 'class_token', type: 'parameter', shape: [1, 1, 768] },
      { name: 'one_token', type: 'slice', dim: 1, start: 0, end: 1, inputs: ['patch_sequence'] },
      { name: 'batch_class_token', type: 'expand', inputs: ['class_token', 'one_token'] },
      { name: 'tokens', type: 'concat', dim: 1, inputs: ['batch_class_token', 'patch_sequence'] },
      { name: 'encoder.pos_embedding', type: 'parameter', shape: [1, 197, 768] },
      { name: 'encoder.add', type: 'add', inputs: ['tokens', 'encoder.pos_embedding'] },
      { name: 'encoder.dropout', type: 'dropout', p: 0 },
      {
        name: 'encoder.layers',
        type: 'block',
        block: 'encoder_layer',
        repeat: 12,
        params: { hidden_dim: 768, num_heads: 12, mlp_dim: 3072 },
      },
      { name: 'encoder.ln', type: 'layer_norm', normalized_shape: [768], eps: 0.000001 },
      { name: 'first_token', type: 'slice', dim: 1, start: 0, end: 1 },
      { name: 'class_features', type: 'squeeze', dim: 1 },
      { name: 'heads.head', type: 'linear', out_features: 1000 },
    ],
    outputs: ['heads.head'],
  },
};
