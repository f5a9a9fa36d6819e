import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProgramRun, runProgram } from '../cli/run-program.test.kit.js';

// The whole way in miniature, as a new user goes it: each test goes on where the one before ended.

let folder: string;
let demo: ProgramRun;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-way-'));
  demo = await runProgram(['demo', 'demo', '--size', 'tiny', '--steps', '4', '--json'], folder);
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (...parts: string[]) => join(folder, ...parts);
const json = async (...words: string[]) => {
  const run = await runProgram([...words, '--json'], folder);
  expect(run.code, run.err).toBe(0);
  return JSON.parse(run.out);
};

test('the demo makes a project, a model, tracks, a labeled video and a report, and says that it is synthetic', async () => {
  expect(demo.code, demo.err).toBe(0);
  const result = JSON.parse(demo.out);
  expect(result).toMatchObject({ frames: 40, labeledFrames: 9, synthetic: true });
  expect(result.medianErrorPx).toBeGreaterThan(0);
  for (const path of [result.report, result.labeledVideo, result.truth, ...Object.values<string>(result.tracks)]) {
    expect((await stat(path)).size, path).toBeGreaterThan(0);
  }
  expect(Object.keys(result.tracks).sort()).toEqual(['csv', 'h5', 'parquet', 'record']);
  expect(await readdir(at('demo', 'models', 'demo'))).toEqual(expect.arrayContaining(['model.json', 'model.onnx']));
  expect(demo.err).toContain('6 of 6');
  const page = await readFile(result.report, 'utf8');
  expect(page).toContain('<strong>Synthetic.</strong>');
  for (const name of ['trajectory', 'occupancy', 'speed', 'confidence', 'error-distribution', 'learning-curve']) {
    expect(page, name).toContain(`data-name="${name}`);
  }
  expect(page).not.toMatch(/(src|href)="(?!data:image|#)/);
});

test('the demo started again repeats nothing and says the same', async () => {
  const again = await json('demo', 'demo', '--size', 'tiny', '--steps', '4');
  expect(again).toEqual(JSON.parse(demo.out));
});

test('a project of another kind is not taken for a demo', async () => {
  const { code, err } = await runProgram(['demo', 'demo', '--size', 'tiny', '--seed', '2'], folder);
  expect(code).toBe(1);
  expect(err).toContain('the folder holds another project (demo, seed 1');
});

test('labels go to DeepLabCut and back, and a model is measured on them', async () => {
  await json('export', 'demo', '--to', 'dlc');
  const imported = await json('import', 'dlc', '--to', 'copy');
  expect(imported).toMatchObject({ created: true, labeledImages: 9, copiedImages: 9, problems: [] });
  expect((await json('import', 'dlc', '--to', 'copy')).copiedImages).toBe(0);
  const heldOut = await json('evaluate', 'pose', 'demo', '--model', 'demo');
  const outside = await json('evaluate', 'pose', 'demo', '--model', 'demo', '--labels', 'dlc', '--report', 'eval.html');
  expect(heldOut).toMatchObject({ measuredOn: 'held-out', frames: 3 });
  expect(outside.frames).toBe(9);
  for (const { meanErrorPx, medianErrorPx, rmsePx, pck, perKeypoint } of [heldOut, outside]) {
    expect(rmsePx).toBeGreaterThanOrEqual(meanErrorPx);
    expect(medianErrorPx).toBeGreaterThan(0);
    expect(Object.keys(pck)).toEqual(['5', '10']);
    expect(Object.keys(perKeypoint)).toHaveLength(9);
  }
  expect(await readFile(at('eval.html'), 'utf8')).toContain('Frames with the largest errors');
});

test('of a folder of videos a bad one is reported at the end and the others are tracked', async () => {
  await copyFile(at('demo', 'videos', 'clip.mp4'), at('good.mp4'));
  await writeFile(at('bad.mp4'), 'this is no video');
  await writeFile(at('empty.mp4'), '');
  const words = ['track', '.', '--model', 'demo/models/demo', '--out', 'tracks', '--device', 'cpu'];
  const { code, out, err } = await runProgram([...words, '--json'], folder);
  expect(code).toBe(3);
  const result = JSON.parse(out);
  expect(result.videos).toHaveLength(1);
  expect(result.videos[0]).toMatchObject({ frames: 40, state: 'tracked' });
  expect(result.failed.map(({ path }: { path: string }) => path.split('/').at(-1)).sort()).toEqual([
    'bad.mp4',
    'empty.mp4',
  ]);
  expect(err).toMatch(/not tracked: .*bad\.mp4: not a valid video file/);
  expect(err).not.toMatch(/\n\s+at /);
  const again = await runProgram(words, folder);
  expect(again.out).toContain('done before');
});

test('tracks are filtered, drawn, shown, told and exported', async () => {
  const tracks = join('tracks', 'good.parquet');
  const filtered = await json('filter', tracks, '--steps', 'median=5,fill=10');
  expect(filtered.effects.map(({ kind }: { kind: string }) => kind)).toEqual(['median', 'fill']);
  const video = await json('render', 'tracks/good-filtered.parquet', '--cutoff', '0', '--trail', '5', '--end', '0.5');
  expect(video).toMatchObject({ frames: 16, corruptFrames: 0 });
  expect(await json('info', video.video)).toMatchObject({
    kind: 'recording',
    facts: { frameCount: 16, codec: 'h264' },
  });
  const page = await readFile((await json('report', tracks, '--cutoff', '0')).report, 'utf8');
  expect(page).toContain('<strong>Synthetic.</strong>');
  await json('export', tracks, '--to', 'good.csv');
  const told = await json('info', 'good.csv');
  expect(told.facts).toMatchObject({ frames: 40 });
  expect(await json('info', 'demo')).toMatchObject({ kind: 'project', facts: { labeledImages: 9, models: ['demo'] } });
  expect(await json('info', 'demo/models/demo')).toMatchObject({ kind: 'model', facts: { network: 'unet' } });
});

test('frames are taken out of a video for labeling, none twice', async () => {
  const first = await json('extract-frames', 'copy', 'good.mp4', '--count', '4', '--method', 'uniform');
  expect(first.videos[0].frames).toHaveLength(4);
  const second = await json('extract-frames', 'copy', 'good.mp4', '--count', '4', '--method', 'uniform', '--seed', '2');
  expect(second.videos[0].frames.filter((frame: number) => first.videos[0].frames.includes(frame))).toEqual([]);
});

for (const [what, words, says] of [
  [
    'a model that is not there',
    ['evaluate', 'pose', 'demo', '--model', 'none'],
    /no finished model none[\s\S]*Models are: demo/,
  ],
  ['a model folder without a model', ['track', 'good.mp4', '--model', 'demo', '--out', 't'], /model/],
  [
    'a video that is not there',
    ['track', 'gone.mp4', '--model', 'demo/models/demo', '--out', 't', '--device', 'cpu'],
    /there is no file or folder/,
  ],
  [
    'a group that is not there',
    ['train', 'pose', 'demo', '--name', 'x', '--test-groups', 'mars'],
    /no group mars[\s\S]*Groups are: phantom-01/,
  ],
  ['a model that exists', ['train', 'pose', 'demo', '--name', 'demo', '--steps', '1'], /exists already/],
  [
    'tracks of another video',
    ['render', 'tracks/good.parquet', '--video', 'tracks/good-filtered-labeled.mp4'],
    /expected 16, as in good-filtered-labeled.mp4, found 40/,
  ],
  [
    'steps of a filter that are none',
    ['filter', 'tracks/good.parquet', '--steps', 'wish=1'],
    /steps are likelihood, jump/,
  ],
  ['tracks that are a text', ['report', 'bad.mp4'], /expected one of COCO keypoints, DeepLabCut/],
  ['a folder that is no project', ['info', 'tracks/../nowhere'], /there is no such file or folder/],
  ['a target that is there', ['export', 'demo', '--to', 'dlc'], /there is something already[\s\S]*--overwrite/],
] as const) {
  test(`${what} is refused with cause and mend, without a stack`, async () => {
    const { code, out, err } = await runProgram(words, folder);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/\n\s+at |undefined|Please report/);
  });
}
