import { expect, test } from 'vitest';
import { UnavailableError } from './errors.js';
import { createPoseTracks } from './pose-tracks.js';
import { createSkeleton } from './skeleton.js';
import { pxPerCmOf, tracksInCm, unitFactor, unitOfSpace } from './units.js';
import type { Calibration } from './video.js';

const plane: Calibration = { kind: 'plane', pxPerCm: 10 };
const camera: Calibration = {
  kind: 'camera',
  intrinsics: new Float64Array(9),
  distortion: new Float64Array(5),
  rotation: new Float64Array(9),
  translation: new Float64Array(3),
};

test('lengths, areas, speeds and accelerations become others with the right power', () => {
  const scale = { calibration: plane, bodyLengthPx: 80 };
  expect(unitFactor('px', 'cm', scale)).toBe(0.1);
  expect(unitFactor('cm/s', 'px/s', scale)).toBe(10);
  expect(unitFactor('px^2', 'cm^2', scale)).toBeCloseTo(0.01, 15);
  expect(unitFactor('px/s^2', 'body lengths/s^2', scale)).toBe(1 / 80);
  expect(unitFactor('body lengths', 'cm', scale)).toBe(8);
  expect(unitFactor('rad', 'rad')).toBe(1);
  expect(unitFactor('cm', 'cm')).toBe(1);
  expect(() => unitFactor('px', 'cm/s', scale)).toThrow(/px cannot become cm\/s/);
  expect(() => unitFactor('px^2', 'cm', scale)).toThrow(RangeError);
  expect(() => unitFactor('rad', 's')).toThrow(RangeError);
  expect([unitOfSpace('image'), unitOfSpace('arena'), unitOfSpace('world')]).toEqual(['px', 'cm', 'cm']);
});

test('cm without a calibration are refused with the way to calibrate', () => {
  const refusal = (work: () => unknown): UnavailableError => {
    try {
      work();
    } catch (error) {
      return error as UnavailableError;
    }
    throw new Error('was not refused');
  };
  const missing = refusal(() => unitFactor('px/s', 'cm/s'));
  expect(missing).toBeInstanceOf(UnavailableError);
  expect(missing.message).toBe('a conversion from px/s to cm/s needs a calibration, and this video has none');
  expect(missing.hint).toMatch(/known length/);
  expect(refusal(() => pxPerCmOf(camera, 'speed')).hint).toMatch(/plane calibration/);
  expect(refusal(() => unitFactor('px', 'body lengths')).hint).toMatch(/nose and tail base/);
  expect(refusal(() => unitFactor('px', 'body lengths', { bodyLengthPx: 0 })).code).toBe('unavailable');
});

test('tracks in cm say what they were made from, and missing points stay missing', () => {
  const tracks = createPoseTracks({
    skeleton: createSkeleton({ name: 'm', keypoints: ['nose'] }),
    individuals: ['a'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount: 2, fps: 30 },
    position: Float32Array.of(20, 30, Number.NaN, Number.NaN),
    confidence: new Float32Array(2),
    provenance: { operation: 'track', versions: {}, inputs: [], parameters: {}, synthetic: true },
  });
  const cm = tracksInCm(tracks, plane, { versions: { zoopraxis: '1' } });
  expect(cm.space).toBe('arena');
  expect([...cm.position]).toEqual([2, 3, Number.NaN, Number.NaN]);
  expect(cm.provenance).toEqual({
    operation: 'calibrate',
    versions: { zoopraxis: '1' },
    inputs: [],
    parameters: { pxPerCm: 10 },
    parents: [tracks.provenance],
    synthetic: true,
  });
  expect(() => tracksInCm(cm, plane)).toThrow(/space must be image, got arena/);
  expect(() => tracksInCm(tracks, undefined)).toThrow(UnavailableError);
});
