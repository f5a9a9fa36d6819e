import { expect, test } from 'vitest';
import { eachTick, frameRulerSteps, tickText, timeRulerSteps } from './ticks.js';
import { lengthText } from './window-lengths.js';

test('labels keep their distance at every scale, and minor ticks divide the major ones', () => {
  for (let exponent = -5; exponent < 4; exponent += 0.1) {
    const secPerPx = 10 ** exponent;
    const { major, minor } = timeRulerSteps(secPerPx, 80);
    expect(major / secPerPx).toBeGreaterThanOrEqual(80 - 1e-9);
    if (secPerPx >= 1e-4 && major < 86_400) expect(major / secPerPx).toBeLessThanOrEqual(80 * 3);
    expect(Math.abs(major / minor - Math.round(major / minor))).toBeLessThan(1e-9);
    const frames = frameRulerSteps(secPerPx * 30, 80);
    expect(Number.isInteger(frames.major)).toBe(true);
    expect(frames.major).toBeGreaterThanOrEqual(Math.min(1, secPerPx * 30 * 80));
  }
});

test('times on the ruler have the decimals that their step needs', () => {
  expect([tickText(0, 2), tickText(40, 5), tickText(3725, 60), tickText(1.5, 0.5), tickText(61.25, 0.05)]).toEqual([
    '0:00',
    '0:40',
    '1:02:05',
    '0:01.5',
    '1:01.25',
  ]);
});

test('every tick of a range is called once, the major ones told', () => {
  const seen: [number, boolean][] = [];
  eachTick({ fromSec: 0.9, toSec: 3 }, { major: 1, minor: 0.5 }, null, (time, isMajor) => seen.push([time, isMajor]));
  expect(seen).toEqual([
    [1, true],
    [1.5, false],
    [2, true],
    [2.5, false],
    [3, true],
  ]);
});

test('ticks of frames stand where frames begin, at variable times too', () => {
  const clock = { frameCount: 5, fps: 10, timesSec: Float64Array.of(0, 0.1, 0.35, 0.4, 0.6) };
  const seen: [number, boolean, number][] = [];
  eachTick({ fromSec: 0.1, toSec: 0.7 }, { major: 2, minor: 1 }, clock, (...tick) => seen.push(tick));
  expect(seen).toEqual([
    [0.1, false, 1],
    [0.35, true, 2],
    [0.4, false, 3],
    [0.6, true, 4],
  ]);
});

test('lengths of the window are said in the unit that suits them', () => {
  expect([0.5, 20, 60, 77.7, 300, 1200, 5400, 33_333].map(lengthText)).toEqual([
    '0.5 s',
    '20 s',
    '1 min',
    '77.7 s',
    '5 min',
    '20 min',
    '1 h 30 min',
    '9 h 16 min',
  ]);
});
