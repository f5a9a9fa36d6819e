import { timeOf } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { openRecording, type Selection, studio, type TimeRange } from '../state/studio-store.js';

/** Returns a visible range that holds a time: the same where it does already, else one of the same length around it. */
export function rangeAround({ fromSec, toSec }: TimeRange, timeSec: number, durationSec: number): TimeRange {
  if (timeSec >= fromSec && timeSec < toSec) return { fromSec, toSec };
  const length = toSec - fromSec;
  const from = Math.max(0, Math.min(timeSec - length / 2, durationSec - length));
  return { fromSec: from, toSec: from + length };
}

/** Shows a time of the open recording, brings it into the timeline, and selects something. */
export function goToTime(timeSec: number, selection?: Selection): void {
  const state = studio.getState();
  const durationSec = openRecording(state)?.durationSec ?? 0;
  studio.setState({
    timeSec,
    isPlaying: false,
    range: rangeAround(state.range, timeSec, durationSec),
    ...(selection === undefined ? {} : { selection }),
  });
}

/** Shows a frame of the open recording and selects what is meant by it. */
export function goToFrame(frame: number, individual?: string, keypoint?: string): void {
  const clock = recordingClock();
  if (clock === undefined) return;
  const selection: Selection | undefined =
    individual === undefined
      ? undefined
      : keypoint === undefined
        ? { kind: 'individual', individual }
        : { kind: 'point', individual, keypoint };
  goToTime(timeOf(frame, clock), selection);
}
