import { expect, test } from 'vitest';
import { settingsFrom } from './label-store.js';

test('what the browser kept is taken where it is understood, and else as usual', () => {
  const usual = settingsFrom(null);
  expect(usual).toMatchObject({ mode: 'sequential', colorBy: 'keypoint', loupeShown: true, isPlacing: true });
  for (const text of ['', 'nonsense', '[]', 'null', '{"mode":"other","pointRadiusPx":900,"edgesShown":"yes"}']) {
    expect(settingsFrom(text), text).toEqual(usual);
  }
  expect(settingsFrom('{"mode":"loop","edgesShown":false,"pointRadiusPx":8}')).toEqual({
    ...usual,
    ...{ mode: 'loop', edgesShown: false, pointRadiusPx: 8 },
  });
});
