import { createPoseTracks, type PoseTracks, Random } from '@zoopraxis/core';

/** How much worse tracks are than the truth: what a pose network and a tracker would add. */
export interface Degradation {
  /** Standard deviation of the error of each coordinate, px; half of it lasts over about `lastingSec`. */
  readonly noisePx: number;
  /** Share of the points that are missing, in gaps of one keypoint, 0..1. */
  readonly gapShare: number;
  /** Mean length of such gaps. */
  readonly gapSec: number;
  /** Exchanges of two animals a minute; each lasts until the next. */
  readonly swapsPerMinute: number;
  readonly seed: number;
}

/** How long the lasting part of the noise stays alike, about: errors of neighboring frames resemble each other. */
const lastingSec = 0.2;

/**
 * Returns tracks with errors by chance: noise of which half the variance lasts from frame to frame, gaps of single points,
 * and exchanged names. Equal seeds give equal errors.
 */
export function degradeTracks(tracks: PoseTracks, degradation: Degradation): PoseTracks {
  const { noisePx, gapShare, gapSec, swapsPerMinute, seed } = degradation;
  if (!(gapShare >= 0 && gapShare < 0.9))
    throw new RangeError(`gapShare: must be from 0 to below 0.9, got ${gapShare}`);
  const { individuals, skeleton, timeBase, dimensions } = tracks;
  const [animals, points] = [individuals.length, skeleton.keypoints.length];
  const { frameCount, fps } = timeBase;
  const random = new Random(seed).fork('degrade');
  const position = tracks.position.slice();
  const confidence = tracks.confidence.slice();
  const keep = Math.exp(-1 / (lastingSec * fps));
  const endsGap = 1 / Math.max(1, gapSec * fps);
  const startsGap = (endsGap * gapShare) / (1 - gapShare);
  const half = noisePx / Math.SQRT2;
  for (let series = 0; series < animals * points; series++) {
    const own = random.fork('point', series);
    const lasting = new Float64Array(dimensions).map(() => own.normal());
    let isGap = own.uniform() < gapShare;
    for (let frame = 0; frame < frameCount; frame++) {
      const at = frame * animals * points + series;
      for (let d = 0; d < dimensions; d++) {
        lasting[d] = keep * (lasting[d] as number) + Math.sqrt(1 - keep * keep) * own.normal();
        const error = half * ((lasting[d] as number) + own.normal());
        position[at * dimensions + d] = isGap ? Number.NaN : (position[at * dimensions + d] as number) + error;
      }
      if (isGap) confidence[at] = Number.NaN;
      isGap = own.uniform() < (isGap ? 1 - endsGap : startsGap);
    }
  }
  let swaps = 0;
  if (animals === 2 && swapsPerMinute > 0) {
    const own = random.fork('swaps');
    const perFrame = swapsPerMinute / 60 / fps;
    let isSwapped = false;
    for (let frame = 1; frame < frameCount; frame++) {
      if (own.uniform() < perFrame) {
        isSwapped = !isSwapped;
        swaps++;
      }
      if (!isSwapped) continue;
      for (const [array, width] of [
        [position, points * dimensions],
        [confidence, points],
      ] as const) {
        const first = frame * 2 * width;
        const mine = array.slice(first, first + width);
        array.copyWithin(first, first + width, first + 2 * width);
        array.set(mine, first + width);
      }
    }
  }
  return createPoseTracks({
    ...tracks,
    position,
    confidence,
    provenance: {
      operation: 'degrade tracks',
      versions: tracks.provenance.versions,
      inputs: [],
      parameters: { ...degradation, swaps },
      parents: [tracks.provenance],
      synthetic: true,
    },
  });
}
