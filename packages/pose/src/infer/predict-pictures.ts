import type { Picture } from '@zoopraxis/core';
import type { PoseBatch, PosePoints, PosePredictor, RegionNetwork } from './predictor.js';

/** Points of one picture. */
export interface PicturePose {
  /** Shape `[keypoint, 2]`, px of the picture, center of the top-left pixel at (0, 0). */
  readonly position: Float32Array;
  /** Shape `[keypoint]`, 0..1. */
  readonly confidence: Float32Array;
}

/** Batches under way at once: one runs while the next is filled. */
const AHEAD = 2;

/**
 * Yields the points of each picture, in order: the way to evaluate labeled images. Pictures may have any sizes; neighbors
 * of one size share a batch. A picture is read before the next one is asked for.
 */
export async function* predictPictures(
  predictor: PosePredictor,
  pictures: Iterable<Picture> | AsyncIterable<Picture>,
  options: { signal?: AbortSignal } = {},
): AsyncGenerator<PicturePose> {
  const { signal } = options;
  const keypoints = predictor.card.skeleton.keypoints.length;
  const running: Promise<PosePoints>[] = [];
  let network: RegionNetwork | undefined;
  let batch: PoseBatch | undefined;
  let size = '';

  const submit = (): void => {
    if (network === undefined || batch === undefined) return;
    const points = network.run(batch);
    points.catch(() => undefined);
    running.push(points);
    batch = undefined;
  };
  async function* oldest(): AsyncGenerator<PicturePose> {
    const { position, confidence } = await (running.shift() as Promise<PosePoints>);
    for (let at = 0; at < confidence.length; at += keypoints) {
      yield {
        position: position.slice(2 * at, 2 * (at + keypoints)),
        confidence: confidence.slice(at, at + keypoints),
      };
    }
  }

  try {
    for await (const picture of pictures) {
      signal?.throwIfAborted();
      const { widthPx, heightPx } = picture;
      if (`${widthPx}x${heightPx}` !== size) {
        submit();
        size = `${widthPx}x${heightPx}`;
        network = await predictor.open({ widthPx, heightPx });
      }
      if (batch === undefined) {
        while (running.length >= AHEAD) yield* oldest();
        batch = (network as RegionNetwork).begin();
      }
      batch.add(picture, { leftPx: 0, topPx: 0, widthPx, heightPx });
      if (batch.count === predictor.batchSize) submit();
    }
    submit();
    while (running.length > 0) yield* oldest();
  } finally {
    await Promise.allSettled(running);
  }
}
