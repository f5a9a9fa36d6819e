/** What of an entry decides whether it can be undone. */
export interface UndoableEntry {
  readonly seq: number;
  readonly kind: string;
  readonly by?: string | undefined;
  /** Entry that an undo or redo is about. */
  readonly target?: number | undefined;
}

/**
 * Returns the entries that an undo and a redo of one annotator (or of anyone) would be about, if any.
 * @param isAction tells which entries can be undone
 */
export function undoTargets<Entry extends UndoableEntry>(
  history: readonly Entry[],
  by: string | undefined,
  isAction: (entry: Entry) => boolean,
): { readonly undo: Entry | undefined; readonly redo: Entry | undefined } {
  const [done, undone]: [Entry[], Entry[]] = [[], []];
  for (const entry of history) {
    if (by !== undefined && entry.by !== by) continue;
    if (isAction(entry)) {
      done.push(entry);
      undone.length = 0;
    } else if (entry.kind === 'undo' && done.at(-1)?.seq === entry.target) {
      undone.push(done.pop() as Entry);
    } else if (entry.kind === 'redo' && undone.at(-1)?.seq === entry.target) {
      done.push(undone.pop() as Entry);
    }
  }
  return { undo: done.at(-1), redo: undone.at(-1) };
}
