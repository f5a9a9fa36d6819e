import { expect, test } from 'vitest';
import { plainOverlay, readOverlay } from './overlay-store.js';

test('settings come back as they were stored', () => {
  const settings = { ...plainOverlay, trailFrames: 60, colorBy: 'keypoint', hasNames: true, pointSizePx: 7.5 } as const;
  expect(readOverlay(JSON.stringify(settings))).toEqual(settings);
});

test('what another version or hand stored does no harm', () => {
  for (const text of [
    null,
    '',
    '{',
    '[]',
    'null',
    '{"trailFrames":1e9,"isShown":"no","colorBy":3,"pointSizePx":null}',
  ]) {
    expect(readOverlay(text)).toEqual(plainOverlay);
  }
});
