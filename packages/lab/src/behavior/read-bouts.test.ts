import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBouts } from './read-bouts.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-bouts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const caltech = `Caltech Behavior Annotator - Annotation File

Configuration file:
base\tz
attack\ta
sniff\ts

S1:\tstart\tend\ttype
-----------------------------
\t1\t30\tbase
\t31\t60\tattack
\t61\t90\tbase

S2:\tstart\tend\ttype
-----------------------------
\t1\t45\tbase
\t46\t60\tsniff
\t61\t90\tbase
`;
const options = { stem: 's1', report: () => {} };
const write = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

test('one stream of a Caltech file is chosen, frames become seconds', async () => {
  const path = await write('s1.txt', caltech);
  const read = await readBouts(path, { ...options, stream: 'S1', fps: 30 });
  expect(read.annotations.behaviors).toEqual(['attack']);
  expect([...read.annotations.startSec, ...read.annotations.endSec]).toEqual([1, 2]);
  expect(read.observedSec).toEqual([0, 3]);
});

test('several streams are never mixed: the message lists them', async () => {
  const path = await write('s1.txt', caltech);
  await expect(readBouts(path, { ...options, fps: 30 })).rejects.toThrow(
    /expected one stream, found S1, S2: .*s1\.txt/,
  );
  await expect(readBouts(path, { ...options, fps: 30, stream: 'S3' })).rejects.toMatchObject({
    message: expect.stringMatching(/expected stream S3, found S1, S2/),
    hint: 'Choose one with --stream.',
  });
});

test('a file in frames without a rate says so and how to give it', async () => {
  const path = await write('s1.txt', caltech);
  await expect(readBouts(path, { ...options, stream: 'S1' })).rejects.toMatchObject({
    message: expect.stringContaining('does not hold the frame rate'),
    hint: expect.stringContaining('--fps'),
  });
});

test('a table in seconds stays in seconds although a rate is given, one in frames is divided by it', async () => {
  const seconds = await write('sec.csv', 'behavior,start,end\nattack,1,2.5\n');
  expect([...(await readBouts(seconds, { ...options, fps: 30 })).annotations.endSec]).toEqual([2.5]);
  const frames = await write('frames.csv', 'behavior,start_frame,end_frame\nattack,30,75\n');
  expect([...(await readBouts(frames, { ...options, fps: 30 })).annotations.endSec]).toEqual([2.5]);
  const plain = await write('plain.csv', 'behavior,start,end\nattack,30,75\n');
  expect([...(await readBouts(plain, { ...options, fps: 30, unit: 'frames' })).annotations.endSec]).toEqual([2.5]);
});

test('bouts toward several animals are those of the one that acts; two that act must be chosen from', async () => {
  const path = await write(
    'two.csv',
    'behavior,start,end,subject,target\nattack,1,2,a,b\nsniff,3,4,a,c\nflee,1,2,b,a\n',
  );
  await expect(readBouts(path, options)).rejects.toThrow(/expected one subject, found a, b/);
  const { annotations } = await readBouts(path, { ...options, subject: 'a' });
  expect(annotations.behaviors).toEqual(['attack', 'sniff']);
  expect([...annotations.startSec]).toEqual([1, 3]);
});

test('of a table of many recordings the own one is taken', async () => {
  const path = await write('all.csv', 'video,behavior,start,end\ns1.mp4,attack,1,2\ns2.mp4,attack,5,6\n');
  expect([...(await readBouts(path, options)).annotations.startSec]).toEqual([1]);
  await expect(readBouts(path, { ...options, stem: 's9' })).rejects.toThrow(
    /expected recording s9, found s1.mp4, s2.mp4/,
  );
});

test('our own bouts, of one stream without a name, need no choice', async () => {
  const path = await write('own.csv', 'recording,subject,annotator,behavior,start_sec,end_sec\ns1,s1,m,attack,1,2\n');
  expect((await readBouts(path, { ...options, stream: 'S1' })).annotations.behaviors).toEqual(['attack']);
});
