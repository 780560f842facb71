import { expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';

test('a plain network has no diagnostics', () => {
  expect(measureDocument({ input: [3], layers: [{ type: 'relu' }] }).diagnostics).toEqual([]);
});

test('what does not run, cannot be costed or is left out is named, with its place', () => {
  const document = {
    input: [3],
    layers: [
      { name: 'x', type: 'custom', operator: 'Warp', output_shapes: [[1, 3]] },
      { name: 'y', type: 'custom', operator: 'Warp', inputs: ['input'] },
      { type: 'block', block: 'b', name: 's' },
      { name: 'aux', type: 'relu', inputs: ['x'] },
    ],
    blocks: { b: { layers: [{ name: 'r', type: 'relu' }] } },
    outputs: ['x', 's'],
  };
  const { diagnostics, layers } = measureDocument(document);
  expect(layers.map(({ name }) => name)).toEqual(['x', 'y', 'aux']);
  expect(diagnostics).toEqual([
    {
      code: 'not_costed',
      severity: 'warning',
      layer: 'x',
      pointer: '#/layers/0',
      detail: '"x" is a custom operator (Warp): its weights and compute are unknown',
    },
    {
      code: 'not_costed',
      severity: 'warning',
      layer: 'y',
      pointer: '#/layers/1',
      detail:
        '"y" is a custom operator (Warp): its weights and compute are unknown; it states no output_shapes, so what follows it is left out',
    },
    {
      code: 'not_run',
      severity: 'info',
      layer: 'aux',
      pointer: '#/layers/3',
      detail: 'no output depends on "aux": its weights count, its compute and activations do not',
    },
    {
      code: 'left_out',
      severity: 'warning',
      layer: 's/r',
      pointer: '#/blocks/b/layers/0',
      detail: '"s/r" follows a layer whose output shape is unknown, so it is not in the rows or totals',
    },
  ]);
  for (const { pointer } of diagnostics) resolvePointer(document, pointer);
});

test('an input that no layer reads is mentioned', () => {
  const { diagnostics } = measureDocument({
    inputs: [
      { name: 'used', shape: [4] },
      { name: 'idle', shape: [4] },
    ],
    layers: [{ type: 'relu' }],
  });
  expect(diagnostics).toEqual([
    { code: 'unread_input', severity: 'info', layer: null, pointer: '#/inputs/1', detail: 'no layer reads the input "idle"' },
  ]);
});

test('a block that no layer calls is mentioned, since a slip in it goes unseen', () => {
  const document = { input: [4], layers: [{ type: 'relu' }], blocks: { 'a/b': { layers: [{ type: 'rleu' }] } } };
  const { diagnostics } = measureDocument(document);
  expect(diagnostics).toEqual([
    {
      code: 'uncalled_block',
      severity: 'warning',
      layer: null,
      pointer: '#/blocks/a~1b',
      detail: 'no layer calls the block "a/b", so its layers have not been read',
    },
  ]);
  expect(resolvePointer(document, '#/blocks/a~1b')).toEqual(document.blocks['a/b']);
});
