import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FormatError, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { readSleapMetrics } from '../../sleap/read-metrics.js';
import { readDeepLabCutAssemblies, readDeepLabCutTracklets } from './read-animals.js';
import { readDeepLabCutDetections, readDeepLabCutEvaluation, readDeepLabCutPlainPickle } from './read-detections.js';

const data = process.env.ZOOPRAXIS_DATA ?? join(process.cwd(), '../shared/data');
const folder = join(data, 'trimouse');
const isThere = existsSync(folder);
if (!isThere) console.warn(`skipped: DeepLabCut's pickles are read where ${folder} is there (ZOOPRAXIS_DATA)`);
const read = (name: string) => readFileSync(join(folder, name));

describe.skipIf(!isThere)("DeepLabCut's pickles of three mice", () => {
  test('assemblies are rows of animals', () => {
    const { animals, single } = readDeepLabCutAssemblies(read('trimouse_assemblies.pickle'));
    expect([animals.keypointCount, animals.frame.length, single]).toEqual([12, 150, undefined]);
    expect([...animals.position.subarray(0, 2)]).toEqual([493.618, 370.31]);
    expect([animals.confidence[0], animals.identity[0]]).toEqual([1, Number.NaN]);
    const birds = readDeepLabCutAssemblies(read('montblanc_assemblies.pickle'));
    expect(birds.animals.keypointCount).toBe(4);
    expect(birds.single?.keypointCount).toBe(1);
  });

  test('tracklets have names, and the same animals as the assemblies', () => {
    const { scorer, keypoints, tracklets } = readDeepLabCutTracklets(read('trimouse_tracklets.pickle'));
    expect(scorer).toBe('DLC_resnet_50_MultiMouseDec16shuffle0_20000');
    expect([keypoints.length, keypoints[0], keypoints[11]]).toEqual([12, 'snout', 'tailend']);
    expect(tracklets.map(({ id, animals }) => [id, animals.frame.length])).toEqual([
      [0, 50],
      [1, 50],
      [2, 50],
    ]);
    const birds = readDeepLabCutTracklets(read('montblanc_tracklets.pickle'));
    expect(birds.keypoints).toEqual(['head', 'tail', 'leftwing', 'rightwing', 'center']);
    expect(birds.tracklets.map(({ animals }) => animals.frame.length)).toEqual([131, 179, 179, 45]);
    expect(birds.single?.frame.length).toBe(78);
  });

  test('detections have points and affinities', () => {
    const full = readDeepLabCutDetections(read('trimouse_full.pickle'));
    expect([full.keypoints.length, full.graph.length, full.edgesInUse.length, full.frames.length]).toEqual([
      12, 66, 66, 50,
    ]);
    expect([...(full.frames[1]?.keypoints[0]?.position ?? [])]).toEqual([
      50.34375, 221.125, 201.75, 246, 498.25, 365.75,
    ]);
    expect(full.frames[1]?.edges[0]).toMatchObject({ edge: 0, counts: [3, 3] });
    expect(full.metadata).toMatchObject({ 'nms radius': 5 });
    expect(readDeepLabCutDetections(read('dets.pickle')).frames).toHaveLength(1);
  });

  test('evaluations have labels by individual and keypoint', () => {
    const { images } = readDeepLabCutEvaluation(read('trimouse_eval.pickle'));
    expect(images.map(({ labels }) => labels.length)).toEqual([33, 36, 36, 36, 36, 35, 36, 36, 36, 36]);
    const [first] = images;
    expect(first?.image).toBe('labeled-data/videocompressed0/img0038.png');
    expect(first?.labels[0]).toMatchObject({ individual: 'mus1', keypoint: 'snout', x: 577.0738982187231 });
    expect(readDeepLabCutEvaluation(read('montblanc_eval.pickle')).images).toHaveLength(30);
  });

  test('the others are plain data', () => {
    const meta = readDeepLabCutPlainPickle(read('montblanc_meta.pickle')) as { data: Record<string, unknown> };
    expect(meta.data['training set fraction'] ?? meta.data.Scorer).toBeDefined();
    const [map] = readDeepLabCutPlainPickle(read('montblanc_map.pickle')) as Record<string, Record<string, number>>[];
    expect(map?.[3]?.['purity mean']).toBe(0.984375);
  });

  test('a file that is cut or changed is a FormatError or reads, and nothing else', () => {
    const whole = read('montblanc_map.pickle');
    const random = new Random(11);
    for (let round = 0; round < 1500; round++) {
      const bytes = round < whole.length ? whole.subarray(0, round) : Uint8Array.from(whole);
      if (round >= whole.length) bytes[random.integer(bytes.length)] = random.integer(256);
      for (const reader of [readDeepLabCutAssemblies, readDeepLabCutPlainPickle]) {
        try {
          reader(bytes, { path: 'x.pickle' });
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }
    }
  });

  test('another file than the one asked for is told so', () => {
    for (const reader of [readDeepLabCutAssemblies, readDeepLabCutTracklets, readDeepLabCutEvaluation]) {
      expect(() => reader(read('outputs.pickle'), { path: 'outputs.pickle' })).toThrow(FormatError);
    }
  });
});

const metrics = join(data, 'sleap/metrics/bottomup/metrics.val.npz');
test.skipIf(!existsSync(metrics))("SLEAP's metrics", async () => {
  const read = await readSleapMetrics(readFileSync(metrics));
  expect(read.size).toBe(36);
  expect(read.get('vis.tp')).toBe(4);
  expect(read.get('oks_voc.mAP')).toBe(0.7504950495049505);
  expect(read.get('dist.dists')).toMatchObject({ shape: [2, 2] });
});
