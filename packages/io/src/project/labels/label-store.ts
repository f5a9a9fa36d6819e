import { type ByteStore, IntegrityError, type LabeledFrames, type LabeledImage, type Skeleton } from '@zoopraxis/core';
import { z } from 'zod';
import { decodeLine, encodeLine } from '../journal/checked-line.js';
import { EntryHeads, type UndoWords } from '../journal/entry-heads.js';
import { JournalLog } from '../journal/journal-log.js';
import { type JournalDamage, type JournalKind, segmentBytes } from '../journal/segments.js';
import { type LabelEntry, labelEntrySchema } from './label-entry.js';
import { LabelState, labelStateSchema } from './label-state.js';
import { type LabelChanges, RecentChanges } from './recent-changes.js';
import { headOf, reverse } from './undo.js';

const snapshotName = 'labels/snapshot.json';

const journalKind: JournalKind<LabelEntry> = {
  folder: 'labels/',
  of: 'labels',
  repair: 'repairLabels',
  parse: (value) => labelEntrySchema.safeParse(value).data,
};

const snapshotSchema = z.object({
  format: z.literal('zoopraxis labels'),
  version: z.literal(1),
  /** Sequence number of the last entry that the state holds. */
  upTo: z.int().min(0),
  state: labelStateSchema,
});

const emptyLists = { images: [], individuals: [], rows: [], conflicts: [], resolved: [] } satisfies Partial<LabelEntry>;

/** An entry before it has its number and time. */
export type NewEntry = Partial<Omit<LabelEntry, 'seq' | 'at'>> & Pick<LabelEntry, 'kind'>;

/** How a label store is opened. */
export interface LabelStoreOptions {
  /** `read` changes nothing on disk, so it can run beside a writer. */
  readonly mode: 'read' | 'write';
  /** Clock of the entries. */
  readonly now: () => Date;
  /** Bytes after which a segment of the journal is closed and a snapshot written; by default 4 MiB. */
  readonly segmentBytes?: number;
}

/**
 * The labels of a project: a journal of entries that are durable when accepted, and a snapshot that saves reading all
 * of it. Segments of the journal are never removed, so that the history stays.
 */
export class LabelStore {
  readonly #store: ByteStore;
  readonly #options: LabelStoreOptions;
  readonly #log: JournalLog<LabelEntry>;
  readonly #heads: EntryHeads<LabelEntry>;
  readonly #warnings: string[] = [];
  #state = new LabelState();
  #changes = new RecentChanges(0);
  /** Entry up to which the snapshot holds the state. */
  #snapshotUpTo = 0;
  /** True after a write failed: what of it is on disk must be read before the next one. */
  #uncertain = false;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(store: ByteStore, options: LabelStoreOptions) {
    this.#store = store;
    this.#options = options;
    this.#log = new JournalLog(store, journalKind, options.mode);
    this.#heads = new EntryHeads(this.#log, headOf);
  }

  /** Opens the labels of a project; in mode `write` the torn end of an interrupted write is set aside. */
  static async open(store: ByteStore, options: LabelStoreOptions): Promise<LabelStore> {
    const labels = new LabelStore(store, options);
    await labels.#load();
    return labels;
  }

  /** What was met and mended while opening, as sentences. */
  get warnings(): readonly string[] {
    return [...this.#warnings, ...this.#log.warnings];
  }

  /** Damaged or missing parts of the journal. */
  get damage(): readonly JournalDamage[] {
    return this.#log.damage;
  }

  /** Returns the state; throws IntegrityError where the journal is damaged and `damaged` is not `skip`. */
  state(damaged: 'refuse' | 'skip' = 'refuse'): LabelState {
    if (damaged === 'refuse') this.#log.refuseDamage();
    return this.#state;
  }

  /** Returns the number of the last entry. */
  get seq(): number {
    return this.#log.seq;
  }

  /** Returns the labels of one skeleton. */
  labels(skeleton: Skeleton, damaged: 'refuse' | 'skip' = 'refuse'): LabeledFrames {
    return this.state(damaged).labels(skeleton);
  }

  /** Returns what entries after one of a number changed, undefined where that is longer ago than what is kept in memory. */
  changesSince(seq: number): LabelChanges | undefined {
    return this.#changes.since(seq, this.#log.seq);
  }

  /** Returns all images that are known, by group and file. */
  images(): readonly LabeledImage[] {
    return this.#state.images();
  }

  /**
   * Adds an entry made from the present state; durable when this returns. Calls run one after another.
   * @param id name that the sender gave it: where there is an entry of this name, nothing is done again
   * @returns the entry, or undefined where `make` found nothing to do
   */
  async record(make: (state: LabelState) => NewEntry | undefined, id?: string): Promise<LabelEntry | undefined> {
    return this.#inOrder(async () => {
      await this.#certain();
      const before = await this.#heads.named(id);
      if (before !== undefined) return this.#log.entry(before.seq);
      const made = make(this.state());
      return made === undefined ? undefined : this.#append(made, id);
    });
  }

  /**
   * Takes back the last edit of an annotator, or of anyone, or does it again.
   * @param options `id`: as that of {@link LabelStore.record}
   * @returns the entry that it is about, undefined where nothing is left
   */
  async reverse(
    kind: 'undo' | 'redo',
    { annotator, id }: { readonly annotator?: string; readonly id?: string },
  ): Promise<LabelEntry | undefined> {
    return this.#inOrder(async () => {
      await this.#certain();
      const before = await this.#heads.named(id);
      const seq = before === undefined ? (await this.#heads.targets(annotator))[kind]?.seq : before.target;
      if (seq === undefined) return undefined;
      const target = await this.#log.entry(seq);
      if (target === undefined) throw new IntegrityError(`entry ${seq} of the history of labels cannot be read`);
      if (before !== undefined) return target;
      const made = reverse(this.state(), target, kind, annotator);
      if (made !== undefined) await this.#append(made, id);
      return target;
    });
  }

  /** Returns words for what undo and redo of an annotator would be about. */
  async undoWords(annotator: string | undefined): Promise<UndoWords> {
    return this.#inOrder(async () => {
      await this.#certain();
      return this.#heads.words(annotator);
    });
  }

  /** Yields all entries from the first, whole ones only. */
  history(): AsyncGenerator<LabelEntry> {
    return this.#log.history();
  }

  /** Writes a snapshot and closes the segment, so that the next opening reads little. */
  async compact(): Promise<void> {
    await this.#inOrder(async () => {
      await this.#certain();
      await this.#compact();
    });
  }

  /**
   * Sets damaged lines aside in `labels/damaged/` and puts entries in their place that say so; then labels can be read
   * and written again, without what was lost. Returns the names of the copies.
   */
  async repair(): Promise<string[]> {
    return this.#inOrder(async () => {
      const at = this.#options.now().toISOString();
      const copies = await this.#log.repair((seq, note) => ({ seq, at, kind: 'lost', note, ...emptyLists }));
      await this.#load();
      return copies;
    });
  }

  async #append(made: NewEntry, id: string | undefined): Promise<LabelEntry> {
    const entry: LabelEntry = {
      seq: this.#log.seq + 1,
      at: this.#options.now().toISOString(),
      ...(id === undefined ? {} : { id }),
      ...emptyLists,
      ...made,
    };
    this.#uncertain = true;
    await this.#log.append(entry);
    this.#uncertain = false;
    this.#state.apply(entry);
    this.#changes.take(entry);
    this.#heads.add(entry);
    if (this.#log.segmentLength >= (this.#options.segmentBytes ?? segmentBytes)) await this.#compactLater();
    return entry;
  }

  /** Reads again what is on the disk after a write failed. */
  async #certain(): Promise<void> {
    if (this.#uncertain) await this.#load();
  }

  async #compactLater(): Promise<void> {
    try {
      await this.#compact();
    } catch (error) {
      // The entry that led here is accepted; the snapshot only saves time and is tried again later.
      this.#warnings.push(`no snapshot of the labels was written: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #compact(): Promise<void> {
    const { seq } = this.#log;
    if (seq === this.#snapshotUpTo) return;
    const snapshot: z.output<typeof snapshotSchema> = {
      format: 'zoopraxis labels',
      version: 1,
      upTo: seq,
      state: this.state().data(),
    };
    await this.#store.write(snapshotName, encodeLine(snapshot));
    this.#snapshotUpTo = seq;
    this.#log.closeSegment();
  }

  async #readSnapshot(): Promise<{ upTo: number; state: LabelState } | undefined> {
    const bytes = await this.#store.read(snapshotName);
    if (bytes === undefined) return undefined;
    const data = decodeLine(bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes);
    const version = (data as { version?: unknown } | undefined)?.version;
    if (typeof version === 'number' && version > 1) {
      throw new IntegrityError(`the labels are of version ${version}, this program reads version 1: ${snapshotName}`, {
        hint: 'Install a newer Zoopraxis; nothing was changed.',
      });
    }
    const parsed = snapshotSchema.safeParse(data);
    if (parsed.success) return { upTo: parsed.data.upTo, state: new LabelState(parsed.data.state) };
    this.#warnings.push(`the snapshot of the labels was damaged; the whole journal was read instead: ${snapshotName}`);
    return undefined;
  }

  async #load(): Promise<void> {
    const snapshot = await this.#readSnapshot();
    const upTo = snapshot?.upTo ?? 0;
    const state = snapshot?.state ?? new LabelState();
    await this.#log.load({ upTo, apply: (entry) => state.apply(entry) });
    this.#changes = new RecentChanges(this.#log.seq);
    this.#state = state;
    this.#snapshotUpTo = upTo;
    this.#heads.forget();
    this.#uncertain = false;
  }

  #inOrder<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(job);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
