import { expect, test } from 'vitest';
import {
  confidenceFigure,
  errorDistributionFigure,
  keypointErrorFigure,
  learningCurveFigure,
  occupancyFigure,
  occupancyOf,
  pictureSheetFigure,
  speedFigure,
  trajectoryFigure,
} from '../index.js';
import { grayPicture, keypoints, someConfidence, someErrors, wanderingPath } from './figures.test.kit.js';

const path = wanderingPath(200);
const speed = { speed: path.speed, timeSec: path.timeSec, unit: 'px/s' };
const confidence = { keypoints, confidence: someConfidence(200), timeSec: path.timeSec };
const steps = Array.from({ length: 40 }, (_, i) => i * 10 + 1);
const curve = {
  loss: steps.map((step) => ({ step, loss: 0.5 * Math.exp(-step / 120) + 0.01 })),
  heldOut: steps.filter((_, i) => i % 8 === 7).map((step) => ({ step, errorPx: 40 * Math.exp(-step / 100) + 2 })),
  bestStep: 391,
};
const sheet = {
  keypoints,
  pictures: [1, 2].map((i) => ({
    address: grayPicture,
    widthPx: 64,
    heightPx: 48,
    caption: `img000${i}.png`,
    detail: 'largest error 7 px (neck)',
    predicted: [10, 10, 20, 20, 30, 30 + i],
    labeled: [11, 10, 27, 20, Number.NaN, Number.NaN],
  })),
};

/** Every figure, with the data of its snapshot. */
const figures: Readonly<Record<string, () => string>> = {
  trajectory: () => trajectoryFigure({ ...path, background: grayPicture }, { subtitle: 'nose', badge: 'synthetic' }),
  occupancy: () => occupancyFigure(path, { binsAcross: 16 }),
  speed: () => speedFigure(speed, { subtitle: 'nose, 8 s' }),
  confidence: () => confidenceFigure(confidence),
  'error-distribution': () => errorDistributionFigure(someErrors(), { badge: 'synthetic' }),
  'keypoint-errors': () => keypointErrorFigure(someErrors()),
  'learning-curve': () => learningCurveFigure(curve),
  'picture-sheet': () => pictureSheetFigure(sheet, { title: 'Worst frames' }),
};

for (const [name, draw] of Object.entries(figures)) {
  test(`${name} figure is the same text on every machine`, async () => {
    await expect(draw()).toMatchFileSnapshot(`../../src/plots/snapshots/${name}.svg`);
  });

  test(`${name} figure loads nothing, runs nothing and speaks to screen readers`, () => {
    const text = draw();
    expect(text).not.toMatch(/<script|\son\w+=|href="(?!data:image)|url\(|NaN|Infinity|undefined/);
    expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+" .*role="img"/);
    expect(text).toMatch(/<title>[^<]+<\/title><desc>[^<]+<\/desc>/);
  });
}

test('figures of nothing say so', () => {
  const none = { position: [], timeSec: [], widthPx: 10, heightPx: 10 };
  expect(trajectoryFigure(none)).toContain('no known position');
  expect(occupancyFigure(none)).toContain('no known position');
  expect(speedFigure({ speed: [Number.NaN], timeSec: [0], unit: 'px/s' })).toContain('no known speed');
  expect(confidenceFigure({ keypoints: ['nose'], confidence: [], timeSec: [] })).toContain('not given');
  expect(errorDistributionFigure({ keypoints: ['nose'], errors: [[]] })).toContain('no judged point');
  expect(keypointErrorFigure({ keypoints: ['nose'], errors: [[]] })).toContain('>–<');
  expect(learningCurveFigure({ loss: [], heldOut: [] })).toContain('no step yet');
  expect(pictureSheetFigure({ keypoints: ['nose'], pictures: [] })).toContain('No pictures.');
});

test('a million frames make a figure of less than a megabyte', () => {
  const long = wanderingPath(1_000_000);
  expect(trajectoryFigure(long).length).toBeLessThan(1_000_000);
  expect(speedFigure({ ...long, unit: 'px/s' }).length).toBeLessThan(200_000);
  const flicker = {
    ...long,
    position: Float32Array.from(long.position, (value, i) => (i % 4 < 2 ? value : Number.NaN)),
  };
  expect(trajectoryFigure(flicker).length).toBeLessThan(1_000_000);
});

test('one extreme among a million samples is drawn', () => {
  const values = new Float64Array(1_000_000).fill(1);
  values[777_777] = 50;
  const text = speedFigure({ speed: values, timeSec: values.map((_, i) => i / 30), unit: 'cm/s' });
  expect(text).toContain('largest 50.0 cm/s');
  const band = /<path d="([^"]+)" fill="#0072b2" fill-opacity/.exec(text)?.[1] as string;
  const heights = [...band.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((match) => Number(match[1]));
  expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(150);
});

test('text of files is escaped', () => {
  const name = `<script>alert("1")</script>&'`;
  const text = confidenceFigure(
    { keypoints: [name], confidence: [0.5], timeSec: [0] },
    { title: name, subtitle: name },
  );
  expect(text).not.toContain('<script');
  expect(text).toContain('&lt;script&gt;');
});

test('pictures from elsewhere are refused', () => {
  for (const background of [
    'https://example.org/a.png',
    'javascript:alert(1)',
    'data:image/svg+xml;base64,AAAA',
    '"/>',
  ]) {
    expect(() => trajectoryFigure({ ...path, background })).toThrow(/pictures must be data:image/);
  }
});

test('wrong lengths are refused with the shape that is needed', () => {
  expect(() => trajectoryFigure({ ...path, position: [1] })).toThrow('position must have shape [200,2], got 1 values');
  expect(() => speedFigure({ ...speed, speed: [1] })).toThrow('must have shape [200]');
  expect(() => confidenceFigure({ ...confidence, confidence: [1] })).toThrow('must have shape [200,3]');
  expect(() => keypointErrorFigure({ keypoints, errors: [] })).toThrow('one list for each of 3 keypoints');
});

test('occupancy adds up to the length of the recording', () => {
  const { sec, lostSec, across, down } = occupancyOf(path, 16);
  expect([across, down]).toEqual([16, 12]);
  expect(sec.reduce((a, b) => a + b, 0) + lostSec).toBeCloseTo(8, 9);
  expect(lostSec).toBeCloseTo(0.4, 9);
});
