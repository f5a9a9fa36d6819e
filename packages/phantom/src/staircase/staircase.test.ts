import { describe, expect, test } from 'vitest';
import { createPhantom, pelletStates, reachOutcomes, type StaircasePhantom } from '../index.js';
import { boutsOf, distanceToMask, pointCm } from '../phantom.test.kit.js';
import { layout } from './layout.js';
import { minimumJerk } from './limb.js';

const make = (condition: 'intact' | 'impaired') =>
  createPhantom({ scene: 'staircase', seed: 41, frameCount: 14_400, widthPx: 320, heightPx: 256, condition });
const intact = make('intact');
const impaired = make('impaired');

const share = (phantom: StaircasePhantom, outcome: (typeof reachOutcomes)[number]) =>
  phantom.reaches.outcome.filter((which) => reachOutcomes[which] === outcome).length / phantom.reaches.outcome.length;

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const pawAt = (phantom: StaircasePhantom, frame: number) => pointCm(phantom, frame, 0, 'paw');

/** Length of the path of the paw over the straight way, mean of all reaches out. */
const detour = (phantom: StaircasePhantom) =>
  mean(
    boutsOf(phantom, 'reach')
      .filter(({ start, end }) => end - start > 5)
      .map(({ start, end }) => {
        let way = 0;
        for (let frame = start + 1; frame < end; frame++) {
          const [a, b] = [pawAt(phantom, frame - 1), pawAt(phantom, frame)];
          way += Math.hypot(a[0] - b[0], a[1] - b[1]);
        }
        const [from, to] = [pawAt(phantom, start), pawAt(phantom, end - 1)];
        return way / Math.hypot(from[0] - to[0], from[1] - to[1]);
      }),
  );

/** Root mean square of what is left of the paw's path after a moving mean of a tenth of a second, cm. */
function tremor(phantom: StaircasePhantom): number {
  const left: number[] = [];
  for (const { start, end } of boutsOf(phantom, 'retract')) {
    for (let frame = start + 6; frame < end - 6; frame++) {
      const window = Array.from({ length: 13 }, (_, i) => pawAt(phantom, frame - 6 + i)[1]);
      left.push((pawAt(phantom, frame)[1] - mean(window)) ** 2);
    }
  }
  return Math.sqrt(mean(left));
}

test('a movement of least jerk starts and ends at rest', () => {
  expect(minimumJerk(0)).toBe(0);
  expect(minimumJerk(0.5)).toBe(0.5);
  expect(minimumJerk(1)).toBe(1);
  expect(minimumJerk(0.01)).toBeLessThan(2e-5);
  expect(minimumJerk(-3) + minimumJerk(7)).toBe(1);
});

describe('reaching', () => {
  test('impaired animals fail, slip, tremble, take longer and go a wider way', () => {
    expect(intact.reaches.outcome.length).toBeGreaterThan(30);
    expect(impaired.reaches.outcome.length).toBeGreaterThan(30);
    expect(share(intact, 'success')).toBeGreaterThan(0.65);
    expect(share(impaired, 'success')).toBeLessThan(0.5);
    expect(share(impaired, 'slip')).toBeGreaterThan(share(intact, 'slip'));
    const duration = ({ reaches }: StaircasePhantom) =>
      mean([...reaches.endSec].map((end, i) => end - reaches.startSec[i]!));
    expect(duration(impaired)).toBeGreaterThan(1.3 * duration(intact));
    expect(tremor(impaired)).toBeGreaterThan(2 * tremor(intact));
    expect(detour(impaired)).toBeGreaterThan(1.1 * detour(intact));
  });

  test.each([
    ['intact', intact],
    ['impaired', impaired],
  ])('phases of %s reaches follow one another, and slips are where the outcome says', (_, phantom) => {
    const { bouts, reaches, source } = phantom;
    const of = (reach: number) =>
      Array.from(bouts.startSec.keys())
        .filter(
          (b) => bouts.startSec[b]! >= reaches.startSec[reach]! - 1e-9 && bouts.startSec[b]! < reaches.endSec[reach]!,
        )
        .map((b) => bouts.behaviors[bouts.behavior[b]!]);
    for (let reach = 0; reach < reaches.outcome.length; reach++) {
      if (reaches.endSec[reach]! > source.frameCount / source.fps) continue;
      const slips = reachOutcomes[reaches.outcome[reach]!] === 'slip';
      expect(of(reach)).toEqual(['reach', 'grasp', 'retract', ...(slips ? ['slip'] : [])]);
    }
  });

  test('the paw moves without jumps', () => {
    for (const phantom of [intact, impaired]) {
      for (let frame = 1; frame < phantom.source.frameCount; frame++) {
        const [a, b] = [pawAt(phantom, frame - 1), pawAt(phantom, frame)];
        // 1.2 mm in a frame is 14 cm/s at 120 frames/s; a mouse's paw reaches about 30.
        const step = Math.hypot(a[0] - b[0], a[1] - b[1]);
        if (step > 0.35) expect.fail(`paw jumps by ${step} cm at frame ${frame}`);
      }
    }
  });

  test('pellets: taken at the grasp of a success, held, then eaten; lost in a slip; refilled together', () => {
    for (const phantom of [intact, impaired]) {
      const { pellets, reaches, source } = phantom;
      const stateAt = (sec: number, step: number) =>
        pelletStates[pellets.state[Math.floor(sec * source.fps) * pellets.count + step]!];
      for (let reach = 0; reach < reaches.outcome.length; reach++) {
        if (reaches.endSec[reach]! + 0.05 > source.frameCount / source.fps) continue;
        const [start, end, step] = [reaches.startSec[reach]!, reaches.endSec[reach]!, reaches.step[reach]!];
        expect(stateAt(start, step)).toBe('on-step');
        const after = { success: 'eaten', miss: 'on-step', slip: 'dropped' }[reachOutcomes[reaches.outcome[reach]!]!];
        expect(stateAt(end + 0.02, step)).toBe(after);
      }
      expect(pellets.state.slice(0, pellets.count).every((state) => state === 0)).toBe(true);
      for (let i = 0; i < pellets.state.length; i++) {
        const eaten = pelletStates[pellets.state[i]!] === 'eaten';
        if (Number.isNaN(pellets.position[2 * i]!) !== eaten) expect.fail(`pellet ${i} is at odds with its place`);
      }
    }
  });

  test('a held pellet is at the digits', () => {
    const { pellets, calibration, source } = intact;
    let held = 0;
    for (let frame = 0; frame < source.frameCount; frame++) {
      for (let pellet = 0; pellet < pellets.count; pellet++) {
        const i = frame * pellets.count + pellet;
        if (pelletStates[pellets.state[i]!] !== 'held') continue;
        held++;
        const paw = pawAt(intact, frame);
        const far = Math.hypot(
          pellets.position[2 * i]! / calibration.pxPerCm - paw[0],
          pellets.position[2 * i + 1]! / calibration.pxPerCm - paw[1],
        );
        if (far > 0.4) expect.fail(`the pellet is ${far} cm from the paw in frame ${frame}`);
      }
    }
    expect(held).toBeGreaterThan(300);
  });
});

describe('the picture', () => {
  test('has every visible point on the animal or pellet, and digits behind the steps in grasps', () => {
    const points = intact.skeleton.keypoints.length;
    let [visible, on, behindSteps] = [0, 0, 0];
    for (let frame = 5; frame < 6000; frame += 83) {
      const mask = intact.mask(frame);
      for (let point = 0; point < points; point++) {
        const at = frame * points + point;
        const [x, y] = [intact.tracks.position[2 * at]!, intact.tracks.position[2 * at + 1]!];
        if (intact.visibility[at] !== 2) continue;
        visible++;
        if (distanceToMask(mask, intact, point === 8 ? 1 : 0, x, y, 1.5) <= 1.5) on++;
      }
    }
    for (const { start, end } of boutsOf(intact, 'grasp')) {
      for (let frame = start; frame < end; frame++) {
        for (let digit = 4; digit < 8; digit++) if (intact.visibility[frame * points + digit] === 1) behindSteps++;
      }
    }
    expect(visible).toBeGreaterThan(300);
    expect(on / visible).toBeGreaterThan(0.97);
    expect(behindSteps).toBeGreaterThan(100);
  });

  test('shows what reaches while it reaches', async () => {
    const { start, end } = boutsOf(intact, 'reach')[0]!;
    const [rest, out] = [await intact.source.frame(start), await intact.source.frame(end)];
    const [x, y] = pawAt(intact, end);
    const [column, row] = [Math.round(x * intact.calibration.pxPerCm), Math.round(y * intact.calibration.pxPerCm)];
    let change = 0;
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const at = 3 * ((row + dy) * 320 + column + dx);
        change += Math.abs(out.rgb[at]! - rest.rgb[at]!) / 81;
      }
    }
    // Noise alone changes levels by about 4.
    expect(change).toBeGreaterThan(8);
    expect(x).toBeGreaterThan(layout.platformX);
  });
});
