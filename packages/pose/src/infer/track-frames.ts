import { FormatError, type Frame, type FrameSource } from '@zoopraxis/core';
import { atFrames } from './at-frames.js';
import { ChunkWriter, type TrackSink } from './chunk-writer.js';
import { Follower, type FollowOptions, LAG } from './follow.js';
import type { Region } from './placement.js';
import type { PoseBatch, PosePoints, PosePredictor, RegionNetwork } from './predictor.js';
import { progressMeter, type TrackProgress } from './progress.js';

/** Options of {@link trackFrames}. */
export interface TrackFramesOptions {
  readonly source: FrameSource;
  readonly predictor: PosePredictor;
  /** Takes the tracks chunk by chunk; a run begins after the chunks that it has. */
  readonly sink: TrackSink;
  /** Part of every frame that is looked at; the whole frame by default. Not together with `follow`. */
  readonly region?: Region;
  /** Look only at a box that follows the animal; by default it does not. */
  readonly follow?: FollowOptions;
  /** Frames of a chunk, 1000 by default, rounded up to whole batches; a resumed run must use the same. */
  readonly chunkFrames?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrackProgress) => void;
}

/** A batch whose points are being computed. */
interface Running {
  readonly firstFrame: number;
  readonly corrupt: readonly boolean[];
  readonly points: Promise<PosePoints>;
}

const FRAMES_PER_CHUNK = 1000;

function checkRegion(region: Region, source: FrameSource): Region {
  const { leftPx, topPx, widthPx, heightPx } = region;
  const isWhole = [leftPx, topPx, widthPx, heightPx].every(Number.isSafeInteger);
  const meets = leftPx < source.widthPx && topPx < source.heightPx && leftPx + widthPx > 0 && topPx + heightPx > 0;
  if (!isWhole || widthPx < 1 || heightPx < 1 || !meets) {
    throw new RangeError(
      `trackFrames: region must be whole px and overlap the ${source.widthPx}x${source.heightPx} px of a frame, got ${JSON.stringify(region)}`,
    );
  }
  return region;
}

function checkFrame(frame: Frame, expected: number, source: FrameSource): void {
  const fits = frame.widthPx === source.widthPx && frame.heightPx === source.heightPx;
  if (frame.index === expected && fits) return;
  throw new FormatError({
    format: 'video',
    where: `frame ${expected}`,
    expected: `frame ${expected} of ${source.widthPx}x${source.heightPx} px`,
    found: `frame ${frame.index} of ${frame.widthPx}x${frame.heightPx} px`,
    hint: 'convert the recording to one file of one picture size',
  });
}

/**
 * Predicts the points of every frame and writes them to a sink, chunk by chunk. Decoding, filling of inputs, the network
 * and writing overlap, and memory does not grow with the video. A run that was stopped at any instant goes on after the last
 * durable chunk with the same bits; an abort leaves whole chunks only.
 * @throws RangeError on options out of range; FormatError where frames are missing or change size; what source, network
 * and sink throw, with the frames at which the network failed.
 */
export async function trackFrames(options: TrackFramesOptions): Promise<void> {
  const { source, predictor, sink, region, follow, signal, onProgress } = options;
  const { batchSize, card } = predictor;
  const { chunkFrames: asked = FRAMES_PER_CHUNK } = options;
  if (!Number.isSafeInteger(asked) || asked < 1) {
    throw new RangeError(`trackFrames: chunkFrames must be a whole number from 1, got ${asked}`);
  }
  if (region && follow) throw new RangeError('trackFrames: region and follow must not be given together');
  signal?.throwIfAborted();
  const chunkFrames = Math.ceil(asked / batchSize) * batchSize;
  const total = source.frameCount;
  const chunksDone = await sink.count();
  const firstFrame = Math.min(chunksDone * chunkFrames, total);
  const keypoints = card.skeleton.keypoints.length;
  const whole = { leftPx: 0, topPx: 0, widthPx: source.widthPx, heightPx: source.heightPx };
  const fixed = region ? checkRegion(region, source) : whole;
  if (firstFrame === total) return;
  const carry = follow && chunksDone > 0 ? await sink.lastCarry?.() : undefined;
  if (follow && chunksDone > 0 && carry === undefined) {
    throw new TypeError('trackFrames: a sink with chunks must give lastCarry() where a box follows the animal');
  }
  const follower = follow && new Follower(follow, source, carry);

  const writer = new ChunkWriter(sink, keypoints, chunkFrames, chunksDone);
  const meter = progressMeter(firstFrame, total);
  const running: Running[] = [];

  async function settleOldest(): Promise<void> {
    const { firstFrame: at, corrupt, points } = running.shift() as Running;
    const found = await points.catch((error: unknown) => {
      throw atFrames(error, at, corrupt.length);
    });
    follower?.done(found, corrupt.length, keypoints);
    await writer.add(found, corrupt, follower?.carry);
    onProgress?.(meter(at + corrupt.length));
  }

  let network: RegionNetwork | undefined;
  let batch: PoseBatch | undefined;
  let regionNow = fixed;
  let corrupt: boolean[] = [];
  let next = firstFrame;

  function submit(): void {
    const points = (network as RegionNetwork).run(batch as PoseBatch);
    // Judged where it is awaited; until then a failure must not end the process.
    points.catch(() => undefined);
    running.push({ firstFrame: next - corrupt.length, corrupt, points });
    batch = undefined;
    corrupt = [];
  }

  try {
    for await (const frame of source.frames(firstFrame, total, signal)) {
      signal?.throwIfAborted();
      checkFrame(frame, next, source);
      if (batch === undefined) {
        // With two batches under way the network never waits for the next input, and boxes depend on batches alone.
        if (running.length === LAG) await settleOldest();
        regionNow = follower?.next() ?? fixed;
        network = await predictor.open(regionNow);
        batch = network.begin();
      }
      batch.add(frame, regionNow);
      corrupt.push(frame.corrupt);
      source.recycle?.(frame);
      next++;
      if (corrupt.length === batchSize) submit();
    }
    if (next !== total) {
      throw new FormatError({
        format: 'video',
        where: `frame ${next}`,
        expected: `${total} frames`,
        found: `the end after ${next} frames`,
        hint: 'the file may have changed while it was read: try again',
      });
    }
    if (corrupt.length > 0) submit();
    while (running.length > 0) {
      signal?.throwIfAborted();
      await settleOldest();
    }
    await writer.finish(follower?.carry);
  } finally {
    await Promise.allSettled(running.map(({ points }) => points));
    await writer.settle();
  }
}
