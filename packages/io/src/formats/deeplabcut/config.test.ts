import { FormatError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import type { FileProblem } from '../file-problem.js';
import { readDeepLabCutConfig, writeDeepLabCutConfig } from './config.js';

const ignore = () => undefined;

const single = `# Project definitions (do not edit)
Task: openfield
scorer: Pranav
date: Oct30
multianimalproject:
identity:

project_path: D:\\Projects\\openfield
video_sets:
  C:\\Users\\x\\videos\\m4s1.mp4:
    crop: 0, 640, 0, 480
  /data/b c.mp4:
    crop:
bodyparts:
- snout
- 'left ear'
- tail,base
numframes2pick: 20
skeleton: [[snout, left ear], [snout, nothing]]
pcutoff: 0.4 # kept
future_key: {a: [1, 2]}
`;

describe('readDeepLabCutConfig', () => {
  test('reads a project of one animal, and reports what it leaves out', () => {
    const problems: FileProblem[] = [];
    const config = readDeepLabCutConfig(new TextEncoder().encode(single), {
      path: 'config.yaml',
      report: (problem) => problems.push(problem),
    });
    expect(config).toMatchObject({
      task: 'openfield',
      scorer: 'Pranav',
      date: 'Oct30',
      multiAnimal: false,
      projectPath: 'D:\\Projects\\openfield',
      keypoints: ['snout', 'left ear', 'tail,base'],
      uniqueKeypoints: [],
      individuals: [],
      edges: [['snout', 'left ear']],
      pcutoff: 0.4,
      framesToPick: 20,
      videos: [{ path: 'C:\\Users\\x\\videos\\m4s1.mp4', crop: [0, 640, 0, 480] }, { path: '/data/b c.mp4' }],
    });
    expect(config.all.future_key).toEqual({ a: [1, 2] });
    expect(problems).toMatchObject([{ code: 'config-value', where: 'skeleton, entry 2', file: 'config.yaml' }]);
  });

  test('reads a project of several animals, with unique body parts and a chain for a skeleton', () => {
    const text = `
multianimalproject: true
individuals: [m1, m2]
uniquebodyparts: [corner]
multianimalbodyparts: [nose, spine, tail]
bodyparts: MULTI!
skeleton:
- - nose
  - spine
  - tail
`;
    expect(readDeepLabCutConfig(text, { report: ignore })).toMatchObject({
      multiAnimal: true,
      individuals: ['m1', 'm2'],
      keypoints: ['nose', 'spine', 'tail'],
      uniqueKeypoints: ['corner'],
      edges: [
        ['nose', 'spine'],
        ['spine', 'tail'],
      ],
    });
  });

  test('reports values that cannot be, and goes on', () => {
    const problems: FileProblem[] = [];
    const text = 'bodyparts: [a, a, {b: 1}, 5]\npcutoff: high\nscorer: [x]\nvideo_sets: {a.mp4: {crop: 1, 2}}\n';
    const config = readDeepLabCutConfig(text, { report: (problem) => problems.push(problem) });
    expect(config).toMatchObject({
      keypoints: ['a', '5'],
      pcutoff: undefined,
      scorer: '',
      videos: [{ path: 'a.mp4' }],
    });
    expect(problems.map(({ where }) => where)).toEqual([
      'bodyparts, a',
      'bodyparts, entry 3',
      'video_sets, a.mp4',
      'scorer',
      'pcutoff',
    ]);
  });

  test.each([
    ['a: [1\nb: 2\n', /line \d/],
    ['just text', /keys with values/],
    ['- a\n- b\n', /keys with values/],
    ['', /keys with values/],
    [
      `a: &a [x,x,x,x,x,x,x,x]\n${'b: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n'}`,
      /plain values/,
    ],
  ])('refuses %j', (text, message) => {
    expect(() => readDeepLabCutConfig(text, { path: 'config.yaml', report: ignore })).toThrow(FormatError);
    expect(() => readDeepLabCutConfig(text, { path: 'config.yaml', report: ignore })).toThrow(message);
  });

  test('refuses bytes that are not UTF-8', () => {
    expect(() => readDeepLabCutConfig(Uint8Array.of(0x61, 0x3a, 0xe4), { report: ignore })).toThrow(/UTF-8/);
  });
});

describe('writeDeepLabCutConfig', () => {
  test('changes what it is told and keeps every other key, its place and its comments', () => {
    const text = writeDeepLabCutConfig({ scorer: 'Anna', keypoints: ['nose'], edges: [], pcutoff: 0.5 }, single);
    expect(text).toBe(
      single
        .replace('scorer: Pranav', 'scorer: Anna')
        .replace("bodyparts:\n- snout\n- 'left ear'\n- tail,base", 'bodyparts:\n  - nose')
        .replace('[[snout, left ear], [snout, nothing]]', '[]')
        .replace('pcutoff: 0.4', 'pcutoff: 0.5')
        .replace('{a: [1, 2]}', '{ a: [ 1, 2 ] }'),
    );
  });

  test('makes a new file that says what was asked, for one animal and for several', () => {
    for (const multiAnimal of [false, true]) {
      const changes = {
        task: 'mice',
        scorer: 'Anna',
        date: 'Nov21',
        multiAnimal,
        projectPath: '/data/mice',
        videos: [{ path: 'C:\\v\\a.mp4', crop: [0, 10, 0, 20] as const }],
        keypoints: ['nose', 'tail: "base"', '3'],
        uniqueKeypoints: multiAnimal ? ['corner'] : [],
        individuals: multiAnimal ? ['m1', 'm2'] : [],
        edges: [['nose', '3']] as const,
        pcutoff: 0.6,
      };
      const text = writeDeepLabCutConfig(changes);
      const problems: FileProblem[] = [];
      expect(readDeepLabCutConfig(text, { report: (problem) => problems.push(problem) })).toMatchObject(changes);
      expect(problems).toEqual([]);
      for (const key of ['TrainingFraction', 'iteration', 'default_net_type', 'snapshotindex', 'start', 'stop']) {
        expect(text).toMatch(new RegExp(`^${key}:`, 'm'));
      }
    }
  });
});
