import { expect, test } from 'vitest';
import { formatDuration, formatMeasure, formatNumber } from './number-format.js';
import { bandScale, linearScale, logScale, timeScale } from './scale.js';

const labels = (scale: { ticks: readonly { label: string }[] }) => scale.ticks.map((t) => t.label).filter(Boolean);

test('linear ticks are steps of 1, 2 or 5 that enclose the data', () => {
  const scale = linearScale({ domain: [0.13, 0.87], range: [0, 300] });
  expect(scale.domain).toEqual([0, 1]);
  expect(labels(scale)).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
  expect(scale.toPx(0.5)).toBe(150);
  expect(scale.toPx(Number.NaN)).toBeNaN();
  expect(labels(linearScale({ domain: [-30000, 20000], range: [200, 0] }))).toEqual([
    '−40,000',
    '−20,000',
    '0',
    '20,000',
  ]);
});

test('constant, empty and reversed data have scales', () => {
  for (const domain of [
    [0, 0],
    [7, 7],
    [Number.NaN, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ]) {
    const scale = linearScale({ domain: domain as [number, number], range: [0, 100] });
    expect(scale.domain[1]).toBeGreaterThan(scale.domain[0]);
    expect(scale.ticks.length).toBeGreaterThan(1);
  }
});

test('logarithmic ticks have labels at 1, 2 and 5 where there is room', () => {
  expect(labels(logScale({ domain: [0.021, 0.9], range: [130, 0] }))).toEqual([
    '0.02',
    '0.05',
    '0.1',
    '0.2',
    '0.5',
    '1',
  ]);
  expect(labels(logScale({ domain: [1e-5, 1e3], range: [100, 0] })).length).toBeLessThan(6);
  expect(logScale({ domain: [1, 10], range: [0, 10] }).toPx(0)).toBeNaN();
  expect(() => logScale({ domain: [0, 1], range: [0, 1] })).toThrow('domain must be above 0');
});

test('time ticks are whole seconds, minutes or hours', () => {
  const short = timeScale({ domain: [0, 60], range: [0, 500] });
  expect([short.unit, labels(short)]).toEqual(['s', ['0', '10', '20', '30', '40', '50', '60']]);
  const minutes = timeScale({ domain: [0, 600], range: [0, 500] });
  expect([minutes.unit, labels(minutes)]).toEqual(['min:s', ['0:00', '2:00', '4:00', '6:00', '8:00', '10:00']]);
  const hours = timeScale({ domain: [0, 4 * 3600], range: [0, 500] });
  expect([hours.unit, labels(hours)]).toEqual(['h:min', ['0:00', '1:00', '2:00', '3:00', '4:00']]);
});

test('bands share the room evenly', () => {
  const bands = bandScale(4, [0, 100], 0.2);
  expect([bands.bandPx, bands.start(1), bands.middle(3)]).toEqual([20, 27.5, 87.5]);
});

test('numbers read as in a paper', () => {
  expect([1234567, -0.04, -1.25].map((value) => formatNumber(value, 1))).toEqual(['1,234,567.0', '0.0', '−1.3']);
  expect([0, 0.00012, 0.123456, 3.25, 27.18, 12345].map(formatMeasure)).toEqual([
    '0',
    '1.2e−4',
    '0.123',
    '3.25',
    '27.2',
    '12,345',
  ]);
  expect(formatMeasure(Number.NaN)).toBe('–');
  expect([0.5, 12, 187, 3729, -75].map(formatDuration)).toEqual(['0.5 s', '12 s', '3:07', '1:02:09', '−1:15']);
});
