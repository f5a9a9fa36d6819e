import { createLabeledFrames, createSkeleton, Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { measureKeypointAnnotators } from './keypoint-annotators.js';
import { keypointAnnotatorsReport } from './keypoint-annotators-report.js';

const skeleton = createSkeleton({ name: 'mouse', keypoints: ['nose', 'leftear', 'rightear', 'tailbase'] });
const truth = [100, 50, 90, 40, 90, 60, 20, 50];

/** Returns labels of 10 images by three people: offsets of `ann`, `bob` and `cy` in px, ears exchanged by cy in image 3. */
function labelsOf(annotators: readonly string[] = ['ann', 'bob', 'cy']) {
  const offsets = [0, 0, 6];
  const rows = Array.from({ length: 10 }, (_, image) =>
    annotators.map((_, annotator) => {
      const points = truth.map((value, i) => value + (i % 2 === 0 ? (offsets[annotator] as number) : 0));
      return { image, annotator, points: image === 3 && annotator === 2 ? exchanged(points) : points };
    }),
  ).flat();
  return createLabeledFrames({
    skeleton,
    individuals: ['a'],
    annotators,
    images: Array.from({ length: 10 }, (_, i) => ({ group: 'g', file: `${i}.png` })),
    image: Int32Array.from(rows, ({ image }) => image),
    individual: new Int32Array(rows.length),
    annotator: Int32Array.from(rows, ({ annotator }) => annotator),
    position: Float64Array.from(rows.flatMap(({ points }) => points)),
    visibility: new Uint8Array(rows.length * 4).fill(2),
  });
}
const exchanged = ([nx, ny, lx, ly, rx, ry, tx, ty]: number[]) => [nx, ny, rx, ry, lx, ly, tx, ty] as number[];
const settings = { unit: 'px', reference: 'others', bandBy: 'frame' } as const;

test('who is off, by how much, and which ears were exchanged', () => {
  const measured = measureKeypointAnnotators(labelsOf(), settings);
  expect(measured).toMatchObject({ annotators: ['ann', 'bob', 'cy'], sharedImages: 10, sharedAnimals: 10 });
  // Against two others the median lies between them: 3 px for those who agree, 6 px for the one who is off.
  expect(measured.agreement.perAnnotator).toMatchObject({
    ann: { points: 40, median: 3 },
    bob: { points: 40, median: 3 },
    cy: { points: 40, median: 6 },
  });
  expect(measured.leftAndRight.proposals).toMatchObject([
    { image: 'g/3.png', annotator: 'cy', pair: 'leftear/rightear' },
  ]);
  // Three values 0, 0, 6 along the body: variance 12.
  expect(measured.scatter.nose?.majorHalfAxis).toBeCloseTo(Math.sqrt(12), 9);
  expect(measured.scatter.nose?.minorHalfAxis).toBeCloseTo(0, 9);
  const inBodies = measureKeypointAnnotators(labelsOf(), { ...settings, unit: 'body lengths' });
  expect(inBodies.agreement.perAnnotator.cy?.median).toBeCloseTo(6 / 80, 9);
});

test('one annotator alone is told so', () => {
  expect(() => measureKeypointAnnotators(labelsOf(['ann']), settings)).toThrow(
    'no animal was labeled by two annotators or more; labels are of ann',
  );
});

test('the page stands where pictures are gone', async () => {
  const labels = labelsOf();
  const page = await keypointAnnotatorsReport(
    measureKeypointAnnotators(labels, settings),
    { labels, paths: labels.images.map(({ file }) => `${new Random('no such').uniform()}/${file}`) },
    { project: 'mice', reference: 'others', bandBy: 'frame' },
  );
  expect(page).toContain('the picture cannot be read');
  expect(page).toContain('Annotators of mice');
});
