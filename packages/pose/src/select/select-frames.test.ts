import { expect, test } from 'vitest';
import { madeTracks } from '../filter/made-tracks.test.kit.js';
import { madeSource } from './made-source.test.kit.js';
import type { FrameLook } from './read-looks.js';
import { type SelectFramesOptions, selectFrames } from './select-frames.js';

/** A scene with fine stripes; every eighth frame is blurred to gray, and the bright half moves with the scene. */
const scene = (frame: number) => Math.floor(frame / 100) % 4;
const isBlurred = (frame: number) => frame % 8 === 3;
const draw = (x: number, y: number, frame: number) => {
  const bright = Math.floor(x / 8) === scene(frame) ? 120 : 60;
  return isBlurred(frame) ? bright : bright + 40 * ((x + y) % 2);
};
const source = () => madeSource({ frameCount: 1600, gray: draw, corrupt: (frame) => frame % 50 === 7 });
const framesOf = async (options: SelectFramesOptions, from = source()) =>
  (await selectFrames(from, options)).frames.map(({ frame }) => frame);

const distances = (frames: readonly number[]) => frames.slice(1).map((frame, i) => frame - (frames[i] as number));

test('uniform: one sharp frame in each stretch, the same for the same seed', async () => {
  const options = { method: { kind: 'uniform' }, count: 20, blurShare: 0.2 } as const;
  const made = source();
  const { frames, blurred, candidates } = await selectFrames(made, options);
  expect(frames.map(({ frame }) => Math.floor(frame / 80))).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(frames.filter(({ frame }) => isBlurred(frame) || frame % 50 === 7)).toEqual([]);
  expect(blurred).toBeGreaterThan(0);
  expect(candidates).toBeLessThanOrEqual(80);
  expect(made.read.length).toBeLessThan(1601);
  expect(await framesOf(options)).toEqual(frames.map(({ frame }) => frame));
  expect(await framesOf({ ...options, seed: 1 })).not.toEqual(frames.map(({ frame }) => frame));
});

test('k-means: frames of all looks, sharp, and apart from each other', async () => {
  const made = source();
  const { frames, corrupt, candidates } = await selectFrames(made, {
    method: { kind: 'k-means', maximumCandidates: 320 },
    count: 8,
    blurShare: 0.2,
  });
  expect(frames).toHaveLength(8);
  expect(new Set(frames.map(({ frame }) => scene(frame)))).toEqual(new Set([0, 1, 2, 3]));
  expect(frames.filter(({ frame }) => isBlurred(frame) || frame % 50 === 7)).toEqual([]);
  expect(Math.min(...distances(frames.map(({ frame }) => frame)))).toBeGreaterThanOrEqual(15);
  expect(candidates).toBe(320);
  expect(corrupt).toBeGreaterThan(0);
  expect(made.mostHeld()).toBe(1);
});

test('a rare look is found where chance would miss it', async () => {
  const rare = madeSource({
    frameCount: 2000,
    gray: (x, y, frame) => (frame >= 700 && frame < 712 ? 250 - x : 100 + ((x + y) % 2)),
  });
  const frames = await framesOf({ method: { kind: 'k-means', maximumCandidates: 2000 }, count: 4, blurShare: 0 }, rare);
  expect(frames.some((frame) => frame >= 700 && frame < 712)).toBe(true);
});

test('frames keep their distance from labeled ones and stay in the range', async () => {
  const taken = [210, 300, 390];
  for (const kind of ['uniform', 'k-means'] as const) {
    const frames = await framesOf({
      method: { kind },
      count: 6,
      start: 200,
      end: 400,
      taken,
      minimumDistanceFrames: 12,
    });
    expect(frames.length, kind).toBeGreaterThan(2);
    for (const frame of frames) {
      expect(frame >= 200 && frame < 400).toBe(true);
      expect(Math.min(...taken.map((other) => Math.abs(other - frame)))).toBeGreaterThanOrEqual(12);
    }
    if (frames.length > 1) expect(Math.min(...distances(frames))).toBeGreaterThanOrEqual(12);
  }
});

const unsure = new Set([100, 101, 102, 600, 611, 1200]);
const tracks = madeTracks({
  frameCount: 1600,
  keypoints: ['nose', 'tail'],
  point: (frame, k) => {
    if (k === 1 && frame >= 1500) return undefined;
    const leap = k === 0 && (frame === 400 || frame === 900) ? 80 : 0;
    return [frame / 10 + leap + Math.sin(frame * 1.7), 50 + Math.cos(frame * 2.3)];
  },
  confidence: (frame, k) => (k === 1 && unsure.has(frame) ? 0.1 + frame / 1e5 : 0.95),
});

test('uncertain: only frames below the confidence, worst first where they are near', async () => {
  const { frames } = await selectFrames(source(), {
    method: { kind: 'uncertain', tracks },
    count: 10,
    blurShare: 0.1,
    minimumDistanceFrames: 10,
  });
  expect(frames.map(({ frame }) => frame)).toEqual(
    [100, 600, 1200]
      .filter((frame) => !isBlurred(frame))
      .concat([611].filter((frame) => !isBlurred(frame)))
      .sort((a, b) => a - b),
  );
  expect(frames[0]?.score).toBeCloseTo(1 - 0.101, 4);
  const some = await framesOf({ method: { kind: 'uncertain', tracks, minimumConfidence: 0.05 }, count: 10 });
  expect(some).toEqual([]);
});

test('outliers by jumps are where a point leaps and where it comes back; by fit only where it is off', async () => {
  const common = { count: 10, minimumDistanceFrames: 1, blurShare: 0 } as const;
  expect(await framesOf({ method: { kind: 'outlier', tracks }, ...common })).toEqual([400, 401, 900, 901]);
  const byFit = await selectFrames(source(), { method: { kind: 'outlier', tracks, by: 'fit' }, ...common });
  expect(byFit.frames.map(({ frame }) => frame)).toEqual([400, 900]);
  expect(Math.abs((byFit.frames[0]?.score as number) - 80)).toBeLessThan(3);
});

test('a blurred outlier is left out, a sharp one stays', async () => {
  const leaping = madeTracks({ frameCount: 1600, point: (frame) => [frame === 403 || frame === 800 ? 90 : 0, 0] });
  const found = await selectFrames(source(), {
    method: { kind: 'outlier', tracks: leaping },
    count: 5,
    minimumDistanceFrames: 2,
    blurShare: 0.15,
  });
  expect(found.frames.map(({ frame }) => frame)).toEqual([800]);
  expect(found.blurred).toBe(1);
});

test('progress goes up to the end, and an abort stops reading', async () => {
  const shares: number[] = [];
  await selectFrames(source(), { method: { kind: 'k-means' }, count: 5, onProgress: (share) => shares.push(share) });
  expect(shares.at(-1)).toBe(1);
  expect(distances(shares).every((step) => step > 0)).toBe(true);
  const controller = new AbortController();
  const made = source();
  const onProgress = (share: number) => share > 0.1 && controller.abort(new Error('enough'));
  const options = { method: { kind: 'k-means' }, count: 5, signal: controller.signal, onProgress } as const;
  await expect(selectFrames(made, options)).rejects.toThrow('enough');
  expect(made.read.length).toBeLessThan(400);
});

test('videos shorter than wanted give what they have; an empty range gives nothing', async () => {
  const short = () => madeSource({ frameCount: 3, gray: (x) => 10 * (x % 2) });
  for (const kind of ['uniform', 'k-means'] as const) {
    const frames = await framesOf({ method: { kind }, count: 10, minimumDistanceFrames: 1, blurShare: 0 }, short());
    expect(frames.length, kind).toBeGreaterThan(1);
    expect(await framesOf({ method: { kind }, count: 10, start: 2, end: 2 }, short()), kind).toEqual([]);
  }
});

test('options that cannot be are refused', async () => {
  const refuse = (change: object) =>
    expect(selectFrames(source(), { method: { kind: 'uniform' }, count: 5, ...change } as SelectFramesOptions)).rejects;
  await refuse({ count: 0 }).toThrow(/count must be a whole number in 1/);
  await refuse({ end: 1601 }).toThrow(/end must be a whole number in 0..1600, got 1601/);
  await refuse({ start: 5, end: 4 }).toThrow(/end/);
  await refuse({ blurShare: 1 }).toThrow(/blurShare/);
  await refuse({ minimumDistanceFrames: 0 }).toThrow(/minimumDistanceFrames/);
  await refuse({ method: { kind: 'k-means', maximumCandidates: 4 } }).toThrow(/at least count \(5\), got 4/);
  await refuse({ method: { kind: 'uncertain', tracks: madeTracks({ frameCount: 5, point: () => [0, 0] }) } }).toThrow(
    /1600 frames of the video, got 5/,
  );
});

test.each(['uniform', 'k-means', 'uncertain'] as const)(
  '%s: no more frames are looked at than allowed, and what was seen is not read again',
  async (kind) => {
    const tracks = madeTracks({ frameCount: 1600, point: (frame) => [frame, 0], confidence: () => 0.2 });
    const method = kind === 'uncertain' ? { kind, tracks } : { kind };
    const looks = new Map<number, FrameLook | null>();
    const keptLooks = {
      get: (frame: number) => looks.get(frame),
      put: (frame: number, look: FrameLook | null) => void looks.set(frame, look),
    };
    const options = { method, count: 10, maximumLooks: 24 };
    const chosen = await framesOf(options);
    expect(chosen.length).toBeGreaterThan(5);
    expect(await framesOf({ ...options, keptLooks })).toEqual(chosen);
    expect(looks.size).toBeLessThanOrEqual(24);
    const again = source();
    expect(await framesOf({ ...options, keptLooks }, again)).toEqual(chosen);
    expect(again.read).toEqual([]);
  },
);
