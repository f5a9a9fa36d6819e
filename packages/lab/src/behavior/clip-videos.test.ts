import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVideoEncoder } from '@zoopraxis/io/node';
import { expect, test } from 'vitest';
import { cutExamples } from './clip-videos.js';
import { evaluateFolders } from './evaluate-folders.js';

const table = (rows: readonly [number, number][]) =>
  `behavior,start_sec,end_sec\n${rows.map(([from, to]) => `rear,${from},${to}\n`).join('')}`;

test('clips, people and scores come from folders by the names of files; what else lies there stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-clip-videos-'));
  const at = (...parts: string[]) => join(folder, ...parts);
  for (const name of ['truth', 'predicted', 'ann', 'videos', 'clips']) await mkdir(at(name));
  for (const name of ['m1', 'm2']) {
    await writeFile(
      at('truth', `${name}.csv`),
      table([
        [0.5, 1.5],
        [4, 5],
      ]),
    );
    await writeFile(
      at('predicted', `${name}.csv`),
      table([
        [0.5, 1.4],
        [2.5, 3],
      ]),
    );
  }
  await writeFile(
    at('ann', 'm2.csv'),
    table([
      [0.6, 1.5],
      [4, 5],
    ]),
  );
  const encoder = await openVideoEncoder(at('videos', 'm1.mp4'), { widthPx: 64, heightPx: 48, fps: 10 });
  for (let i = 0; i < 50; i++) {
    await encoder.write({ widthPx: 64, heightPx: 48, rgb: new Uint8Array(64 * 48 * 3).fill(4 * i) });
  }
  await encoder.finish();
  await writeFile(at('clips', 'rear-true-positive-7.mp4'), 'of before');
  await writeFile(at('clips', 'mine.mp4'), 'mine');
  const signal = new AbortController().signal;
  const { recordings, evaluation } = await evaluateFolders(at('predicted'), at('truth'), {
    ...{ fps: 10, resampleCount: 0, people: [at('ann')], report: () => {}, signal },
  });
  expect(evaluation.humans?.annotators.map(({ name, recordings: count }) => [name, count])).toEqual([['ann', 1]]);
  expect(evaluation.humans?.annotators[0]?.versusTruth.rear).toEqual({ precision: 1, recall: 19 / 20, f1: 38 / 39 });
  const { clips, notes } = await cutExamples(recordings, {
    ...{ videos: at('videos'), folder: at('clips'), background: evaluation.background, perKind: 1, synthetic: false },
    ...{ signal, onClip: () => {} },
  });
  expect(clips.map(({ kind, recording, startFrame, endFrame }) => [kind, recording, startFrame, endFrame])).toEqual([
    ['true positive', 'm1', 5, 15],
    ['false positive', 'm1', 25, 30],
    ['false negative', 'm1', 40, 50],
  ]);
  expect(notes).toEqual(['1 of 2 recordings have no video: no clips of them.']);
  expect((await readdir(at('clips'))).sort()).toEqual([
    'mine.mp4',
    'rear-false-negative-1.mp4',
    'rear-false-positive-1.mp4',
    'rear-true-positive-1.mp4',
  ]);
  await rm(folder, { recursive: true, force: true });
});
