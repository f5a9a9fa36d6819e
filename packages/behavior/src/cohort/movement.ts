import { runningMedian } from '@zoopraxis/core';
import { type Stretch, stretchAfter } from './stretches.js';

/** Where one point of one animal was. */
export interface AnimalPath {
  /** x and y, shape `[frame, 2]`; NaN = missing. */
  readonly position: ArrayLike<number>;
  /** Shape `[frame]`, 0..1; NaN = not given, which counts as sure. */
  readonly confidence?: ArrayLike<number>;
  /** Strictly increasing, shape `[frame]`. */
  readonly timeSec: ArrayLike<number>;
  readonly unit: 'px' | 'cm';
}

/** Which positions count, and how gaps are treated. */
export interface PathOptions {
  /** Points less sure than this are missing; default 0.6. */
  readonly cutoff?: number;
  /** Between two known positions further apart in time nothing is counted; default 0.25 s. */
  readonly maximumGapSec?: number;
  /** Frames of the running median that takes single jumps and jitter away, odd; 1 takes none. Default 5. */
  readonly medianFrames?: number;
  /** What is analyzed; by default everything. */
  readonly stretches?: readonly Stretch[];
}

/** How far an animal moved. */
export interface Movement {
  /** In `unit`. */
  readonly distance: number;
  /** Mean over the tracked time, in `unit` per second; null where nothing was tracked. */
  readonly speed: number | null;
  readonly unit: 'px' | 'cm';
  /** Seconds that `distance` is from. */
  readonly trackedSec: number;
  /** Analyzed seconds between the first and the last frame. */
  readonly observedSec: number;
}

/** A step from one known position to the next, both in the same analyzed stretch. */
export interface PathStep {
  readonly fromSec: number;
  readonly untilSec: number;
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
  /** True where this step does not begin where the step before ended: a gap lies between. */
  readonly isAfterGap: boolean;
}

/** Calls a function with each step of a path that counts, in order; returns the analyzed seconds of its frames. */
export function walkPath(path: AnimalPath, options: PathOptions, visit: (step: PathStep) => void): number {
  const { position, confidence, timeSec } = path;
  const { cutoff = 0.6, maximumGapSec = 0.25, medianFrames = 5, stretches } = options;
  const frames = timeSec.length;
  if (position.length !== frames * 2 || (confidence !== undefined && confidence.length !== frames)) {
    throw new RangeError(
      `path: position must have shape [${frames}, 2] and confidence [${frames}], got ${position.length} and ${confidence?.length ?? 'none'} values`,
    );
  }
  if (!(maximumGapSec > 0)) throw new RangeError(`path: maximumGapSec must be above 0, got ${maximumGapSec}`);
  const axis = (offset: number) =>
    runningMedian(
      Float64Array.from({ length: frames }, (_, frame) =>
        confidence !== undefined && (confidence[frame] as number) < cutoff
          ? Number.NaN
          : (position[2 * frame + offset] as number),
      ),
      medianFrames,
    );
  const [x, y] = [axis(0), axis(1)];
  let observedSec = 0;
  let last = -1;
  let ended = Number.NaN;
  for (let frame = 0; frame < frames; frame++) {
    const sec = timeSec[frame] as number;
    if (frame > 0) observedSec += analyzedBetween(timeSec[frame - 1] as number, sec, stretches);
    if (Number.isNaN((x[frame] as number) + (y[frame] as number))) continue;
    if (last >= 0) {
      const fromSec = timeSec[last] as number;
      if (sec - fromSec <= maximumGapSec && isWithinOne(fromSec, sec, stretches)) {
        visit({
          fromSec,
          untilSec: sec,
          fromX: x[last] as number,
          fromY: y[last] as number,
          toX: x[frame] as number,
          toY: y[frame] as number,
          isAfterGap: fromSec !== ended,
        });
        ended = sec;
      }
    }
    last = frame;
  }
  return observedSec;
}

function isWithinOne(fromSec: number, untilSec: number, stretches: readonly Stretch[] | undefined): boolean {
  if (stretches === undefined) return true;
  const stretch = stretches[stretchAfter(stretches, fromSec)];
  return stretch !== undefined && stretch.startSec <= fromSec && stretch.endSec >= untilSec;
}

function analyzedBetween(fromSec: number, untilSec: number, stretches: readonly Stretch[] | undefined): number {
  if (stretches === undefined) return untilSec - fromSec;
  let sum = 0;
  for (let at = stretchAfter(stretches, fromSec); at < stretches.length; at++) {
    const { startSec, endSec } = stretches[at] as Stretch;
    if (startSec >= untilSec) break;
    sum += Math.min(endSec, untilSec) - Math.max(startSec, fromSec);
  }
  return sum;
}

/**
 * Returns how far a point moved: the sum of the straight lines from each known position to the next, after a running
 * median, without the steps over gaps and over what is not analyzed. Where points are missing the distance is too small,
 * so compare `trackedSec` with `observedSec`, or use the speed. Each frame's jitter adds to a distance: animals that
 * rest seem to move.
 * @throws RangeError for arrays of other lengths, or a gap or window that cannot be.
 */
export function measureMovement(path: AnimalPath, options: PathOptions = {}): Movement {
  let [distance, trackedSec] = [0, 0];
  const observedSec = walkPath(path, options, ({ fromSec, untilSec, fromX, fromY, toX, toY }) => {
    distance += Math.hypot(toX - fromX, toY - fromY);
    trackedSec += untilSec - fromSec;
  });
  return { distance, speed: trackedSec > 0 ? distance / trackedSec : null, unit: path.unit, trackedSec, observedSec };
}
