import { EntryBuilder, mergePoints } from './entry-builder.js';
import type { LabelState } from './label-state.js';
import type { NewEntry } from './label-store.js';

/**
 * Returns the entry that decides conflicts, undefined where none is given.
 * @throws RangeError for an id that no open conflict has, or one of another skeleton than the first.
 */
export function resolveEntry(
  state: LabelState,
  decisions: readonly { readonly id: string; readonly take: 'ours' | 'theirs' }[],
): NewEntry | undefined {
  const conflicts = new Map(state.conflicts().map((conflict) => [conflict.id, conflict]));
  let builder: EntryBuilder | undefined;
  let skeleton: string | undefined;
  for (const { id, take } of decisions) {
    const conflict = conflicts.get(id);
    if (conflict === undefined) throw new RangeError(`conflict: must be one of the open ones, got ${id}`);
    skeleton ??= conflict.skeleton;
    builder ??= new EntryBuilder(state, skeleton);
    if (conflict.skeleton !== skeleton) {
      throw new RangeError(`conflict: must be of skeleton ${skeleton} as the first, got ${id} of ${conflict.skeleton}`);
    }
    if (take === 'ours') continue;
    const { image, individual, annotator, keypoint, theirs } = conflict;
    builder.change(image, individual, annotator, (points) => {
      const merged = mergePoints(points, { [keypoint]: theirs });
      // A file of another program has no rows without points: where its last point goes, the row goes.
      return theirs === null && merged.size === 0 ? undefined : merged;
    });
  }
  return builder?.build({ kind: 'resolve', resolved: decisions.map(({ id }) => id) });
}
