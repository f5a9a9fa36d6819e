import { type ByteStore, IntegrityError, type LabeledFrames, type LabeledImage, type Skeleton } from '@zoopraxis/core';
import { z } from 'zod';
import { decodeLine, encodeLine } from './checked-line.js';
import {
  appendEntry,
  damageError,
  findDamage,
  type JournalDamage,
  listSegments,
  readSegment,
  rewriteSegment,
  type Segment,
  segmentBytes,
  segmentName,
  setAside,
} from './journal.js';
import type { LabelEntry } from './label-entry.js';
import { LabelState, labelStateSchema } from './label-state.js';

const snapshotName = 'labels/snapshot.json';

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

interface Loaded {
  state: LabelState;
  /** Entry up to which the snapshot holds the state. */
  snapshotUpTo: number;
  /** Last entry. */
  seq: number;
  /** Segment that takes the next entry, and its bytes. */
  segment: string;
  segmentLength: number;
  damage: readonly JournalDamage[];
}

/**
 * The labels of a project: a journal of entries that are durable when accepted, and a snapshot that saves reading all
 * of it. Segments of the journal are never removed, so that the history stays.
 */
export class LabelStore {
  /** What was met and mended while opening, as sentences. */
  readonly warnings: string[] = [];
  readonly #store: ByteStore;
  readonly #options: LabelStoreOptions;
  #loaded: Loaded;
  /** True after a write failed: what of it is on disk must be read before the next one. */
  #uncertain = false;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(store: ByteStore, options: LabelStoreOptions) {
    this.#store = store;
    this.#options = options;
    this.#loaded = {
      state: new LabelState(),
      snapshotUpTo: 0,
      seq: 0,
      segment: segmentName(1),
      segmentLength: 0,
      damage: [],
    };
  }

  /** Opens the labels of a project; in mode `write` the torn end of an interrupted write is set aside. */
  static async open(store: ByteStore, options: LabelStoreOptions): Promise<LabelStore> {
    const labels = new LabelStore(store, options);
    await labels.#load();
    return labels;
  }

  /** Damaged or missing parts of the journal. */
  get damage(): readonly JournalDamage[] {
    return this.#loaded.damage;
  }

  /** Returns the state; throws IntegrityError where the journal is damaged and `damaged` is not `skip`. */
  state(damaged: 'refuse' | 'skip' = 'refuse'): LabelState {
    if (damaged === 'refuse' && this.#loaded.damage.length > 0) throw damageError(this.#loaded.damage);
    return this.#loaded.state;
  }

  /** Returns the number of the last entry. */
  get seq(): number {
    return this.#loaded.seq;
  }

  /** Returns the labels of one skeleton. */
  labels(skeleton: Skeleton, damaged: 'refuse' | 'skip' = 'refuse'): LabeledFrames {
    return this.state(damaged).labels(skeleton);
  }

  /** Returns all images that are known, by group and file. */
  images(): LabeledImage[] {
    return this.#loaded.state.images();
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
        seq: this.#loaded.seq + 1,
        at: this.#options.now().toISOString(),
        ...emptyLists,
        ...made,
      };
      this.#uncertain = true;
      const length = await appendEntry(this.#store, this.#loaded.segment, entry);
      this.#uncertain = false;
      this.#loaded.state.apply(entry);
      this.#loaded.seq = entry.seq;
      this.#loaded.segmentLength += length;
      if (this.#loaded.segmentLength >= (this.#options.segmentBytes ?? segmentBytes)) await this.#compactLater();
      return entry;
    });
  }

  /** Yields all entries from the first, whole ones only. */
  async *history(): AsyncGenerator<LabelEntry> {
    const segments = await listSegments(this.#store);
    for (const [i, [name, first]] of segments.entries()) {
      const { lines } = await readSegment(this.#store, name, first, i === segments.length - 1);
      for (const { entry } of lines) if (entry !== undefined) yield entry;
    }
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
      const copies: string[] = [];
      const all = await listSegments(this.#store);
      let next = 1;
      for (const [i, [name, first]] of all.entries()) {
        const segment = await readSegment(this.#store, name, first, i === all.length - 1);
        const mended = await this.#mend(segment, next, all[i + 1]?.[1], copies);
        next = mended.next;
        if (mended.lines !== undefined) await rewriteSegment(this.#store, name, mended.lines);
      }
      await this.#load();
      return copies;
    });
  }

  /** Returns the lines of a segment with `lost` entries for all that is missing, undefined where nothing is. */
  async #mend(
    segment: Segment,
    start: number,
    after: number | undefined,
    copies: string[],
  ): Promise<{ next: number; lines: Uint8Array[] | undefined }> {
    const lines: Uint8Array[] = [];
    let changed = false;
    let next = Math.min(start, segment.first);
    let notes: string[] = [];
    const fill = (until: number): void => {
      for (; next < until; next++) {
        const note = notes.length === 0 ? 'missing' : `set aside: ${notes.join(', ')}`;
        const at = this.#options.now().toISOString();
        const lost: LabelEntry = { seq: next, at, kind: 'lost', note, ...emptyLists };
        lines.push(encodeLine(lost).subarray(0, -1));
        changed = true;
      }
      notes = [];
    };
    if (start < segment.first) fill(segment.first);
    for (const [i, { bytes, entry }] of segment.lines.entries()) {
      if (entry === undefined) {
        const copy = await setAside(this.#store, segment.name, i + 1, bytes);
        copies.push(copy);
        notes.push(copy);
        changed = true;
      } else {
        fill(entry.seq);
        lines.push(bytes);
        next = entry.seq + 1;
      }
    }
    if (after !== undefined) fill(after);
    return { next, lines: changed ? lines : undefined };
  }

  async #compactLater(): Promise<void> {
    try {
      await this.#compact();
    } catch (error) {
      // The entry that led here is accepted; the snapshot only saves time and is tried again later.
      this.warnings.push(`no snapshot of the labels was written: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #compact(): Promise<void> {
    const { seq, snapshotUpTo, state } = this.#loaded;
    if (seq === snapshotUpTo) return;
    const snapshot: z.output<typeof snapshotSchema> = {
      format: 'zoopraxis labels',
      version: 1,
      upTo: seq,
      state: this.state().data(),
    };
    await this.#store.write(snapshotName, encodeLine(snapshot));
    this.#loaded = { state, seq, snapshotUpTo: seq, segment: segmentName(seq + 1), segmentLength: 0, damage: [] };
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
    this.warnings.push(`the snapshot of the labels was damaged; the whole journal was read instead: ${snapshotName}`);
    return undefined;
  }

  async #load(): Promise<void> {
    const snapshot = await this.#readSnapshot();
    const upTo = snapshot?.upTo ?? 0;
    const state = snapshot?.state ?? new LabelState();
    const all = await listSegments(this.#store);
    const needed = all.filter((_, i) => (all[i + 1]?.[1] ?? Number.POSITIVE_INFINITY) > upTo + 1);
    const segments: Segment[] = [];
    for (const [i, [name, first]] of needed.entries()) {
      segments.push(await readSegment(this.#store, name, first, i === needed.length - 1));
    }
    const damage = findDamage(segments, upTo);
    let seq = upTo;
    for (const { lines } of segments) {
      for (const { entry } of lines) {
        if (entry === undefined || entry.seq <= upTo) continue;
        state.apply(entry);
        seq = entry.seq;
      }
    }
    const last = segments.at(-1);
    let length = 0;
    if (last !== undefined) {
      for (const { bytes } of last.lines) length += bytes.length + 1;
      if (last.torn.length > 0 && this.#options.mode === 'write') await this.#dropTorn(last);
    }
    const goesOn = last?.lines.some(({ entry }) => entry !== undefined && entry.seq > upTo) === true;
    const segment = last !== undefined && goesOn ? last.name : segmentName(seq + 1);
    this.#loaded = { state, snapshotUpTo: upTo, seq, segment, segmentLength: goesOn ? length : 0, damage };
    this.#uncertain = false;
  }

  /** Takes the torn end of an interrupted write out of the journal, and keeps a copy: another write must not join it. */
  async #dropTorn(segment: Segment): Promise<void> {
    const copy = await setAside(this.#store, segment.name, segment.lines.length + 1, segment.torn);
    await rewriteSegment(
      this.#store,
      segment.name,
      segment.lines.map((line) => line.bytes),
    );
    this.warnings.push(
      `the last entry was not written to its end and is left out; what there is of it is kept: ${copy}`,
    );
  }

  #inOrder<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(job);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
