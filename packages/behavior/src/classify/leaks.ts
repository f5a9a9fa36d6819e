import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { hashOf } from './fingerprint.js';
import { countBouts, type TrainingRecording } from './training-recording.js';

/** What ties recordings that must be strangers to each other. */
export interface LeakReport {
  /** Recordings of different groups with the same labels in every frame: likely one session under two names, list. */
  readonly sameLabels: readonly (readonly [string, string])[];
  /** Groups, and recordings of each, list. */
  readonly groups: readonly { readonly group: string; readonly recordings: readonly string[] }[];
  /** What a user must know, list of sentences; the first says what was kept apart. */
  readonly sentences: readonly string[];
}

/** Fewer bouts than this can be alike by chance. */
const leastBouts = 5;

/**
 * Returns what could let a classifier see its test in training: whole groups are kept apart, so frames of one session are
 * never on both sides; what remains is one session under two names, which equal labels betray.
 */
export function findLeaks(recordings: readonly TrainingRecording[]): LeakReport {
  const members = new Map<string, string[]>();
  const byLabels = new Map<string, TrainingRecording>();
  const sameLabels: [string, string][] = [];
  for (const recording of recordings) {
    const { id, group, truth } = recording;
    members.set(group, [...(members.get(group) ?? []), id]);
    const bouts = truth.behaviors.reduce((sum, _, index) => sum + countBouts(truth.label, index), 0);
    if (bouts < leastBouts || truth.label.every((own) => own === unscoredLabel)) continue;
    const key = hashOf(JSON.stringify(truth.behaviors), truth.label);
    const before = byLabels.get(key);
    if (before === undefined) byLabels.set(key, recording);
    else if (before.group !== group) sameLabels.push([before.id, id]);
  }
  const groups = [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, list]) => ({ group, recordings: list.sort() }));
  const kept =
    groups.length < 2
      ? `all ${recordings.length} recordings are of one group: nothing can be kept apart`
      : `${recordings.length} recordings of ${groups.length} groups: each group is whole on one side of every split, so no test frame has a neighbor in training`;
  const twice = sameLabels.map(
    ([a, b]) => `${a} and ${b} are of different groups and have the same labels in every frame: are they one session?`,
  );
  return { sameLabels, groups, sentences: [kept, ...twice] };
}
