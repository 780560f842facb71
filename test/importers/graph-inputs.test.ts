import { describe, expect, test } from 'vitest';
import { Draft } from '../../src/importers/draft.ts';
import type { Dim, FedInput, GraphKind } from '../../src/importers/graph-inputs.ts';
import { bindInputs } from '../../src/importers/graph-inputs.ts';
import { InvalidArchitecture } from '../../src/issue.ts';
import { limits } from '../measure-document.ts';

const kind: GraphKind = { place: ['graph', 'input'], imageAxes: '4 or 5', height: (rank) => rank - 2, remedy: '' };

interface Question {
  readonly batch_size?: number;
  readonly resolution?: readonly [number, number];
  readonly dims?: Readonly<Record<string, number>>;
}

function input(name: string, ...dims: Dim[]): FedInput {
  return { name, dims, isImage: dims.length === 4, at: ['graph', 'input', name] };
}

function bind(inputs: readonly FedInput[], { batch_size, resolution, dims = {} }: Question = {}, layout = kind) {
  const draft = new Draft({ name: undefined, limits });
  const bound = bindInputs(inputs, layout, { batch_size, resolution, dims: new Map(Object.entries(dims)), limits }, draft);
  // Without a layer the document does not hold either; with an issue that is not said.
  const issues: string[] = [];
  try {
    draft.finish([]);
  } catch (error) {
    if (!(error instanceof InvalidArchitecture)) throw error;
    issues.push(
      ...error.issues.filter(({ code }) => code !== 'empty').map(({ path, code, detail }) => `${path.join('/')} ${code}: ${detail}`),
    );
  }
  return {
    shapes: bound.inputs.map((one) => one?.shape),
    batched: bound.inputs.map((one) => one?.batched),
    batch: bound.batch_size,
    symbols: Object.fromEntries(bound.dims),
    issues,
  };
}

describe('the first axis', () => {
  test('is the batch where it is a symbol, or has no name', () => {
    const symbolic = [input('x', 'N', 3, 8, 8)];
    expect(bind(symbolic)).toMatchObject({ shapes: [[1, 3, 8, 8]], batched: [true], batch: 1, symbols: { N: 1 }, issues: [] });
    expect(bind(symbolic, { batch_size: 5 })).toMatchObject({ shapes: [[5, 3, 8, 8]], batched: [true], batch: 5, issues: [] });
    expect(bind([input('x', undefined, 3)], { batch_size: 5 })).toMatchObject({ shapes: [[5, 3]], batched: [true], batch: 5, issues: [] });
  });

  test('that dims binds is the batch where the question leaves it to the file, and no other then', () => {
    const inputs = [input('x', 'N', 3)];
    expect(bind(inputs, { dims: { N: 4 } })).toMatchObject({ shapes: [[4, 3]], batched: [true], batch: 4, issues: [] });
    expect(bind(inputs, { dims: { N: 4 }, batch_size: 4 }).issues).toEqual([]);
    expect(bind(inputs, { dims: { N: 4 }, batch_size: 2 }).issues).toEqual([
      'graph/input/x batch_fixed: the first axis of "x" is 4, so batch_size cannot be 2',
    ]);
  });

  test('that is a number stays as it is; other than 1 it is no batch axis', () => {
    expect(bind([input('x', 1, 3)])).toMatchObject({ shapes: [[1, 3]], batched: [true], batch: 1 });
    expect(bind([input('x', 4, 3)])).toMatchObject({ shapes: [[4, 3]], batched: [false], batch: 4, issues: [] });
    expect(bind([input('x', 4, 3)], { batch_size: 1 }).issues).toEqual([
      'graph/input/x batch_fixed: the first axis of "x" is 4, so batch_size cannot be 1',
    ]);
    // Beside an open one it may be anything: boxes, a mask.
    expect(bind([input('x', 'N', 3), input('boxes', 7, 4)], { batch_size: 2 })).toMatchObject({
      shapes: [
        [2, 3],
        [7, 4],
      ],
      batched: [true, false],
      issues: [],
    });
  });

  test('of a tensor of one axis, or none, is no batch axis', () => {
    expect(bind([input('x', 'N'), input('scale')])).toMatchObject({ shapes: [[1], []], batched: [false, false], issues: [] });
  });
});

describe('open axes', () => {
  test('are bound by name; the same symbol elsewhere is the same extent', () => {
    const inputs = [input('x', 'N', 3, 'H', 'W'), input('y', 'N', 'H')];
    expect(bind(inputs, { dims: { H: 9, W: 7 } })).toMatchObject({
      shapes: [
        [1, 3, 9, 7],
        [1, 9],
      ],
      issues: [],
    });
  });

  test('that nothing binds are listed together, each once, with how to bind them', () => {
    expect(bind([input('x', 'N', 3, 'H', 'W'), input('y', 'N', 'H', undefined)]).issues).toEqual([
      'graph/input/x unbound_dimension: the file leaves "H", "W", "y[2]" open; say how large, as in ?dims=H:224,W:224,y[2]:224',
    ]);
  });

  test('without a name go by their input and axis', () => {
    expect(bind([input('x', 'N', undefined)], { dims: { 'x[1]': 6 } })).toMatchObject({ shapes: [[1, 6]], issues: [] });
  });

  test('that are named but are none are refused, with those that are', () => {
    expect(bind([input('x', 'N', 3)], { dims: { Q: 2 } }).issues).toEqual([
      'graph/input unknown_dimension: dims names "Q", which is no symbol of this file: it has "N"',
    ]);
    expect(bind([input('x', 2, 3)], { dims: { Q: 2 } }).issues).toEqual([
      'graph/input unknown_dimension: dims names "Q", which is no symbol of this file: its inputs have no symbols',
    ]);
  });

  test.each([0, -1, 2 ** 63, 1.5])('do not include %s, which is no extent', (extent) => {
    expect(bind([input('x', 1, extent)]).issues).toEqual([
      `graph/input/x invalid_value: axis 1 of the input "x" is ${extent}; an extent is a whole number from 1 to 2^53 - 1`,
    ]);
  });

  test('of an input without a shape cannot be told', () => {
    expect(bind([{ name: 'x', dims: undefined, isImage: false, at: ['graph', 'input', 0] }]).issues).toEqual([
      'graph/input/0 unknown_rank: the input "x" states no shape; export the model with one',
    ]);
  });
});

describe('a resolution', () => {
  test('replaces height and width of the one image, and binds their symbols', () => {
    const inputs = [input('x', 'N', 3, 'H', 32), input('y', 'N', 'H')];
    expect(bind(inputs, { resolution: [12, 16] })).toMatchObject({
      shapes: [
        [1, 3, 12, 16],
        [1, 12],
      ],
      issues: [],
    });
  });

  test('replaces the axes that the layout says', () => {
    const last = { ...kind, height: () => 1 };
    expect(bind([input('x', undefined, undefined, undefined, 3)], { resolution: [12, 16] }, last)).toMatchObject({
      shapes: [[1, 12, 16, 3]],
      issues: [],
    });
  });

  test('needs one image', () => {
    expect(bind([input('x', 1, 3)], { resolution: [8, 8] }).issues).toEqual([
      'graph/input no_single_image: resolution replaces the spatial axes of the one image input; this file has 0 inputs of 4 or 5 axes',
    ]);
    expect(bind([input('a', 1, 3, 8, 8), input('b', 1, 3, 8, 8)], { resolution: [4, 4] }).issues).toHaveLength(1);
  });

  test('and dims may not say two extents of one axis', () => {
    const inputs = [input('x', 'N', 3, 'H', undefined)];
    expect(bind(inputs, { resolution: [12, 16], dims: { H: 12 } }).issues).toEqual([]);
    expect(bind(inputs, { resolution: [12, 16], dims: { H: 13, 'x[3]': 17 } }).issues).toEqual([
      'graph/input/x conflicting_extents: resolution makes axis 2 of the input "x" 12, dims makes "H" 13; give one of them',
      'graph/input/x conflicting_extents: resolution makes axis 3 of the input "x" 16, dims makes "x[3]" 17; give one of them',
    ]);
  });
});
