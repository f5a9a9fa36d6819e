/** How far tracking is. */
export interface TrackProgress {
  /** Frames whose points are known. */
  readonly frame: number;
  readonly frameCount: number;
  /** Over the last seconds; 0 before there is a second measurement. */
  readonly framesPerSec: number;
  /** NaN before the rate is known. */
  readonly secondsLeft: number;
}

/** Seconds of the past that the rate looks at. */
const SPAN_SEC = 5;

/** Returns a function from frames done to the progress at this moment, by a clock in ms. */
export function progressMeter(
  firstFrame: number,
  frameCount: number,
  now: () => number = () => performance.now(),
): (frame: number) => TrackProgress {
  const marks = [{ frame: firstFrame, ms: now() }];
  return (frame) => {
    const ms = now();
    while (marks.length > 1 && ms - (marks[1] as { ms: number }).ms > 1000 * SPAN_SEC) marks.shift();
    const oldest = marks[0] as { frame: number; ms: number };
    // A mark every tenth of a second is enough, however fast batches come.
    if (ms - (marks.at(-1) as { ms: number }).ms > 100) marks.push({ frame, ms });
    const framesPerSec = ms > oldest.ms ? (1000 * (frame - oldest.frame)) / (ms - oldest.ms) : 0;
    const secondsLeft = framesPerSec > 0 ? (frameCount - frame) / framesPerSec : Number.NaN;
    return { frame, frameCount, framesPerSec, secondsLeft };
  };
}
