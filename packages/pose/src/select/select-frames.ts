import { type FrameSource, kMeans, type PoseTracks, quantile, Random } from '@zoopraxis/core';
import { type FrameLook, type KeptLooks, readLooks } from './read-looks.js';
import { spacedFrames } from './spaced-frames.js';
import { scoreFitResiduals, scoreJumps, scoreUncertainty } from './track-scores.js';

/** How frames are chosen. */
export type SelectionMethod =
  /** One frame by chance in each of `count` equal stretches. */
  | { readonly kind: 'uniform' }
  /** One frame of each cluster of thumbnails, as DeepLabCut: different looks. At most so many frames are looked at. */
  | { readonly kind: 'k-means'; readonly maximumCandidates?: number }
  /** Frames in which a keypoint has less than a confidence (default 0.6). */
  | { readonly kind: 'uncertain'; readonly tracks: PoseTracks; readonly minimumConfidence?: number }
  /**
   * Frames in which a keypoint made a jump (`jump`) or lies off its smooth path (`fit`) by more than so many px
   * (default 20, as DeepLabCut).
   */
  | {
      readonly kind: 'outlier';
      readonly tracks: PoseTracks;
      readonly by?: 'jump' | 'fit';
      readonly minimumDistancePx?: number;
    };

/** Settings of {@link selectFrames}. */
export interface SelectFramesOptions {
  readonly method: SelectionMethod;
  /** Frames wanted. */
  readonly count: number;
  /** Default 42. */
  readonly seed?: number;
  /** First frame. Default 0. */
  readonly start?: number;
  /** Frame past the last one. Default the number of frames. */
  readonly end?: number;
  /** Frames already labeled, list: not chosen, and chosen ones keep the distance from them. */
  readonly taken?: readonly number[];
  /** Chosen frames are at least so far apart. Default half a second, less where so many would not fit. */
  readonly minimumDistanceFrames?: number;
  /**
   * At most so many frames are looked at: in a long film each costs the decoding of all frames since the key frame before.
   * Default as many as the method wants, at most about a thousand.
   */
  readonly maximumLooks?: number;
  /** What was seen of frames before; what is seen now is added. */
  readonly keptLooks?: KeptLooks;
  /** This share of the video, the least sharp, is not chosen. Default 0.1; 0 screens nothing. */
  readonly blurShare?: number;
  readonly signal?: AbortSignal;
  /** Called with the share of the work that is done, 0..1. */
  readonly onProgress?: (share: number) => void;
}

/** A frame chosen for labeling. */
export interface SelectedFrame {
  readonly frame: number;
  /** Confidence that is lacking (`uncertain`) or px (`outlier`); the higher, the more it is worth a look. */
  readonly score?: number;
}

/** Frames chosen for labeling. */
export interface FrameSelection {
  /** Ascending; fewer than wanted where not enough of them pass. */
  readonly frames: readonly SelectedFrame[];
  /** Frames that were looked at. */
  readonly candidates: number;
  /** Of them, frames left out because they are blurred. */
  readonly blurred: number;
  /** Of them, frames left out because they are corrupt. */
  readonly corrupt: number;
}

interface Work {
  readonly source: FrameSource;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly distance: number;
  readonly blurShare: number;
  readonly taken: readonly number[];
  readonly random: Random;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((share: number) => void) | undefined;
  readonly maximumLooks: number;
  readonly keptLooks: KeptLooks | undefined;
}

/** Frames tried in each stretch until one is sharp. */
const triesPerStretch = 4;
/** Frames spread over the video that tell how sharp it is. */
const referenceFrames = 100;

/**
 * Returns frames of a recording that are worth labeling. Corrupt and blurred frames are left out; the same seed gives
 * the same frames. Memory depends on the number of candidates (some kB each), not on the length of the video.
 * @throws RangeError naming the option that cannot be; the signal's reason when it is aborted.
 */
export async function selectFrames(source: FrameSource, options: SelectFramesOptions): Promise<FrameSelection> {
  const { method, count, seed = 42, start = 0, end = source.frameCount, taken = [], blurShare = 0.1 } = options;
  const bounded = (name: string, value: number, low: number, high: number) => {
    if (!Number.isSafeInteger(value) || value < low || value > high) {
      throw new RangeError(`frame selection: ${name} must be a whole number in ${low}..${high}, got ${value}`);
    }
  };
  bounded('start', start, 0, source.frameCount);
  bounded('end', end, start, source.frameCount);
  bounded('count', count, 1, Number.MAX_SAFE_INTEGER);
  if (!(blurShare >= 0 && blurShare < 1)) {
    throw new RangeError(`frame selection: blurShare must be from 0 to below 1, got ${blurShare}`);
  }
  const room = Math.max(1, Math.floor((end - start) / (2 * count)));
  const distance = options.minimumDistanceFrames ?? Math.min(Math.max(1, Math.round(source.fps / 2)), room);
  bounded('minimumDistanceFrames', distance, 1, Number.MAX_SAFE_INTEGER);
  const work: Work = {
    source,
    start,
    end,
    count,
    distance,
    blurShare,
    taken,
    random: new Random(seed).fork('frame selection', method.kind),
    signal: options.signal,
    onProgress: options.onProgress,
    maximumLooks: options.maximumLooks ?? Number.POSITIVE_INFINITY,
    keptLooks: options.keptLooks,
  };
  if (!(work.maximumLooks >= count)) {
    throw new RangeError(`frame selection: maximumLooks must be at least count (${count}), got ${work.maximumLooks}`);
  }
  options.signal?.throwIfAborted();
  if (method.kind === 'uniform') return selectUniform(work);
  if (method.kind === 'k-means') return selectByLook(work, method.maximumCandidates ?? 1000);
  if (method.tracks.timeBase.frameCount !== source.frameCount) {
    throw new RangeError(
      `frame selection: tracks must have the ${source.frameCount} frames of the video, got ${method.tracks.timeBase.frameCount}`,
    );
  }
  if (method.kind === 'uncertain') {
    return selectByScore(work, scoreUncertainty(method.tracks), 1 - (method.minimumConfidence ?? 0.6));
  }
  const { tracks, by, minimumDistancePx = 20 } = method;
  const scores = by === 'fit' ? await scoreFitResiduals(tracks, { signal: options.signal }) : scoreJumps(tracks);
  return selectByScore(work, scores, minimumDistancePx);
}

/** Returns looks at frames, telling progress as a part of the whole. */
function look(work: Work, frames: readonly number[], { from, to }: { from: number; to: number }): Promise<FrameLook[]> {
  const { source, signal, onProgress, keptLooks: kept } = work;
  const onFrame = (done: number) => onProgress?.(from + ((to - from) * done) / frames.length);
  return readLooks(source, frames, { signal, onFrame, kept });
}

/** Returns the sharpness below which a frame is blurred, from looks all over the video. */
function blurLimit(looks: readonly FrameLook[], share: number): number {
  if (share === 0 || looks.length === 0) return Number.NEGATIVE_INFINITY;
  return quantile(
    looks.map(({ sharpness }) => sharpness),
    share,
  );
}

/** Returns up to `count` frames spread evenly from `start` to `end`. */
function spread(start: number, end: number, count: number): number[] {
  const length = Math.min(count, end - start);
  return Array.from({ length }, (_, i) => start + Math.floor(((i + 0.5) * (end - start)) / length));
}

async function selectUniform(work: Work): Promise<FrameSelection> {
  const { start, end, count, random, taken, distance, blurShare } = work;
  const stretchOf = (frame: number) => Math.floor(((frame - start) * count) / (end - start));
  const free = spacedFrames(distance, taken);
  const tries = new Set<number>();
  const order: number[][] = Array.from({ length: count }, () => []);
  const triesEach = Math.min(triesPerStretch, Math.max(1, Math.floor(work.maximumLooks / count)));
  for (let stretch = 0; stretch < count; stretch++) {
    const [low, high] = [stretch, stretch + 1].map((i) => start + Math.ceil((i * (end - start)) / count)) as [
      number,
      number,
    ];
    for (let attempt = 0; attempt < triesEach && high > low; attempt++) {
      const frame = low + random.integer(high - low);
      if (tries.has(frame) || !free.accepts(frame)) continue;
      tries.add(frame);
      order[stretchOf(frame)]?.push(frame);
    }
  }
  const wanted = [...tries].sort((a, b) => a - b);
  const looks = await look(work, wanted, { from: 0, to: 1 });
  const limit = blurLimit(looks, blurShare);
  const sharp = new Set(looks.filter(({ sharpness }) => sharpness >= limit).map(({ frame }) => frame));
  const chosen: number[] = [];
  const takeOne = (frames: readonly number[]) => {
    const frame = frames.find((candidate) => sharp.has(candidate) && free.add(candidate));
    if (frame !== undefined) chosen.push(frame);
  };
  for (const frames of order) takeOne(frames);
  // Stretches without a sharp frame leave their place to second ones elsewhere.
  while (chosen.length < count) {
    const before = chosen.length;
    takeOne(order.flat());
    if (chosen.length === before) break;
  }
  return summarize(
    chosen.map((frame) => ({ frame })),
    { wanted, looks, limit },
  );
}

async function selectByLook(work: Work, maximumCandidates: number): Promise<FrameSelection> {
  const { start, end, count, taken, distance, blurShare } = work;
  if (!Number.isSafeInteger(maximumCandidates) || maximumCandidates < count) {
    throw new RangeError(
      `frame selection: maximumCandidates must be at least count (${count}), got ${maximumCandidates}`,
    );
  }
  const free = spacedFrames(distance, taken);
  const wanted = spread(start, end, Math.min(maximumCandidates, work.maximumLooks)).filter((frame) =>
    free.accepts(frame),
  );
  const looks = await look(work, wanted, { from: 0, to: 1 });
  const limit = blurLimit(looks, blurShare);
  const sharp = looks.filter(({ sharpness }) => sharpness >= limit);
  const chosen = pickByCluster(work, sharp, (clusterDistance) => clusterDistance);
  return summarize(
    chosen.map((frame) => ({ frame })),
    { wanted, looks, limit },
  );
}

/**
 * Returns up to `count` frames, one of each cluster of looks and then, where the distance keeps some away, the next best
 * of all clusters in turn. `rank` orders the frames of a cluster, lowest first, by the squared distance from its center.
 */
function pickByCluster(
  work: Work,
  looks: readonly FrameLook[],
  rank: (distance: number, look: FrameLook) => number,
): number[] {
  const { count, random, distance, taken } = work;
  const free = spacedFrames(distance, taken);
  if (looks.length === 0) return [];
  const dimensions = (looks[0] as FrameLook).thumbnail.length;
  const points = new Float32Array(looks.length * dimensions);
  for (const [i, { thumbnail }] of looks.entries()) points.set(thumbnail, i * dimensions);
  const clusterCount = Math.min(count, looks.length);
  const { centers, clusterOf } = kMeans(points, { dimensions, clusterCount, random, maximumRounds: 50 });
  const queues: { frame: number; order: number }[][] = Array.from({ length: clusterCount }, () => []);
  for (const [i, candidate] of looks.entries()) {
    const cluster = clusterOf[i] as number;
    let squares = 0;
    for (let d = 0; d < dimensions; d++) {
      squares += ((candidate.thumbnail[d] as number) - (centers[cluster * dimensions + d] as number)) ** 2;
    }
    queues[cluster]?.push({ frame: candidate.frame, order: rank(squares, candidate) });
  }
  for (const queue of queues) queue.sort((a, b) => a.order - b.order || a.frame - b.frame);
  const chosen: number[] = [];
  for (let open = queues; open.length > 0 && chosen.length < count; open = open.filter((queue) => queue.length > 0)) {
    for (const queue of open) {
      while (queue.length > 0) {
        const { frame } = queue.shift() as { frame: number };
        if (!free.add(frame)) continue;
        chosen.push(frame);
        break;
      }
      if (chosen.length === count) break;
    }
  }
  return chosen.sort((a, b) => a - b);
}

async function selectByScore(work: Work, scores: Float32Array, minimum: number): Promise<FrameSelection> {
  const { start, end, count, taken, distance, blurShare } = work;
  const free = spacedFrames(distance, taken);
  const ranked: number[] = [];
  for (let frame = start; frame < end; frame++) if ((scores[frame] as number) > minimum) ranked.push(frame);
  ranked.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const pool: number[] = [];
  // A quarter of the looks tells how sharp the film is.
  const referenceCount = Math.min(referenceFrames, Math.floor(work.maximumLooks / 4));
  const poolSize = Math.min(Math.max(10 * count, 100), Math.max(count, work.maximumLooks - referenceCount));
  for (const frame of ranked) {
    if (pool.length === poolSize) break;
    if (free.add(frame)) pool.push(frame);
  }
  const wanted = pool.sort((a, b) => a - b);
  const reference = blurShare > 0 && wanted.length > 0 ? spread(start, end, referenceCount) : [];
  const part = reference.length / (reference.length + wanted.length || 1);
  const limit = blurLimit(await look(work, reference, { from: 0, to: part }), blurShare);
  const looks = await look(work, wanted, { from: part, to: 1 });
  const sharp = looks.filter(({ sharpness }) => sharpness >= limit);
  // Frames of one cluster look alike: the one with the highest score stands for them.
  const chosen = pickByCluster(work, sharp, (_, { frame }) => -(scores[frame] as number));
  return summarize(
    chosen.map((frame) => ({ frame, score: scores[frame] as number })),
    { wanted, looks, limit },
  );
}

function summarize(
  frames: readonly SelectedFrame[],
  { wanted, looks, limit }: { wanted: readonly number[]; looks: readonly FrameLook[]; limit: number },
): FrameSelection {
  return {
    frames: [...frames].sort((a, b) => a.frame - b.frame),
    candidates: wanted.length,
    blurred: looks.filter(({ sharpness }) => sharpness < limit).length,
    corrupt: wanted.length - looks.length,
  };
}
