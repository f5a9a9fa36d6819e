import { IntegrityError, type LabeledFrames, type Skeleton, visibilities } from '@zoopraxis/core';
import { EntryBuilder, rowsOf } from './entry-builder.js';
import type { LabelState } from './label-state.js';
import type { NewEntry } from './label-store.js';

/** What becomes of keypoints when a skeleton is replaced. */
export interface KeypointPlan {
  /** New names by old ones. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Keypoints that are there no more. */
  readonly removed: readonly string[];
}

/**
 * Returns what becomes of the keypoints of a skeleton.
 * @throws RangeError where a keypoint is renamed that is not there, or two would have one name.
 */
export function planKeypoints(
  before: Skeleton,
  after: Skeleton,
  renamed: Readonly<Record<string, string>>,
): KeypointPlan {
  const changes = Object.entries(renamed).filter(([old, name]) => old !== name);
  const taken = new Set<string>();
  for (const [old, name] of changes) {
    if (!before.keypoints.includes(old))
      throw new RangeError(`renamed: must be keypoints of ${before.name}, got ${old}`);
    if (!after.keypoints.includes(name)) throw new RangeError(`renamed: ${old} must become a keypoint, got ${name}`);
    const stays = before.keypoints.includes(name) && !(name in renamed);
    if (stays || taken.has(name)) throw new RangeError(`renamed: ${old} must get a name of its own, got ${name}`);
    taken.add(name);
  }
  const gone = new Map(changes);
  const removed = before.keypoints.filter((name) => !gone.has(name) && !after.keypoints.includes(name));
  return { renamed: Object.fromEntries(changes), removed };
}

/** Throws IntegrityError where keypoints that go have labels, with how many. */
export function refuseLostLabels(labels: LabeledFrames, { removed }: KeypointPlan): void {
  const { skeleton, visibility } = labels;
  const count = skeleton.keypoints.length;
  const lost = removed.flatMap((name) => {
    const keypoint = skeleton.keypoints.indexOf(name);
    let points = 0;
    for (let at = keypoint; keypoint >= 0 && at < visibility.length; at += count) {
      if (visibility[at] !== visibilities.absent) points++;
    }
    return points === 0 ? [] : [`${name} (${points})`];
  });
  if (lost.length === 0) return;
  throw new IntegrityError(`keypoints with labels would be lost: ${lost.join(', ')}`, {
    hint: 'Keep or rename them, or remove their labels first.',
  });
}

/** Returns the entry that moves labels to the new names of their keypoints, undefined where there are none. */
export function renameEntry(
  state: LabelState,
  labels: LabeledFrames,
  renamed: Readonly<Record<string, string>>,
): NewEntry | undefined {
  const builder = new EntryBuilder(state, labels.skeleton.name);
  for (const row of rowsOf(labels)) {
    builder.change(row.image, row.individual, row.annotator, (points) => {
      if (points === undefined) return undefined;
      return new Map([...points].map(([keypoint, point]) => [renamed[keypoint] ?? keypoint, point]));
    });
  }
  const words = Object.entries(renamed).map(([old, name]) => `${old} to ${name}`);
  return builder.build({ kind: 'rename', note: `rename ${words.join(', ')}`, individuals: [] });
}
