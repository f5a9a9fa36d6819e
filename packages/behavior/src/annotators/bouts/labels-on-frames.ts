import type { Annotations, TimeBase } from '@zoopraxis/core';
import { distinctBouts } from '../../cohort/observation.js';
import { spansInFrames } from './spans.js';

/** What one annotator says of each frame: one behavior or none. */
export interface FrameLabels {
  /** Index into the behaviors that were asked for, -1 for none of them, shape `[frame]`. */
  readonly label: Int32Array;
  /** Frames on which two of the behaviors are scored at once; the bout that started last has them. */
  readonly overlapFrames: number;
}

/**
 * Returns the behavior of each frame as one annotator scored it: a frame has what goes on at the middle of its time on
 * screen. Measures that need one label for each frame take this; where bouts overlap, the one that started last counts, and
 * the frames where that mattered are counted.
 */
export function labelsOnFrames(
  annotations: Annotations,
  timeBase: TimeBase,
  behaviors: readonly string[],
): FrameLabels {
  const distinct = distinctBouts(annotations);
  const bouts = behaviors.flatMap((name, index) => {
    const own = distinct[annotations.behaviors.indexOf(name)];
    if (own === undefined) return [];
    return Array.from(own.startSec, (startSec, i) => ({ index, startSec, endSec: own.endSec[i] as number }));
  });
  bouts.sort((a, b) => a.startSec - b.startSec || a.endSec - b.endSec || a.index - b.index);
  const label = new Int32Array(timeBase.frameCount).fill(-1);
  const isShared = new Uint8Array(timeBase.frameCount);
  for (const { index, startSec, endSec } of bouts) {
    const [from = 0, to = 0] = spansInFrames(Float64Array.of(startSec, endSec), timeBase);
    for (let frame = from; frame < to; frame++) {
      if (label[frame] !== -1 && label[frame] !== index) isShared[frame] = 1;
      label[frame] = index;
    }
  }
  return { label, overlapFrames: isShared.reduce((sum, shared) => sum + shared, 0) };
}
