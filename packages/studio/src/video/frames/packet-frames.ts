import type { FrameClock } from '../../state/clock.js';

/** How far a packet's time may lie from its frame's, share of the time to the next frame: the index allows as much. */
export const tolerance = 0.3;

/** Returns the frame that is shown at the container's time of a packet, or -1 where none begins there: a hidden picture. */
export function frameOfPacket(packetSec: number, startSec: number, clock: FrameClock): number {
  const { frameCount, fps, timesSec } = clock;
  const time = packetSec - startSec;
  if (timesSec === undefined) {
    const frame = Math.round(time * fps);
    const isNear = Math.abs(time * fps - frame) <= tolerance + 1e-6;
    return isNear && frame >= 0 && frame < frameCount ? frame : -1;
  }
  let [low, high] = [0, timesSec.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesSec[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  const after = timesSec[low] ?? Number.NaN;
  const before = timesSec[low - 1] ?? Number.NEGATIVE_INFINITY;
  const frame = time - before < after - time ? low - 1 : low;
  const own = timesSec[frame] ?? Number.NaN;
  const gap = Math.min(own - (timesSec[frame - 1] ?? own - 1 / fps), (timesSec[frame + 1] ?? own + 1 / fps) - own);
  return Math.abs(time - own) <= gap * tolerance ? frame : -1;
}

/** Returns the container's time of a frame, seconds. */
export function packetTimeOf(frame: number, startSec: number, { fps, timesSec }: FrameClock): number {
  return startSec + (timesSec?.[frame] ?? frame / fps);
}
