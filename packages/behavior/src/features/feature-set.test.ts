import { createSkeleton } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { madeTracks } from '../tracks/made-tracks.test.kit.js';
import {
  collectFeatures,
  createFeatureSource,
  describeFeatureSpec,
  type FeatureSpec,
  parseFeatureSpec,
  planFeatures,
} from './feature-set.js';
import { guessBodyRoles, resolveRoles } from './general/roles.js';

const rat = createSkeleton({ name: 'rat', keypoints: ['top', 'body', 'tail', 'tail-m', 'tail-e'] });
const mars = ['nose', 'right_ear', 'left_ear', 'neck', 'right_side', 'left_side', 'tail_base'];

describe('settings', () => {
  const specs: FeatureSpec[] = [
    { set: 'general' },
    {
      set: 'general',
      groups: ['speeds', 'angles'],
      keypoints: ['nose', 'neck'],
      roles: { nose: 'snout', head: null },
      angles: [['nose', 'neck', 'tail']],
      symmetric: true,
      exchange: ['mean'],
      lengths: 'px',
      spansSec: [0.3],
      minimumConfidence: 0,
      windows: [
        { radiusSec: 0.5, statistics: ['mean', 'std'] },
        { frames: 3, label: 'w', meanIsRaw: true },
      ],
      keepRaw: false,
      maxColumns: 12,
    },
    { set: 'mars', mode: 'mars', resident: 'a', roles: { nose: 'snout' }, pixels: false, windows: [] },
  ];
  test('survive a file, and are told in words', () => {
    for (const spec of specs) {
      expect(parseFeatureSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
      expect(describeFeatureSpec(spec).length).toBeGreaterThan(1);
    }
    expect(describeFeatureSpec(specs[1] as FeatureSpec).join(' ')).toContain('0.5 s to each side (mean, std)');
  });

  test('what cannot be is refused with its name, a misspelled setting too', () => {
    const wrong: [unknown, string][] = [
      [null, 'at the top: expected an object of settings, found null'],
      [{ set: 'simba' }, 'at set: expected "general" or "mars", found "simba"'],
      [{}, 'at set: expected "general" or "mars", found nothing'],
      [{ set: 'general', groups: ['speed'] }, 'at groups: expected a list of presence'],
      [{ set: 'general', groups: [] }, 'at groups'],
      [{ set: 'general', spansSec: [0.5, 0.5] }, 'at spansSec'],
      [{ set: 'general', symetric: true }, 'at symetric: expected one of the settings angles'],
      [{ set: 'general', roles: { snout: 'nose' } }, 'at roles: expected keypoint names (or null) of nose'],
      [
        { set: 'general', windows: [{ radiusSec: 1, frames: 3 }] },
        'window 1 file at frames: expected either frames or radiusSec',
      ],
      [{ set: 'general', windows: [{ frames: 4 }] }, 'expected an odd number from 3, found 4'],
      [{ set: 'general', minimumConfidence: 2 }, 'at minimumConfidence'],
      [{ set: 'mars', groups: ['speeds'] }, 'at groups: expected one of the settings intruder'],
    ];
    for (const [data, message] of wrong) expect(() => parseFeatureSpec(data)).toThrow(message);
  });
});

describe('planning', () => {
  test('tells the columns of each group before computing, the same as are computed', async () => {
    const made = madeTracks({ frameCount: 30 });
    for (const symmetric of [true, false]) {
      const spec: FeatureSpec = {
        set: 'general',
        symmetric,
        windows: [{ frames: 3 }, { frames: 5, statistics: ['mean'] }],
      };
      const plan = planFeatures(spec, made.skeleton, made.individuals);
      const { columns } = createFeatureSource(made, spec);
      expect(plan.columnCount).toBe(columns.length);
      expect(plan.columnCount).toBe(plan.baseColumnCount * 6);
      expect(plan.groups.reduce((sum, group) => sum + group.columnCount, 0)).toBe(plan.columnCount);
      expect(plan.leftOut.map(({ group }) => group)).toEqual(['regions']);
      // Names, subjects and partners tell each column from all others.
      await collectFeatures(createFeatureSource(made, spec));
    }
  });

  test('a hundred keypoints are refused, with what to leave out', () => {
    const skeleton = createSkeleton({ name: 'many', keypoints: Array.from({ length: 100 }, (_, i) => `p${i}`) });
    const plan = () => planFeatures({ set: 'general' }, skeleton, ['a', 'b']);
    expect(plan).toThrow('features: 20543 columns, above the limit of 4000');
    expect(planFeatures({ set: 'general', groups: ['presence', 'shape'] }, skeleton, ['a', 'b']).columnCount).toBe(13);
    try {
      plan();
    } catch (error) {
      expect((error as { hint: string }).hint).toContain('Most are of partner-distances (10002), distances (9900)');
    }
  });

  test('a point on the line of the heading is never beside it, and limbs and tail are not of the trunk', () => {
    const keypoints = ['nose', 'body', 'tailbase', 'left paw', 'tail 1', 'tailtip'];
    const made = madeTracks({ keypoints, individuals: ['a'], frameCount: 9 });
    const { columns } = createFeatureSource(made, { set: 'general', groups: ['posture', 'shape'] });
    const names = columns.map(({ name }) => name);
    expect(names).toContain('own sideways(nose)');
    expect(names).toContain('own forward(tailbase)');
    expect(names).not.toContain('own sideways(tailbase)');
    expect(columns.at(-1)?.definition).toContain('head and trunk (nose, body, tailbase)');
  });

  test('groups that cannot be are left out with the reason, or refused where they are asked for', () => {
    const bare = createSkeleton({ name: 'bare', keypoints: ['p', 'q'] });
    const plan = planFeatures({ set: 'general' }, bare, ['a']);
    expect(plan.leftOut.map(({ group }) => group)).toEqual([
      'posture',
      'angles',
      'shape',
      'turning',
      'regions',
      'partner-distances',
      'partner-position',
      'partner-motion',
    ]);
    expect(() => planFeatures({ set: 'general', groups: ['turning'] }, bare, ['a'])).toThrow(
      'group turning cannot be computed, for it is not known where an animal faces',
    );
    expect(() => planFeatures({ set: 'general', keypoints: ['nose'] }, bare, ['a'])).toThrow(
      'there is no keypoint nose',
    );
  });

  test("MARS's are as many as published, less those of pixels", () => {
    const skeleton = createSkeleton({ name: 'mars', keypoints: mars });
    expect(planFeatures({ set: 'mars', pixels: true }, skeleton, ['a', 'b'])).toMatchObject({
      baseColumnCount: 262,
      columnCount: 3144,
    });
    const made = madeTracks({ keypoints: mars, individuals: ['resident', 'intruder'], frameCount: 20 });
    for (const windows of [undefined, []]) {
      const spec: FeatureSpec = { set: 'mars', ...(windows && { windows }) };
      expect(createFeatureSource(made, spec).columns.length).toBe(planFeatures(spec, skeleton, ['a', 'b']).columnCount);
    }
    expect(() => createFeatureSource(made, { set: 'mars', pixels: true })).toThrow('there is no video');
  });
});

describe('roles', () => {
  test('names tell them; what may mean other points is unsure', () => {
    const guess = guessBodyRoles(rat);
    expect(guess.roles).toEqual({ head: 0, center: 1, tailBase: 2, tailMiddle: 3, tailTip: 4 });
    expect(guess.sure).toEqual([]);
    expect(guess.unsure.map(({ role, keypoint }) => `${role} ${keypoint}`)).toEqual([
      'head top',
      'center body',
      'tailBase tail',
      'tailMiddle tail-m',
      'tailTip tail-e',
    ]);
    const top = guessBodyRoles(createSkeleton({ name: 'mars', keypoints: mars }));
    expect(top.sure).toEqual(['nose', 'neck', 'leftEar', 'rightEar', 'tailBase']);
    expect(top.unsure.map(({ role }) => role)).toEqual(['leftHip', 'rightHip']);
    const mouse = guessBodyRoles(
      createSkeleton({
        name: 'm',
        keypoints: ['Nose', 'Left_ear', 'Right_ear', 'spine 1', 'spine 2', 'Tail_base', 'tail 50', 'Tail_end'],
      }),
    );
    expect(mouse.roles).toEqual({
      nose: 0,
      leftEar: 1,
      rightEar: 2,
      neck: 3,
      center: 4,
      tailBase: 5,
      tailMiddle: 6,
      tailTip: 7,
    });
    expect(mouse.unsure.map(({ role }) => role)).toEqual(['neck', 'center']);
  });

  test('the user overrules them, and a keypoint has one role', () => {
    expect(resolveRoles(rat, { nose: 'top' })).toEqual({ nose: 0, center: 1, tailBase: 2, tailMiddle: 3, tailTip: 4 });
    expect(resolveRoles(rat, { head: null, tailBase: 'tail-m' })).toEqual({ center: 1, tailBase: 3, tailTip: 4 });
    expect(() => resolveRoles(rat, { nose: 'snout' })).toThrow('nose is given as snout, which is no keypoint');
    expect(() => resolveRoles(rat, { paw: 'top' } as never)).toThrow('there is no role paw');
  });
});
