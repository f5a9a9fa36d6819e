import { expect, test } from 'vitest';
import { createClockMap, fitClockMap, invertClockMap, mapSeconds } from './clock-map.js';
import { createSignal, type Signal, sampleAtVideoSeconds, videoSecondsOfSample } from './signal.js';

const times = (...values: number[]) => Float64Array.from(values);
const clock = createClockMap({ fromSec: times(0, 10, 20), toSec: times(5, 15, 26) });

test('a clock map is straight between knots, goes on beyond them, and turns around', () => {
  expect([-1, 0, 4, 10, 15, 20, 30].map((sec) => mapSeconds(clock, sec))).toEqual([4, 5, 9, 15, 20.5, 26, 37]);
  for (const sec of [-3, 0, 7.3, 10, 17, 40]) {
    expect(mapSeconds(invertClockMap(clock), mapSeconds(clock, sec))).toBeCloseTo(sec, 12);
  }
  const offset = createClockMap({ fromSec: times(2), toSec: times(7) });
  expect([0, 2, 9].map((sec) => mapSeconds(offset, sec))).toEqual([5, 7, 14]);
});

test('offset and drift are found from moments that both clocks saw', () => {
  const fromSec = Float64Array.from({ length: 50 }, (_, i) => 3 + 12 * i);
  const jitter = (i: number) => 0.001 * Math.sin(7 * i);
  const fitted = fitClockMap({ fromSec, toSec: fromSec.map((sec, i) => 100 + sec * 1.0002 + jitter(i)) });
  expect(fitted.fromSec).toEqual(times(3, 591));
  expect(mapSeconds(fitted, 0)).toBeCloseTo(100, 3);
  expect(mapSeconds(fitted, 1000) - mapSeconds(fitted, 0)).toBeCloseTo(1000.2, 2);
  expect(() => fitClockMap({ fromSec: times(1), toSec: times(1) })).toThrow(/two moments or more/);
  expect(() => fitClockMap({ fromSec: times(1, 2), toSec: times(2, 1) })).toThrow(/toSec must increase/);
});

test('clocks that stand or run back are refused', () => {
  expect(() => createClockMap({ fromSec: times(), toSec: times() })).toThrow(/got 0 and 0/);
  expect(() => createClockMap({ fromSec: times(1, 2), toSec: times(1) })).toThrow(/got 2 and 1/);
  expect(() => createClockMap({ fromSec: times(1, 1), toSec: times(1, 2) })).toThrow(
    /fromSec must increase, got 1 at knot 1/,
  );
  expect(() => createClockMap({ fromSec: times(1, 2), toSec: times(2, 1) })).toThrow(/toSec must increase/);
});

const photometry: Signal = {
  name: 'photometry',
  channels: [
    { name: 'gcamp', unit: 'dF/F' },
    { name: 'isosbestic', unit: 'dF/F' },
  ],
  sampleCount: 2000,
  ratePerSec: 100,
  values: new Float32Array(4000),
  clock,
};

test('samples are found by the time of the video and back, with a rate and with times', () => {
  const timesSec = Float64Array.from({ length: 2000 }, (_, i) => i / 100 + 0.002 * Math.sin(i));
  const { ratePerSec, ...rest } = photometry;
  for (const signal of [createSignal(photometry), createSignal({ ...rest, timesSec })]) {
    for (let sample = 0; sample < 2000; sample += 7) {
      const sec = videoSecondsOfSample(signal, sample);
      expect(sampleAtVideoSeconds(signal, sec)).toBe(sample);
      expect(sampleAtVideoSeconds(signal, sec - 1e-6)).toBe(sample - 1);
    }
    expect(sampleAtVideoSeconds(signal, -100)).toBe(-1);
    expect(sampleAtVideoSeconds(signal, 1e6)).toBe(1999);
  }
});

test('signals that cannot be are refused', () => {
  const make = (change: object) => () => createSignal({ ...photometry, ...change });
  expect(make({ channels: [] })).toThrow(/at least one/);
  expect(make({ channels: [photometry.channels[0], photometry.channels[0]] })).toThrow(/another name/);
  expect(make({ sampleCount: 1.5 })).toThrow(/sampleCount/);
  expect(make({ ratePerSec: undefined })).toThrow(/either ratePerSec or timesSec/);
  expect(make({ timesSec: new Float64Array(2000) })).toThrow(/either/);
  expect(make({ ratePerSec: 0 })).toThrow(/above 0/);
  expect(make({ ratePerSec: undefined, timesSec: times(0) })).toThrow(/2000 entries, got 1/);
  expect(make({ ratePerSec: undefined, timesSec: new Float64Array(2000) })).toThrow(/must increase, got 0 at sample 1/);
  expect(make({ values: new Int16Array(3) })).toThrow(/shape \[2000,2\]/);
});
