import { createBinEdges, createBinnedRows, predictTrees, trainTrees } from '@zoopraxis/behavior';
import { Random } from '@zoopraxis/core';
import { featureBarsFigure, shapBeeswarmFigure } from '@zoopraxis/figures';
import { expect, test } from 'vitest';
import { explainRows, gainShares } from './explain-model.js';

const rowCount = 400;
const random = new Random('explain');
/** Three columns: the first decides, the second a little, the third is noise. */
const values = Float32Array.from({ length: 3 * rowCount }, () => random.normal());
const labels = Float32Array.from({ length: rowCount }, (_, row) =>
  (values[row] as number) + 0.3 * (values[rowCount + row] as number) > 0 ? 1 : 0,
);

async function model() {
  const rows = createBinnedRows(createBinEdges(values, 3), rowCount);
  rows.appendBlock(values, rowCount);
  const ensemble = await trainTrees(rows, labels, { objective: 'binary:logistic', rounds: 20, maxDepth: 3 });
  return {
    behaviors: ['attack', 'other'],
    columns: ['distance', 'speed', 'noise'],
    scorer: { kind: 'trees', strategy: 'one-vs-rest', classCount: 2, other: 1, ensembles: [ensemble] } as const,
  };
}

test('gain and SHAP values name the columns that decide, and SHAP values add up to the margin', async () => {
  const made = await model();
  const bars = gainShares(made);
  expect(bars?.parts).toEqual(['attack']);
  const shares = Object.fromEntries((bars?.features ?? []).map(({ name, values: own }) => [name, own[0] as number]));
  expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 6);
  expect(shares.distance).toBeGreaterThan(70);
  const explained = explainRows(made, values, { rowCount });
  const [swarm] = explained?.beeswarms ?? [];
  expect(swarm?.output).toBe('log-odds of attack');
  expect(swarm?.features.map(({ name }) => name).slice(0, 2)).toEqual(['distance', 'speed']);
  const margins = predictTrees(made.scorer.ensembles[0], values, rowCount, { output: 'margin' });
  const sumOf = (row: number) => (swarm?.features ?? []).reduce((sum, { shap }) => sum + (shap[row] as number), 0);
  // All rows share the mean that no column adds to.
  expect((margins[7] as number) - sumOf(7)).toBeCloseTo((margins[0] as number) - sumOf(0), 3);
  expect(featureBarsFigure(bars as never)).toContain('distance');
  expect(shapBeeswarmFigure(swarm as never)).toContain('log-odds of attack');
});

test('a classifier without trees has no shares of gain', () => {
  const scorer = { kind: 'temporal', networks: [] } as const;
  expect(gainShares({ behaviors: ['attack'], columns: ['speed'], scorer })).toBeUndefined();
  expect(
    explainRows({ behaviors: ['attack'], columns: ['speed'], scorer }, new Float32Array(4), { rowCount: 4 }),
  ).toBeUndefined();
});
