import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { listBoutFiles, listTrackFiles, pairByStem, pairWithTable } from './match-files.js';

const file = (name: string) => ({ path: `/data/${name}`, stem: name.replace(/\.(csv\.gz|csv|txt|h5|json)$/, '') });
const pairsOf = (tracks: string[], annotations: string[]) => {
  const found = pairByStem(tracks.map(file), annotations.map(file));
  return {
    ...found,
    pairs: found.pairs.map(({ stem, ...pair }) => [stem, basename(pair.tracks), basename(pair.annotations)]),
  };
};

test('tracks and annotations of one stem are a pair, and the others are told', () => {
  expect(pairsOf(['s2.csv.gz', 's1.csv.gz', 's9.h5'], ['s1.txt', 's2.txt', 's7.txt'])).toEqual({
    pairs: [
      ['s1', 's1.csv.gz', 's1.txt'],
      ['s2', 's2.csv.gz', 's2.txt'],
    ],
    tracksAlone: ['s9.h5'],
    annotationsAlone: ['s7.txt'],
  });
});

test('what DeepLabCut, MARS and filters add to a name does not keep files apart', () => {
  const tracks = ['m1DLC_resnet50_openfieldOct30shuffle1_1030000.h5', 'm2_pose_top_v1_8.json', 'm3-filtered.csv'];
  expect(pairsOf(tracks, ['m1.txt', 'm2_anno.txt', 'm3.txt']).pairs.map(([stem]) => stem)).toEqual(['m1', 'm2', 'm3']);
});

test('a whole name wins over a shortened one', () => {
  const { pairs, tracksAlone } = pairsOf(['m3-filtered.csv', 'm3.csv'], ['m3.txt']);
  expect(pairs).toEqual([['m3', 'm3.csv', 'm3.txt']]);
  expect(tracksAlone).toEqual(['m3-filtered.csv']);
});

test('two files that claim one partner equally are refused', () => {
  expect(() => pairsOf(['m1DLC_a.csv', 'm1DLC_b.csv'], ['m1.txt'])).toThrow(/several files could belong together/);
});

test('of the forms of one recording Parquet is taken, and records and hidden files are passed over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-match-'));
  try {
    for (const name of ['a.csv', 'a.h5', 'a.parquet', 'a.tracks.json', 'b.csv.gz', '.c.csv', 'note.md']) {
      await writeFile(join(folder, name), '');
    }
    const ignored: string[] = [];
    const files = await listTrackFiles([folder], (path) => void ignored.push(basename(path)));
    expect(files.map(({ stem, path }) => [stem, basename(path)])).toEqual([
      ['a', 'a.parquet'],
      ['b', 'b.csv.gz'],
    ]);
    expect(ignored.sort()).toEqual(['a.csv', 'a.h5']);
    await mkdir(join(folder, 'empty', 'deeper'), { recursive: true });
    await expect(listBoutFiles([join(folder, 'empty')])).rejects.toThrow(/holds no annotations/);
    await expect(listBoutFiles([join(folder, 'nowhere')])).rejects.toThrow(/no such file or folder of annotations/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('one table of many recordings is the partner of each', () => {
  const { pairs, tracksAlone, annotationsAlone } = pairWithTable(['m1DLC_a.csv', 'm4.csv'].map(file), file('all.csv'), [
    'videos/m1.mp4',
    'm2',
  ]);
  expect(pairs).toEqual([{ stem: 'm1', tracks: '/data/m1DLC_a.csv', annotations: '/data/all.csv' }]);
  expect([tracksAlone, annotationsAlone]).toEqual([['m4.csv'], ['m2']]);
});
