import { describe, expect, test } from 'vitest';
import { createPhantom, type Phantom } from '../index.js';
import { boutsOf, distanceToMask, pointCm } from '../phantom.test.kit.js';

const size = { widthPx: 320, heightPx: 240 } as const;
const alone = createPhantom({ scene: 'open-field', seed: 21, frameCount: 5400, ...size });
const arena = { widthCm: 42, heightCm: 31.5 };

/** Speeds of a point, cm/s, list of frames. */
function speedsOf(phantom: Phantom, animal: number, name: string): number[] {
  const { frameCount, fps } = phantom.source;
  return Array.from({ length: frameCount - 1 }, (_, frame) => {
    const [a, b] = [pointCm(phantom, frame, animal, name), pointCm(phantom, frame + 1, animal, name)];
    return Math.hypot(a[0] - b[0], a[1] - b[1]) * fps;
  });
}

const quantile = (values: number[], q: number) => values.toSorted((a, b) => a - b)[Math.floor(q * values.length)]!;

/** Place on the floor under the middle of the body, cm from the corner of the arena. */
function bodyAt(phantom: Phantom, frame: number): [number, number] {
  const [left, right] = [pointCm(phantom, frame, 0, 'lefthip'), pointCm(phantom, frame, 0, 'righthip')];
  const { pxPerCm } = phantom.calibration;
  const [cx, cy] = [(size.widthPx - 1) / 2 / pxPerCm, (size.heightPx - 1) / 2 / pxPerCm];
  return [(left[0] + right[0]) / 2 - cx + arena.widthCm / 2, (left[1] + right[1]) / 2 - cy + arena.heightCm / 2];
}

describe('motion of a mouse alone', () => {
  test('has the speeds of a mouse: stops, bouts of 5 to 25 cm/s, no jumps', () => {
    const speeds = speedsOf(alone, 0, 'lefthip');
    const still = speeds.filter((speed) => speed < 2).length / speeds.length;
    expect(still).toBeGreaterThan(0.2);
    expect(still).toBeLessThan(0.8);
    expect(quantile(speeds, 0.9)).toBeGreaterThan(8);
    expect(quantile(speeds, 0.99)).toBeLessThan(40);
    expect(Math.max(...speeds)).toBeLessThan(60);
    expect(Math.max(...speedsOf(alone, 0, 'nose'))).toBeLessThan(120);
    expect(Math.max(...speedsOf(alone, 0, 'tailtip'))).toBeLessThan(90);
  });

  test('stays inside the walls and keeps to them more than chance would', () => {
    let near = 0;
    for (let frame = 0; frame < alone.source.frameCount; frame++) {
      const [x, y] = bodyAt(alone, frame);
      // Perspective shifts what is 2 cm high by up to 2 % of its distance from the middle.
      const wall = Math.min(x, y, arena.widthCm - x, arena.heightCm - y);
      expect(wall).toBeGreaterThan(0.3);
      if (wall < 5) near++;
    }
    const share = 1 - ((arena.widthCm - 10) * (arena.heightCm - 10)) / (arena.widthCm * arena.heightCm);
    expect(near / alone.source.frameCount).toBeGreaterThan(share);
  });

  test('visits the whole arena', () => {
    const seen = new Set<number>();
    for (let frame = 0; frame < alone.source.frameCount; frame++) {
      const [x, y] = bodyAt(alone, frame);
      seen.add(Math.floor(x / 10.5) + 4 * Math.floor(y / 10.5));
    }
    expect(seen.size).toBeGreaterThanOrEqual(10);
  });

  test('shows every behavior of a mouse alone, each as its body tells', () => {
    const lengthAt = (frame: number) => {
      const [nose, tail] = [pointCm(alone, frame, 0, 'nose'), pointCm(alone, frame, 0, 'tailbase')];
      return Math.hypot(nose[0] - tail[0], nose[1] - tail[1]);
    };
    const mean = (behavior: string, value: (frame: number) => number) => {
      const values = boutsOf(alone, behavior).flatMap(({ start, end }) =>
        Array.from({ length: Math.max(0, end - start - 20) }, (_, i) => value(start + 12 + i)),
      );
      expect(values.length).toBeGreaterThan(20);
      return values.reduce((sum, one) => sum + one, 0) / values.length;
    };
    const hips = speedsOf(alone, 0, 'lefthip');
    expect(mean('wander', (frame) => hips[frame]!)).toBeGreaterThan(6);
    expect(mean('pause', (frame) => hips[frame]!)).toBeLessThan(3);
    // Rearing foreshortens, grooming hunches.
    const usual = mean('pause', lengthAt);
    expect(mean('rear', lengthAt)).toBeLessThan(0.8 * usual);
    expect(mean('groom', lengthAt)).toBeLessThan(0.88 * usual);
  });

  test('the behaviors of a frame add up to one, without gaps', () => {
    const { bouts } = alone;
    for (let bout = 1; bout < bouts.startSec.length; bout++) {
      expect(bouts.startSec[bout]).toBe(bouts.endSec[bout - 1]);
      expect(bouts.target[bout]).toBe(-1);
    }
    expect(bouts.startSec[0]).toBe(0);
    expect(bouts.endSec.at(-1)).toBeCloseTo(180, 9);
  });
});

const busy = {
  arena: {
    objects: [
      { kind: 'cylinder', xCm: 14, yCm: 15, sizeCm: 4, heightCm: 6 },
      { kind: 'bridge', xCm: 30, yCm: 16, sizeCm: 9, heightCm: 5 },
    ],
  },
  cable: true,
} as const;

describe.each([
  ['a mouse alone', alone],
  ['a wired mouse among objects', createPhantom({ scene: 'open-field', seed: 22, frameCount: 3000, ...size, ...busy })],
  ['two mice', createPhantom({ scene: 'open-field', seed: 23, frameCount: 5400, ...size, mice: [{}, {}] })],
])('truth of %s', (name, phantom) => {
  const points = phantom.skeleton.keypoints.length;
  const animals = phantom.tracks.individuals.length;

  test('lies on the animal that is drawn where it is visible, and is covered where it is not', () => {
    let [visible, on, occluded, covered] = [0, 0, 0, 0];
    for (let frame = 7; frame < phantom.source.frameCount; frame += 61) {
      const mask = phantom.mask(frame);
      for (let animal = 0; animal < animals; animal++) {
        for (let point = 0; point < points; point++) {
          const at = (frame * animals + animal) * points + point;
          const [x, y] = [phantom.tracks.position[2 * at]!, phantom.tracks.position[2 * at + 1]!];
          if (phantom.visibility[at] === 2) {
            visible++;
            // Thin tails may pass between the centers of pixels.
            if (distanceToMask(mask, phantom, animal, x, y, 1.5) <= 1.5) on++;
          } else if (phantom.visibility[at] === 1) {
            occluded++;
            const nearby = mask[Math.round(y) * phantom.source.widthPx + Math.round(x)];
            const own =
              phantom.skeleton.keypoints[point] === 'tailmid' || phantom.skeleton.keypoints[point] === 'tailtip';
            if (nearby !== animal + 1 || own || phantom.skeleton.keypoints[point] === 'nose') covered++;
          }
        }
      }
    }
    expect(visible).toBeGreaterThan(300);
    // Where two animals touch, a point within the tolerance of cover may lie a little under the other.
    expect(on / visible).toBeGreaterThan(0.985);
    if (name !== 'a mouse alone') expect(occluded).toBeGreaterThan(10);
    expect(covered).toBeGreaterThanOrEqual(0.9 * occluded);
  });

  test('keeps left left and right right', () => {
    for (let frame = 0; frame < phantom.source.frameCount; frame += 97) {
      for (let animal = 0; animal < animals; animal++) {
        const [tail, neck] = [pointCm(phantom, frame, animal, 'tailbase'), pointCm(phantom, frame, animal, 'neck')];
        const [left, right] = [pointCm(phantom, frame, animal, 'lefthip'), pointCm(phantom, frame, animal, 'righthip')];
        const cross = (neck[0] - tail[0]) * (right[1] - left[1]) - (neck[1] - tail[1]) * (right[0] - left[0]);
        // y points down: with the head ahead, right lies clockwise.
        expect(cross).toBeGreaterThan(0);
      }
    }
  });
});
