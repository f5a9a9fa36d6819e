import { type FrameClock, frameAt } from '../../state/clock.js';

/** How the clock moves. */
export interface Motion {
  readonly isPlaying: boolean;
  /** Seconds of the recording from one picture to the next while playing. */
  readonly stepSec: number;
  /** 1 or -1: where it went last while standing; 0 after a jump. */
  readonly direction: 1 | 0 | -1;
}

/** Frames behind the present one that are fetched when few are there: going back costs a whole group of pictures. */
const backStep = 24;
/** As long as so many frames behind are there, nothing is fetched. */
const backEnough = 6;

/**
 * Returns a list of the frames of a video that are wanted at a time, the most urgent first, those that are there already left out. While
 * playing: what comes next; after steps back: a stretch before it; else the neighbors.
 */
export function wantedFrames(
  timeSec: number,
  clock: FrameClock,
  { isPlaying, stepSec, direction }: Motion,
  { ahead, isThere }: { readonly ahead: number; readonly isThere: (frame: number) => boolean },
): number[] {
  if (clock.frameCount === 0) return [];
  const present = frameAt(timeSec, clock);
  const frames: number[] = [present];
  const add = (frame: number) => {
    if (frame >= 0 && frame < clock.frameCount && !frames.includes(frame)) frames.push(frame);
  };
  if (isPlaying) for (let i = 1; i <= ahead; i++) add(frameAt(timeSec + i * stepSec, clock));
  else if (direction < 0) {
    const near = Array.from({ length: Math.min(backEnough, ahead) }, (_, i) => present - 1 - i);
    if (near.some((frame) => frame >= 0 && !isThere(frame))) {
      for (let i = 1; i <= Math.min(backStep, ahead * 2); i++) add(present - i);
    }
  } else if (direction > 0) for (let i = 1; i <= Math.min(4, ahead); i++) add(present + i);
  else {
    // Decoded on the way anyway.
    for (let i = 1; i <= Math.min(3, ahead); i++) add(present - i);
    add(present + 1);
  }
  return frames.filter((frame) => !isThere(frame));
}
