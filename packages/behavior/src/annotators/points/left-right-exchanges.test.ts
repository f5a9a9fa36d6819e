import { expect, test } from 'vitest';
import { absent, type LabelPoint, labelImages } from './label-kit.test.kit.js';
import { exchangeSides, findLeftRightExchanges } from './left-right-exchanges.js';

const keypoints = ['leftear', 'rightear', 'nose', 'lefthip', 'righthip'];
const animal = (shift: number, order: readonly number[] = [0, 1, 2, 3, 4]): LabelPoint[] => {
  const points: LabelPoint[] = [
    [0 + shift, 0],
    [20 + shift, 0],
    [10 + shift, -10],
    [0 + shift, 40, 1],
    [20 + shift, 40],
  ];
  return order.map((k) => points[k] as LabelPoint);
};
const ears = [1, 0, 2, 3, 4];
const all = [1, 0, 2, 4, 3];

test('exchanges are found by annotator, pair and animal, and corrected only when asked', () => {
  const labels = labelImages(
    [
      [animal(0), animal(1), animal(2, ears)],
      [animal(0, all), animal(1), animal(2)],
    ],
    {
      keypoints,
    },
  );
  const report = findLeftRightExchanges(labels);
  expect(
    report.exchanges.map(({ image, annotator, pair, wholeAnimal }) => [image, annotator, pair, wholeAnimal]),
  ).toEqual([
    [0, 2, [0, 1], false],
    [1, 0, [0, 1], true],
    [1, 0, [3, 4], true],
  ]);
  // Against the median of the others at 0.5: exchanged back it is 1.5 off on each point.
  expect(report.exchanges[0]).toMatchObject({ exchangedPx: 3, labeledPx: 21.5 + 18.5 });
  expect(report.perAnnotator['ann 0']).toEqual({ judged: 4, exchanged: 2, share: 0.5 });
  expect(report.perAnnotator['ann 1']).toEqual({ judged: 4, exchanged: 0, share: 0 });
  expect(report.perPair['leftear/rightear']).toEqual({ judged: 6, exchanged: 2, share: 1 / 3 });
  expect(report.undecided).toEqual([]);
  const mended = exchangeSides(labels, report.exchanges);
  expect(findLeftRightExchanges(mended).exchanges).toEqual([]);
  expect([...mended.position]).toEqual([
    ...labelImages(
      [
        [animal(0), animal(1), animal(2)],
        [animal(0), animal(1), animal(2)],
      ],
      { keypoints },
    ).position,
  ]);
  // The occluded hip took its visibility along.
  expect(mended.visibility[3 * 5 + 3]).toBe(1);
});

test('two annotators who differ are undecided, and so is any even split', () => {
  const two = findLeftRightExchanges(labelImages([[animal(0), animal(1, ears)]], { keypoints }));
  expect(two.exchanges).toEqual([]);
  expect(two.undecided).toEqual([{ image: 0, individual: 0, pair: [0, 1], sides: [[0], [1]] }]);
  expect(two.perPair['leftear/rightear']).toEqual({ judged: 0, exchanged: 0, share: null });
  const four = findLeftRightExchanges(
    labelImages([[animal(0), animal(1, ears), animal(2), animal(3, ears)]], { keypoints }),
  );
  expect(four.undecided[0]?.sides).toEqual([
    [0, 2],
    [1, 3],
  ]);
});

test('two of five exchanged are still told from three', () => {
  const labels = labelImages([[animal(0, ears), animal(1), animal(2, ears), animal(3), animal(4)]], { keypoints });
  expect(findLeftRightExchanges(labels).exchanges.map(({ annotator }) => annotator)).toEqual([0, 2]);
});

test('points that lie together are no exchange, and a missing point is not judged', () => {
  const close = (a: number, b: number): LabelPoint[] => [[a, 0], [b, 0], absent, absent, absent];
  const labels = labelImages([[close(0, 1), close(0, 1), close(0.6, 0.4)]], { keypoints });
  const report = findLeftRightExchanges(labels);
  expect(report.exchanges).toEqual([]);
  expect(report.perPair['lefthip/righthip']?.judged).toBe(0);
});

test('a wrong call says what is wrong', () => {
  const labels = labelImages([[animal(0), animal(1)]], { keypoints });
  expect(() => findLeftRightExchanges(labels, { ratio: 2 })).toThrow('ratio must be in 0..1, got 2');
  expect(() => exchangeSides(labels, [{ row: 2, pair: [0, 1] }])).toThrow('row must be below 2, got 2');
  expect(() => exchangeSides(labels, [{ row: 0, pair: [0, 9] }])).toThrow('below 5, got 9 for row 0');
  const twice = [0, 0].map((row) => ({ row, pair: [0, 1] as const }));
  expect(() => exchangeSides(labels, twice)).toThrow('leftear of row 0 is listed twice');
});
