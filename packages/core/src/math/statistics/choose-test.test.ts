import { expect, test } from 'vitest';
import { chooseTest, type GroupTestName, type TestSituation } from './choose-test.js';

test.each<[Partial<TestSituation> & { counts: number[] }, GroupTestName, string | undefined]>([
  [{ counts: [8, 8], distribution: 'normal' }, 'welchTTest', undefined],
  [{ counts: [8, 8], distribution: 'unknown' }, 'welchTTest', undefined],
  [{ counts: [8, 9], distribution: 'not normal' }, 'rankSumTest', undefined],
  [{ counts: [8, 8], distribution: 'normal', paired: true }, 'pairedTTest', undefined],
  [{ counts: [8, 8], distribution: 'not normal', paired: true }, 'signedRankTest', undefined],
  [{ counts: [8, 8, 8], distribution: 'normal', variances: 'equal' }, 'oneWayAnova', 'tukeyHsd'],
  [{ counts: [8, 8, 8], distribution: 'normal', variances: 'unequal' }, 'welchAnova', 'gamesHowellTest'],
  [{ counts: [8, 8, 8], distribution: 'not normal' }, 'kruskalWallis', 'dunnTest'],
  [{ counts: [8, 8, 8], distribution: 'normal', paired: true }, 'repeatedMeasuresAnova', 'pairedTTests'],
  [{ counts: [8, 8, 8], distribution: 'not normal', paired: true }, 'friedmanTest', 'pairwiseSignedRankTests'],
  [{ counts: [80, 90], distribution: 'unknown', mixedModel: true }, 'linearMixedModel', undefined],
  [{ counts: [80, 90, 70], distribution: 'unknown', mixedModel: true }, 'linearMixedModel', 'mixedModelContrasts'],
])('%o is tested with %s', (situation, expected, postHoc) => {
  const choice = chooseTest({ paired: false, distribution: 'unknown', ...situation });
  expect(choice.test).toBe(expected);
  expect(choice.postHoc).toBe(postHoc);
  expect(choice.reasons.length).toBeGreaterThan(0);
  expect(choice.afterwards.length).toBeGreaterThan(0);
});

test('few animals are told, and no group at all is refused', () => {
  const few = chooseTest({ counts: [3, 3], paired: false, distribution: 'not normal' });
  expect(few.cautions.join(' ')).toMatch(/3 in the smallest group.*cannot give p below 0.1/);
  expect(() => chooseTest({ counts: [4], paired: false, distribution: 'normal' })).toThrow(/two groups or more, got 1/);
  expect(() => chooseTest({ counts: [4, 0], paired: false, distribution: 'normal' })).toThrow(
    /group 2 needs one value/,
  );
});
