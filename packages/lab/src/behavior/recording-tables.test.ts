import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groupsOf } from './recording-tables.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-groups-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a table names the animal of each recording, by its usual or a named column', async () => {
  const path = join(folder, 'animals.csv');
  await writeFile(path, 'video,mouse,cage\nday1.mp4,m1,c1\nday2.mp4,m1,c1\nday3.mp4,m2,c1\n');
  const animal = await groupsOf(path);
  expect(['day1', 'day2', 'day3'].map(animal)).toEqual(['m1', 'm1', 'm2']);
  expect((await groupsOf(`${path}:cage`))('day3')).toBe('c1');
  expect(() => animal('day4')).toThrow(/does not name the recording day4/);
  await expect(groupsOf(`${path}:litter`)).rejects.toThrow(/a column for the animal \(litter\)/);
});

test('a recording with two animals, and a table that is not there, are told', async () => {
  const path = join(folder, 'twice.csv');
  await writeFile(path, 'recording,animal\na,m1\na,m2\n');
  await expect(groupsOf(path)).rejects.toThrow(
    /line 3: expected each recording with one animal, found a with m1 and m2/,
  );
  await expect(groupsOf(join(folder, 'none.csv'))).rejects.toThrow(/cannot be read/);
});
