/** What is needed to tell frames from times. */
export interface FrameClock {
  readonly frameCount: number;
  readonly fps: number;
  /** Time of each frame in seconds from the first one, shape `[frame]`; left out where the rate is constant. */
  readonly timesSec?: Float64Array;
  /** Seconds added to the recording's time to get that of this video. */
  readonly offsetSec?: number;
}

/** A hundredth of a frame: times that were rounded on their way still mean their own frame. */
const tolerance = 0.01;

/** Returns the frame that is shown at a time of the recording: the last one that has begun, kept inside the video. */
export function frameAt(timeSec: number, { frameCount, fps, timesSec, offsetSec = 0 }: FrameClock): number {
  const time = timeSec + offsetSec;
  if (timesSec === undefined) return Math.max(0, Math.min(frameCount - 1, Math.floor(time * fps + tolerance)));
  const soon = time + tolerance / fps;
  let [low, high] = [0, timesSec.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((timesSec[middle] as number) <= soon) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Returns the time in the recording, in seconds, at which a frame begins. */
export function timeOf(frame: number, { fps, timesSec, offsetSec = 0 }: FrameClock): number {
  return (timesSec?.[frame] ?? frame / fps) - offsetSec;
}

/** Returns where the recording ends, seconds: the end of the video's last frame. */
export function endOf(clock: FrameClock): number {
  const { frameCount, fps } = clock;
  return frameCount === 0 ? 0 : timeOf(frameCount - 1, clock) + 1 / fps;
}

/** Returns a time as people read it: `1:02:03.04`, `2:03.04`. */
export function clockText(timeSec: number): string {
  const hundredths = Math.max(0, Math.round(timeSec * 100));
  const [hours, minutes] = [Math.floor(hundredths / 360_000), Math.floor(hundredths / 6000) % 60];
  const seconds = ((hundredths % 6000) / 100).toFixed(2).padStart(5, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}
