import { findIdentitySwaps } from '@zoopraxis/behavior';
import { median, type PoseTracks } from '@zoopraxis/core';
import type { JumpTarget } from '../api.js';
import { spreadPeaks } from './spread-peaks.js';
import type { TrackTargetKind } from './target-kinds.js';

/** Places of one kind at most. */
const mostTargets = 200;

/** Places of one kind are at least so far apart, seconds. */
const apartSec = 1;

/** Points less sure than this are worth a look. */
const unsure = 0.6;

/**
 * Returns the places in tracks that are worth a look, ranked, the worst first, none near another of its kind.
 * @param tell called with the share that is done, 0..1
 */
export function trackTargets(
  tracks: PoseTracks,
  kind: TrackTargetKind,
  tell: (share: number) => void = () => undefined,
): JumpTarget[] {
  if (kind === 'low confidence') return lowConfidence(tracks);
  if (kind === 'large jump') return largeJumps(tracks);
  return identityCrossings(tracks, tell);
}

const apartFrames = ({ timeBase: { fps } }: PoseTracks): number => Math.max(1, Math.round(apartSec * fps));

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function lowConfidence(tracks: PoseTracks): JumpTarget[] {
  const { individuals, skeleton, timeBase, confidence, position, dimensions } = tracks;
  const points = skeleton.keypoints.length;
  const perFrame = individuals.length * points;
  const scores = new Float32Array(timeBase.frameCount);
  const where = new Int32Array(timeBase.frameCount);
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    for (let animal = 0; animal < individuals.length; animal++) {
      const first = frame * perFrame + animal * points;
      let isThere = false;
      for (let at = first; at < first + points; at++) {
        if (!Number.isNaN(position[at * dimensions] as number)) isThere = true;
      }
      // An animal of which nothing was found is no doubt of the network.
      for (let at = first; isThere && at < first + points; at++) {
        const lack = 1 - (confidence[at] as number);
        if (lack > (scores[frame] as number)) {
          scores[frame] = lack;
          where[frame] = at - frame * perFrame;
        }
      }
    }
  }
  return spreadPeaks(scores, { apart: apartFrames(tracks), most: mostTargets, least: 1 - unsure }).map((frame) => {
    const individual = individuals[Math.floor((where[frame] as number) / points)] as string;
    const keypoint = skeleton.keypoints[(where[frame] as number) % points] as string;
    const score = scores[frame] as number;
    const text = `${keypoint} of ${individual}: confidence ${percent(1 - score)}`;
    return { kind: 'low confidence', frame, individual, keypoint, score, text };
  });
}

function largeJumps(tracks: PoseTracks): JumpTarget[] {
  const { individuals, skeleton, timeBase, position, dimensions, space } = tracks;
  const points = skeleton.keypoints.length;
  const perFrame = individuals.length * points;
  const scores = new Float32Array(timeBase.frameCount);
  const where = new Int32Array(timeBase.frameCount);
  for (let frame = 1; frame < timeBase.frameCount; frame++) {
    for (let point = 0; point < perFrame; point++) {
      const at = (frame * perFrame + point) * dimensions;
      const before = at - perFrame * dimensions;
      let squares = 0;
      for (let axis = 0; axis < dimensions; axis++) {
        squares += ((position[at + axis] as number) - (position[before + axis] as number)) ** 2;
      }
      const way = Math.sqrt(squares);
      if (way > (scores[frame] as number)) {
        scores[frame] = way;
        where[frame] = point;
      }
    }
  }
  const least = 4 * typicalOf(scores);
  const unit = space === 'image' ? 'px' : 'cm';
  return spreadPeaks(scores, { apart: apartFrames(tracks), most: mostTargets, least }).map((frame) => {
    const individual = individuals[Math.floor((where[frame] as number) / points)] as string;
    const keypoint = skeleton.keypoints[(where[frame] as number) % points] as string;
    const score = scores[frame] as number;
    const text = `${keypoint} of ${individual}: ${Math.round(score)} ${unit} in one frame`;
    return { kind: 'large jump', frame, individual, keypoint, score, text };
  });
}

/** Returns the median of scores above 0, from at most some 10,000 of them. */
function typicalOf(scores: Float32Array): number {
  const step = Math.max(1, Math.floor(scores.length / 10_000));
  const some: number[] = [];
  for (let i = 0; i < scores.length; i += step) if ((scores[i] as number) > 0) some.push(scores[i] as number);
  return some.length === 0 ? 0 : median(some);
}

function identityCrossings(tracks: PoseTracks, tell: (share: number) => void): JumpTarget[] {
  const { individuals, timeBase } = tracks;
  if (individuals.length < 2) return [];
  const { centers, length } = bodies(tracks);
  const found: JumpTarget[] = [];
  if (individuals.length <= 4 && length > 0) {
    const swaps = findIdentitySwaps(tracks, {
      stepLength: length / 20,
      onProgress: (share) => tell(0.1 + 0.8 * share),
    });
    for (const { frame, order, gain, gapFrames } of swaps) {
      const moved = individuals.filter((_, i) => order[i] !== i);
      const gap = gapFrames > 0 ? ` after ${gapFrames} unseen frames` : '';
      const individual = moved[0] as string;
      const text = `${moved.join(' and ')} look exchanged from here on${gap}`;
      // Before all encounters, whose scores are below 1.
      found.push({ kind: 'identity crossing', frame, individual, score: 1 + Math.max(0, gain), text });
    }
  }
  found.sort((a, b) => b.score - a.score || a.frame - b.frame);
  const nearness = new Float32Array(timeBase.frameCount);
  const pairs = new Int32Array(timeBase.frameCount);
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    for (let a = 0; a < individuals.length; a++) {
      for (let b = a + 1; b < individuals.length; b++) {
        const [i, j] = [2 * (frame * individuals.length + a), 2 * (frame * individuals.length + b)];
        const way = Math.hypot(
          (centers[i] as number) - (centers[j] as number),
          (centers[i + 1] as number) - (centers[j + 1] as number),
        );
        const near = 1 - way / length;
        if (near > (nearness[frame] as number)) {
          nearness[frame] = near;
          pairs[frame] = a * individuals.length + b;
        }
      }
    }
  }
  const taken = found.map(({ frame }) => frame);
  const meetings = spreadPeaks(nearness, { apart: apartFrames(tracks), most: mostTargets, least: 0.5, taken });
  for (const frame of meetings) {
    const pair = pairs[frame] as number;
    const [a, b] = [individuals[Math.floor(pair / individuals.length)], individuals[pair % individuals.length]];
    const individual = a as string;
    const text = `${a} and ${b} are on top of each other`;
    found.push({ kind: 'identity crossing', frame, individual, score: nearness[frame] as number, text });
  }
  return found.slice(0, mostTargets);
}

/** Returns the mean of the points of each animal, shape `[frame, individual, 2]`, and how long an animal is, about. */
function bodies({ individuals, skeleton, timeBase, position, dimensions }: PoseTracks): {
  readonly centers: Float32Array;
  readonly length: number;
} {
  const points = skeleton.keypoints.length;
  const rows = timeBase.frameCount * individuals.length;
  const centers = new Float32Array(2 * rows).fill(Number.NaN);
  const step = Math.max(1, Math.floor(rows / 10_000));
  const lengths: number[] = [];
  for (let row = 0; row < rows; row++) {
    let [x, y, count] = [0, 0, 0];
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let k = 0; k < points; k++) {
      const at = (row * points + k) * dimensions;
      const [px, py] = [position[at] as number, position[at + 1] as number];
      if (Number.isNaN(px)) continue;
      x += px;
      y += py;
      count++;
      left = Math.min(left, px);
      right = Math.max(right, px);
      top = Math.min(top, py);
      bottom = Math.max(bottom, py);
    }
    if (count === 0) continue;
    centers[2 * row] = x / count;
    centers[2 * row + 1] = y / count;
    if (row % step === 0 && count > 1) lengths.push(Math.hypot(right - left, bottom - top));
  }
  return { centers, length: lengths.length === 0 ? 0 : median(lengths) };
}
