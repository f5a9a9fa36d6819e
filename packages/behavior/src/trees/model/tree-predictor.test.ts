import { expect, test } from 'vitest';
import { madeRows } from '../train/exact-trees.test.kit.js';
import { trainTrees } from '../train/train-trees.js';
import { predictTrees } from './predict.js';
import { openTreePredictor } from './tree-predictor.node.js';

test('threads predict what one thread predicts, bit for bit, also where rows do not come in fours', async () => {
  const made = madeRows('predictor', 2111, 5);
  const classes = made.labels.map((label, row) => label + (row % 4 === 0 ? 1 : 0));
  const model = await trainTrees(made.rows, classes, { objective: 'multi:softprob', classes: 3, rounds: 3 });
  const predictor = await openTreePredictor(model, { threads: 3 });
  try {
    for (const output of ['margin', 'probability'] as const)
      expect(await predictor.predict(made.values, 2111, { output })).toEqual(
        predictTrees(model, made.values, 2111, { output }),
      );
    await expect(predictor.predict(made.values, 2110)).rejects.toThrow('5 columns of 2110 rows');
  } finally {
    await predictor.close();
  }
  await expect(openTreePredictor(model, { threads: 0 })).rejects.toThrow('threads');
});

test('a block at a time, row by row and all at once are the same', async () => {
  const { rows, labels, values, rowCount } = madeRows('blocks', 300, 4);
  const model = await trainTrees(rows, labels, { objective: 'binary:logistic', rounds: 4 });
  const all = predictTrees(model, values, rowCount);
  for (const row of [0, 127, 128, 299]) {
    const one = Float32Array.from({ length: 4 }, (_, column) => values[column * rowCount + row] as number);
    expect(predictTrees(model, one, 1)[0]).toBe(all[row]);
  }
});
