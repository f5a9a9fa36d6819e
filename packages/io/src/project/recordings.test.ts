import { createRecording, MemoryStore } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { createProject, openProject } from './open-project.js';

const full = createRecording({
  id: 'day 3',
  subjects: ['m1', 'm2'],
  conditions: { genotype: 'wt', day: 3, blinded: true },
  exclusions: [{ startSec: 0, endSec: 30, reason: 'hand in the picture' }],
  arena: { name: 'box', space: 'arena', shape: { kind: 'circle', center: [0, 0], radius: 20 } },
  regions: [
    {
      name: 'corner',
      space: 'arena',
      shape: {
        kind: 'polygon',
        corners: [
          [0, 0],
          [5, 0],
          [0, 5],
        ],
      },
    },
  ],
  tracks: ['t'],
});

test('recordings with conditions, exclusions and regions survive closing', async () => {
  const store = new MemoryStore();
  const project = await createProject(store, { name: 'p' });
  expect(await project.updateRecordings(() => [full])).toEqual([full]);
  await project.close();
  const again = await openProject(store, { mode: 'read' });
  expect(again.recordings()).toEqual([full]);
});

test('a recording keeps keys that this version does not know, and loses its arena when told', async () => {
  const store = new MemoryStore();
  const project = await createProject(store, { name: 'p' });
  await project.updateRecordings(() => [full]);
  await project.updateManifest((manifest) => ({
    ...manifest,
    recordings: manifest.recordings.map((entry) => ({ ...entry, later: { a: 1 } })),
  }));
  const { arena: _, ...without } = full;
  await project.updateRecordings(() => [without]);
  expect(project.manifest.recordings[0]).toMatchObject({ later: { a: 1 }, id: 'day 3' });
  expect(project.recordings()).toEqual([without]);
});

test('what cannot be is refused, and nothing changes', async () => {
  const project = await createProject(new MemoryStore(), { name: 'p' });
  await project.updateRecordings(() => [full]);
  const bad = (change: Partial<typeof full>) => project.updateRecordings(() => [{ ...full, ...change }]);
  await expect(bad({ videos: ['none'] })).rejects.toThrow(/videos must be those of the project, got none/);
  await expect(bad({ id: 'a/b' })).rejects.toThrow(/usable as a file name/);
  await expect(bad({ exclusions: [{ startSec: 2, endSec: 1, reason: 'x' }] })).rejects.toThrow(/must end after/);
  await expect(project.updateRecordings(() => [full, full])).rejects.toThrow(/got day 3 twice/);
  expect(project.recordings()).toEqual([full]);
});

test('a recording in the manifest that cannot be names the place', async () => {
  const store = new MemoryStore();
  const project = await createProject(store, { name: 'p' });
  await project.updateRecordings(() => [full]);
  const text = new TextDecoder().decode(await store.read('zoopraxis.json'));
  await store.write('zoopraxis.json', new TextEncoder().encode(text.replace('"endSec": 30', '"endSec": -30')));
  const again = await openProject(store, { mode: 'read' });
  expect(() => again.recordings()).toThrow(/recordings, day 3: expected a recording/);
});
