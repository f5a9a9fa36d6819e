import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { afterAll, expect, test } from 'vitest';
import { loadTraining } from './load-training.js';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

test('where every file of tracks fails, the first is named with what is wrong in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-training-'));
  made.push(folder);
  const [tracks, annotations] = [join(folder, 'tracks'), join(folder, 'annotations')];
  await Promise.all([mkdir(tracks), mkdir(annotations)]);
  for (const stem of ['s1', 's2']) {
    await writeFile(join(tracks, `${stem}.csv`), 'scorer,a\nnot,a table\n');
    await writeFile(join(annotations, `${stem}.csv`), 'recording,subject,behavior,start,end\ns1,m,rear,0,1\n');
  }
  const problem = await loadTraining(
    {
      ...{ tracks: [tracks], annotations: [annotations], truth: { unscored: 'none' }, features: {} },
      ...{ fps: 30, repairsSwaps: false },
    } as unknown as Parameters<typeof loadTraining>[0],
    { report: () => undefined, signal: new AbortController().signal },
  ).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(StorageError);
  expect((problem as Error).message).toMatch(
    /^no recording can be learned from, none of 2 files of tracks can be used; the first: .+ \(s1\.csv\)$/,
  );
});
