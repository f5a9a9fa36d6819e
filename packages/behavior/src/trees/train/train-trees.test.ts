import { describe, expect, test } from 'vitest';
import { predictTrees } from '../model/predict.js';
import type { TreeEnsemble } from '../model/tree-ensemble.js';
import { binned, madeRows, trainPlainly } from './exact-trees.test.kit.js';
import { trainForest } from './train-forest.js';
import { trainTrees } from './train-trees.js';
import { trainForestThreaded, trainTreesThreaded } from './train-trees.node.js';
import type { TreeOptions, TreeRound } from './tree-options.js';

const parts = [
  'treeStart',
  'treeOutput',
  'column',
  'threshold',
  'left',
  'right',
  'missingLeft',
  'gain',
  'cover',
  'weight',
] as const;

function expectSame(model: TreeEnsemble, other: TreeEnsemble): void {
  for (const part of parts) expect(model[part], part).toEqual(other[part]);
}

describe('boosted trees of two classes', () => {
  test.each([
    ['by default', { maxDepth: 4 }],
    ['with L2 of 5 and L1 of 0.6', { lambda: 5, alpha: 0.6 }],
    ['with gamma 1', { gamma: 1 }],
    ['with a child weight of 6', { minChildWeight: 6, lambda: 0 }],
  ])('are those of an exhaustive search, missing values too: %s', async (_, given) => {
    const made = madeRows('exhaustive', 160, 5);
    const options = {
      rounds: 4,
      learningRate: 0.5,
      maxDepth: 3,
      lambda: 1,
      alpha: 0,
      gamma: 0,
      minChildWeight: 1,
      ...given,
    };
    const plain = trainPlainly(made, options);
    const model = await trainTrees(made.rows, made.labels, { objective: 'binary:logistic', ...options });
    for (const part of ['treeStart', 'column', 'left', 'right', 'missingLeft'] as const)
      expect(model[part], part).toEqual(plain[part]);
    // Gradients are kept to 2^-30.
    for (const part of ['threshold', 'gain', 'cover', 'weight', 'baseScore'] as const)
      for (const [i, value] of plain[part].entries()) expect(model[part][i], part).toBeCloseTo(value, 4);
    expect(model.column.some((column) => column >= 0)).toBe(true);
  });

  test('lower the loss of the rows they see in each round', async () => {
    const { rows, labels, values, rowCount } = madeRows('loss', 300, 6);
    const losses: number[] = [];
    for (const rounds of [1, 2, 4, 8, 16]) {
      const model = await trainTrees(rows, labels, { objective: 'binary:logistic', rounds });
      const p = predictTrees(model, values, rowCount);
      losses.push(
        labels.reduce(
          (sum, label, row) => sum - Math.log(label === 1 ? (p[row] as number) : 1 - (p[row] as number)),
          0,
        ),
      );
    }
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
  });

  const sampled: TreeOptions = {
    objective: 'binary:logistic',
    rounds: 5,
    subsample: 0.6,
    columnSample: 0.5,
    columnSampleByNode: 0.7,
    seed: 3,
  };

  test('depend on the seed alone where rows and columns are sampled', async () => {
    const { rows, labels } = madeRows('seeds', 400, 20);
    const model = await trainTrees(rows, labels, sampled);
    expectSame(await trainTrees(rows, labels, sampled), model);
    const other = await trainTrees(rows, labels, { ...sampled, seed: 4 });
    expect(other.threshold).not.toEqual(model.threshold);
    const used = (tree: number) =>
      new Set(model.column.slice(model.treeStart[tree], model.treeStart[tree + 1]).filter((c) => c >= 0));
    expect(used(0).size).toBeLessThanOrEqual(10);
  });

  test('are as large as leaves and depth allow, and the leaf that gains most is split first', async () => {
    const { rows, labels } = madeRows('leaves', 500, 6);
    const grow = (given: Partial<TreeOptions>) =>
      trainTrees(rows, labels, { objective: 'binary:logistic', rounds: 1, minChildWeight: 0, ...given });
    const leaves = (model: TreeEnsemble) => model.column.filter((column) => column < 0).length;
    const byLeaf = await grow({ growth: 'leaf', maxLeaves: 7, maxDepth: 0 });
    const byDepth = await grow({ growth: 'depth', maxLeaves: 7, maxDepth: 0 });
    expect([leaves(byLeaf), leaves(byDepth)]).toEqual([7, 7]);
    const total = (model: TreeEnsemble) => model.gain.reduce((sum, gain) => sum + gain, 0);
    expect(total(byLeaf)).toBeGreaterThan(total(byDepth));
    expect(leaves(await grow({ maxDepth: 2 }))).toBe(4);
  });

  test('are the same however little memory histograms get', async () => {
    const { rows, labels } = madeRows('memory', 600, 9);
    for (const given of [{ maxDepth: 7 }, { growth: 'leaf', maxLeaves: 40, maxDepth: 0 }] as const) {
      const options = { objective: 'binary:logistic', rounds: 2, minChildWeight: 0, ...given } as const;
      const model = await trainTrees(rows, labels, options);
      for (const histogramMiB of [0, 0.3])
        expectSame(await trainTrees(rows, labels, { ...options, histogramMiB }), model);
    }
  });

  test('see a weight as that many rows', async () => {
    const { values, labels, rowCount } = madeRows('weights', 120, 3);
    const weights = Float32Array.from({ length: rowCount }, (_, row) => 1 + (row % 3));
    const repeated = Array.from({ length: rowCount }, (_, row) =>
      new Array<number>(weights[row] as number).fill(row),
    ).flat();
    const many = Float32Array.from(
      [0, 1, 2].flatMap((column) => repeated.map((row) => values[column * rowCount + row] as number)),
    );
    const options = { objective: 'binary:logistic', rounds: 3, maxDepth: 3 } as const;
    const weighted = await trainTrees(binned(values, 3), labels, { ...options, weights });
    const counted = await trainTrees(
      binned(many, 3),
      Float32Array.from(repeated, (row) => labels[row] as number),
      options,
    );
    expect(weighted.column).toEqual(counted.column);
    for (const part of ['threshold', 'cover', 'gain'] as const)
      for (const [i, value] of counted[part].entries()) expect(weighted[part][i]).toBeCloseTo(value, 4);
    const classes = await trainTrees(binned(values, 3), labels, { ...options, classWeights: [1, 4] });
    const rows = await trainTrees(binned(values, 3), labels, {
      ...options,
      weights: labels.map((label) => 1 + 3 * label),
    });
    expectSame(classes, rows);
  });

  test('are one leaf where all rows are of one class, and where columns are constant or missing', async () => {
    const ones = await trainTrees(madeRows('one', 50, 3).rows, new Float32Array(50).fill(1), {
      objective: 'binary:logistic',
      rounds: 3,
    });
    expect(ones.column).toEqual(new Int32Array(3).fill(-1));
    const values = new Float32Array(100).fill(Number.NaN, 50);
    const labels = Float32Array.from({ length: 50 }, (_, row) => row % 2);
    const flat = await trainTrees(binned(values, 2), labels, { objective: 'binary:logistic', rounds: 2 });
    expect(flat.column).toEqual(new Int32Array(2).fill(-1));
    const p = predictTrees(ones, new Float32Array(3), 1)[0] as number;
    expect(p > 0.999 && p < 1).toBe(true);
  });

  test('split on whether a value is missing, and send what was never missing to the larger side', async () => {
    const missing = Float32Array.from({ length: 60 }, (_, row) => (row < 20 ? Number.NaN : 2));
    const labels = Float32Array.from({ length: 60 }, (_, row) => (row < 20 ? 1 : 0));
    const model = await trainTrees(binned(missing, 1), labels, { objective: 'binary:logistic', rounds: 1 });
    const p = predictTrees(model, Float32Array.of(Number.NaN, 2, -1e30, 1e30), 4);
    expect(p[0]).toBeGreaterThan(p[1] as number);
    expect([p[2], p[3]]).toEqual([p[1], p[1]]);
    const known = Float32Array.from({ length: 60 }, (_, row) => (row < 20 ? 1 : 2));
    const whole = await trainTrees(binned(known, 1), labels, { objective: 'binary:logistic', rounds: 1 });
    const [gone, large] = predictTrees(whole, Float32Array.of(Number.NaN, 2), 2);
    expect(gone).toBe(large);
  });
});

describe('training stops', () => {
  test.each(['logloss', 'auc', 'aucpr'] as const)(
    'when %s of the validation rows is best long ago, and keeps the best round',
    async (metric) => {
      const { rows, labels } = madeRows('early', 500, 5);
      const held = Uint32Array.from({ length: 200 }, (_, i) => i);
      const seen: TreeRound[] = [];
      const model = await trainTrees(rows, labels, {
        objective: 'binary:logistic',
        rounds: 200,
        learningRate: 0.5,
        minChildWeight: 0,
        validation: { rows: held, metric, patience: 5 },
        onRound: (round) => seen.push(round),
      });
      const scores = seen.map(({ score }) => score as number);
      const best = scores.indexOf(metric === 'logloss' ? Math.min(...scores) : Math.max(...scores));
      expect(seen.length).toBe(best + 6);
      expect(model.treeOutput.length).toBe(best + 1);
      expect(seen.at(-1)?.bestRound).toBe(best);
    },
  );

  test('when it is told to, and gives its memory back', async () => {
    const { rows, labels } = madeRows('stop', 100, 3);
    const stop = new AbortController();
    const options = {
      objective: 'binary:logistic',
      rounds: 100,
      signal: stop.signal,
      onRound: () => stop.abort(),
    } as const;
    await expect(trainTrees(rows, labels, options)).rejects.toThrow('aborted');
    const bytes = rows.memory.buffer.byteLength;
    await expect(trainTreesThreaded(rows, labels, { ...options, threads: 2 })).rejects.toThrow('aborted');
    await trainTrees(rows, labels, { objective: 'binary:logistic', rounds: 2 });
    expect(rows.memory.buffer.byteLength).toBe(bytes);
  });
});

describe('any number of threads gives the same model, bit for bit', () => {
  const made = madeRows('threads', 700, 30);
  const classes = made.labels.map((label, row) => label + (row % 5 === 0 ? 1 : 0));
  const numbers = made.labels.map((label, row) => 1000 * label + row);
  test.each<[string, Float32Array, TreeOptions]>([
    [
      'two classes, sampled',
      made.labels,
      { objective: 'binary:logistic', rounds: 6, subsample: 0.7, columnSample: 0.6, seed: 'a' },
    ],
    [
      'leaf by leaf, stopped early',
      made.labels,
      {
        objective: 'binary:logistic',
        rounds: 9,
        growth: 'leaf',
        maxLeaves: 12,
        validation: { rows: Uint32Array.of(5, 3, 8, 100, 200, 201, 202), patience: 3 },
      },
    ],
    ['three classes', classes, { objective: 'multi:softprob', classes: 3, rounds: 3, subsample: 0.5 }],
    ['numbers', numbers, { objective: 'reg:squarederror', rounds: 4 }],
  ])('%s', async (_, labels, options) => {
    const model = await trainTrees(made.rows, labels, options);
    for (const threads of [2, 3])
      expectSame(await trainTreesThreaded(made.rows, labels, { ...options, threads }), model);
  });

  test('a forest', async () => {
    const options = { objective: 'multi:softprob', classes: 3, trees: 4 } as const;
    const model = await trainForest(made.rows, classes, options);
    expectSame(await trainForestThreaded(made.rows, classes, { ...options, threads: 2 }), model);
  });

  test('two trainings at once', async () => {
    const options = { objective: 'binary:logistic', rounds: 5, threads: 2 } as const;
    const [one, two] = await Promise.all([
      trainTreesThreaded(made.rows, made.labels, options),
      trainTrees(made.rows, made.labels, options),
    ]);
    expectSame(one, two);
  });
});

test('several classes are told apart, and their probabilities sum to 1', async () => {
  const { rows, labels, values, rowCount } = madeRows('classes', 400, 4);
  const classes = labels.map((label, row) => ((values[row] as number) > 1 ? 2 : label));
  const model = await trainTrees(rows, classes, { objective: 'multi:softprob', classes: 3, rounds: 20 });
  const p = predictTrees(model, values, rowCount);
  let right = 0;
  for (let row = 0; row < rowCount; row++) {
    const own = [...p.subarray(3 * row, 3 * row + 3)];
    expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
    if (own.indexOf(Math.max(...own)) === classes[row]) right++;
  }
  expect(right / rowCount).toBeGreaterThan(0.9);
});

test('numbers far from 0 are learned', async () => {
  const { rows, values, rowCount } = madeRows('numbers', 300, 3);
  const target = Float32Array.from({ length: rowCount }, (_, row) => 5000 + 100 * ((values[row] as number) || 0));
  const model = await trainTrees(rows, target, { objective: 'reg:squarederror', rounds: 60, lambda: 0 });
  predictTrees(model, values, rowCount).forEach((value, row) => {
    expect(Math.abs(value - (target[row] as number))).toBeLessThan(0.1);
  });
});

test('a forest gives shares: between 0 and 1, near the label in its own rows, the mean of its trees', async () => {
  const { rows, labels, values, rowCount } = madeRows('forest', 400, 8);
  const forest = await trainForest(rows, labels, { objective: 'binary:logistic', trees: 30, seed: 1 });
  const share = predictTrees(forest, values, rowCount);
  expect(share.every((value) => value >= 0 && value <= 1 + 1e-6)).toBe(true);
  expect(share.filter((value, row) => value > 0.5 === (labels[row] === 1)).length / rowCount).toBeGreaterThan(0.95);
  expect(forest.treeOutput.length).toBe(30);
  const other = await trainForest(rows, labels, { objective: 'binary:logistic', trees: 30, seed: 2 });
  expect(other.threshold).not.toEqual(forest.threshold);
});

describe('what cannot be trained is refused', () => {
  const { rows, labels } = madeRows('refused', 40, 3);
  const wrong = labels.slice();
  wrong[7] = Number.NaN;
  test.each<[string, Float32Array, Partial<TreeOptions>]>([
    ['labels: must be whole numbers in 0..1, got NaN in row 7', wrong, {}],
    ['labels: must be one for each of 40 rows, got 39', labels.subarray(1), {}],
    ['useRows: must be at least one row, got none', labels, { useRows: new Uint32Array(0) }],
    ['useRows: must be rows below 40, got 40', labels, { useRows: Uint32Array.of(40) }],
    ['useRows: must name each row once (use weights), got 2 twice', labels, { useRows: Uint32Array.of(2, 2) }],
    [
      'useRows: must not be validated on as well, got row 2',
      labels,
      { useRows: Uint32Array.of(2), validation: { rows: Uint32Array.of(2), patience: 1 } },
    ],
    [
      'validation.rows: must hold rows of both classes for auc, got',
      labels,
      { validation: { rows: Uint32Array.of(labels.indexOf(1)), metric: 'auc', patience: 1 } },
    ],
    [
      'validation.metric: must be logloss or auc or aucpr',
      labels,
      { validation: { rows: Uint32Array.of(1), metric: 'rmse', patience: 1 } },
    ],
    ['weights: train rows must not all weigh 0', labels, { weights: new Float32Array(40) }],
    ['weights: must be finite and not negative, got -1 in row 0', labels, { weights: new Float32Array(40).fill(-1) }],
    ['classWeights: must be one for each of 2 classes, got 3', labels, { classWeights: [1, 1, 1] }],
    ['subsample: must be above 0 and at most 1, got 0', labels, { subsample: 0 }],
    ['rounds: must be a whole number in 1..100000, got 0', labels, { rounds: 0 }],
    ['classes: must be', labels, { objective: 'multi:softprob' }],
    ['objective: must be', labels, { objective: 'rank' as never }],
  ])('%s', async (message, given, options) => {
    await expect(trainTrees(rows, given, { objective: 'binary:logistic', rounds: 1, ...options })).rejects.toThrow(
      message,
    );
  });

  test('rows without a label are fine where they are left out', async () => {
    const useRows = Uint32Array.from({ length: 40 }, (_, row) => row).filter((row) => row !== 7);
    const model = await trainTrees(rows, wrong, { objective: 'binary:logistic', rounds: 1, useRows });
    expect(model.treeOutput.length).toBe(1);
  });
});
