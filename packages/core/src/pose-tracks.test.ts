import { expect, test } from 'vitest';
import { createPoseTracks, type PoseTracks } from './pose-tracks.js';
import { createSkeleton } from './skeleton.js';

const tracks: PoseTracks = {
  skeleton: createSkeleton({ name: 'm', keypoints: ['nose', 'tail'] }),
  individuals: ['a', 'b', 'c'],
  space: 'image',
  dimensions: 2,
  timeBase: { frameCount: 5, fps: 30 },
  position: new Float32Array(5 * 3 * 2 * 2),
  confidence: new Float32Array(5 * 3 * 2),
  boxes: new Float32Array(5 * 3 * 4),
  identity: new Float32Array(5 * 3),
  provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
};

test('tracks whose arrays fit come back as they are', () => {
  expect(createPoseTracks(tracks)).toEqual(tracks);
  const { boxes, identity, ...plain } = tracks;
  const world = { ...plain, space: 'world' as const, dimensions: 3 as const, position: new Float32Array(90) };
  expect(createPoseTracks(world)).toEqual(world);
});

test('arrays of another length, names and sizes that cannot be are refused', () => {
  const make = (change: Partial<PoseTracks>) => () => createPoseTracks({ ...tracks, ...change });
  expect(make({ position: new Float32Array(59) })).toThrow(/position must have shape \[5,3,2,2\], 60 values, got 59/);
  expect(make({ confidence: new Float32Array(60) })).toThrow(/confidence must have shape \[5,3,2\], 30 values/);
  expect(make({ boxes: new Float32Array(1) })).toThrow(/boxes must have shape \[5,3,4\]/);
  expect(make({ identity: new Float32Array(1) })).toThrow(/identity must have shape \[5,3\]/);
  expect(make({ individuals: [] })).toThrow(/at least one name/);
  expect(make({ individuals: ['a', 'b', 'a'] })).toThrow(/each once, got a, b, a/);
  expect(make({ dimensions: 4 as 2 })).toThrow(/dimensions must be 2 or 3, got 4/);
  expect(make({ timeBase: { frameCount: 5, fps: 0 } })).toThrow(/fps/);
});
