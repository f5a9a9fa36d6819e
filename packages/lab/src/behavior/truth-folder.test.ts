import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseMap, readTruthFolder, truthOf } from './truth-folder.js';

let folder: string;
let files: { stem: string; path: string }[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-truth-'));
  await writeFile(join(folder, 'a.csv'), 'behavior,start,end\nface,0,1\nattack,2,3\n');
  await writeFile(join(folder, 'b.csv'), 'behavior,start,end\nbody,1,2\nout,3,4\n');
  files = ['a', 'b'].map((stem) => ({ stem, path: join(folder, `${stem}.csv`) }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const context = { fpsOf: () => 10, report: () => {}, signal: new AbortController().signal };
const timeBase = { frameCount: 50, fps: 10 };

test('a behavior of any file was scored in all, and frames without a bout are other', async () => {
  const truth = await readTruthFolder(files, {}, context);
  expect([truth.behaviors, truth.background]).toEqual([['attack', 'body', 'face', 'out'], 'other']);
  const [a] = files;
  const bouts = truth.bouts.get(a?.stem ?? '');
  if (bouts === undefined) throw new Error('read');
  const { truth: labels } = await truthOf(truth, bouts, { timeBase, settings: {} });
  expect(labels.behaviors).toEqual(['attack', 'body', 'face', 'out', 'other']);
  expect([5, 15, 25].map((frame) => labels.behaviors[labels.label[frame] as number])).toEqual([
    'face',
    'other',
    'attack',
  ]);
});

test('fine behaviors fold into coarse ones, and classes choose', async () => {
  const coarse = parseMap(['face=sniff', 'body=sniff']);
  expect((await readTruthFolder(files, { coarse }, context)).behaviors).toEqual(['attack', 'out', 'sniff']);
  expect((await readTruthFolder(files, { coarse, classes: ['sniff'] }, context)).behaviors).toEqual(['sniff']);
  await expect(readTruthFolder(files, { classes: ['fly'] }, context)).rejects.toThrow(
    /no annotation has the behavior fly; they have attack, body, face, out/,
  );
});

test('a word that no file has as a behavior stands for frames without one', async () => {
  expect((await readTruthFolder(files, { unscored: ['base'] }, context)).background).toBeNull();
  const named = await readTruthFolder(files, { unscored: ['out'] }, context);
  expect([named.behaviors, named.background]).toEqual([['attack', 'body', 'face'], 'other']);
});

test('annotations without a scored bout are told with the options that choose', async () => {
  const unscored = ['face', 'body', 'attack', 'out'];
  await expect(readTruthFolder(files, { unscored }, context)).rejects.toMatchObject({
    message: expect.stringMatching(/hold no bout of a behavior that is scored: .*a\.csv/),
    hint: expect.stringContaining('--unscored'),
  });
});

test('maps that say two things are refused', () => {
  expect(() => parseMap(['a=b', 'a=c'])).toThrow(/a can count as one behavior, got b and c/);
  expect(() => parseMap(['a='])).toThrow(/must be fine=coarse/);
});
