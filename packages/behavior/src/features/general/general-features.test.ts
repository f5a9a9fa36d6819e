import { createTimeBase, type FeatureTable } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { exchangedTracks, type MadeTracks, madeTracks } from '../../tracks/made-tracks.test.kit.js';
import { collectFeatures, createFeatureSource, type FeatureSpec } from '../feature-set.js';

const allGroups = { set: 'general', exchange: ['min', 'max', 'mean', 'range'] } as const;

async function table(made: MadeTracks, spec: FeatureSpec, context = {}): Promise<FeatureTable> {
  return collectFeatures(createFeatureSource(madeTracks(made), spec, context));
}

/** Values of a column by its name, and its subject where several have it. */
function values(features: FeatureTable, name: string, subject?: string): Float32Array {
  const found = features.columns.filter(
    (column) => column.name === name && (subject ?? column.subject) === column.subject,
  );
  expect(found.map(({ name: own }) => own)).toEqual([name]);
  return found[0]?.values as Float32Array;
}

/** Bits of each column; a computed NaN has any of several, and all say the same. */
const bits = (features: FeatureTable) =>
  features.columns.map(({ name, values: own }) => {
    const one = Float32Array.from(own, (value) => (Number.isNaN(value) ? Number.NaN : value));
    return { name, data: Buffer.from(one.buffer).toString('base64') };
  });

/** Names of columns whose bits differ. */
const differences = (a: ReturnType<typeof bits>, b: ReturnType<typeof bits>) => {
  expect(a.map(({ name }) => name)).toEqual(b.map(({ name }) => name));
  return a.filter(({ data }, i) => data !== b[i]?.data).map(({ name }) => name);
};

describe('exchange of names', () => {
  const windows = [{ radiusSec: 0.25 }] as const;
  for (const [what, individuals, missing] of [
    ['two animals', ['a', 'b'], 0],
    ['two animals with gaps', ['a', 'b'], 0.35],
    ['three animals with gaps', ['a', 'b', 'c'], 0.3],
    ['five animals', ['a', 'b', 'c', 'd', 'e'], 0.1],
  ] as const) {
    test(`dealing the names anew in every frame changes no bit of any column: ${what}`, async () => {
      const made = madeTracks({ individuals, missing, frameCount: 150 });
      const spec: FeatureSpec = { ...allGroups, symmetric: true, windows };
      const plain = bits(await collectFeatures(createFeatureSource(made, spec)));
      expect(plain.length).toBeGreaterThan(400);
      for (const seed of [1, 2]) {
        const dealt = await collectFeatures(createFeatureSource(exchangedTracks(made, seed), spec));
        expect(differences(bits(dealt), plain)).toEqual([]);
      }
      // The test could not fail if names did not matter to features that use them.
      const named: FeatureSpec = { ...allGroups, symmetric: false };
      const own = bits(await collectFeatures(createFeatureSource(made, named)));
      const mixed = bits(await collectFeatures(createFeatureSource(exchangedTracks(made, 1), named)));
      expect(differences(mixed, own).length).toBeGreaterThan(50);
    });
  }

  test('animals are followed through exchanges: speeds are those of the true animals', async () => {
    const point: MadeTracks['point'] = (frame, individual) =>
      individual === 0 ? [10 + frame, 50] : [300, 80 + 2 * frame];
    const made = madeTracks({ point, keypoints: ['nose', 'tailbase'], frameCount: 60 });
    const spec: FeatureSpec = { set: 'general', groups: ['speeds'], symmetric: true, lengths: 'px', spansSec: [0.5] };
    const features = await collectFeatures(createFeatureSource(exchangedTracks(made, 3), spec));
    expect(values(features, 'speed(nose,0.5s).min')[30]).toBeCloseTo(20, 4);
    expect(values(features, 'speed(nose,0.5s).max')[30]).toBeCloseTo(40, 4);
  });
});

test('blocks of any size give the same bits, with gaps, windows and a variable rate', async () => {
  const frameCount = 137;
  const timesSec = Float64Array.from({ length: frameCount }, (_, f) => f / 20 + 0.01 * Math.sin(f));
  for (const timeBase of [undefined, createTimeBase({ frameCount, fps: 20, timesSec })]) {
    for (const symmetric of [true, false]) {
      const made = { frameCount, missing: 0.25, ...(timeBase && { timeBase }) };
      const spec: FeatureSpec = { ...allGroups, symmetric, windows: [{ frames: 5 }, { radiusSec: 0.6 }] };
      const whole = bits(await table(made, spec, { blockFrames: 1000 }));
      for (const blockFrames of [1, 7, 64]) {
        expect(differences(bits(await table(made, spec, { blockFrames })), whole)).toEqual([]);
      }
    }
  }
});

describe('values of known animals', () => {
  // a at rest, nose to the right; b above it, walking down at 40 px/s, which is towards a.
  const shape = { nose: [30, 0], center: [0, 0], tailbase: [-30, 0] } as const;
  const keypoints = ['nose', 'center', 'tailbase'];
  const point: MadeTracks['point'] = (frame, individual, keypoint) => {
    const [along] = Object.values(shape)[keypoint] as readonly [number, number];
    return individual === 0 ? [200 + along, 300] : [200, 100 + 2 * frame + along];
  };
  const made = { keypoints, point, frameCount: 60 };
  const px: FeatureSpec = { set: 'general', lengths: 'px', spansSec: [0.5] };
  const arena = {
    name: 'arena',
    space: 'image',
    shape: {
      kind: 'polygon',
      corners: [
        [0, 0],
        [400, 0],
        [400, 400],
        [0, 400],
      ],
    },
  } as const;

  test('lengths, angles, speeds and the view of the other', async () => {
    const features = await table(made, { ...px, groups: undefined as never, maxColumns: 900 }, { arena });
    const at = (name: string, subject?: string) => values(features, name, subject)[20] as number;
    expect(at('distance(nose,tailbase)', 'a')).toBe(60);
    expect(at('angle(nose,center,tailbase)', 'b')).toBeCloseTo(Math.PI, 6);
    expect(at('own forward(nose)', 'a')).toBe(30);
    expect(at('own sideways(nose)', 'a')).toBe(0);
    expect(at('speed(center,0.5s)', 'a')).toBe(0);
    expect(at('speed(center,0.5s)', 'b')).toBeCloseTo(40, 4);
    expect(at('forward speed(0.5s)', 'b')).toBeCloseTo(40, 4);
    expect(at('acceleration(center,0.5s)', 'b')).toBeCloseTo(0, 3);
    expect(at('ellipse length', 'a')).toBeCloseTo(4 * Math.sqrt(600), 4);
    expect(at('ellipse width', 'a')).toBe(0);
    expect(at('eccentricity', 'a')).toBe(1);
    expect(at('ellipse turn', 'a')).toBe(0);
    expect(at('ellipse turn', 'b')).toBeCloseTo(0, 6);
    expect(at('distance to wall', 'a')).toBe(100);
    expect(at('distance to corner', 'a')).toBeCloseTo(Math.hypot(200, 100), 4);
    // b is at (200, 140): 160 px above a, to the left of a (up in the picture), ahead of itself lies a.
    expect(at('distance between centers', 'a')).toBe(160);
    expect(at('closest distance', 'a')).toBe(130);
    expect(at('between(nose,nose)', 'a')).toBeCloseTo(Math.hypot(30, 130), 4);
    expect(at('facing angle', 'a')).toBeCloseTo(Math.PI / 2, 6);
    expect(at('facing angle', 'b')).toBeCloseTo(0, 6);
    expect(at('ahead(center)', 'b')).toBeCloseTo(160, 4);
    expect(at('aside(center)', 'a')).toBeCloseTo(-160, 4);
    expect(at('angle between headings', 'a')).toBeCloseTo(Math.PI / 2, 6);
    expect(at('approach(0.5s)', 'b')).toBeCloseTo(40, 4);
    expect(at('approach(0.5s)', 'a')).toBe(0);
    expect(at('relative speed(0.5s)', 'a')).toBeCloseTo(40, 4);
    expect(at('joint speed(0.5s)', 'a')).toBeCloseTo(20, 4);
    expect(at('animals seen')).toBe(2);
  });

  test('cm, px and body lengths differ by the scale alone', async () => {
    const groups = ['distances', 'speeds'] as const;
    const name = 'distance(nose,tailbase)';
    const cm = await table(made, { set: 'general', groups }, { calibration: { kind: 'plane', pxPerCm: 10 } });
    expect([values(cm, name, 'a')[3], cm.columns[0]?.unit]).toEqual([6, 'cm']);
    const body = await table(made, { set: 'general', groups });
    expect([values(body, name, 'a')[3], body.columns[0]?.unit]).toEqual([1, 'body lengths']);
    expect(() => createFeatureSource(madeTracks(made), { set: 'general', lengths: 'cm' })).toThrow(
      'needs a calibration',
    );
  });

  test('turning is measured over a whole turn, to the right above 0', async () => {
    const turning = await table(
      {
        keypoints,
        individuals: ['a'],
        frameCount: 60,
        point: (frame, _, keypoint) => {
          const along = 30 - 30 * keypoint;
          return [200 + along * Math.cos(frame / 5), 200 + along * Math.sin(frame / 5)];
        },
      },
      { ...px, groups: ['turning', 'accelerations'] },
    );
    for (const frame of [10, 16, 31, 47]) {
      expect(values(turning, 'turning(0.5s)')[frame]).toBeCloseTo(4, 4);
    }
  });

  test('a falling point is accelerated as it should, also with gaps and at a variable rate', async () => {
    const frameCount = 60;
    const timesSec = Float64Array.from({ length: frameCount }, (_, f) => f / 20 + 0.012 * Math.sin(f));
    for (const timeBase of [
      createTimeBase({ frameCount, fps: 20 }),
      createTimeBase({ frameCount, fps: 20, timesSec }),
    ]) {
      const sec = (frame: number) => timeBase.timesSec?.[frame] ?? frame / 20;
      const features = await table(
        {
          frameCount,
          timeBase,
          individuals: ['a'],
          keypoints: ['center'],
          point: (frame) => (frame % 4 === 1 ? undefined : [30 * sec(frame), 50 * sec(frame) ** 2]),
        },
        { set: 'general', groups: ['speeds', 'accelerations'], lengths: 'px', spansSec: [0.5] },
      );
      expect(values(features, 'acceleration(center,0.5s)')[30]).toBeCloseTo(100, 2);
      // The line through a parabola is as steep as the parabola at the mean time: not quite this frame's.
      expect(values(features, 'speed(center,0.5s)')[30]).toBeCloseTo(Math.hypot(30, 100 * sec(30)), -1);
    }
  });
});

test('the ellipse of a bent animal is turned from its heading', async () => {
  // Three points of a square bracket: nose turned to the side by a right angle.
  const places = [
    [20, 20],
    [20, 0],
    [0, 0],
  ] as const;
  const features = await table(
    { individuals: ['a'], keypoints: ['nose', 'center', 'tailbase'], point: (_, __, k) => places[k] },
    { set: 'general', groups: ['shape'], lengths: 'px' },
  );
  const at = (name: string) => values(features, name)[0] as number;
  expect(at('ellipse turn')).toBeCloseTo(Math.PI / 4, 6);
  // Variances along the diagonals of the triangle: 400 / 3 and 400 / 9.
  expect(at('ellipse length')).toBeCloseTo(4 * Math.sqrt(400 / 3), 4);
  expect(at('ellipse width')).toBeCloseTo(4 * Math.sqrt(400 / 9), 4);
  expect(at('ellipse area')).toBeCloseTo((Math.PI / 4) * at('ellipse length') * at('ellipse width'), 3);
  expect(at('eccentricity')).toBeCloseTo(Math.sqrt(2 / 3), 6);
});

test('missing points: values that need them are NaN, others are not; half of a span must be known', async () => {
  const features = await table(
    {
      individuals: ['a'],
      keypoints: ['nose', 'center', 'tailbase'],
      frameCount: 60,
      point: (frame, _, keypoint) =>
        keypoint === 0 && frame >= 20 && frame < 40 ? undefined : [frame + 20 * keypoint, 7],
    },
    { set: 'general', groups: ['presence', 'distances', 'speeds', 'shape'], lengths: 'px', spansSec: [0.5] },
  );
  expect([...values(features, 'missing').subarray(19, 21)]).toEqual([0, Math.fround(1 / 3)]);
  expect(values(features, 'distance(nose,center)')[20]).toBeNaN();
  expect(values(features, 'distance(center,tailbase)')[20]).toBe(20);
  expect(values(features, 'ellipse length')[20]).toBeNaN();
  const speed = values(features, 'speed(nose,0.5s)');
  // 0.5 s at 20 frames a second are 5 frames to each side: from frame 20 on fewer than 6 of 11 are known.
  expect(speed[19]).toBeCloseTo(20, 4);
  expect([speed[20], speed[30], speed[39]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect(speed[40]).toBeCloseTo(20, 4);
});

test('an animal that is never seen gives NaN, not an error', async () => {
  const features = await table(
    {
      point: (frame, individual) => (individual === 1 ? undefined : [frame, 50]),
      keypoints: ['nose', 'center', 'tailbase'],
    },
    { set: 'general', symmetric: true, lengths: 'px' },
  );
  expect(values(features, 'animals seen')[5]).toBe(1);
  expect(values(features, 'distance between centers').every(Number.isNaN)).toBe(true);
  expect(values(features, 'missing.max')[5]).toBe(1);
});
