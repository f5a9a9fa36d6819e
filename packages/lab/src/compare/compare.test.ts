import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createSkeleton, type LabeledFrames, Random } from '@zoopraxis/core';
import { createProjectFolder, FolderStore, writePng } from '@zoopraxis/io/node';
import { readPoseModel, robustnessConditions } from '@zoopraxis/pose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../cli/run-command.js';
import { heldOutOf } from '../jobs/find-model.js';
import { projectLabels } from '../jobs/labeled-images.js';
import { operations } from '../operations/table.js';
import { sweepConditions } from '../robustness/sweep.js';
import { trainPose } from '../train/train-pose.js';

const SIZE = 48;
const groups = ['a', 'b', 'c'];
const PER_GROUP = 6;
let [folder, project] = ['', ''];
const cacheBefore = process.env.ZOOPRAXIS_CACHE;

/** Returns what a command printed on standard output and standard error, and its exit code. */
async function run(words: readonly string[]) {
  let [out, err] = ['', ''];
  const code = await runCommand(words, operations, {
    version: '0',
    terminal: {
      out: (text) => {
        out += text;
      },
      signal: new AbortController().signal,
      progress: {
        write: (text) => {
          err += text;
        },
        live: false,
        columns: 80,
      },
    },
  });
  return { code, out, err };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-compare-'));
  project = join(folder, 'project');
  process.env.ZOOPRAXIS_CACHE = join(folder, 'cache');
  const skeleton = createSkeleton({ name: 'blobs', keypoints: ['front', 'back'] });
  const made = await createProjectFolder(project, { name: 'blobs', skeletons: [skeleton] });
  const rng = new Random('blobs');
  const images: { image: LabeledFrames['images'][number]; bytes: Uint8Array }[] = [];
  const position: number[] = [];
  for (const group of groups) {
    for (let i = 0; i < PER_GROUP; i++) {
      const [x, y] = [rng.between(12, 28), rng.between(12, 36)];
      position.push(x, y, x + 8, y);
      const rgb = new Uint8Array(SIZE * SIZE * 3).map(() => 120 + rng.integer(16));
      for (const [at, level] of [230, 20].entries()) {
        for (let dy = -2; dy <= 2; dy++) {
          const start = (Math.round(y) + dy) * SIZE + Math.round(x) + 8 * at - 2;
          rgb.fill(level, 3 * start, 3 * (start + 5));
        }
      }
      const bytes = await writePng({ widthPx: SIZE, heightPx: SIZE, rgb });
      images.push({ image: { group, file: `img${i}.png`, frame: 100 * i }, bytes });
    }
  }
  const count = images.length;
  const labels: LabeledFrames = {
    skeleton,
    individuals: ['animal'],
    annotators: ['truth'],
    images: images.map(({ image }) => image),
    image: Int32Array.from({ length: count }, (_, i) => i),
    individual: new Int32Array(count),
    annotator: new Int32Array(count),
    position: Float64Array.from(position),
    visibility: new Uint8Array(2 * count).fill(2),
  };
  await made.addImages(images);
  await made.importLabels(labels, { source: 'made', annotator: 'truth' });
  const paths = labels.images.map((image) => join(project, made.imageName(image)));
  await made.close();
  for (const [name, steps, testGroups] of [
    ['long', 60, ['c']],
    ['short', 1, ['c']],
    ['elsewhere', 1, ['a']],
  ] as const) {
    await trainPose({
      name,
      labels,
      paths,
      store: new FolderStore(project),
      folder: `models/${name}`,
      network: 'unet',
      preset: {
        networkOptions: { width: 8, factors: [1, 2, 2], blocks: [0, 0, 1] },
        smallestAnimalPx: 0,
        batchSize: 4,
      },
      limit: { steps },
      evaluations: 1,
      seed: 1,
      threads: 1,
      tryForms: false,
      testGroups: [...testGroups],
    });
  }
}, 120_000);

afterAll(async () => {
  if (cacheBefore === undefined) delete process.env.ZOOPRAXIS_CACHE;
  else process.env.ZOOPRAXIS_CACHE = cacheBefore;
  await rm(folder, { recursive: true, force: true });
});

describe('compare', () => {
  test('measures two models on what both held out, tests them, recommends one, and writes its files', {
    timeout: 120_000,
  }, async () => {
    const files = ['json', 'csv', 'html'].map((ending) => join(folder, `comparison.${ending}`));
    const [json, csv, html] = files as [string, string, string];
    const asked = [
      'compare',
      project,
      '--models',
      'long,short',
      '--threads',
      '1',
      '--speed-seconds',
      '0.2',
      '--radius',
      '3',
    ];
    const { code, out, err } = await run([...asked, '--out', json, '--csv', csv, '--report', html, '--json']);
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    const result = JSON.parse(out);
    expect(result).toMatchObject({
      models: ['long', 'short'],
      source: 'measured',
      images: PER_GROUP,
      recordings: 1,
      sameSplit: true,
      warnings: [
        expect.stringMatching(/^Each model is a single training: .* with --seeds\.$/),
        'long, short have the same network, so it was timed once: they are equally fast.',
      ],
      files,
    });
    const of = (key: string) => result.metrics.find((metric: { key: string }) => metric.key === key).values as number[];
    expect(of('meanErrorPx')[0]).toBeLessThan(of('meanErrorPx')[1] as number);
    expect(of('rmsePx')[0]).toBeGreaterThanOrEqual(of('meanErrorPx')[0] as number);
    expect(of('pck')[0]).toBeGreaterThanOrEqual(of('pck')[1] as number);
    expect(of('occlusionScore').every((score) => score >= 1 && score <= 5)).toBe(true);
    expect(of('framesPerSec').every((rate) => rate > 0)).toBe(true);
    expect(of('peakMemoryMiB').every((mebibytes) => mebibytes > 20)).toBe(true);
    // One network, two trainings: as many parameters, so neither is best.
    expect(of('parameters')[0]).toBe(of('parameters')[1]);
    expect(
      result.normalized[result.metrics.findIndex((metric: { key: string }) => metric.key === 'parameters')],
    ).toEqual([null, null]);
    expect(result.normalized[0]).toEqual([1, 0]);
    expect(result.tests[0].comparisons).toHaveLength(1);
    expect(result.tests[0].comparisons[0]).toMatchObject({ frames: PER_GROUP, recordings: 1, adjustedP: null });
    // Six frames give a p of 2 / 64 at least.
    expect(result.tests[0].comparisons[0].adjustedFramesP).toBeGreaterThanOrEqual(2 / 64);
    expect(result.recommendations.recommendations[0].purpose).toBe('accuracy');
    expect(result.recommendations.cautions[0]).toMatch(/come from one recording, and 6 are needed/);
    expect(JSON.parse(await readFile(json, 'utf8')).metrics).toEqual(result.metrics);
    expect((await readFile(csv, 'utf8')).split('\r\n')[1]).toMatch(/^long,measured,/);
    expect(await readFile(html, 'utf8')).toMatch(/<title>Comparison of 2 models<\/title>/);

    const text = await run([...asked.slice(0, 4), '--speed-seconds', '0', '--threads', '1', '--radius', '3']);
    expect(text.out).toMatch(/6 images of 1 recording \(measured\)/);
    expect(text.out).toMatch(/accuracy: long has the best mean error/);
    expect(text.out).toMatch(/speed: No model has a number for speed\./);
  });

  test('refuses models of which one learned from the test images of the other', async () => {
    const { code, err } = await run(['compare', project, '--models', 'long,elsewhere']);
    expect(code).toBe(1);
    expect(err).toMatch(/the models long, elsewhere cannot be compared: they hold out no image in common/);
    expect(err).toMatch(/--split-seed/);
  });

  test('refuses a single model, one named twice, and one that is not there', async () => {
    expect((await run(['compare', project, '--models', 'long'])).err).toMatch(/needs two models or more/);
    expect((await run(['compare', project, '--models', 'long,long'])).err).toMatch(/model long is named twice/);
    expect((await run(['compare', project, '--models', 'long,longer'])).err).toMatch(/no finished model longer/);
    const seeds = await run(['compare', project, '--models', 'long,short', '--seeds', '1,2']);
    expect(seeds.err).toMatch(/no finished model long-seed1/);
  });
});

describe('evaluate robustness', () => {
  const asked = [
    'evaluate',
    'robustness',
    '--model',
    'long',
    '--threads',
    '1',
    '--radius',
    '3',
    '--conditions',
    'occlusion,noise,mask',
    '--json',
  ];
  const robustness = (more: string[] = []) => [...asked.slice(0, 2), project, ...asked.slice(2), ...more];

  test('stopped and started again gives what one run gives, and does not predict twice', {
    timeout: 120_000,
  }, async () => {
    process.env.ZOOPRAXIS_CACHE = join(folder, 'cache-whole');
    const whole = await run(robustness());
    expect({ code: whole.code, err: whole.code === 0 ? '' : whole.err }).toEqual({ code: 0, err: '' });
    const keptIn = async () => {
      const root = join(folder, 'cache-parts', 'robustness');
      const [key] = await readdir(root).catch(() => []);
      return key === undefined ? [] : (await readdir(join(root, key))).map((file) => join(root, key, file)).sort();
    };
    process.env.ZOOPRAXIS_CACHE = join(folder, 'cache-parts');
    const model = await readPoseModel(new FolderStore(join(project, 'models')), 'long');
    const controller = new AbortController();
    const stopped = sweepConditions({
      model,
      images: heldOutOf(model.card, await projectLabels(project)),
      conditions: robustnessConditions(['occlusion', 'noise', 'mask']),
      seed: 1,
      device: 'cpu',
      threads: 1,
      cache: join(folder, 'cache-parts'),
      signal: controller.signal,
      onProgress: ({ condition }) => {
        if (condition === 'occlusion-2') controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow();
    const kept = await keptIn();
    expect(kept.map((path) => basename(path))).toEqual(['clean.json', 'occlusion-1.json']);
    // A damaged file is made again, the others are taken as they are.
    await writeFile(kept[0] as string, '{"version":1');
    const marked = JSON.parse(await readFile(kept[1] as string, 'utf8'));
    await writeFile(kept[1] as string, JSON.stringify({ ...marked, mark: 'kept' }));
    const again = await run(robustness());
    expect(JSON.parse(again.out)).toEqual(JSON.parse(whole.out));
    expect(await keptIn()).toHaveLength(16);
    expect(await readFile(kept[1] as string, 'utf8')).toContain('"mark":"kept"');
    expect(JSON.parse(await readFile(kept[0] as string, 'utf8')).condition).toBeTypeOf('string');
    process.env.ZOOPRAXIS_CACHE = join(folder, 'cache');

    const result = JSON.parse(whole.out);
    expect(result.occlusion.curve.map(({ condition }: { condition: number }) => condition)).toEqual([0, 1, 2, 3, 4, 5]);
    const covered = result.occlusion.curve.map(({ coveredShare }: { coveredShare: number }) => coveredShare);
    for (const [severity, share] of covered.entries()) expect(share).toBeGreaterThanOrEqual(severity / 10);
    expect(result.occlusion.score).toBeGreaterThanOrEqual(1);
    expect(result.corruptions.curves.map(({ kind }: { kind: string }) => kind)).toEqual(['noise', 'mask']);
    expect(result.calibration.count).toBe(2 * PER_GROUP);
  });

  test('as text shows score, curve, losses and calibration', { timeout: 60_000 }, async () => {
    process.env.ZOOPRAXIS_CACHE = join(folder, 'cache-whole');
    const page = join(folder, 'robustness.html');
    const { out } = await run([...robustness().filter((word) => word !== '--json'), '--report', page]);
    process.env.ZOOPRAXIS_CACHE = join(folder, 'cache');
    expect(out).toMatch(/occlusion score, 1 to 5: \d/);
    expect(out).toMatch(/mean relative loss by corruptions: /);
    expect(out).toMatch(/calibration of confidence: ECE .* \(equal width\)/);
    expect(out).toContain(`written: ${page}`);
    const markup = await readFile(page, 'utf8');
    expect(markup).toMatch(/<title>Robustness of long<\/title>/);
    for (const name of ['Accuracy under occluders', 'Accuracy in worse pictures', 'Confidence and accuracy']) {
      expect(markup).toContain(name);
    }
    // Three kinds at three severities.
    expect(markup.match(/data:image\/jpeg;base64,/g)?.length).toBe(9);
    expect(markup).not.toMatch(/NaN|undefined/);
  });
});

describe('evaluate pose', () => {
  test('counts points within radii in px, mm and body lengths, and refuses mm without a scale', {
    timeout: 60_000,
  }, async () => {
    const asked = ['evaluate', 'pose', project, '--model', 'long', '--threads', '1', '--json'];
    const px = JSON.parse((await run([...asked, '--radii', '5,3,3'])).out);
    expect(px.within).toMatchObject({ unit: 'px', radii: [3, 5], points: 2 * PER_GROUP });
    expect(px.within.share[1]).toBeCloseTo(px.pck['5'], 12);
    const mm = JSON.parse((await run([...asked, '--radii', '6,10', '--unit', 'mm', '--px-per-cm', '5'])).out);
    expect(mm.within).toMatchObject({ unit: 'mm', share: px.within.share });
    const without = await run([...asked, '--radii', '1', '--unit', 'mm']);
    expect(JSON.parse(without.out).error).toMatchObject({
      message: expect.stringMatching(/none of the videos has a calibration/),
      hint: expect.stringMatching(/--px-per-cm/),
    });
    expect(JSON.parse((await run([...asked, '--unit', 'mm'])).out).error.hint).toMatch(/Add --radii/);
  });
});
