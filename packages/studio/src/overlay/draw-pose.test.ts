import { expect, test } from 'vitest';
import type { TracksView } from 'zoopraxis';
import { distinctColor } from '../page/palette.js';
import { drawPose, type PoseScene } from './draw-pose.js';
import { hitPose } from './hit-pose.js';
import { plainOverlay } from './overlay-store.js';
import { looksOf } from './pose-look.js';

/** A context that writes down what is drawn, with the style at that moment. */
function recorder() {
  const calls: string[] = [];
  const style: Record<string, unknown> = {};
  const context = new Proxy(
    {},
    {
      get:
        (_, name: string) =>
        (...values: unknown[]) => {
          const numbers = values
            .flat()
            .map((value) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value));
          const color = name === 'fill' ? style.fillStyle : name === 'stroke' ? style.strokeStyle : '';
          calls.push(`${name} ${numbers.join(' ')} ${color}`.trim());
        },
      set: (_, name: string, value) => {
        style[name] = value;
        return true;
      },
    },
  ) as CanvasRenderingContext2D;
  return { context, calls };
}

const tracks: TracksView = {
  name: 't',
  recording: 'r',
  video: 'v',
  frameCount: 10,
  fps: 30,
  individuals: ['a', 'b'],
  keypoints: ['nose', 'tailbase', 'tailtip'],
  edges: [[0, 1]],
  source: 'model',
  exchanges: [],
};
const { NaN: no } = Number;
const pose = Float32Array.of(10, 20, 0.9, 30, 20, 0.3, no, no, no, 50, 60, no, no, no, no, no, no, no);
const scene: PoseScene = {
  tracks,
  pose,
  trail: [],
  view: { scale: 2, offsetX: 1, offsetY: 1 },
  look: looksOf(0),
  colorShift: 0,
  settings: plainOverlay,
  cutoff: 0.6,
  chosen: null,
};

test('confident points are filled, those below the cutoff hollow, those of unknown confidence filled, missing ones absent', () => {
  const { context, calls } = recorder();
  drawPose(context, scene);
  expect(calls.filter((call) => call.startsWith('arc'))).toEqual([
    'arc 21 41 4 0 6.3',
    'arc 61 41 4 0 6.3',
    'arc 101 121 4 0 6.3',
  ]);
  expect(calls.filter((call) => call.startsWith('fill '))).toEqual([
    `fill  ${distinctColor(0)}`,
    `fill  ${distinctColor(1)}`,
  ]);
  expect(calls).toContain('lineTo 61 41');
});

test('the second tracks are dashed and square, so that models are told apart without color', () => {
  const { context, calls } = recorder();
  drawPose(context, { ...scene, look: looksOf(1) });
  expect(calls).toContain('setLineDash 6 4');
  expect(calls.some((call) => call.startsWith('rect'))).toBe(true);
  expect(calls.some((call) => call.startsWith('arc'))).toBe(false);
});

test('animals of another model have colors of their own where there is one in each', () => {
  const { context, calls } = recorder();
  drawPose(context, { ...scene, colorShift: 1 });
  expect(calls.filter((call) => call.startsWith('fill '))).toEqual([
    `fill  ${distinctColor(1)}`,
    `fill  ${distinctColor(2)}`,
  ]);
});

test('names of animals stand where there are several; names and confidence of points on wish', () => {
  const { context, calls } = recorder();
  drawPose(context, { ...scene, settings: { ...plainOverlay, hasNames: true, hasConfidence: true } });
  const words = calls
    .filter((call) => call.startsWith('fillText'))
    .map((call) => call.split(' ').slice(1, -2).join(' '));
  expect(words).toEqual(['nose 0.90', 'tailbase 0.30', 'a', 'nose', 'b']);
});

test('a trail is broken where a frame has no point', () => {
  const { context, calls } = recorder();
  const at = (x: number) => Float32Array.of(x, 0, 1, no, no, no, no, no, no, ...Array(9).fill(no));
  const settings = { ...plainOverlay, trailFrames: 4, hasSkeleton: false };
  drawPose(context, { ...scene, pose: at(0), trail: [at(1), undefined, at(3), at(4)], settings });
  const path = calls.filter((call) => /^(moveTo|lineTo)/.test(call));
  expect(path).toEqual([
    'moveTo 1 1',
    'lineTo 3 1',
    'moveTo 3 1',
    'moveTo 7 1',
    'moveTo 7 1',
    'lineTo 9 1',
    'moveTo 9 1',
  ]);
});

test('the nearest point within reach is hit, measured on the screen', () => {
  expect(hitPose(tracks, pose, scene.view, { x: 12, y: 20 })).toMatchObject({
    keypoint: 'nose',
    individual: 'a',
    distance: 4,
  });
  expect(hitPose(tracks, pose, { ...scene.view, scale: 8 }, { x: 12, y: 20 })).toBeNull();
  expect(hitPose(tracks, pose, scene.view, { x: 49, y: 60 })).toMatchObject({ individual: 'b' });
});
