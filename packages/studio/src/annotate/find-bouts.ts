import type { BoutView } from 'zoopraxis';
import { type FrameClock, frameAt, timeOf } from '../state/clock.js';
import { endOfFrame } from './letters.js';

/** Returns the first frame of a bout. */
export const firstFrameOf = ({ startSec }: BoutView, clock: FrameClock): number => frameAt(startSec, clock);

/** Returns the frame behind a bout; that of a point event is the one behind its instant. */
export function stopFrameOf({ startSec, endSec }: BoutView, clock: FrameClock): number {
  const first = frameAt(startSec, clock);
  if (endSec <= startSec) return first + 1;
  if (endSec >= endOfFrame(clock.frameCount - 1, clock) - 0.01 / clock.fps) return clock.frameCount;
  const at = frameAt(endSec, clock);
  // An end within a frame takes the whole of it.
  return Math.max(first + 1, endSec > timeOf(at, clock) + 0.01 / clock.fps ? at + 1 : at);
}

/** Returns the bouts that the frame on the screen belongs to, the one begun last at the end. */
export function boutsUnder(bouts: readonly BoutView[], frame: number, clock: FrameClock): BoutView[] {
  return bouts.filter((bout) => firstFrameOf(bout, clock) <= frame && frame < stopFrameOf(bout, clock));
}

/** Returns the bout that commands mean: the chosen one, else the one under the cursor that was begun last. */
export function meantBout(
  bouts: readonly BoutView[],
  frame: number,
  clock: FrameClock,
  chosenId?: string,
): BoutView | undefined {
  return bouts.find(({ id }) => id === chosenId) ?? boutsUnder(bouts, frame, clock).at(-1);
}

/** Returns the bout that trimming means: as {@link meantBout}, else the one whose edge is nearest to the cursor. */
export function boutToTrim(
  bouts: readonly BoutView[],
  edge: 'start' | 'end',
  frame: number,
  clock: FrameClock,
  chosenId?: string,
): BoutView | undefined {
  const meant = meantBout(bouts, frame, clock, chosenId);
  if (meant !== undefined) return meant;
  const atSec = edge === 'start' ? timeOf(frame, clock) : endOfFrame(frame, clock);
  // Only a start behind the cursor can be brought to it, and only an end before it.
  const fits = ({ startSec, endSec }: BoutView) =>
    endSec > startSec && (edge === 'start' ? endSec > atSec : startSec < atSec);
  const distance = (bout: BoutView) => Math.abs((edge === 'start' ? bout.startSec : bout.endSec) - atSec);
  let best: BoutView | undefined;
  for (const bout of bouts) if (fits(bout) && (best === undefined || distance(bout) < distance(best))) best = bout;
  return best;
}

/**
 * Returns the bout before or after the cursor in order of time. Where the chosen bout begins at the cursor, others that begin
 * there as well come first, so that none is passed over.
 */
export function neighborBout(
  bouts: readonly BoutView[],
  step: 1 | -1,
  frame: number,
  clock: FrameClock,
  { chosenId, behavior }: { readonly chosenId?: string | undefined; readonly behavior?: string | undefined } = {},
): BoutView | undefined {
  const list = behavior === undefined ? bouts : bouts.filter((bout) => bout.behavior === behavior);
  const chosen = list.findIndex(({ id }) => id === chosenId);
  if (chosen >= 0 && firstFrameOf(list[chosen] as BoutView, clock) === frame) return list[chosen + step];
  if (step > 0) return list.find((bout) => firstFrameOf(bout, clock) > frame);
  return list.findLast((bout) => firstFrameOf(bout, clock) < frame);
}

/** Returns the next (or previous) bout of the same behavior, undefined where there is none. */
export function neighborOfSame(bouts: readonly BoutView[], bout: BoutView, step: 1 | -1): BoutView | undefined {
  const list = bouts.filter(({ behavior }) => behavior === bout.behavior);
  return list[list.findIndex(({ id }) => id === bout.id) + step];
}
