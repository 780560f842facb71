import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

const image = (layers: unknown[], more: object = {}) => ({ input: [3, 8, 8], layers, ...more });
const wiring = (posted: unknown) => measureDocument(posted).layers.map(({ name, inputs }) => `${name} ← ${inputs.join(', ')}`);

describe('a reference', () => {
  const pool = { name: 'p', type: 'max_pool2d', kernel_size: 2, return_indices: true };

  test('names output k as name:k, output 0 by the plain name as well', () => {
    expect(
      wiring(
        image([
          pool,
          { name: 'a', type: 'relu', inputs: ['p'] },
          { name: 'b', type: 'relu', inputs: ['p:0'] },
          { name: 'c', type: 'cast', dtype: 'int32', inputs: ['p:1'] },
        ]),
      ),
    ).toEqual(['p ← input', 'a ← p', 'b ← p', 'c ← p:1']);
  });

  test('is tried as a whole name first', () => {
    const layers = [
      pool,
      { name: 'p:1', type: 'tanh', inputs: ['input'] },
      { name: 'r', type: 'relu', inputs: ['p:1'] },
      { name: 's', type: 'relu', inputs: ['p:1:0'] },
    ];
    expect(wiring(image(layers)).slice(2)).toEqual(['r ← p:1', 's ← p:1']);
    // Declared after it is read, all the same.
    expect(
      wiring(
        image([
          { name: 'r', type: 'relu', inputs: ['p:1'] },
          { ...pool, inputs: ['input'] },
          { name: 'p:1', type: 'tanh', inputs: ['input'] },
        ]),
      ).slice(-1),
    ).toEqual(['r ← p:1']);
    expect(wiring({ inputs: [{ name: 'a:1', shape: [3] }], layers: [{ type: 'relu', inputs: ['a:1'] }] })).toEqual(['relu_1 ← a:1']);
  });

  test('to an output that is not there says how many there are', () => {
    const layers = [pool, { type: 'relu', inputs: ['p:2'] }, { type: 'relu', inputs: ['input:1'] }, { type: 'relu', inputs: ['relu_1:1'] }];
    expect(refusalOf(image(layers.slice(0, 3)))).toEqual([
      ['#/layers/2/inputs/0 unknown_output', '"input" is one tensor; there is no "input:1"'],
    ]);
    expect(refusalOf(image([pool, layers[1]], { outputs: ['relu_1', 'p:7', 'relu_1:1'] }))).toEqual([
      ['#/layers/1/inputs/0 unknown_output', '"p:2" asks for output 2, but "p" has 2 outputs'],
      ['#/outputs/1 unknown_output', '"p:7" asks for output 7, but "p" has 2 outputs'],
    ]);
    expect(placesOf(image([pool], { outputs: ['p:1', 'p:2', 'input:3'] }))).toEqual(['#/outputs/2 unknown_output']);
    expect(placesOf(image([pool], { outputs: ['p:1', 'p:2'] }))).toEqual(['#/outputs/1 unknown_output']);
  });

  test('to nothing is named with the nearest name, all of them at once', () => {
    expect(
      refusalOf(
        image(
          [
            { name: 'stem', type: 'relu', inputs: ['inptu'] },
            { type: 'add', inputs: ['sten', 'foo'] },
            { type: 'relu', inputs: ['p:x'] },
          ],
          { outputs: ['constructor'] },
        ),
      ),
    ).toEqual([
      ['#/layers/0/inputs/0 unknown_reference', 'nothing is called "inptu"; did you mean "input"?'],
      ['#/layers/1/inputs/0 unknown_reference', 'nothing is called "sten"; did you mean "stem"?'],
      ['#/layers/1/inputs/1 unknown_reference', 'nothing is called "foo"'],
      ['#/layers/2/inputs/0 unknown_reference', 'nothing is called "p:x"'],
      ['#/outputs/0 unknown_reference', 'nothing is called "constructor"'],
    ]);
  });

  test('finds layers that are called like what every object inherits', () => {
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
    expect(wiring(image(names.map((name) => ({ name, type: 'relu' })))).slice(1)).toEqual(
      names.slice(1).map((name, index) => `${name} ← ${names[index]}`),
    );
  });
});
