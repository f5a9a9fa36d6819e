import { expect, test } from 'vitest';
import { classificationScores, scoresOfConfusion } from './classification-scores.js';
import { modelReferences } from './model-references.test.kit.js';

test('scores equal scikit-learn, over all classes and over some', () => {
  for (const { reference, predicted, size, averageOver, expected } of modelReferences.classification) {
    const found = classificationScores(reference, predicted, {
      categories: Array.from({ length: size }, (_, i) => i),
      averageOver,
      undefinedScores: 'zero',
    });
    expect(found.confusion).toEqual(expected.confusion);
    expect(found.accuracy).toBeCloseTo(expected.accuracy, 14);
    expect(found.macro.precision).toBeCloseTo(expected.macroPrecision, 14);
    expect(found.macro.recall).toBeCloseTo(expected.macroRecall, 14);
    expect(found.macro.f1MeanOfScores).toBeCloseTo(expected.macroF1, 14);
    expect(found.micro.precision).toBeCloseTo(expected.microPrecision, 14);
    expect(found.micro.recall).toBeCloseTo(expected.microRecall, 14);
    expect(found.micro.f1).toBeCloseTo(expected.microF1, 14);
    expect(found.weightedF1).toBeCloseTo(expected.weightedF1, 14);
    for (const [i, scores] of found.perCategory.entries()) expect(scores.f1).toBeCloseTo(expected.f1[i] as number, 14);
  }
});

test('both macro F1 by hand', () => {
  // Precision 1 and 0.5, recall 0.5 and 1: F1 2/3 each; mean precision and recall 0.75, so F1 of means 0.75.
  const { macro, macroAccuracy, micro, accuracy } = scoresOfConfusion([
    [2, 2],
    [0, 2],
  ]);
  expect(macro.f1MeanOfScores).toBeCloseTo(2 / 3 / 2 + 2 / 3 / 2, 14);
  expect(macro.f1OfMeans).toBeCloseTo(0.75, 14);
  expect(macroAccuracy).toBe(0.75);
  expect([micro.precision, micro.recall, micro.f1, accuracy]).toEqual([4 / 6, 4 / 6, 8 / 12, 4 / 6]);
});

test('0/0 is told, by the chosen rule', () => {
  const run = (undefinedScores: 'null' | 'zero' | 'one') =>
    classificationScores(['a', 'a', 'b'], ['a', 'a', 'a'], { categories: ['a', 'b', 'c'], undefinedScores });
  const told = run('null');
  expect(told.perCategory[1]).toMatchObject({ precision: null, recall: 0, f1: 0, support: 1, predictedCount: 0 });
  expect(told.perCategory[2]).toMatchObject({ precision: null, recall: null, f1: null });
  expect(told.macro.recall).toBe(0.5);
  expect(told.notes).toEqual([
    'Precision of b, c is undefined (never predicted) and left out of the means.',
    'Recall of c is undefined (not in the reference) and left out of the means.',
    'F1 of c is undefined (in neither list) and left out of the means.',
  ]);
  expect(run('zero').macro.recall).toBeCloseTo(1 / 3, 14);
  expect(run('one').macro.recall).toBeCloseTo(2 / 3, 14);
});

test('refuses what cannot be scored', () => {
  expect(() => classificationScores(['a'], ['a', 'b'])).toThrow(/same units, got 1 and 2/);
  expect(() => classificationScores([], [])).toThrow(/one unit or more/);
  expect(() => classificationScores(['a'], [null])).toThrow(/no second rating/);
  expect(() => classificationScores(['a'], ['a'], { averageOver: ['z'] })).toThrow(/averageOver .* got z/);
  expect(() => scoresOfConfusion([[1, 2]])).toThrow(/shape \[1,1\]/);
  expect(() => scoresOfConfusion([[0]])).toThrow(/one unit or more/);
});
