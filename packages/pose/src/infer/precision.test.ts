import { MemoryStore } from '@zoopraxis/core';
import { directBackend, workerBackend } from '@zoopraxis/nn/node';
import { describe, expect, it } from 'vitest';
import { comparePrecision } from './compare-precision.js';
import { blobModel, brightness, drawnSource, noisePicture, tinyCard, tinyModel } from './infer.test.kit.js';
import { measureFollow } from './measure-follow.js';
import { type PicturePose, predictPictures } from './predict-pictures.js';
import { openPosePredictor, type PosePrecision, type PosePredictor } from './predictor.js';
import { spreadFrames } from './sample-frames.js';

const backend = workerBackend('cpu');
const pictures = Array.from({ length: 6 }, (_, seed) => noisePicture(48, 40, seed));
const int8: PosePrecision = {
  kind: 'int8',
  calibrationKey: 'noise',
  calibration: pictures.map((picture) => ({ picture })),
};

async function poses(predictor: PosePredictor): Promise<PicturePose[]> {
  const found: PicturePose[] = [];
  for await (const pose of predictPictures(predictor, pictures)) found.push(pose);
  return found;
}

describe('int8', () => {
  it('says how far its points lie from those of float32', async () => {
    const model = tinyModel(tinyCard(2));
    const exact = openPosePredictor(model, { backend, threads: 1 });
    const faster = openPosePredictor(model, { backend, threads: 1, precision: int8 });
    const same = await comparePrecision(pictures, { exact, faster: exact }, { minConfidence: 0 });
    expect(same).toMatchObject({ frameCount: 6, lostShare: 0, meanConfidenceChange: 0 });
    expect(same.all).toEqual({ count: 12, meanPx: 0, medianPx: 0, p95Px: 0, maxPx: 0 });
    const compared = await comparePrecision(pictures, { exact, faster }, { minConfidence: 0.5 });
    const [a, b] = [await poses(exact), await poses(faster)];
    const shifts = a.flatMap(({ position }, at) =>
      [0, 1].map((keypoint) =>
        Math.hypot(
          (position[2 * keypoint] as number) - (b[at]?.position[2 * keypoint] as number),
          (position[2 * keypoint + 1] as number) - (b[at]?.position[2 * keypoint + 1] as number),
        ),
      ),
    );
    expect(compared.all.maxPx).toBe(Math.max(...shifts));
    expect(compared.all.maxPx).toBeGreaterThan(0);
    expect(compared.all.meanPx).toBeCloseTo(shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length, 10);
    const sure = a.flatMap(({ confidence }) => [...confidence]).filter((confidence) => confidence >= 0.5);
    expect(compared.confident.count).toBe(sure.length);
    expect(compared.meanConfidenceChange).toBeGreaterThan(0);
    expect(compared.meanConfidenceChange).toBeLessThan(0.1);
    await exact.close();
    await faster.close();
  });

  it('needs pictures to calibrate on', () => {
    const precision: PosePrecision = { kind: 'int8', calibrationKey: '', calibration: [] };
    expect(() => openPosePredictor(tinyModel(tinyCard(1)), { backend, precision })).toThrow(/at least one picture/);
  });
});

describe('the cache of networks', () => {
  it('keeps one for each size, precision and calibration, and gives the same points', async () => {
    const cache = new MemoryStore();
    const model = { ...tinyModel(tinyCard(2)), weightsHash: 'abc' };
    let sessions = 0;
    const direct = directBackend('cpu');
    const counting = {
      target: direct.target,
      createSession: (bytes: Uint8Array, options?: { threads?: number }) => {
        sessions++;
        return direct.createSession(bytes, options);
      },
    };
    const run = async (precision: PosePrecision) => {
      const predictor = openPosePredictor(model, { backend: counting, threads: 1, cache, precision });
      const found = await poses(predictor);
      await predictor.close();
      return found;
    };
    const float = await run({ kind: 'fp32' });
    const rounded = await run(int8);
    expect((await cache.list()).length).toBe(2);
    const made = sessions;
    expect(await run({ kind: 'fp32' })).toEqual(float);
    expect(await run(int8)).toEqual(rounded);
    // Nothing is folded or calibrated again: one session for each run.
    expect(sessions - made).toBe(2);
    await run({ ...int8, calibrationKey: 'other' } as PosePrecision);
    expect((await cache.list()).length).toBe(3);
  });
});

describe('measuring the box that follows', () => {
  const draw = (widthPx: number, heightPx: number) => (index: number) => {
    const rgb = new Uint8Array(3 * widthPx * heightPx);
    const at = 3 * (20 * widthPx + 20 + index);
    for (let row = 0; row < 8; row++) rgb.fill(255, at + 3 * widthPx * row, at + 3 * widthPx * row + 24);
    return rgb;
  };

  it('is a square of what the network takes, unless it would be nearly the frame', async () => {
    const predictor = openPosePredictor(blobModel(), { backend, threads: 1, network: brightness });
    const large = { widthPx: 120, heightPx: 100, frameCount: 30 };
    const found = await measureFollow(drawnSource(large, draw(120, 100)), predictor);
    // One point spans nothing: a quarter of 100 px, in whole steps of 4.
    expect(found).toEqual({ widthPx: 28, heightPx: 28, minConfidence: 0.5, minSeen: 0.3 });
    const dark = drawnSource(large, () => new Uint8Array(3 * 120 * 100));
    expect(await measureFollow(dark, predictor)).toBeUndefined();
    await predictor.close();
    // Random weights see points all over the frame.
    const guessing = openPosePredictor(tinyModel(tinyCard(6)), { backend, threads: 1 });
    const noise = drawnSource(large, (index) => noisePicture(120, 100, index).rgb);
    expect(await measureFollow(noise, guessing, { minConfidence: 0 })).toBeUndefined();
    await guessing.close();
  });

  it('looks at frames spread over the recording', () => {
    expect(spreadFrames(100, 4)).toEqual([12, 37, 62, 87]);
    expect(spreadFrames(3, 20)).toEqual([0, 1, 2]);
  });
});
