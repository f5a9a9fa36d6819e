import { expect, test } from 'vitest';
import { annotationRaster } from './annotation-raster.js';
import { compareScorings } from './compare-scorings.js';
import { scoredRecording, scoring } from './scored.test.kit.js';
import { sharedBehaviors } from './scored-recording.js';

const attack = (annotator: string, ...bouts: [number, number][]) => scoring(annotator, { attack: bouts });

test('each annotator against a reference, the majority of the others, and every other', () => {
  const recording = scoredRecording([
    attack('a', [0, 10], [50, 60]),
    attack('b', [0, 10], [55, 60]),
    attack('c', [5, 10], [80, 90]),
    attack('d', [0, 8]),
  ]);
  const { annotators, pairs, unit } = compareScorings([recording], { behavior: 'attack', reference: 'a' });
  expect(unit).toBe('seconds');
  const [a, b, , d] = annotators;
  expect(a).toMatchObject({ total: 20, boutCount: 2, meanBoutDuration: 10, versusReference: null });
  // Two of b, c, d and more: 0-10; a has 50-60 beside it.
  expect(a?.versusMajority?.time).toEqual({
    ...{ truePositive: 10, falsePositive: 10, falseNegative: 0 },
    ...{ precision: 0.5, recall: 1, f1: 2 / 3 },
  });
  expect(a?.versusMajority?.bouts).toMatchObject({ truePositive: 1, falsePositive: 1, falseNegative: 0 });
  expect(a?.perRecording).toEqual([
    { recording: 'r1', total: 20, boutCount: 2, eventCount: 0, majorityBoutDuration: 10, majorityF1: 2 / 3 },
  ]);
  expect(b?.versusReference?.time).toMatchObject({ truePositive: 15, falsePositive: 0, falseNegative: 5 });
  expect(b?.versusReference?.onset).toEqual({ count: 2, median: 2.5, lowerQuartile: 1.25, upperQuartile: 3.75 });
  // Two of a, b, c and more: 0-10 (a, b) and 55-60.
  expect(d?.versusMajority?.time).toMatchObject({ truePositive: 8, falsePositive: 0, falseNegative: 7 });
  expect(pairs).toHaveLength(6);
  expect(pairs[0]).toMatchObject({ annotators: ['a', 'b'], time: { f1: 30 / 35 } });
});

test('frames and seconds agree where bouts begin and end on frames', () => {
  const recording = scoredRecording([attack('a', [1, 2]), attack('b', [1.5, 2.5])]);
  const { annotators } = compareScorings([recording], { behavior: 'attack', unit: 'frames' });
  expect(annotators[0]).toMatchObject({ total: 10, versusMajority: { time: { truePositive: 5, f1: 0.5 } } });
  const { timeBase: _, ...without } = recording;
  expect(() => compareScorings([without], { behavior: 'attack', unit: 'frames' })).toThrow(
    'measures in frames need a timeBase, recording r1 has none',
  );
});

test('not scored is not the same as never seen; sums of recordings are scored together', () => {
  const recordings = [
    scoredRecording([attack('a', [0, 10]), attack('b')]),
    scoredRecording([attack('a', [0, 30]), attack('b', [0, 30]), scoring('c', { groom: [] })], { recording: 'r2' }),
  ];
  const { annotators, pairs } = compareScorings(recordings, { behavior: 'attack' });
  expect(annotators.map(({ perRecording }) => perRecording.length)).toEqual([2, 2, 0]);
  expect(annotators[2]).toMatchObject({ total: 0, meanBoutDuration: null, versusMajority: null });
  expect(pairs).toHaveLength(1);
  expect(pairs[0]?.time).toMatchObject({ truePositive: 30, falsePositive: 0, falseNegative: 10, f1: 60 / 70 });
  // b saw nothing in r1 and the majority did: F1 is 0 there.
  expect(annotators[1]?.perRecording[0]).toMatchObject({ boutCount: 0, majorityF1: 0 });
  expect(sharedBehaviors(recordings)).toEqual(['attack']);
});

test('what lies outside of what was watched does not count, overlapping bouts count once', () => {
  const recording = scoredRecording([attack('a', [0, 10], [5, 20], [95, 120]), attack('b', [30, 30], [40, 41])], {
    exclusions: [{ startSec: 12, endSec: 15 }],
  });
  const [a, b] = compareScorings([recording], { behavior: 'attack' }).annotators;
  expect(a).toMatchObject({ total: 12 + 5 + 5, boutCount: 3 });
  expect(b).toMatchObject({ total: 1, boutCount: 1, eventCount: 1 });
});

test('neither of two saw it: there is no F1 rather than a perfect one', () => {
  const { pairs } = compareScorings([scoredRecording([attack('a'), attack('b')])], { behavior: 'attack' });
  expect(pairs[0]?.time).toMatchObject({ precision: null, recall: null, f1: null });
});

test('wrong input says who and where', () => {
  const two = scoredRecording([attack('a', [0, 1]), attack('a', [0, 2])]);
  expect(() => compareScorings([two], { behavior: 'attack' })).toThrow('a has two scorings of r1');
  const one = scoredRecording([attack('a', [0, 1])]);
  expect(() => compareScorings([one], { behavior: 'attack', reference: 'z' })).toThrow(
    'reference must be one of a, got z',
  );
  expect(() => compareScorings([one, one], { behavior: 'attack' })).toThrow('recording r1 is given twice');
});

test('a raster has a row for each annotator and one for the majority', () => {
  const recording = scoredRecording([attack('a', [0, 10], [20, 20]), attack('b', [5, 12]), attack('c', [6, 8])]);
  expect(annotationRaster(recording, { behaviors: ['attack'] })).toEqual({
    ...{ recording: 'r1', startSec: 0, endSec: 100 },
    rows: [
      {
        name: 'a',
        bouts: [
          { startSec: 0, endSec: 10, behavior: 'attack' },
          { startSec: 20, endSec: 20, behavior: 'attack' },
        ],
      },
      { name: 'b', bouts: [{ startSec: 5, endSec: 12, behavior: 'attack' }] },
      { name: 'c', bouts: [{ startSec: 6, endSec: 8, behavior: 'attack' }] },
      { name: 'majority', bouts: [{ startSec: 5, endSec: 10, behavior: 'attack' }] },
    ],
  });
});
