import { createPoseTracks, createTimeBase, type PoseTracks, type Provenance, secondsOfFrame } from '@zoopraxis/core';
import { derived } from './clear-false-positions.js';

/** To which rate tracks are brought. */
export interface ResampleOptions {
  /** Frames per second of the result; its rate is constant. */
  readonly fps: number;
  readonly versions?: Provenance['versions'];
}

/** Frames of the source around a frame of the result, and how much each counts. */
interface Mixture {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * Returns tracks at another frame rate, which is constant whatever the source's was. The first frame keeps its time, and
 * the last is the last one that lies within the source.
 *
 * To a higher rate: straight lines between the two source frames around each time. To a lower rate: a triangular mean
 * over the source frames within one new frame period to either side, against aliasing: its response is sinc^2, -1.8 dB
 * at a quarter of the new rate, -8 dB at half of it, nothing at the new rate and below -26 dB above. Gaps stay gaps: a
 * point is known where the source frame nearest in time (both of two equally near) knows it, and so do frames that hold at least half of the weight;
 * nothing is drawn across missing frames. (Beside a gap the mean leans to the known side, by a sixth of a new frame at most
 * where the rate is halved.) Confidence, identity scores and boxes are weighted alike.
 * @throws RangeError for a rate that cannot be.
 */
export function resampleTracks(tracks: PoseTracks, { fps, versions = {} }: ResampleOptions): PoseTracks {
  if (!(fps > 0) || !Number.isFinite(fps)) throw new RangeError(`resample: fps must be above 0, got ${fps}`);
  const { timeBase: source, individuals, skeleton, dimensions } = tracks;
  const startSec = source.frameCount === 0 ? 0 : secondsOfFrame(source, 0);
  const lengthSec = source.frameCount === 0 ? 0 : secondsOfFrame(source, source.frameCount - 1) - startSec;
  // A length that is a whole number of frames must not lose the last one to rounding.
  const frameCount = source.frameCount === 0 ? 0 : Math.floor(lengthSec * fps + 1e-6) + 1;
  const timeBase = createTimeBase({
    frameCount,
    fps,
    ...(startSec !== 0 && { timesSec: Float64Array.from({ length: frameCount }, (_, f) => startSec + f / fps) }),
  });
  const mixtures = mixturesOf(tracks, startSec, frameCount, fps);
  const animals = individuals.length;
  const resample = (values: Float32Array, groups: number, size: number) => mix(values, { groups, size, mixtures });
  return createPoseTracks({
    ...tracks,
    timeBase,
    position: resample(tracks.position, animals * skeleton.keypoints.length, dimensions),
    confidence: resample(tracks.confidence, animals * skeleton.keypoints.length, 1),
    ...(tracks.boxes && { boxes: resample(tracks.boxes, animals, 4) }),
    ...(tracks.identity && { identity: resample(tracks.identity, animals, 1) }),
    provenance: derived(
      tracks,
      'resample',
      { fps, fromFps: source.fps, variableRate: source.timesSec !== undefined },
      versions,
    ),
  });
}

function mixturesOf({ timeBase }: PoseTracks, startSec: number, frameCount: number, fps: number): Mixture[] {
  const { frameCount: sourceCount } = timeBase;
  const time = (frame: number) => secondsOfFrame(timeBase, frame);
  const mixtures: Mixture[] = [];
  let before = 0;
  for (let frame = 0; frame < frameCount; frame++) {
    const sec = startSec + frame / fps;
    while (before + 1 < sourceCount && time(before + 1) <= sec + 1e-9) before++;
    // A source frame is about this long here; where frames were dropped, longer.
    const after = Math.min(before + 1, sourceCount - 1);
    const step = after > before ? time(after) - time(before) : 1 / timeBase.fps;
    const half = Math.max(1 / fps, step);
    let [first, last] = [before, before];
    while (first > 0 && time(first - 1) > sec - half + 1e-9) first--;
    while (last + 1 < sourceCount && time(last + 1) < sec + half - 1e-9) last++;
    const weights = Array.from({ length: last - first + 1 }, (_, i) => {
      const weight = 1 - Math.abs(time(first + i) - sec) / half;
      return weight < 1e-6 ? 0 : weight;
    });
    mixtures.push({ first, weights });
  }
  return mixtures;
}

function mix(
  values: Float32Array,
  { groups, size, mixtures }: { groups: number; size: number; mixtures: readonly Mixture[] },
): Float32Array {
  const result = new Float32Array(mixtures.length * groups * size).fill(Number.NaN);
  const isKnown = (frame: number, group: number) => {
    for (let i = 0; i < size; i++) if (Number.isNaN(values[(frame * groups + group) * size + i])) return false;
    return true;
  };
  for (const [frame, { first, weights }] of mixtures.entries()) {
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const most = Math.max(...weights);
    for (let group = 0; group < groups; group++) {
      let [held, nearestIsKnown] = [0, true];
      for (const [i, weight] of weights.entries()) {
        if (weight === 0) continue;
        if (isKnown(first + i, group)) held += weight;
        else if (weight >= most - 1e-9) nearestIsKnown = false;
      }
      if (!nearestIsKnown || held < whole / 2 - 1e-9) continue;
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (const [j, weight] of weights.entries()) {
          if (weight > 0 && isKnown(first + j, group)) {
            sum += weight * (values[((first + j) * groups + group) * size + i] as number);
          }
        }
        result[(frame * groups + group) * size + i] = sum / held;
      }
    }
  }
  return result;
}
