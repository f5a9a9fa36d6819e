import { expect, test } from 'vitest';
import { compareScorings } from './compare-scorings.js';
import { findOutlyingAnnotators, modifiedZScores } from './outlying-annotators.js';
import { scoredRecording, scoring } from './scored.test.kit.js';

const attack = (annotator: string, ...bouts: [number, number][]) => scoring(annotator, { attack: bouts });

test('modified z scores are those of Iglewicz and Hoaglin', () => {
  const scores = modifiedZScores([1, 2, 3, 4, 100]);
  expect(scores[2]).toBe(0);
  expect(scores[4]).toBeCloseTo(0.6745 * 97, 12);
  expect(modifiedZScores([5, 5, 5, 6])).toEqual([0, 0, 0, Number.POSITIVE_INFINITY]);
});

test('who scores other bouts, or far more of them, stands out with the reasons', () => {
  const usual = [
    attack('a', [0, 10], [20, 30]),
    attack('b', [0, 10.5], [20, 30]),
    attack('c', [0, 10], [20.5, 30]),
    attack('d', [1, 10], [20, 30]),
  ];
  const elsewhere = attack('e', [50, 60], [70, 80]);
  const found = findOutlyingAnnotators(
    compareScorings([scoredRecording([...usual, elsewhere])], { behavior: 'attack' }),
  );
  expect(found.map(({ annotator }) => annotator)).toEqual(['e']);
  expect(found[0]?.reasons.map(({ measure }) => measure)).toEqual(['F1 against the majority']);
  const much = attack('f', ...Array.from({ length: 20 }, (_, i): [number, number] => [4 * i, 4 * i + 3]));
  const [f] = findOutlyingAnnotators(compareScorings([scoredRecording([...usual, much])], { behavior: 'attack' }));
  expect(f?.reasons.map(({ measure, score }) => [measure, score === null])).toEqual([
    ['F1 against the majority', false],
    ['total time', false],
    ['bout count', true],
  ]);
});

test('annotators who nearly agree have no outlier, however small the spread', () => {
  const close = [attack('a', [0, 10]), attack('b', [0, 10]), attack('c', [0, 10]), attack('d', [0, 9.9])];
  expect(findOutlyingAnnotators(compareScorings([scoredRecording(close)], { behavior: 'attack' }))).toEqual([]);
  const two = [attack('a', [0, 10]), attack('b', [50, 90])];
  expect(findOutlyingAnnotators(compareScorings([scoredRecording(two)], { behavior: 'attack' }))).toEqual([]);
});
