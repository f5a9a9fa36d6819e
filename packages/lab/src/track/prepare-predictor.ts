import type { FrameSource, Picture } from '@zoopraxis/core';
import { workerBackend } from '@zoopraxis/nn/node';
import {
  type CalibrationPicture,
  comparePrecision,
  type FollowOptions,
  measureFollow,
  openPosePredictor,
  type PosePredictor,
  type PrecisionComparison,
  placeRegion,
  predictPictures,
  sampleFrames,
  seenBox,
} from '@zoopraxis/pose';
import type { TrackingModel } from './model.js';
import { chooseBatchSize, type TrackSettings } from './settings.js';

/** Frames on which ranges of int8 are measured. */
const CALIBRATION_FRAMES = 24;

/** Frames, others than those, on which int8 is compared with float32. */
const COMPARED_FRAMES = 13;

/** Share of the keypoints that must be seen, and from which confidence on, for a box of a given size. */
const seen = { minConfidence: 0.5, minSeen: 0.3 } as const;

/** All that is settled before the first frame of a recording. */
export interface PreparedPredictor {
  readonly predictor: PosePredictor;
  /** How the box follows; absent where it does not, or where following would gain nothing. */
  readonly follow?: FollowOptions;
  /** How far int8 shifts points; only for int8. */
  readonly int8Shift?: PrecisionComparison;
  /** Frees what was made for this recording alone. */
  close(): Promise<void>;
}

/**
 * Returns the predictor for a recording. What must be measured on it is measured on frames that follow from their number
 * alone, so that a resumed run settles the same.
 * @param contentHash of the recording; it names the calibration of int8.
 */
export async function preparePredictor(
  { model, device, exact: openExact }: TrackingModel,
  source: FrameSource,
  contentHash: string,
  settings: TrackSettings & { readonly weightBits: 7 | 8; readonly signal?: AbortSignal },
): Promise<PreparedPredictor> {
  const { signal, threads, precision = 'fp32', region, follow: asked, weightBits } = settings;
  const { scale } = model.card.preprocessing;
  const side = typeof asked === 'number' ? asked : undefined;
  const looked = region ?? (side === undefined ? source : { widthPx: side, heightPx: side });
  const batchSize = settings.batchSize ?? chooseBatchSize(device, looked, scale);
  const exact = openExact(batchSize, threads);
  const abort = signal ? { signal } : {};
  let follow: FollowOptions | undefined = side === undefined ? undefined : { widthPx: side, heightPx: side, ...seen };
  if (asked === 'auto') follow = await measureFollow(source, exact, { ...seen, ...abort });
  const following = follow ? { follow } : {};
  if (precision === 'fp32') return { predictor: exact, ...following, close: async () => undefined };

  const pictures = await picturesOf(source, CALIBRATION_FRAMES, signal);
  const centers = follow ? await middlesOf(pictures, exact, signal) : [];
  const calibration = pictures.map((picture, at): CalibrationPicture => {
    const center = region ? centerOf(region) : centers[at];
    return center ? { picture, center } : { picture };
  });
  const faster = openPosePredictor(model, {
    backend: workerBackend(device),
    batchSize,
    precision: { kind: 'int8', calibration, calibrationKey: contentHash, weightBits },
    ...(threads === undefined ? {} : { threads }),
    ...abort,
  });
  try {
    const compared = await picturesOf(source, COMPARED_FRAMES, signal);
    const int8Shift = await comparePrecision(compared, { exact, faster }, abort);
    return { predictor: faster, ...following, int8Shift, close: () => faster.close() };
  } catch (error) {
    await faster.close();
    throw error;
  }
}

async function picturesOf(source: FrameSource, count: number, signal: AbortSignal | undefined): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for await (const { widthPx, heightPx, rgb } of sampleFrames(source, count, signal)) {
    pictures.push({ widthPx, heightPx, rgb });
  }
  return pictures;
}

/** Returns the middle of the animal, `[x, y]` in px, in each picture where it is seen. */
async function middlesOf(
  pictures: readonly Picture[],
  predictor: PosePredictor,
  signal: AbortSignal | undefined,
): Promise<([number, number] | undefined)[]> {
  const middles: ([number, number] | undefined)[] = [];
  const keypoints = predictor.card.skeleton.keypoints.length;
  for await (const pose of predictPictures(predictor, pictures, signal ? { signal } : {})) {
    const box = seenBox(pose, 0, keypoints, seen);
    middles.push(box && [(box.left + box.right) / 2, (box.top + box.bottom) / 2]);
  }
  return middles;
}

function centerOf(region: { leftPx: number; topPx: number; widthPx: number; heightPx: number }): [number, number] {
  return [region.leftPx + (region.widthPx - 1) / 2, region.topPx + (region.heightPx - 1) / 2];
}

/** Throws RangeError where a box is smaller than one step of the network's input. */
export function checkFollowSide(side: number, preprocessing: { scale: number; multiple: number }): void {
  const { scaledWidthPx } = placeRegion({ widthPx: side, heightPx: side }, preprocessing);
  if (scaledWidthPx < preprocessing.multiple) {
    const least = Math.ceil(preprocessing.multiple / preprocessing.scale);
    throw new RangeError(`track: follow must be at least ${least} px for this model, got ${side}`);
  }
}
