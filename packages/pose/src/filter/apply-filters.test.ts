import { expect, test } from 'vitest';
import { applyFilters } from './apply-filters.js';
import { madeTracks, xOf } from './made-tracks.test.kit.js';
import { parseFilterSteps } from './spec.js';

const line = (frame: number) => [frame * 2, 50] as const;

test('steps run in order on each keypoint, and the provenance tells them with the tracks they came from', async () => {
  const tracks = madeTracks({
    frameCount: 20,
    individualCount: 2,
    keypoints: ['nose', 'tail'],
    point: (frame, keypoint, individual) => [frame + 100 * keypoint + 1000 * individual, frame === 7 ? 90 : 0],
    confidence: (frame) => (frame === 7 ? 0.1 : 0.9),
  });
  const kept = tracks.position.slice();
  const shares: number[] = [];
  const { tracks: filtered, effects } = await applyFilters(
    tracks,
    [
      { kind: 'likelihood', minimum: 0.5 },
      { kind: 'fill', method: 'linear', maximumFrames: 1 },
    ],
    { versions: { zoopraxis: '1.2.3' }, onProgress: (share) => shares.push(share) },
  );
  expect(tracks.position).toEqual(kept);
  for (const keypoint of [0, 1]) {
    for (const individual of [0, 1]) {
      const expected = Array.from({ length: 20 }, (_, frame) => frame + 100 * keypoint + 1000 * individual);
      expect(xOf(filtered, keypoint, individual)).toEqual(expected);
    }
  }
  expect(filtered.position[7 * 8 + 1]).toBe(0);
  expect(filtered.confidence[7 * 4]).toBeNaN();
  expect(effects).toEqual([
    { kind: 'likelihood', removedPoints: 4, filledPoints: 0, movedPoints: 0 },
    { kind: 'fill', removedPoints: 0, filledPoints: 4, movedPoints: 0 },
  ]);
  expect(filtered.provenance).toEqual({
    operation: 'filter',
    versions: { zoopraxis: '1.2.3' },
    inputs: [],
    parameters: {
      steps: [
        { kind: 'likelihood', minimum: 0.5 },
        { kind: 'fill', method: 'linear', maximumFrames: 1 },
      ],
    },
    parents: [tracks.provenance],
    synthetic: true,
  });
  expect(shares.at(-1)).toBe(1);
  expect(shares).toHaveLength(8);
});

test('no step but filling makes a point in a gap, at an end or out of nothing', async () => {
  const present = (frame: number) => frame > 4 && frame < 190 && !(frame >= 60 && frame < 64) && frame !== 100;
  const tracks = madeTracks({
    frameCount: 200,
    keypoints: ['there', 'never', 'half'],
    point: (frame, keypoint) => {
      if (keypoint === 2) return [frame, Number.NaN];
      return keypoint === 0 && present(frame) ? [Math.sin(frame) * 5, frame] : undefined;
    },
  });
  for (const step of parseFilterSteps(
    'likelihood=0.2,jump=50,median=9,savitzky-golay=11:3,kalman,kalman=acceleration',
  )) {
    const { tracks: filtered } = await applyFilters(tracks, [step]);
    const there = xOf(filtered).flatMap((x, frame) => (Number.isNaN(x) ? [] : [frame]));
    const before = xOf(tracks).flatMap((x, frame) => (Number.isNaN(x) ? [] : [frame]));
    expect(
      there.filter((frame) => !before.includes(frame)),
      step.kind,
    ).toEqual([]);
    expect(there.length, step.kind).toBeGreaterThan(170);
    for (const keypoint of [1, 2]) expect(xOf(filtered, keypoint).every(Number.isNaN), step.kind).toBe(true);
  }
});

test('a cutoff takes nothing away where no confidence is given', async () => {
  const tracks = madeTracks({
    frameCount: 4,
    point: line,
    confidence: (frame) => (frame === 1 ? Number.NaN : frame / 10),
  });
  const { tracks: filtered } = await applyFilters(tracks, [{ kind: 'likelihood', minimum: 0.25 }]);
  expect(xOf(filtered)).toEqual([Number.NaN, 2, Number.NaN, 6]);
  expect(filtered.confidence).toEqual(tracks.confidence);
});

test('a jump cutoff removes what leaves and comes back, and keeps a lasting move', async () => {
  const tracks = madeTracks({
    frameCount: 60,
    point: (frame) => {
      if (frame === 0 || frame === 20 || frame === 21) return [500, 500];
      if (frame >= 10 && frame < 13) return undefined;
      return frame < 40 ? [frame, 0] : [frame + 300, 0];
    },
  });
  const { tracks: filtered, effects } = await applyFilters(tracks, [{ kind: 'jump', maximumPerFrame: 20 }]);
  const gone = xOf(filtered).flatMap((x, frame) => (Number.isNaN(x) ? [frame] : []));
  expect(gone).toEqual([0, 10, 11, 12, 20, 21]);
  expect(effects[0]?.removedPoints).toBe(3);
});

test('filling stops at the limit and follows the true times of the frames', async () => {
  const timesSec = Float64Array.from([0, 1, 2, 2.5, 4, 5, 6, 7, 8, 9]);
  const missing = new Set([0, 2, 3, 6, 7, 8]);
  const tracks = madeTracks({
    frameCount: 10,
    fps: 1,
    timesSec,
    point: (frame) => (missing.has(frame) ? undefined : [10 * (timesSec[frame] as number), 1]),
  });
  for (const method of ['linear', 'pchip'] as const) {
    const { tracks: filled } = await applyFilters(tracks, [{ kind: 'fill', method, maximumFrames: 2 }]);
    const nan = Number.NaN;
    expect(xOf(filled), method).toEqual([nan, 10, 20, 25, 40, 50, nan, nan, nan, 90]);
  }
});

test('pchip bends with the way before and after, and never beyond its two ends', async () => {
  const x = [0, 0, Number.NaN, Number.NaN, 9, 18];
  const tracks = madeTracks({ frameCount: 6, point: (frame) => [x[frame] as number, 0] });
  const { tracks: filled } = await applyFilters(tracks, [{ kind: 'fill', method: 'pchip' }]);
  const [second, third] = [xOf(filled)[2] as number, xOf(filled)[3] as number];
  expect(second).toBeGreaterThan(0);
  expect(second).toBeLessThan(3); // slower than the straight line at first
  expect(third).toBeGreaterThan(second);
  expect(third).toBeLessThan(9);
});

test('a parabola over uneven times passes a Savitzky-Golay filter unchanged', async () => {
  const timesSec = Float64Array.from({ length: 30 }, (_, i) => i / 10 + 0.04 * Math.sin(2.3 * i));
  const tracks = madeTracks({
    frameCount: 30,
    fps: 10,
    timesSec,
    point: (frame) => [3 * (timesSec[frame] as number) ** 2 - 4 * (timesSec[frame] as number), 7],
  });
  const { tracks: filtered } = await applyFilters(tracks, [{ kind: 'savitzky-golay', windowFrames: 7, order: 2 }]);
  for (const [frame, x] of xOf(filtered).entries()) {
    expect(Math.abs(x - (xOf(tracks)[frame] as number))).toBeLessThan(1e-4); // float32 positions
  }
});

test('filtering stops when it is told to', async () => {
  const tracks = madeTracks({ frameCount: 5, keypoints: ['a', 'b', 'c'], point: line });
  const controller = new AbortController();
  const onProgress = (share: number) => share > 0.5 && controller.abort(new Error('enough'));
  await expect(applyFilters(tracks, [{ kind: 'median' }], { signal: controller.signal, onProgress })).rejects.toThrow(
    'enough',
  );
});

test('the short text and JSON give the same steps with their defaults', () => {
  expect(parseFilterSteps('likelihood=0.4, median, savitzky-golay=9:3,fill=12:linear')).toEqual([
    { kind: 'likelihood', minimum: 0.4 },
    { kind: 'median', windowFrames: 5 },
    { kind: 'savitzky-golay', windowFrames: 9, order: 3 },
    { kind: 'fill', maximumFrames: 12, method: 'linear' },
  ]);
  const kalman = parseFilterSteps('kalman=acceleration:4:gateSigma=none');
  expect(kalman).toEqual(
    parseFilterSteps('[{"kind":"kalman","model":"acceleration","fillFrames":4,"gateSigma":null}]'),
  );
  expect(kalman[0]).toMatchObject({ measurementStd: 'auto', bridgeFrames: 30 });
});

test('steps that cannot be are refused with their place', () => {
  expect(() => parseFilterSteps('blur=3')).toThrow(/steps are likelihood, jump, .* got "blur=3"/);
  expect(() => parseFilterSteps('likelihood=0.6,median=4')).toThrow(/step 2 median windowFrames: must be an odd/);
  expect(() => parseFilterSteps('median=a')).toThrow(/step 1 median windowFrames/);
  expect(() => parseFilterSteps('median=3:4')).toThrow(/median takes windowFrames/);
  expect(() => parseFilterSteps('jump')).toThrow(/step 1 jump maximumPerFrame/);
  expect(() => parseFilterSteps('savitzky-golay=3:3')).toThrow(/order: must be below windowFrames/);
  expect(() => parseFilterSteps('median=window=3')).toThrow(/median/);
  expect(() => parseFilterSteps('[')).toThrow(/must be JSON or steps/);
  expect(() => parseFilterSteps('[]')).toThrow(/filter/);
});
