import type { BoutView } from 'zoopraxis';
import { type FrameClock, timeOf } from '../state/clock.js';
import { applyChange, type BoutChange, changeBetween, type EditRules, insertBout } from './bout-changes.js';

/** A bout that was begun and not ended yet: no edit until it is closed. */
export interface OpenBout {
  readonly behavior: string;
  /** Frame that was on the screen when it was begun. */
  readonly frame: number;
}

/** What a key asks for. */
export type LetterAction =
  | { readonly kind: 'letter'; readonly behavior: string }
  /** Ends the bout that was begun last. */
  | { readonly kind: 'close' }
  /** Forgets the bout that was begun last. */
  | { readonly kind: 'cancel' };

/** What keys write into, and when. */
export interface LetterScene {
  readonly bouts: readonly BoutView[];
  /** Bouts that go on, the one begun last at the end. */
  readonly open: readonly OpenBout[];
  /** The frame on the screen. */
  readonly frame: number;
  readonly clock: FrameClock;
  readonly rules: EditRules;
}

/** What becomes of it. */
export interface LetterResult {
  readonly open: readonly OpenBout[];
  /** What is saved, as one step of undo; null = nothing. */
  readonly change: BoutChange | null;
  /** Words for the step of undo. */
  readonly title: string;
  /** What happened, for screen readers. */
  readonly said: string;
}

/** Returns when a frame ends, seconds: where the next one begins. */
export function endOfFrame(frame: number, clock: FrameClock): number {
  return frame + 1 < clock.frameCount ? timeOf(frame + 1, clock) : timeOf(frame, clock) + 1 / clock.fps;
}

/** Returns what an open bout covers with the frame on the screen included; the cursor may lie before its beginning. */
export function coveredBy(
  { frame: begun }: OpenBout,
  frame: number,
  clock: FrameClock,
): { startSec: number; endSec: number } {
  return { startSec: timeOf(Math.min(begun, frame), clock), endSec: endOfFrame(Math.max(begun, frame), clock) };
}

/** Returns what an open bout covers when another behavior takes the frame on the screen; null = nothing. */
function coveredUntil(
  { frame: begun }: OpenBout,
  frame: number,
  clock: FrameClock,
): { startSec: number; endSec: number } | null {
  if (frame === begun) return null;
  return frame > begun
    ? { startSec: timeOf(begun, clock), endSec: timeOf(frame, clock) }
    : { startSec: endOfFrame(frame, clock), endSec: endOfFrame(begun, clock) };
}

/**
 * Returns what a letter, Enter or Escape does, as in MATLAB BENTO: a letter begins its behavior at the frame shown, the same
 * letter ends it with the frame shown included, and a letter that excludes what goes on ends that before the frame shown.
 * Pure: the state of keys is in, and the state of keys and an edit are out.
 */
export function takeLetter(action: LetterAction, scene: LetterScene): LetterResult {
  const { bouts, open, frame, clock, rules } = scene;
  const nothing = (said: string): LetterResult => ({ open, change: null, title: '', said });
  const last = open.at(-1);
  const insert = (list: readonly BoutView[], behavior: string, span: { startSec: number; endSec: number }) =>
    applyChange(list, insertBout(list, { id: rules.newId(), behavior, ...span }, rules));
  const closeOne = (which: OpenBout): LetterResult => ({
    open: open.filter((other) => other !== which),
    change: changeBetween(bouts, insert(bouts, which.behavior, coveredBy(which, frame, clock))),
    title: `mark ${which.behavior}`,
    said: `${which.behavior} closed`,
  });
  if (action.kind === 'close') return last === undefined ? nothing('No bout is open') : closeOne(last);
  if (action.kind === 'cancel') {
    if (last === undefined) return nothing('No bout is open');
    return { open: open.slice(0, -1), change: null, title: '', said: `${last.behavior} called off` };
  }
  const { behavior } = action;
  if (rules.exclusions.isPoint(behavior)) {
    const atSec = timeOf(frame, clock);
    const change = changeBetween(bouts, insert(bouts, behavior, { startSec: atSec, endSec: atSec }));
    const isNew = change.add.length > 0;
    return {
      open,
      change: isNew ? change : null,
      title: `mark ${behavior}`,
      said: isNew ? `${behavior} marked` : `${behavior} is marked here already`,
    };
  }
  const same = open.find((other) => other.behavior === behavior);
  if (same !== undefined) return closeOne(same);
  const closing = open.filter((other) => rules.exclusions.excludes(behavior, other.behavior));
  let after: readonly BoutView[] = bouts;
  const closed: string[] = [];
  for (const each of closing) {
    const span = coveredUntil(each, frame, clock);
    if (span === null) continue;
    after = insert(after, each.behavior, span);
    closed.push(each.behavior);
  }
  return {
    open: [...open.filter((other) => !closing.includes(other)), { behavior, frame }],
    change: closed.length === 0 ? null : changeBetween(bouts, after),
    title: `mark ${closed.join(', ')}`,
    said: [...closed.map((name) => `${name} closed`), `${behavior} open`].join(', '),
  };
}
