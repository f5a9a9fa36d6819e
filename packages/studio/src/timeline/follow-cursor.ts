import { studio } from '../state/studio-store.js';
import { openLimits } from './open-clock.js';
import { follow } from './scale.js';
import { timeline } from './timeline-store.js';

/** A change of the clock by more than this while it plays is a jump, seconds. */
const jumpSec = 2;

/**
 * Moves the visible range with the cursor; returns the way to stop. Where the user looks elsewhere while it plays, the
 * range stays until the cursor comes into it, or jumps.
 */
export function startFollowing(): () => void {
  let isElsewhere = false;
  let isOurs = false;
  return studio.subscribe((state, before) => {
    if (isOurs || state.recordingId === null) return;
    const { timeSec, range, isPlaying } = state;
    const isSeen = timeSec >= range.fromSec && timeSec < range.toSec;
    if (state.recordingId !== before.recordingId || isSeen || !isPlaying) isElsewhere = false;
    else if (range !== before.range) isElsewhere = true;
    const isCentered = timeline.getState().follow === 'center' && isPlaying;
    if (timeSec === before.timeSec && !(isCentered && range !== before.range)) return;
    if (Math.abs(timeSec - before.timeSec) > jumpSec * Math.max(1, state.speed)) isElsewhere = false;
    if (isElsewhere) return;
    const next = follow(range, { timeSec, isPlaying, mode: timeline.getState().follow }, openLimits(state));
    if (next === range) return;
    isOurs = true;
    studio.setState({ range: next });
    isOurs = false;
  });
}
