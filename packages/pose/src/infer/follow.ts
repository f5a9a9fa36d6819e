import { type Region, regionAround } from './placement.js';
import type { PosePoints } from './predictor.js';

/** How a box follows the animal. */
export interface FollowOptions {
  /** Size of the box in px of the image. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** A keypoint is seen from this confidence on, 0..1. */
  readonly minConfidence: number;
  /** Share of the keypoints that must be seen, 0..1; below it the animal is lost and sought in the whole frame. */
  readonly minSeen: number;
}

/** Where the animal was last, and how it moves. */
export interface Whereabouts {
  /** Middle of the seen keypoints in px of the image, `[x, y]`; null while the animal is lost. */
  readonly center: readonly [number, number] | null;
  /** Px per frame along x and y, smoothed. */
  readonly velocity: readonly [number, number];
}

/** State of following between two batches: plain JSON data that a chunk carries, so that a resumed run goes on alike. */
export interface FollowCarry {
  readonly whereabouts: Whereabouts;
  /** Boxes of the next batches (list), null for the whole frame. */
  readonly upcoming: readonly (Region | null)[];
}

/** Batches under way while a box is chosen: the box of batch b follows from the batches up to b - LAG, never from timing. */
export const LAG = 2;

/** Share of the newest step in the velocity. */
const SMOOTHING = 0.5;

/** Part of the box by which the guessed movement may shift it. */
const MOST_SHIFT = 0.25;

/** Box around the seen keypoints of one picture, px of the image. */
export interface SeenBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Returns the box around the seen keypoints of a picture, or undefined where too few are seen. */
export function seenBox(
  { position, confidence }: PosePoints,
  picture: number,
  keypoints: number,
  { minConfidence, minSeen }: Pick<FollowOptions, 'minConfidence' | 'minSeen'>,
): SeenBox | undefined {
  let [left, top, right, bottom, seen] = [Infinity, Infinity, -Infinity, -Infinity, 0];
  for (let at = picture * keypoints; at < (picture + 1) * keypoints; at++) {
    if (!((confidence[at] as number) >= minConfidence)) continue;
    const [x, y] = [position[2 * at] as number, position[2 * at + 1] as number];
    seen++;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return seen > 0 && seen >= minSeen * keypoints ? { left, top, right, bottom } : undefined;
}

/** Returns the whereabouts after one more picture, in which the animal's middle (two numbers) was seen or not. */
export function follow({ center, velocity }: Whereabouts, middle: readonly [number, number] | undefined): Whereabouts {
  if (middle === undefined) return { center: null, velocity: [0, 0] };
  if (center === null) return { center: middle, velocity: [0, 0] };
  const smoothed = (axis: 0 | 1): number =>
    (1 - SMOOTHING) * velocity[axis] + SMOOTHING * (middle[axis] - center[axis]);
  return { center: middle, velocity: [smoothed(0), smoothed(1)] };
}

/** Returns the box in which the animal is expected some frames later, or null for the whole frame while it is lost. */
export function expectedRegion(
  { center, velocity }: Whereabouts,
  framesLater: number,
  box: Pick<FollowOptions, 'widthPx' | 'heightPx'>,
  image: Pick<Region, 'widthPx' | 'heightPx'>,
): Region | null {
  if (center === null) return null;
  const shift = (axis: 0 | 1, length: number): number =>
    Math.min(Math.max(velocity[axis] * framesLater, -MOST_SHIFT * length), MOST_SHIFT * length);
  return regionAround(center[0] + shift(0, box.widthPx), center[1] + shift(1, box.heightPx), box, image);
}

/** The boxes of a run, batch after batch. */
export class Follower {
  #whereabouts: Whereabouts;
  /** Boxes of batches that have not begun. */
  readonly #waiting: (Region | null)[];
  /** The newest boxes, begun or not: those of the batches after the last one that is done. */
  #newest: readonly (Region | null)[];

  constructor(
    readonly options: FollowOptions,
    readonly image: Pick<Region, 'widthPx' | 'heightPx'>,
    carry?: FollowCarry,
  ) {
    this.#whereabouts = carry?.whereabouts ?? { center: null, velocity: [0, 0] };
    this.#newest = carry?.upcoming ?? Array.from({ length: LAG }, () => null);
    this.#waiting = [...this.#newest];
  }

  /** Returns the region of the next batch. */
  next(): Region {
    const box = this.#waiting.shift();
    if (box === undefined) throw new TypeError('follower: a batch begins before the one two earlier is done');
    return box ?? { leftPx: 0, topPx: 0, widthPx: this.image.widthPx, heightPx: this.image.heightPx };
  }

  /** Takes the points of the oldest batch that is not done, of `pictures` pictures. */
  done(points: PosePoints, pictures: number, keypoints: number): void {
    for (let picture = 0; picture < pictures; picture++) {
      const box = seenBox(points, picture, keypoints, this.options);
      const middle: [number, number] | undefined = box && [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      this.#whereabouts = follow(this.#whereabouts, middle);
    }
    // From the last frame of this batch to the middle of the one LAG batches later.
    const framesLater = (LAG - 1) * pictures + (pictures + 1) / 2;
    const box = expectedRegion(this.#whereabouts, framesLater, this.options, this.image);
    this.#waiting.push(box);
    this.#newest = [...this.#newest.slice(1), box];
  }

  /** State after the last batch that is done. */
  get carry(): FollowCarry {
    return { whereabouts: this.#whereabouts, upcoming: this.#newest };
  }
}
