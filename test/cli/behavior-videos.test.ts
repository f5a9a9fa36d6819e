import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@zoopraxis/core';
import { openVideoEncoder } from '@zoopraxis/io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from './run-program.test.kit.js';

// Two squares with the seven points of MARS. They stand still throughout: whether they shiver is seen in their pixels alone.

const frameCount = 210;
const [widthPx, heightPx] = [96, 64];
const points = ['nose', 'left_ear', 'right_ear', 'neck', 'left_side', 'right_side', 'tail_base'];
const offsets = [
  [12, 0],
  [8, -3],
  [8, 3],
  [6, 0],
  [0, -5],
  [0, 5],
  [-8, 0],
] as const;

/** Writes video, tracks and annotations of one session: `shiver` in every other stretch of 30 frames. */
async function writeSession(folder: string, name: string, seed: number): Promise<void> {
  const random = new Random(seed);
  const path = (kind: string, ending: string) => join(folder, kind, `${name}.${ending}`);
  for (const kind of ['videos', 'tracks', 'annotations']) await mkdir(join(folder, kind), { recursive: true });
  const encoder = await openVideoEncoder(path('videos', 'mp4'), { widthPx, heightPx, fps: 30, quality: 90 });
  const rows: string[] = [];
  for (let frame = 0; frame < frameCount; frame++) {
    const isShivering = Math.floor(frame / 30) % 2 === 1;
    const rgb = new Uint8Array(widthPx * heightPx * 3).fill(30);
    const cells: string[] = [];
    for (const [animal, centerX] of [28, 66].entries()) {
      const shade = (isShivering ? 60 + 150 * (frame % 2) : 130) + 40 * animal;
      for (let y = 26; y < 38; y++) {
        for (let x = centerX - 10; x < centerX + 14; x++)
          rgb.fill(shade, (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3);
      }
      for (const [dx, dy] of offsets) {
        const at = (value: number) => (value + 0.3 * random.normal()).toFixed(3);
        cells.push(at(centerX + dx), at(32 + dy), '0.99');
      }
    }
    rows.push([frame, ...cells].join(','));
    await encoder.write({ widthPx, heightPx, rgb });
  }
  await encoder.finish();
  const each = (make: (animal: string, point: string) => string) =>
    ['resident', 'intruder'].flatMap((animal) => points.flatMap((point) => new Array(3).fill(make(animal, point))));
  const head = [
    ['scorer', ...each(() => 'DLC')],
    ['individuals', ...each((animal) => animal)],
    ['bodyparts', ...each((_, point) => point)],
    ['coords', ...new Array(14).fill('x,y,likelihood')],
  ].map((cells) => cells.join(','));
  await writeFile(path('tracks', 'csv'), `${[...head, ...rows].join('\n')}\n`);
  const bouts = [1, 3, 5].map((stretch) => `shiver,${stretch},${stretch + 1}\n`);
  await writeFile(path('annotations', 'csv'), `behavior,start_sec,end_sec\n${bouts.join('')}`);
}

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const run = (...words: string[]) => runProgram([...words, '--json'], folder);
const done = async (...words: string[]) => {
  const { code, out, err } = await run(...words);
  expect(code, err).toBe(0);
  return JSON.parse(out);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-behavior-videos-'));
  for (const [i, name] of ['v1', 'v2', 'v3'].entries()) await writeSession(folder, name, i);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const train = [
  'train',
  'behavior',
  '--tracks',
  'tracks',
  '--annotations',
  'annotations',
  '--fps',
  '30',
  '--set',
  'mars',
];
const small = ['--windows', 'none', '--trees', '10', '--folds', '2', '--threads', '1', '--smoother', 'none'];

test('a behavior that only pixels show is learned from videos, with clips of it on the page', async () => {
  const seen = await done(...train, ...small, '--videos', 'videos', '--clips', '1', '--out', 'seen');
  const blind = await done(...train, ...small, '--out', 'blind');
  expect(seen.columns - blind.columns).toBe(16);
  expect(seen.crossValidation.evaluation.macroF1).toBeGreaterThan(0.9);
  expect(blind.crossValidation.evaluation.macroF1).toBeLessThan(0.75);
  expect(await readdir(at('seen', 'report-clips'))).toContain('shiver-true-positive-1.mp4');
  const page = await readFile(at('seen', 'report.html'), 'utf8');
  expect(page).toContain('data:video/mp4;base64,');
  expect(page).toMatch(/data-name="shap-bars"/);
  expect(await readdir(at('blind'))).not.toContain('report-clips');

  const words = ['classify', 'tracks/v1.csv', '--model', 'seen'];
  const refused = await run(...words, '--out', 'none');
  expect([refused.code, refused.out]).toEqual([
    1,
    expect.stringMatching(/reads pixels of the videos, and no videos[\s\S]*--videos/),
  ]);
  // Each animal in the first place: two results of one recording, the first of them the usual one.
  const both = await done(...words, '--videos', 'videos', '--out', 'both', '--each-resident');
  expect(both.recordings.map((of: { recording: string }) => of.recording)).toEqual(['v1.resident', 'v1.intruder']);
  await done(...words, '--videos', 'videos', '--out', 'usual');
  const boutsOf = async (...path: string[]) =>
    (await readFile(at(...path), 'utf8'))
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(1).join(','));
  expect(await boutsOf('both', 'v1.resident.csv')).toEqual(await boutsOf('usual', 'v1.csv'));
  expect((await readFile(at('both', 'v1.intruder.csv'), 'utf8')).split('\n')[1]).toContain('intruder');
  expect((await done(...words, '--videos', 'videos', '--out', 'both', '--each-resident')).recordings).toMatchObject([
    { state: 'skipped' },
    { state: 'skipped' },
  ]);
}, 400_000);

test('features read the video of the same name, and say what is wrong where they cannot', async () => {
  const words = ['features', 'tracks', '--fps', '30', '--windows', 'none', '--out', 'features'];
  const result = await done(...words, '--set', 'mars', '--videos', 'videos');
  expect(result.recordings.map((of: { columns: number }) => of.columns)).toEqual([262, 262, 262]);
  const general = await run(...words, '--videos', 'videos');
  expect([general.code, general.err]).toEqual([1, expect.stringMatching(/read no video[\s\S]*--set mars/)]);
  await rm(at('videos', 'v3.mp4'));
  const missing = await run(...words, '--set', 'mars', '--videos', 'videos', '--px-per-cm', '10');
  expect(missing.code).toBe(3);
  expect(JSON.parse(missing.out).failed).toMatchObject([{ message: expect.stringMatching(/no video belongs to v3/) }]);
}, 200_000);

test('who is the resident is seen by its coat, where names do not tell it', async () => {
  // The first session once more, its animals numbered and in the other order.
  await mkdir(at('numbered'));
  const [scorer, individuals, ...lines] = (await readFile(at('tracks', 'v1.csv'), 'utf8')).trimEnd().split('\n');
  const turned = lines.map((line) => {
    const cells = line.split(',');
    return [cells[0], ...cells.slice(22), ...cells.slice(1, 22)].join(',');
  });
  const names = individuals?.replaceAll('resident', 'mouse1').replaceAll('intruder', 'mouse2');
  await writeFile(at('numbered', 'v1.csv'), `${[scorer, names, ...turned].join('\n')}\n`);
  const words = ['--fps', '30', '--windows', 'none', '--groups', 'partner-position', '--format', 'csv'];
  await done('features', 'tracks/v1.csv', '--out', 'named', ...words);
  const coat = ['--coat', 'darker', '--videos', 'videos'];
  const found = await done('features', 'numbered', '--out', 'seen-coats', ...coat, ...words);
  expect(found.notes.join()).toMatch(
    /mouse2 is the resident by its coat \(brightness \d+, the other \d+; 100.0 % of 25 frames agree/,
  );
  const [a, b] = await Promise.all(['named', 'seen-coats'].map((out) => readFile(at(out, 'v1.features.csv'), 'utf8')));
  expect(b).toBe(a);

  // A model of such tracks asks for the videos again.
  await done(...train, ...small, '--tracks', 'numbered', ...coat, '--folds', '0', '--out', 'coat-model');
  const classify = ['classify', 'numbered', '--model', 'coat-model', '--out', 'coat-out'];
  expect((await run(...classify)).out).toMatch(/tells the resident by its coat|no videos are given/);
  const classified = await done(...classify, '--videos', 'videos');
  expect(classified.recordings).toMatchObject([{ recording: 'v1', state: 'classified' }]);
  expect((await run('features', 'numbered', '--out', 'none', ...coat.slice(0, 2), ...words)).out).toMatch(/--videos/);
}, 300_000);
