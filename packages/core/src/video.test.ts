import { expect, test } from 'vitest';
import { createVideo, type Video } from './video.js';

const video: Video = {
  id: 'cam1',
  source: 'videos/cam1.mp4',
  view: 'top',
  widthPx: 640,
  heightPx: 480,
  frameCount: 3,
  fps: 30,
  contentHash: 'sampled-0',
};

test('a video that fits comes back as it is', () => {
  expect(createVideo(video)).toBe(video);
  const calibrated = { ...video, calibration: { kind: 'plane' as const, pxPerCm: 12.5 } };
  expect(createVideo(calibrated)).toBe(calibrated);
});

test('sizes, times and scales that cannot be are refused', () => {
  const make = (change: Partial<Video>) => () => createVideo({ ...video, ...change });
  expect(make({ id: '' })).toThrow(/id must not be empty/);
  expect(make({ widthPx: 0 })).toThrow(/video cam1: widthPx .* got 0/);
  expect(make({ heightPx: 1.5 })).toThrow(/heightPx/);
  expect(make({ fps: 0 })).toThrow(/fps/);
  expect(make({ timesSec: Float64Array.of(0, 1) })).toThrow(/3 entries/);
  expect(make({ calibration: { kind: 'plane', pxPerCm: 0 } })).toThrow(/pxPerCm must be above 0, got 0/);
});
