import { IntegrityError } from '@zoopraxis/core';
import type { EntryHead } from '../journal/entry-heads.js';
import { EntryBuilder, mergePoints, samePoint } from './entry-builder.js';
import type { LabelEntry, PointData } from './label-entry.js';
import type { LabelState } from './label-state.js';
import type { NewEntry } from './label-store.js';

/** Kinds of entries that can be undone. */
const actions = new Set(['edit', 'import', 'merge']);

/** Returns what is kept of an entry of the journal of labels. */
export const headOf = ({ seq, kind, by, target, id, note, source, rows }: LabelEntry): EntryHead => ({
  seq,
  kind,
  by,
  target,
  id,
  title: note ?? (source === undefined ? 'edit of labels' : `labels from ${source}`),
  isAction: actions.has(kind) && rows.length > 0,
});

/**
 * Returns an entry that takes another back, or does it again.
 * @throws IntegrityError where its rows were changed since.
 */
export function reverse(
  state: LabelState,
  entry: LabelEntry,
  kind: 'undo' | 'redo',
  by: string | undefined,
): NewEntry | undefined {
  const builder = new EntryBuilder(state, entry.skeleton ?? '');
  const [from, to] = kind === 'undo' ? (['points', 'before'] as const) : (['before', 'points'] as const);
  for (const row of entry.rows) {
    const image = entry.images[row.image];
    if (image === undefined) continue;
    builder.change(image, row.individual, row.annotator, (now) => {
      const [expected, target] = [row[from], row[to]];
      const fits =
        expected === null
          ? now === undefined
          : now !== undefined && Object.entries(expected).every(([k, point]) => samePoint(now.get(k), point));
      if (!fits) {
        throw new IntegrityError(
          `${kind} of entry ${entry.seq}: ${row.individual} of ${row.annotator} was changed since in ${image.group}/${image.file}`,
          { hint: 'Set the points by hand; the history of the labels holds their earlier places.' },
        );
      }
      if (target === null) return undefined;
      return expected === null ? new Map(present(target)) : mergePoints(now, target);
    });
  }
  return builder.build({ kind, target: entry.seq, individuals: [], ...(by === undefined ? {} : { by }) });
}

function present(points: Readonly<Record<string, PointData | null>>): [string, PointData][] {
  return Object.entries(points).filter((pair): pair is [string, PointData] => pair[1] !== null);
}
