import { expect, test } from 'vitest';
import { compareAnnotators } from './annotator-distances.js';
import { absent, labelImages } from './label-kit.test.kit.js';

const three = labelImages([
  [
    [
      [0, 0],
      [50, 0, 1],
    ],
    [[3, 4], absent],
    undefined,
    [[0, 1], absent],
  ],
]);

test('each annotator is measured against the middle of the others', () => {
  const { perAnnotator, sharedPoints, band, unit } = compareAnnotators(three, { radii: [0, 2, 5] });
  expect(unit).toBe('px');
  expect(sharedPoints).toBe(1);
  // Others of the first: (3, 4) and (0, 1), median (1.5, 2.5).
  const first = Math.hypot(1.5, 2.5);
  expect(perAnnotator['ann 0']?.perKeypoint.nose).toEqual({ points: 1, median: first, mean: first });
  expect(perAnnotator['ann 1']?.median).toBe(Math.hypot(3, 3.5));
  expect(perAnnotator['ann 3']?.median).toBe(Math.hypot(1.5, 1));
  const nothing = { points: 0, median: null, mean: null };
  expect(perAnnotator['ann 2']).toEqual({ ...nothing, perKeypoint: { nose: nothing, tail: nothing } });
  expect(perAnnotator['ann 0']?.perKeypoint.tail?.points).toBe(0);
  expect(band).toEqual({ radius: [0, 2, 5], closest: [0, 1, 1], mean: [0, 0, 1], furthest: [0, 0, 1] });
});

test('with all as the reference the own point pulls the middle', () => {
  const { perAnnotator } = compareAnnotators(three, { reference: 'all' });
  // Median of (0,0), (3,4), (0,1) is (0,1).
  expect(perAnnotator['ann 0']?.median).toBe(1);
  expect(perAnnotator['ann 3']?.median).toBe(0);
});

test('the band by frame takes all points of one annotator, the band by point picks anew', () => {
  // Distances from the middle of the other two, x only: nose 0, 1, 5 apart from others, tail the other way round.
  const labels = labelImages([
    [
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 8],
      ],
      [
        [6, 0],
        [0, 0],
      ],
    ],
  ]);
  // Nose: ann 0 is 3 from (3, 0), ann 1 is 3, ann 2 is 6. Tail: 4, 8, 4. Squares: 25, 73, 52.
  const byFrame = compareAnnotators(labels, { radii: [3, 4, 6, 8] }).band;
  expect(byFrame).toEqual({
    radius: [3, 4, 6, 8],
    closest: [0.5, 1, 1, 1],
    mean: [0, 0.5, 1, 1],
    furthest: [0.5, 0.5, 0.5, 1],
  });
  const byPoint = compareAnnotators(labels, { radii: [3, 4, 6, 8], bandBy: 'point' });
  expect(byPoint.band?.furthest).toEqual([0, 0, 0.5, 1]);
  expect(byPoint.bandPerKeypoint.nose?.furthest).toEqual([0, 0, 1, 1]);
});

test('distances in mm and in body lengths', () => {
  const two = labelImages(
    [
      [
        [
          [0, 0],
          [100, 0],
        ],
        [
          [0, 2],
          [100, 0],
        ],
      ],
      [
        [[7, 7], absent],
        [[7, 8], absent],
      ],
    ],
    { groups: ['long', 'short'] },
  );
  const mm = compareAnnotators(two, { scale: { unit: 'mm', pxPerMm: 4 } });
  expect(mm.perAnnotator['ann 0']?.perKeypoint.nose).toEqual({ points: 2, median: 0.375, mean: 0.375 });
  expect(mm.band?.radius.at(-1)).toBe(10);
  const some = compareAnnotators(two, {
    scale: { unit: 'mm', pxPerMm: ({ group }) => (group === 'long' ? 4 : Number.NaN) },
  });
  expect(some).toMatchObject({ sharedPoints: 2, pointsWithoutScale: 1 });
  const body = compareAnnotators(two, { scale: { unit: 'body lengths', from: 'nose', to: 'tail' } });
  // The consensus nose is at (0, 1).
  expect(body.perAnnotator['ann 0']?.perKeypoint.nose?.mean).toBeCloseTo(2 / Math.hypot(100, 1), 12);
  expect(body).toMatchObject({ unit: 'body lengths', sharedPoints: 2, pointsWithoutScale: 1 });
  expect(() => compareAnnotators(two, { scale: { unit: 'body lengths', from: 'nose', to: 'paw' } })).toThrow(
    'annotators: to: must name a keypoint (nose, tail), got paw',
  );
  expect(() => compareAnnotators(two, { scale: { unit: 'mm', pxPerMm: 0 } })).toThrow(
    'annotators: pxPerMm must be above 0, got 0 for long/0.png',
  );
  expect(() => compareAnnotators(two, { radii: [1, 1] })).toThrow('radii must ascend from 0 or more, got 1');
});

test('a single annotator has nobody to agree with', () => {
  const alone = compareAnnotators(
    labelImages([
      [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    ]),
  );
  expect(alone).toMatchObject({ sharedPoints: 0, band: null, bandPerKeypoint: { nose: null, tail: null } });
});
