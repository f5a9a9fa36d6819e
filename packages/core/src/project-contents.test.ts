import { expect, test } from 'vitest';
import { createEthogram } from './ethogram.js';
import { createProjectContents, type ProjectContents } from './project-contents.js';
import { createRecording, type RecordingOptions } from './recording.js';
import { createSkeleton } from './skeleton.js';
import { createVideo, type Video } from './video.js';

const box = {
  kind: 'polygon' as const,
  corners: [
    [0, 0],
    [10, 0],
    [10, 10],
  ] as [number, number][],
};

test('a recording has empty lists for what it does not have', () => {
  expect(createRecording({ id: 'day 1', videos: ['top'] })).toEqual({
    id: 'day 1',
    videos: ['top'],
    subjects: [],
    conditions: {},
    exclusions: [],
    regions: [],
    tracks: [],
    annotations: [],
    scores: [],
    features: [],
    signals: [],
  });
  const arena = {
    name: 'arena',
    space: 'arena' as const,
    shape: { kind: 'circle' as const, center: [0, 0] as const, radius: 20 },
  };
  expect(createRecording({ id: 'a', arena }).arena).toEqual(arena);
});

test('recordings that cannot be are refused', () => {
  const make = (change: Partial<RecordingOptions>) => () => createRecording({ id: 'r', videos: ['top'], ...change });
  const region = { name: 'nest', space: 'image' as const, shape: box };
  expect(make({ id: ' ' })).toThrow(/id must not be empty/);
  expect(make({ subjects: ['m1', 'm1'] })).toThrow(/subjects lists m1 twice/);
  expect(make({ exclusions: [{ startSec: 3, endSec: 3, reason: 'dark' }] })).toThrow(/got 3 to 3 s/);
  expect(make({ exclusions: [{ startSec: 3, endSec: 4, reason: '' }] })).toThrow(/from 3 s must have a reason/);
  expect(make({ regions: [region, region] })).toThrow(/regions lists nest twice/);
  expect(make({ regions: [{ ...region, shape: { ...box, corners: [[0, 0]] } }] })).toThrow(
    /three corners or more, got 1/,
  );
  expect(make({ regions: [{ ...region, shape: { kind: 'circle', center: [0, 0], radius: 0 } }] })).toThrow(
    /radius of nest/,
  );
  expect(make({ regions: [{ ...region, name: '' }] })).toThrow(/must have names/);
  expect(make({ arena: { ...region, video: 'side' } })).toThrow(/one of its videos, got side/);
});

const video = (id: string, segment?: number): Video =>
  createVideo({
    id,
    source: `${id}.mp4`,
    view: 'top',
    widthPx: 8,
    heightPx: 8,
    frameCount: 1,
    fps: 1,
    contentHash: '',
    ...(segment === undefined ? {} : { segment }),
  });

const contents: ProjectContents = {
  name: 'p',
  videos: [video('a', 1), video('b', 0), video('c')],
  recordings: [createRecording({ id: 'r', videos: ['a', 'b', 'c'] })],
  skeletons: [createSkeleton({ name: 'm', keypoints: ['nose'] })],
  ethogram: createEthogram([]),
  models: ['unet'],
  splits: [{ name: 's', train: ['a'], validation: [], test: ['b'] }],
};

test('project contents that fit come back; names twice, unknown videos, holes and leaks are refused', () => {
  expect(createProjectContents(contents)).toBe(contents);
  const make = (change: Partial<ProjectContents>) => () => createProjectContents({ ...contents, ...change });
  expect(make({ name: '' })).toThrow(/name must not be empty/);
  expect(make({ models: ['unet', 'unet'] })).toThrow(/models lists unet twice/);
  expect(make({ videos: [video('a', 0), video('a', 1)] })).toThrow(/videos lists a twice/);
  expect(make({ videos: [video('a', 0), video('b', 1)] })).toThrow(/recording r needs video c/);
  expect(make({ videos: [video('a', 0), video('b', 2), video('c')] })).toThrow(/must be 0 to 1, got 0, 2/);
  expect(make({ splits: [{ name: 's', train: ['a'], validation: [], test: ['a'] }] })).toThrow(/split s has a twice/);
});
