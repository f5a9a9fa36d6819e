import { IntegrityError } from '@zoopraxis/core';
import {
  type Bout,
  type BoutChange,
  type BoutEntry,
  type BoutStreamKey,
  boutData,
  boutOf,
  sameBout,
  streamKeyText,
} from './bout-entry.js';
import type { BoutSet } from './bout-set.js';

/** What one edit changes in one stream; the stream is made where it is not there. */
export interface BoutEdit {
  readonly stream: BoutStreamKey & { readonly set: string };
  /** Ids of bouts that go. */
  readonly remove: readonly string[];
  /** Bouts that come; one with the id of a removed bout replaces it. */
  readonly add: readonly Bout[];
}

type SetOf = (set: string) => BoutSet;

interface Draft {
  readonly stream: BoutEdit['stream'];
  /** By id: as it was, and as it will be. */
  readonly bouts: Map<string, { readonly before: Bout | undefined; after: Bout | undefined }>;
}

/** Throws RangeError naming what of an edit cannot be. */
export function checkBoutEdit({ stream, add }: BoutEdit): void {
  for (const part of ['recording', 'subject', 'annotator', 'channel'] as const) {
    if (stream[part] === '') throw new RangeError(`bout edit: ${part} must have a name`);
  }
  if (stream.target === '') throw new RangeError('bout edit: target must have a name or be left out');
  for (const { id, behavior, startSec, endSec, probability } of add) {
    if (id === '') throw new RangeError('bout edit: id must not be empty');
    if (behavior === '') throw new RangeError('bout edit: behavior must have a name');
    if (!(Number.isFinite(startSec) && Number.isFinite(endSec) && startSec <= endSec)) {
      throw new RangeError(`bout edit: a bout must end after it starts, got ${startSec} to ${endSec} s`);
    }
    if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
      throw new RangeError(`bout edit: probability must be in 0..1, got ${probability}`);
    }
  }
}

/** Tells whether all is as edits would make it: they were sent again because the answer was lost. */
function isDone(edits: readonly BoutEdit[], setOf: SetOf): boolean {
  return edits.every(({ stream, remove, add }) => {
    const now = setOf(stream.set).stream(streamKeyText(stream));
    const comes = new Set(add.map(({ id }) => id));
    return (
      remove.every((id) => comes.has(id) || now?.get(id) === undefined) &&
      add.every((bout) => {
        const found = now?.get(bout.id);
        return found !== undefined && sameBout(found, bout);
      })
    );
  });
}

/**
 * Returns what edits change, one entry for each stream; nothing for what ends as it was, or is as they would make it.
 * @throws RangeError where a bout that goes is not there, or one that comes is there already.
 */
export function changesOfEdits(edits: readonly BoutEdit[], setOf: SetOf): BoutChange[] {
  if (isDone(edits, setOf)) return [];
  const drafts = new Map<string, Draft>();
  for (const edit of edits) {
    const key = JSON.stringify([edit.stream.set, streamKeyText(edit.stream)]);
    const draft = drafts.get(key) ?? { stream: edit.stream, bouts: new Map() };
    drafts.set(key, draft);
    const stream = setOf(edit.stream.set).stream(streamKeyText(edit.stream));
    const entryOf = (id: string) => {
      const known = draft.bouts.get(id);
      if (known !== undefined) return known;
      const before = stream?.get(id);
      const entry = { before, after: before };
      draft.bouts.set(id, entry);
      return entry;
    };
    for (const id of edit.remove) {
      const entry = entryOf(id);
      if (entry.after === undefined) {
        throw new RangeError(
          `bout edit: bout ${id} must be in ${edit.stream.recording} by ${edit.stream.annotator}, it was removed or replaced meanwhile`,
        );
      }
      entry.after = undefined;
    }
    for (const bout of edit.add) {
      const entry = entryOf(bout.id);
      if (entry.after !== undefined) throw new RangeError(`bout edit: bout ${bout.id} must be new, there is one`);
      entry.after = bout;
    }
  }
  const changes: BoutChange[] = [];
  for (const { stream, bouts } of drafts.values()) {
    const changed = [...bouts.values()].filter(
      ({ before, after }) =>
        !(before === after || (before !== undefined && after !== undefined && sameBout(before, after))),
    );
    if (changed.length === 0) continue;
    const known = new Set(setOf(stream.set).stream(streamKeyText(stream))?.behaviors ?? []);
    const names = changed.flatMap(({ after }) => (after === undefined ? [] : [after.behavior]));
    const { set, recording, subject, target, annotator, channel } = stream;
    changes.push({
      set,
      recording,
      subject,
      ...(target === undefined ? {} : { target }),
      annotator,
      channel,
      removed: changed.flatMap(({ before }) => (before === undefined ? [] : [boutData(before)])),
      added: changed.flatMap(({ after }) => (after === undefined ? [] : [boutData(after)])),
      scored: [...new Set(names)].filter((name) => !known.has(name)),
      unscored: [],
    });
  }
  return changes;
}

/**
 * Returns the changes that take an entry back, or do it again: both are given as those that were made.
 * @throws IntegrityError where one of its bouts was changed since.
 */
export function reverseChanges(entry: BoutEntry, kind: 'undo' | 'redo', setOf: SetOf): BoutChange[] {
  return entry.changes.map((change) => {
    const { removed, added, scored, unscored, ...key } = change;
    const [from, to] = kind === 'undo' ? [added, removed] : [removed, added];
    const stream = setOf(change.set).stream(streamKeyText(change));
    const fail = (bout: Bout): never => {
      throw new IntegrityError(
        `${kind} of ${entry.title ?? `entry ${entry.seq}`}: the bout of ${bout.behavior} at ${bout.startSec.toFixed(2)} s by ${change.annotator} was changed since in ${change.recording}`,
        { hint: 'Change it by hand; the history of the bouts holds how it was.' },
      );
    };
    const goes = new Set<string>();
    for (const data of from) {
      const bout = boutOf(data);
      const now = stream?.get(bout.id);
      if (now === undefined || !sameBout(now, bout)) fail(bout);
      goes.add(bout.id);
    }
    for (const data of to) {
      const bout = boutOf(data);
      if (!goes.has(bout.id) && stream?.get(bout.id) !== undefined) fail(bout);
    }
    const [enters, leaves] = kind === 'undo' ? [unscored, scored] : [scored, unscored];
    return { ...key, removed: from, added: to, scored: enters, unscored: leaves };
  });
}
