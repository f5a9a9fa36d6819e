import { createPoseTracks, createSkeleton } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { featureSpecOf, isNumberedOnly, readsPixels, unsureRoles, withResidentFirst } from './feature-options.js';

const tracks = createPoseTracks({
  skeleton: createSkeleton({ name: 's', keypoints: ['snout', 'tailbase'] }),
  individuals: ['white', 'black'],
  space: 'image',
  dimensions: 2,
  timeBase: { frameCount: 2, fps: 30 },
  position: Float32Array.from({ length: 16 }, (_, i) => i),
  confidence: Float32Array.from({ length: 8 }, (_, i) => i / 8),
  provenance: { operation: 'made', versions: {}, inputs: [], parameters: {} },
});
const choice = { set: 'general', mode: 'corrected', roles: [], symmetric: 'auto' } as const;

test('names that only count make features symmetric, names that mean something do not', async () => {
  expect(['individual1,individual2', 'track_0,track_1', '1,2'].every((names) => isNumberedOnly(names.split(',')))).toBe(
    true,
  );
  expect(isNumberedOnly(['resident', 'intruder'])).toBe(false);
  expect(isNumberedOnly(['individual1'])).toBe(false);
  expect(await featureSpecOf(choice, tracks)).toMatchObject({ symmetric: false });
  expect(await featureSpecOf(choice, { ...tracks, individuals: ['ind1', 'ind2'] })).toMatchObject({ symmetric: true });
  expect(await featureSpecOf({ ...choice, symmetric: 'yes' }, tracks)).toMatchObject({ symmetric: true });
});

test('windows and roles are read, and what cannot be is told in words of the command line', async () => {
  expect(await featureSpecOf({ ...choice, windows: ['0.2', '1'], roles: ['nose=snout'] }, tracks)).toMatchObject({
    windows: [{ radiusSec: 0.2 }, { radiusSec: 1 }],
    roles: { nose: 'snout' },
  });
  expect((await featureSpecOf({ ...choice, windows: ['none'] }, tracks)).windows).toEqual([]);
  await expect(featureSpecOf({ ...choice, windows: ['wide'] }, tracks)).rejects.toThrow(/--windows: .*got wide/);
  await expect(featureSpecOf({ ...choice, roles: ['nose'] }, tracks)).rejects.toThrow(/--roles: must be role=keypoint/);
});

test('the resident comes first with all that is known of it', () => {
  const { individuals, position, confidence } = withResidentFirst(tracks, 'black', 'a.csv');
  expect(individuals).toEqual(['black', 'white']);
  expect([...position]).toEqual([4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]);
  expect([...confidence.subarray(0, 4)]).toEqual([2 / 8, 3 / 8, 0, 1 / 8]);
  expect(() => withResidentFirst(tracks, 'brown', 'a.csv')).toThrow(
    /no animal of the tracks is called brown, .*white, black/,
  );
});

test('what keypoints are is asked where names are in doubt, and no longer once the user has said it', async () => {
  const skeleton = createSkeleton({ name: 'rat', keypoints: ['nose', 'body', 'tail'] });
  const asked = await unsureRoles({ set: 'general', roles: [] }, skeleton);
  expect(asked).toMatch(/body as center, tail as tailBase.*--roles center=body,tailBase=tail/);
  expect(await unsureRoles({ set: 'general', roles: ['center=body'] }, skeleton)).toMatch(/: tail as tailBase\./);
  expect(await unsureRoles({ set: 'general', roles: ['center=none', 'tailBase=tail'] }, skeleton)).toBeUndefined();
  expect(await unsureRoles({ set: 'mars', roles: [] }, skeleton)).toBeUndefined();
});

test('pixels are read for the set mars alone', () => {
  expect(readsPixels({ set: 'general' })).toBe(false);
  expect(readsPixels({ set: 'mars', videos: 'videos' })).toBe(true);
  expect(() => readsPixels({ set: 'general', videos: 'videos' })).toThrow(/set general read no video/);
});
