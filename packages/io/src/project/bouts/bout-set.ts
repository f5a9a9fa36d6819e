import type { Provenance } from '@zoopraxis/core';
import type { AnnotationsTable, RecordedAnnotations } from '../../tables/annotations-layout.js';
import { type BoutChange, type BoutStreamKey, streamKeyText } from './bout-entry.js';
import { BoutStream, type IdentifiedAnnotations } from './bout-stream.js';

/** A table of annotations with the ids that its file holds, and the row at which each stream begins. */
export interface IdentifiedTable extends AnnotationsTable {
  readonly streams: readonly (RecordedAnnotations & { readonly ids?: readonly string[]; readonly firstRow: number })[];
}

/** The bouts of one file of annotations while they can be edited. */
export class BoutSet {
  /** Where the bouts came from before they were edited, undefined where they began here. */
  readonly origin: Provenance | undefined;
  readonly #streams = new Map<string, BoutStream>();

  /** Starts empty. */
  constructor(origin?: Provenance) {
    this.origin = origin;
  }

  /**
   * Returns the bouts of a file. Ids are those that the file holds; else those of equal bouts of the former state; else
   * made from the content of the file, so that the same file has the same ids.
   * @param content SHA-256 of the file
   */
  static ofFile(table: IdentifiedTable, content: string, former?: BoutSet): BoutSet {
    const set = new BoutSet(
      table.provenance.operation === editedOperation ? table.provenance.parents?.[0] : table.provenance,
    );
    const prefix = content.slice(0, 12);
    for (const { ids, firstRow, ...stream } of table.streams) {
      const { subject, target, annotator, channel } = stream.annotations;
      const key = streamKeyText({ recording: stream.recording, subject, target, annotator, channel });
      const before = former?.stream(key);
      const own =
        ids?.every((id) => id !== '') && new Set(ids).size === ids.length
          ? ids
          : before !== undefined && before.count > 0
            ? matchedIds(stream, before.columns(), { prefix, firstRow })
            : { prefix, firstRow };
      set.#streams.set(key, new BoutStream(stream, own));
    }
    return set;
  }

  /** Returns the stream of a key (see `streamKeyText`), undefined where there is none. */
  stream(key: string): BoutStream | undefined {
    return this.#streams.get(key);
  }

  /** Returns the streams, list. */
  streams(): BoutStream[] {
    return [...this.#streams.values()];
  }

  /** Takes a change of the journal in. */
  apply(change: BoutChange & BoutStreamKey): void {
    const key = streamKeyText(change);
    const { recording, subject, target, annotator, channel } = change;
    const stream = this.#streams.get(key) ?? BoutStream.empty({ recording, subject, target, annotator, channel });
    stream.apply(change);
    if (stream.isEmpty) this.#streams.delete(key);
    else this.#streams.set(key, stream);
  }
}

/** Operation in the provenance of a file that holds edited bouts. */
export const editedOperation = 'annotate';

/** Returns ids (list): those of equal bouts of an earlier state, each used once, and new ones for the others. */
function matchedIds(
  { annotations }: RecordedAnnotations,
  former: IdentifiedAnnotations,
  { prefix, firstRow }: { readonly prefix: string; readonly firstRow: number },
): string[] {
  const textAt = ({ behaviors, behavior, startSec, endSec }: RecordedAnnotations['annotations'], row: number) =>
    `${startSec[row]} ${endSec[row]} ${behaviors[behavior[row] as number]}`;
  const known = new Map<string, string[]>();
  for (const [row, id] of former.ids.entries()) {
    const text = textAt(former.annotations, row);
    known.set(text, [...(known.get(text) ?? []), id]);
  }
  const used = new Set<string>();
  return Array.from(annotations.startSec, (_, row) => {
    const same = known.get(textAt(annotations, row))?.shift();
    let id = same ?? `${prefix}.${firstRow + row}`;
    // A new id is not one of an earlier bout that is matched later.
    while (used.has(id)) id = `${id}+`;
    used.add(id);
    return id;
  });
}
