import { type Annotations, createAnnotations, secondsOfFrame, type TimeBase } from '@zoopraxis/core';
import { type FrameTruth, unscoredLabel } from '../evaluate/frame-truth-type.js';

/** Whose bouts they are, and how sure each is. */
export interface LabelsToAnnotations {
  readonly timeBase: TimeBase;
  readonly subject: string;
  readonly target?: string;
  readonly annotator: string;
  /** Default `default`. */
  readonly channel?: string;
  /** Behavior that gets no bouts: the background. */
  readonly background?: string;
  /** Shape `[frame, behavior]` in the order of the behaviors; a bout has the mean of its own. */
  readonly probability?: Float32Array;
}

/** Returns the bouts of labels of frames: half-open, from the time of the first frame to that of the frame after the last. */
export function labelsToAnnotations({ behaviors, label }: FrameTruth, options: LabelsToAnnotations): Annotations {
  const { timeBase, subject, target, annotator, channel = 'default', background, probability } = options;
  const named = behaviors.filter((name) => name !== background);
  const index = behaviors.map((name) => named.indexOf(name));
  const [starts, ends, which, chances] = [[], [], [], []] as [number[], number[], number[], number[]];
  for (let start = 0; start < label.length; ) {
    const own = label[start] as number;
    let end = start + 1;
    while (end < label.length && label[end] === own) end++;
    if (own !== unscoredLabel && (index[own] as number) >= 0) {
      starts.push(secondsOfFrame(timeBase, start));
      ends.push(secondsOfFrame(timeBase, end));
      which.push(index[own] as number);
      let sum = 0;
      if (probability !== undefined) {
        for (let frame = start; frame < end; frame++) sum += probability[frame * behaviors.length + own] as number;
      }
      chances.push(Math.min(1, Math.max(0, sum / (end - start))));
    }
    start = end;
  }
  return createAnnotations({
    subject,
    ...(target === undefined ? {} : { target }),
    annotator,
    channel,
    frameBase: { fps: timeBase.fps, firstFrame: 0, endIncluded: false },
    behaviors: named,
    startSec: Float64Array.from(starts),
    endSec: Float64Array.from(ends),
    behavior: Int32Array.from(which),
    ...(probability === undefined ? {} : { probability: Float32Array.from(chances) }),
  });
}
