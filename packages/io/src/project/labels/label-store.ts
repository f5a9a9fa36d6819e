import { type ByteStore, IntegrityError, type LabeledFrames, type LabeledImage, type Skeleton } from '@zoopraxis/core';
import { z } from 'zod';
import { decodeLine, encodeLine } from '../journal/checked-line.js';
import { JournalLog } from '../journal/journal-log.js';
import { type JournalDamage, type JournalKind, segmentBytes } from '../journal/segments.js';
import { type LabelEntry, labelEntrySchema } from './label-entry.js';
import { LabelState, labelStateSchema } from './label-state.js';

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
  readonly #warnings: string[] = [];
  #state = new LabelState();
  /** Entry up to which the snapshot holds the state. */
  #snapshotUpTo = 0;
  /** True after a write failed: what of it is on disk must be read before the next one. */
  #uncertain = false;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(store: ByteStore, options: LabelStoreOptions) {
    this.#store = store;
    this.#options = options;
    this.#log = new JournalLog(store, journalKind, options.mode);
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

  /** Returns all images that are known, by group and file. */
  images(): LabeledImage[] {
    return this.#state.images();
  }

  /**
   * Adds an entry made from the present state; durable when this returns. Calls run one after another.
   * @returns the entry, or undefined where `make` found nothing to do
   */
  async record(make: (state: LabelState) => NewEntry | undefined): Promise<LabelEntry | undefined> {
    return this.#inOrder(async () => {
      if (this.#uncertain) await this.#load();
      const made = make(this.state());
      if (made === undefined) return undefined;
      const entry: LabelEntry = {
        seq: this.#log.seq + 1,
        at: this.#options.now().toISOString(),
        ...emptyLists,
        ...made,
      };
      this.#uncertain = true;
      await this.#log.append(entry);
      this.#uncertain = false;
      this.#state.apply(entry);
      if (this.#log.segmentLength >= (this.#options.segmentBytes ?? segmentBytes)) await this.#compactLater();
      return entry;
    });
  }

  /** Yields all entries from the first, whole ones only. */
  history(): AsyncGenerator<LabelEntry> {
    return this.#log.history();
  }

  /** Writes a snapshot and closes the segment, so that the next opening reads little. */
  async compact(): Promise<void> {
    await this.#inOrder(async () => {
      if (this.#uncertain) await this.#load();
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
    this.#state = state;
    this.#snapshotUpTo = upTo;
    this.#uncertain = false;
  }

  #inOrder<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(job);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
