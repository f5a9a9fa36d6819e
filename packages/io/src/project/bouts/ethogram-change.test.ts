import { IntegrityError, MemoryStore } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import type { Project } from '../project.js';
import { boutAt, linesOf, makeBoutProject, openToWrite, streamOf } from './bouts.test.kit.js';
import { ethogramChange, reverseEthogramChange } from './ethogram-change.js';

const behavior = (name: string, more: object = {}) => ({ name, kind: 'state' as const, exclusiveWith: [], ...more });

const namesOf = ({ manifest }: Project): string[] => manifest.ethogram.behaviors.map(({ name }) => name);

async function withAttack(): Promise<Project> {
  const store = new MemoryStore();
  await makeBoutProject(store);
  const project = await openToWrite(store);
  const stream = streamOf('ann');
  await project.recordBouts([{ stream, remove: [], add: [boutAt('a', 1)] }], {
    annotator: 'ann',
    ethogram: () => [behavior('attack', { hue: 'kept' })],
  });
  await project.updateManifest((manifest) => ({ ...manifest, rules: [{ name: 'near', behavior: 'attack' }] }));
  return project;
}

const rename = (project: Project) =>
  project.recordBouts([{ stream: streamOf('ann'), remove: ['a'], add: [boutAt('a', 1, 'fight')] }], {
    annotator: 'ann',
    title: 'rename attack to fight',
    ethogram: (behaviors) => behaviors.map((item) => ({ ...item, name: 'fight' })),
    renamed: { attack: 'fight' },
  });

test('one step of undo takes back a renamed behavior: catalogue, bouts and rules', async () => {
  const project = await withAttack();
  await rename(project);
  expect(namesOf(project)).toEqual(['fight']);
  expect(project.manifest.rules).toEqual([{ name: 'near', behavior: 'fight' }]);
  expect(project.manifest.ethogram.behaviors[0]).toMatchObject({ hue: 'kept' });
  await project.undoBouts({ annotator: 'ann' });
  expect(namesOf(project)).toEqual(['attack']);
  expect(project.manifest.rules).toEqual([{ name: 'near', behavior: 'attack' }]);
  expect((await linesOf(project, 'human')).join()).toContain('a:attack:1-2');
  await project.redoBouts({ annotator: 'ann' });
  expect(namesOf(project)).toEqual(['fight']);
  expect((await linesOf(project, 'human')).join()).toContain('a:fight:1-2');
  await project.close();
});

test('undo leaves what others did to the catalogue since', async () => {
  const project = await withAttack();
  await rename(project);
  const more = [behavior('fight', { hue: 'kept' }), behavior('mount')];
  await project.recordBouts([], { annotator: 'bob', ethogram: () => more });
  await project.undoBouts({ annotator: 'ann' });
  expect(namesOf(project)).toEqual(['attack', 'mount']);
  await project.redoBouts({ annotator: 'ann' });
  await project.recordBouts([], { annotator: 'bob', ethogram: () => [behavior('fight', { key: 'f' })] });
  await expect(project.undoBouts({ annotator: 'ann' })).rejects.toThrow(IntegrityError);
  expect(namesOf(project)).toEqual(['fight']);
  await project.close();
});

test('what did not change is no step, and a contradiction is refused', () => {
  expect(ethogramChange([behavior('a')], [behavior('a')])).toBeUndefined();
  const added = ethogramChange([], [behavior('a')]);
  if (added === undefined) throw new Error('nothing changed');
  expect(reverseEthogramChange(added, 'redo', [behavior('a')])).toBeUndefined();
  expect(() => reverseEthogramChange(added, 'undo', [behavior('a'), behavior('b', { partOf: 'a' })])).toThrow(
    /does not fit any more/,
  );
});
