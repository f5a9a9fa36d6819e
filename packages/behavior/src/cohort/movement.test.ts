import { createAnnotations } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { bodyPartAt, type EncounterPoints, relabelByBodyPart } from './body-parts.js';
import { type AnimalPath, measureMovement } from './movement.js';
import { isInRegion, measureRegion, shapeInUnit } from './regions.js';

const nan = Number.NaN;
/** A path at ten frames a second through points on one line. */
const line = (xs: number[], confidence?: number[]): AnimalPath => ({
  position: xs.flatMap((x) => [x, 0]),
  timeSec: xs.map((_, i) => i / 10),
  unit: 'cm',
  ...(confidence && { confidence }),
});
const plain = { medianFrames: 1 };

describe('movement', () => {
  test('distance and speed of known steps', () => {
    expect(measureMovement(line([0, 1, 3, 3]), plain)).toEqual({
      distance: 3,
      speed: 10,
      unit: 'cm',
      trackedSec: 0.3,
      observedSec: 0.3,
    });
  });

  test('short gaps are bridged, long ones are not, and unsure points are gaps', () => {
    const gap = measureMovement(line([0, nan, 2, nan, nan, nan, 10, 11]), plain);
    expect([gap.distance, gap.trackedSec]).toEqual([3, expect.closeTo(0.3, 12)]);
    const unsure = measureMovement(line([0, 500, 2], [1, 0.1, 1]), plain);
    expect(unsure.distance).toBe(2);
    expect(measureMovement(line([0, 500, 2], [1, nan, 1]), plain).distance).toBe(998);
  });

  test('the median takes a single jump away', () => {
    expect(measureMovement(line([0, 0, 900, 0, 0])).distance).toBe(0);
  });

  test('excluded steps do not count', () => {
    const { distance, observedSec } = measureMovement(line([0, 1, 2, 3, 4]), {
      ...plain,
      stretches: [
        { startSec: 0, endSec: 0.1 },
        { startSec: 0.25, endSec: 1 },
      ],
    });
    expect([distance, observedSec]).toEqual([2, expect.closeTo(0.25, 12)]);
  });

  test('nothing tracked is told, not 0 cm/s', () => {
    expect(measureMovement(line([nan, nan, nan]), plain)).toMatchObject({ distance: 0, speed: null, trackedSec: 0 });
    expect(() => measureMovement({ ...line([0, 1]), position: [0] })).toThrow('position must have shape [2, 2]');
  });
});

describe('regions', () => {
  const box = {
    kind: 'polygon',
    corners: [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ],
  } as const;

  test('a point is in a polygon or circle, also one that is not convex', () => {
    expect([isInRegion(box, 5, 5), isInRegion(box, 11, 5), isInRegion(box, 5, -1)]).toEqual([true, false, false]);
    const bay = {
      kind: 'polygon',
      corners: [
        [0, 0],
        [10, 0],
        [10, 10],
        [5, 5],
        [0, 10],
      ],
    } as const;
    expect([isInRegion(bay, 5, 8), isInRegion(bay, 1, 8)]).toEqual([false, true]);
    const disc = { kind: 'circle', center: [0, 0], radius: 2 } as const;
    expect([isInRegion(disc, 2, 0), isInRegion(disc, 2, 0.1)]).toEqual([true, false]);
  });

  test('time, visits, entries and latency; a step belongs to where it began', () => {
    const path = line([-5, -5, 5, 5, 5, -5, -5, 5, 5]);
    expect(measureRegion(path, { ...box, corners: box.corners.map(([x, y]) => [x, y - 5]) }, plain)).toEqual({
      timeSec: expect.closeTo(0.4, 12),
      trackedSec: expect.closeTo(0.8, 12),
      visitCount: 2,
      entryCount: 2,
      latencySec: expect.closeTo(0.2, 12),
      isCensored: false,
    });
  });

  test('a stay that a gap hides the beginning of is a visit and no entry; never is censored', () => {
    const away = { kind: 'circle', center: [5, 0], radius: 1 } as const;
    const path = line([0, 0, nan, nan, nan, 5, 5]);
    expect(measureRegion(path, away, plain)).toMatchObject({ visitCount: 1, entryCount: 0 });
    const never = measureRegion(line([0, 0, 0]), away, plain);
    expect(never).toMatchObject({ latencySec: expect.closeTo(0.2, 12), isCensored: true, visitCount: 0 });
  });

  test('jitter at the edge is one visit with a least stay', () => {
    const half = { kind: 'circle', center: [5, 0], radius: 1 } as const;
    const path = line([0, 0, 5, 0, 5, 5, 5, 0, 0, 0]);
    expect(measureRegion(path, half, plain).visitCount).toBe(2);
    expect(measureRegion(path, half, { ...plain, minimumStaySec: 0.15 })).toMatchObject({
      visitCount: 1,
      timeSec: expect.closeTo(0.3, 12),
    });
  });

  test('regions come to the unit of the path, and cm without a calibration is refused with the way to it', () => {
    const region = { name: 'center', space: 'image', shape: { kind: 'circle', center: [40, 20], radius: 10 } } as const;
    expect(shapeInUnit(region, 'cm', { kind: 'plane', pxPerCm: 5 })).toEqual({
      kind: 'circle',
      center: [8, 4],
      radius: 2,
    });
    expect(shapeInUnit({ ...region, space: 'arena' }, 'px', { kind: 'plane', pxPerCm: 5 })).toMatchObject({
      radius: 50,
    });
    expect(shapeInUnit(region, 'px', undefined)).toBe(region.shape);
    expect(() => shapeInUnit(region, 'cm', undefined)).toThrow(
      'time in center (px) from positions in cm needs a calibration',
    );
  });
});

describe('body parts', () => {
  /** An intruder that looks to the right: hips at 0, nose at 10; boundaries at 9 and at -2. */
  const intruder = {
    nose: [10, 0],
    neck: [8, 0],
    leftHip: [0, -1],
    rightHip: [0, 1],
    tailBase: [-4, 0],
  } as const satisfies Omit<EncounterPoints, 'residentNose'>;
  const at = (x: number, y = 3) => bodyPartAt({ ...intruder, residentNose: [x, y] });

  test('the two boundaries divide face, body and genital', () => {
    expect([at(9.1), at(8.9), at(0), at(-1.9), at(-2.1), at(nan)]).toEqual([
      'face',
      'body',
      'body',
      'body',
      'genital',
      'unknown',
    ]);
  });

  test('a curled animal: the nearer end decides; points in one place give no direction', () => {
    const curled = { nose: [2, 6], neck: [0, 6], leftHip: [0, -1], rightHip: [0, 1], tailBase: [4, 0] } as const;
    expect(bodyPartAt({ ...curled, residentNose: [3, 5] })).toBe('face');
    expect(bodyPartAt({ ...curled, residentNose: [3, 1] })).toBe('genital');
    expect(bodyPartAt({ ...intruder, neck: [10, 0], residentNose: [1, 1] })).toBe('unknown');
  });

  const noseX = [20, 20, 20, 0, 0, -9, nan, nan];
  const pointsAt = (frame: number): EncounterPoints => ({ ...intruder, residentNose: [noseX[frame] ?? nan, 0] });
  const annotations = createAnnotations({
    subject: 'resident',
    target: 'intruder',
    annotator: 'ann',
    channel: 'default',
    behaviors: ['investigation', 'attack'],
    startSec: Float64Array.of(0.1, 0.2, 0.6),
    endSec: Float64Array.of(0.55, 0.4, 1),
    behavior: Int32Array.of(0, 1, 0),
    probability: Float32Array.of(0.5, 0.25, 0.75),
  });
  const timeBase = { frameCount: 8, fps: 10 };

  test('frames cut a bout where the part changes, and the rest stays as it is', () => {
    const cut = relabelByBodyPart(annotations, pointsAt, { behavior: 'investigation', timeBase });
    const named = Array.from(cut.behavior, (which, i) => [cut.behaviors[which], cut.startSec[i], cut.endSec[i]]);
    expect(named).toEqual([
      ['investigation: face', 0.1, 0.3],
      ['attack', 0.2, 0.4],
      ['investigation: body', 0.3, 0.5],
      ['investigation: genital', 0.5, 0.55],
      ['investigation: unknown', 0.6, 1],
    ]);
    expect(Array.from(cut.probability ?? [])).toEqual([0.5, 0.25, 0.5, 0.5, 0.75]);
    expect(cut.behaviors).toHaveLength(5);
  });

  test('whole bouts go to where most of their time is', () => {
    const whole = relabelByBodyPart(annotations, pointsAt, { behavior: 'investigation', timeBase, by: 'bout' });
    expect(Array.from(whole.behavior, (which) => whole.behaviors[which])).toEqual([
      'investigation: face',
      'attack',
      'investigation: unknown',
    ]);
    expect(() => relabelByBodyPart(annotations, pointsAt, { behavior: 'x', timeBase })).toThrow('must be one of');
  });
});
