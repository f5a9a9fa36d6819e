import { type ByteStore, IntegrityError } from '@zoopraxis/core';
import { hashBytes } from '../../records/hash.js';
import type { AnnotationsTable } from '../../tables/annotations-layout.js';
import { readAnnotationsFooter, readAnnotationsTable } from '../../tables/read-annotations.js';
import { writeAnnotationsTable } from '../../tables/write-annotations.js';
import { type EntryHead, EntryHeads, type UndoWords } from '../journal/entry-heads.js';
import { JournalLog } from '../journal/journal-log.js';
import { type JournalDamage, type JournalKind, segmentBytes } from '../journal/segments.js';
import { type BoutEdit, changesOfEdits, checkBoutEdit, reverseChanges } from './bout-edits.js';
import { type BoutEntry, type BoutStreamKey, boutEntrySchema } from './bout-entry.js';
import { type BoutRecord, readBoutRecord, writeBoutRecord } from './bout-record.js';
import { BoutSet, editedOperation, type IdentifiedTable } from './bout-set.js';
import type { IdentifiedAnnotations } from './bout-stream.js';
import {
  type CatalogedBehavior,
  type EthogramPlace,
  ethogramChange,
  reverseEthogramChange,
  sameBehaviors,
} from './ethogram-change.js';

const journalKind: JournalKind<BoutEntry> = {
  folder: 'bouts/',
  of: 'bouts',
  repair: 'repairBouts',
  parse: (value) => boutEntrySchema.safeParse(value).data,
};

const noChanges = { changes: [] } satisfies Partial<BoutEntry>;

/** How a store of bouts is opened. */
export interface BoutStoreOptions {
  /** `read` changes nothing on disk, so it can run beside a writer. */
  readonly mode: 'read' | 'write';
  /** Clock of the entries. */
  readonly now: () => Date;
  /** Returns the name of the file of a set. */
  readonly pathOf: (set: string) => string;
  /** Is told which recordings a file is about, each time it was written. */
  readonly onWritten: (set: string, recordings: ReadonlySet<string>) => Promise<void>;
  /** The catalogue of behaviors, whose changes the same journal holds. */
  readonly ethogram: EthogramPlace;
  /** Milliseconds between an edit and the file that holds it; default 1500. */
  readonly delayMs?: number;
  /** Bytes after which a segment of the journal is closed; default 4 MiB. */
  readonly segmentBytes?: number;
}

/** Whose edit it is, and what it does beside the bouts. */
export interface BoutRecordOptions {
  readonly annotator: string;
  readonly title?: string;
  /** Name that the page gave it: what is sent twice is done once. */
  readonly id?: string;
  /** Returns the catalogue of behaviors after the edit, given that before. */
  readonly ethogram?: (behaviors: readonly CatalogedBehavior[]) => readonly CatalogedBehavior[];
  /** New names of behaviors by old ones, for what else names them. */
  readonly renamed?: Readonly<Record<string, string>>;
}

/** A set that was loaded. */
interface LoadedSet {
  readonly bouts: BoutSet;
  /** SHA-256 of the file as it was read or written last, undefined where there is none. */
  content: string | undefined;
  /** Whether the journal knows what the file held before the first edit. */
  isJournaled: boolean;
}

/** What a stream is about, without its bouts. */
export interface BoutStreamSummary extends BoutStreamKey {
  readonly behaviors: readonly string[];
  readonly boutCount: number;
}

const headOf = ({ seq, kind, by, target, id, title = 'edit of bouts' }: BoutEntry): EntryHead => ({
  seq,
  kind,
  by,
  target,
  id,
  title,
  isAction: kind === 'edit',
});

const touches = (entry: BoutEntry, set: string): boolean =>
  entry.file?.set === set || entry.changes.some((change) => change.set === set);

const setsOf = (entry: BoutEntry): string[] => [
  ...new Set([...(entry.file === undefined ? [] : [entry.file.set]), ...entry.changes.map(({ set }) => set)]),
];

const nameOf = (id: string | undefined) => (id === undefined ? {} : { id });

const fileName = (content: string): string => `bouts/files/${content}.parquet`;

/** Shortest time between two files of a set, as a multiple of what writing one takes: large files are written seldom. */
const restPerWrite = 10;

/**
 * The bouts of a project while they are edited. The journal in `bouts/` is what counts: entries are durable when accepted,
 * and with the files that came from outside (kept in `bouts/files/` by their content) it holds all that ever was. Files in
 * `annotations/` are made from it a little later, each with the entry that it holds in its provenance.
 */
export class BoutStore {
  readonly #store: ByteStore;
  readonly #options: BoutStoreOptions;
  readonly #log: JournalLog<BoutEntry>;
  readonly #warnings: string[] = [];
  #record: BoutRecord = { format: 'zoopraxis bouts', version: 1, upTo: 0, sets: {} };
  /** Entries after `#record.upTo`. */
  #tail: BoutEntry[] = [];
  readonly #sets = new Map<string, LoadedSet>();
  /** Sets whose file is older than the journal. */
  readonly #dirty = new Set<string>();
  readonly #heads: EntryHeads<BoutEntry>;
  #uncertain = false;
  #queue: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writeMs = 0;
  #closed = false;

  private constructor(store: ByteStore, options: BoutStoreOptions) {
    this.#store = store;
    this.#options = options;
    this.#log = new JournalLog(store, journalKind, options.mode);
    this.#heads = new EntryHeads(this.#log, headOf);
  }

  /** Opens the bouts of a project; in mode `write` the torn end of an interrupted write is set aside. */
  static async open(store: ByteStore, options: BoutStoreOptions): Promise<BoutStore> {
    const bouts = new BoutStore(store, options);
    await bouts.#load();
    if (options.mode === 'write') await bouts.#settleEthogram();
    if (options.mode === 'write' && bouts.#dirty.size > 0) bouts.#schedule();
    return bouts;
  }

  /** What was met and mended, as sentences. */
  get warnings(): readonly string[] {
    return [...this.#warnings, ...this.#log.warnings];
  }

  /** Damaged or missing parts of the journal. */
  get damage(): readonly JournalDamage[] {
    return this.#log.damage;
  }

  /** Returns the sets that have edits which are not in their files yet, sorted. */
  get pending(): readonly string[] {
    return [...this.#dirty].sort();
  }

  /** Returns the number of the last entry. */
  get seq(): number {
    return this.#log.seq;
  }

  /** Tells whether a set was ever edited. */
  isEdited(set: string): boolean {
    return this.#record.sets[set] !== undefined || this.#tail.some((entry) => touches(entry, set));
  }

  /** Returns the bouts of a set by stream, undefined where there is neither a file nor an edit. */
  async read(set: string): Promise<BoutSet | undefined> {
    return this.#inOrder(async () => {
      await this.#certain();
      const loaded = await this.#set(set);
      return loaded.content === undefined && !this.isEdited(set) ? undefined : loaded.bouts;
    });
  }

  /** Returns what the streams of a set in memory are about, without their bouts; undefined where its file says the same. */
  async summaries(set: string): Promise<readonly BoutStreamSummary[] | undefined> {
    if (!this.#dirty.has(set) && !this.#sets.has(set)) return undefined;
    return this.#inOrder(async () => {
      await this.#certain();
      const { bouts } = await this.#set(set);
      return bouts.streams().map((stream) => ({
        ...stream.key,
        behaviors: [...stream.behaviors],
        boutCount: stream.count,
      }));
    });
  }

  /** Returns a set as its file will be once its edits are in it. */
  async table(set: string): Promise<AnnotationsTable> {
    return this.#inOrder(async () => {
      await this.#certain();
      return this.#table((await this.#set(set)).bouts);
    });
  }

  /**
   * Returns the streams of some recordings (default all) of a set with the ids of their bouts, undefined where there is
   * no such set. A set that nobody edited is read from its file each time.
   */
  async streams(
    set: string,
    options: { readonly recordings?: readonly string[]; readonly signal?: AbortSignal } = {},
  ): Promise<readonly IdentifiedAnnotations[] | undefined> {
    const { recordings } = options;
    if (!this.isEdited(set)) {
      const file = await this.#readFile(set, options);
      if (file === undefined) return undefined;
      return BoutSet.ofFile(file.table, file.content)
        .streams()
        .map((stream) => stream.columns());
    }
    const bouts = await this.read(set);
    const wanted = recordings === undefined ? undefined : new Set(recordings);
    return bouts
      ?.streams()
      .filter(({ key }) => wanted === undefined || wanted.has(key.recording))
      .map((stream) => stream.columns());
  }

  /**
   * Records edits of one annotator: all of them are durable when this returns, or none.
   * @returns the entry, undefined where nothing changes
   */
  async record(
    edits: readonly BoutEdit[],
    { annotator, title, id, ethogram, renamed }: BoutRecordOptions,
  ): Promise<BoutEntry | undefined> {
    for (const edit of edits) checkBoutEdit(edit);
    return this.#inOrder(async () => {
      await this.#certain();
      this.#log.refuseDamage();
      const before = await this.#heads.named(id);
      if (before !== undefined) return this.#log.entry(before.seq);
      await this.#settleEthogram();
      const behaviors = this.#options.ethogram.read();
      const catalog = ethogram === undefined ? undefined : ethogramChange(behaviors, ethogram(behaviors), renamed);
      const names = [...new Set(edits.map(({ stream }) => stream.set))];
      for (const name of names) await this.#takeIn(name);
      const changes = changesOfEdits(edits, (name) => this.#loaded(name));
      if (changes.length === 0 && catalog === undefined) return undefined;
      const entry = await this.#append({
        kind: 'edit',
        by: annotator,
        ...nameOf(id),
        ...(title === undefined ? {} : { title }),
        changes,
        ...(catalog === undefined ? {} : { ethogram: catalog }),
      });
      await this.#settleEthogram();
      return entry;
    });
  }

  /** Takes back the last edit of an annotator, or of anyone; returns what was taken back, undefined where nothing is left. */
  async reverse(
    kind: 'undo' | 'redo',
    { annotator, id }: { readonly annotator?: string; readonly id?: string },
  ): Promise<BoutEntry | undefined> {
    return this.#inOrder(async () => {
      await this.#certain();
      this.#log.refuseDamage();
      const before = await this.#heads.named(id);
      const seq = before === undefined ? (await this.#heads.targets(annotator))[kind]?.seq : before.target;
      if (seq === undefined) return undefined;
      const target = await this.#log.entry(seq);
      if (target === undefined) throw new IntegrityError(`entry ${seq} of the history of bouts cannot be read`);
      if (before !== undefined) return target;
      await this.#settleEthogram();
      for (const name of setsOf(target)) await this.#takeIn(name);
      const changes = reverseChanges(target, kind, (name) => this.#loaded(name));
      const catalog =
        target.ethogram === undefined
          ? undefined
          : reverseEthogramChange(target.ethogram, kind, this.#options.ethogram.read());
      await this.#append({
        kind,
        target: target.seq,
        ...(annotator === undefined ? {} : { by: annotator }),
        ...nameOf(id),
        ...(target.title === undefined ? {} : { title: target.title }),
        changes,
        ...(catalog === undefined ? {} : { ethogram: catalog }),
      });
      await this.#settleEthogram();
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

  /** Yields all entries from the first. */
  history(): AsyncGenerator<BoutEntry> {
    return this.#log.history();
  }

  /** Writes the files of all sets, or of one, that have edits which they do not hold. */
  async flush(set?: string): Promise<void> {
    await this.#inOrder(async () => {
      await this.#certain();
      if (this.#log.damage.length > 0) return;
      const problems: unknown[] = [];
      for (const name of [...this.#dirty]) {
        // A set whose file cannot be written keeps no other from being written.
        if (set === undefined || name === set) await this.#write(name).catch((error) => problems.push(error));
      }
      if (problems.length > 0) throw problems[0];
    });
  }

  /** Runs what replaces the file of a set from outside; the new file counts from then on. */
  async replacing(set: string, work: () => Promise<void>): Promise<void> {
    await this.#inOrder(async () => {
      try {
        await work();
      } finally {
        this.#sets.delete(set);
      }
    });
  }

  /** Sets damaged lines of the journal aside; returns the names of the copies. */
  async repair(): Promise<string[]> {
    return this.#inOrder(async () => {
      const at = this.#options.now().toISOString();
      const copies = await this.#log.repair((seq, note) => ({ seq, at, kind: 'lost', note, ...noChanges }));
      await this.#load();
      return copies;
    });
  }

  /** Writes what is not in the files yet, and ends. */
  async close(): Promise<void> {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    if (this.#options.mode === 'write') await this.flush();
    this.#closed = true;
  }

  async #load(): Promise<void> {
    const record = await readBoutRecord(this.#store);
    const { upTo, sets } = record;
    const tail: BoutEntry[] = [];
    await this.#log.load({ upTo, apply: (entry) => void tail.push(entry) });
    this.#record = record;
    this.#tail = tail;
    this.#sets.clear();
    this.#dirty.clear();
    this.#heads.forget();
    for (const entry of this.#tail) {
      for (const set of setsOf(entry)) if (entry.seq > (sets[set]?.seq ?? 0)) this.#dirty.add(set);
    }
    this.#uncertain = false;
  }

  /** Brings the last change of the catalogue into the manifest, where a crash or a full disk came between. */
  async #settleEthogram(): Promise<void> {
    const { ethogram: place } = this.#options;
    const entry = this.#unsettledEthogram();
    if (entry?.ethogram === undefined) return;
    const { before, after, renamed } = entry.ethogram;
    // A catalogue that another program changed meanwhile is left alone.
    if (sameBehaviors(place.read(), before)) await place.write(after, renamed);
    const record: BoutRecord = { ...this.#record, ethogram: entry.seq };
    await writeBoutRecord(this.#store, record);
    this.#record = record;
  }

  #unsettledEthogram(): BoutEntry | undefined {
    return this.#tail.findLast(({ seq, ethogram }) => ethogram !== undefined && seq > (this.#record.ethogram ?? 0));
  }

  /** Reads again what is on the disk after a write failed. */
  async #certain(): Promise<void> {
    if (this.#uncertain) await this.#load();
  }

  #loaded(set: string): BoutSet {
    const loaded = this.#sets.get(set);
    if (loaded === undefined) throw new RangeError(`bouts: set must be loaded, ${set} is not`);
    return loaded.bouts;
  }

  async #set(name: string): Promise<LoadedSet> {
    const known = this.#sets.get(name);
    if (known !== undefined) return known;
    const loaded = await this.#open(name);
    this.#sets.set(name, loaded);
    return loaded;
  }

  /** Loads a set and makes sure that the journal knows what its file held before the edits. */
  async #takeIn(name: string): Promise<void> {
    const loaded = await this.#set(name);
    if (loaded.isJournaled || loaded.content === undefined) return;
    await this.#import(name, loaded.content);
    loaded.isJournaled = true;
  }

  /** Keeps the content of a file and says in the journal that it counts from now on. */
  async #import(set: string, content: string): Promise<void> {
    const bytes = await this.#store.read(this.#options.pathOf(set));
    if (bytes === undefined || (await hashBytes(bytes)) !== content) {
      throw new IntegrityError(`the annotations ${set} were replaced just now: ${this.#options.pathOf(set)}`, {
        hint: 'Try again.',
      });
    }
    await this.#store.write(fileName(content), bytes);
    await this.#append({ kind: 'import', file: { set, content }, ...noChanges }, false);
  }

  async #readFile(
    set: string,
    options: { readonly recordings?: readonly string[]; readonly signal?: AbortSignal } = {},
  ): Promise<{ table: IdentifiedTable; content: string } | undefined> {
    const path = this.#options.pathOf(set);
    const bytes = await this.#store.read(path);
    if (bytes === undefined) return undefined;
    const table = await readIdentified(this.#store, path, options);
    return table === undefined ? undefined : { table, content: await hashBytes(bytes) };
  }

  /** Returns a set as it is now: its file with the entries that came after, whoever wrote the file. */
  async #open(name: string): Promise<LoadedSet> {
    const file = await this.#readFile(name);
    const known = this.#record.sets[name];
    const touched = this.#tail.filter((entry) => touches(entry, name));
    if (file !== undefined) {
      const seq = file.content === known?.content ? known.seq : this.#positionIn(file.table);
      if (seq !== undefined) {
        let bouts = BoutSet.ofFile(file.table, file.content);
        for (const entry of touched) if (entry.seq > seq) bouts = await this.#apply(bouts, name, entry);
        return { bouts, content: file.content, isJournaled: true };
      }
    }
    if (known === undefined && touched.length === 0) {
      if (file === undefined) return { bouts: new BoutSet(), content: undefined, isJournaled: false };
      return { bouts: BoutSet.ofFile(file.table, file.content), content: file.content, isJournaled: false };
    }
    const { bouts: former, lastImport } = await this.#replay(name);
    if (file === undefined) {
      if (known !== undefined) {
        this.#warnings.push(
          `the annotations ${name} were removed; they are made again from the history of their edits`,
        );
        this.#dirty.add(name);
      }
      return { bouts: former, content: undefined, isJournaled: true };
    }
    const isUnwritten = lastImport?.content === file.content && (known === undefined || known.seq < lastImport.seq);
    if (isUnwritten) return { bouts: former, content: file.content, isJournaled: true };
    const lost = touched.filter(({ seq, kind }) => kind !== 'import' && seq > (known?.seq ?? 0)).length;
    this.#warnings.push(
      `another program replaced the annotations ${name}; its bouts count now${lost === 0 ? '' : `, and ${lost} edits from before are in the history only`}`,
    );
    const bouts = BoutSet.ofFile(file.table, file.content, former);
    if (this.#options.mode === 'write') {
      await this.#import(name, file.content);
      this.#dirty.add(name);
    }
    return { bouts, content: file.content, isJournaled: true };
  }

  /** Returns the entry that a file of ours holds although the record does not say so: a crash came between. */
  #positionIn({ provenance }: IdentifiedTable): number | undefined {
    if (provenance.operation !== editedOperation) return undefined;
    const { journal } = provenance.parameters as {
      readonly journal?: { readonly seq?: unknown; readonly at?: unknown };
    };
    return this.#tail.find(({ seq, at }) => seq === journal?.seq && at === journal.at)?.seq;
  }

  /** Returns a set made from the journal alone. */
  async #replay(name: string): Promise<{ bouts: BoutSet; lastImport: { seq: number; content: string } | undefined }> {
    let bouts = new BoutSet();
    let lastImport: { seq: number; content: string } | undefined;
    for await (const entry of this.#log.history()) {
      if (!touches(entry, name)) continue;
      bouts = await this.#apply(bouts, name, entry);
      if (entry.file?.set === name) lastImport = { seq: entry.seq, content: entry.file.content };
    }
    return { bouts, lastImport };
  }

  /** Takes an entry into a set; returns the set, another one where a file replaced it. */
  async #apply(bouts: BoutSet, name: string, entry: BoutEntry): Promise<BoutSet> {
    let now = bouts;
    if (entry.file?.set === name) {
      const { content } = entry.file;
      const table = await readIdentified(this.#store, fileName(content), {});
      if (table === undefined) {
        throw new IntegrityError(`a file that the history of bouts needs is missing: ${fileName(content)}`, {
          hint: 'Restore it from a copy.',
        });
      }
      now = BoutSet.ofFile(table, content, bouts);
    }
    for (const change of entry.changes) if (change.set === name) now.apply(change);
    return now;
  }

  async #append(made: Omit<BoutEntry, 'seq' | 'at'>, applies = true): Promise<BoutEntry> {
    const entry: BoutEntry = { seq: this.#log.seq + 1, at: this.#options.now().toISOString(), ...made };
    this.#uncertain = true;
    await this.#log.append(entry);
    this.#uncertain = false;
    this.#tail.push(entry);
    this.#heads.add(entry);
    for (const change of applies ? entry.changes : []) this.#loaded(change.set).apply(change);
    if (applies) for (const set of setsOf(entry)) this.#dirty.add(set);
    if (this.#log.segmentLength >= (this.#options.segmentBytes ?? segmentBytes)) this.#log.closeSegment();
    this.#schedule();
    return entry;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#closed || this.#dirty.size === 0) return;
    const wait = Math.max(this.#options.delayMs ?? 1500, this.#writeMs * restPerWrite);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch((error: unknown) => {
        // The edits are in the journal; the file is tried again after the next one, and on closing.
        this.#warnings.push(`annotations were not written: ${error instanceof Error ? error.message : error}`);
      });
    }, wait);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Writes the file of a set, unless another program replaced it meanwhile: then that is taken in. */
  async #write(name: string): Promise<void> {
    const path = this.#options.pathOf(name);
    const started = performance.now();
    const loaded = await this.#set(name);
    const found = await this.#store.read(path);
    const content = found === undefined ? undefined : await hashBytes(found);
    if (content !== loaded.content && content !== undefined) {
      this.#sets.delete(name);
      await this.#set(name);
    }
    const { bouts } = await this.#set(name);
    const table = await this.#table(bouts);
    const { streams } = table;
    await writeAnnotationsTable(this.#store, path, table);
    await this.#options.onWritten(name, new Set(streams.map(({ recording }) => recording)));
    const written = await hashBytes((await this.#store.read(path)) ?? new Uint8Array());
    const sets = { ...this.#record.sets, [name]: { seq: this.#log.seq, content: written } };
    // What comes before the first entry that a file lacks is never read again to open.
    const lacking = this.#tail.find((item) =>
      setsOf(item).some((set) => this.#dirty.has(set) && item.seq > (sets[set]?.seq ?? 0)),
    );
    const behind = Math.min(
      lacking?.seq ?? Number.POSITIVE_INFINITY,
      this.#unsettledEthogram()?.seq ?? Number.POSITIVE_INFINITY,
    );
    const upTo = Number.isFinite(behind) ? behind - 1 : this.#log.seq;
    const record: BoutRecord = { ...this.#record, upTo, sets };
    await writeBoutRecord(this.#store, record);
    this.#record = record;
    this.#tail = this.#tail.filter(({ seq }) => seq > upTo);
    this.#dirty.delete(name);
    const now = this.#sets.get(name);
    if (now !== undefined) {
      now.content = written;
      now.isJournaled = true;
    }
    this.#writeMs = performance.now() - started;
  }

  async #table(bouts: BoutSet): Promise<AnnotationsTable> {
    const entry = this.#tail.at(-1) ?? (await this.#log.entry(this.#log.seq));
    return {
      streams: bouts.streams().map((stream) => stream.columns()),
      provenance: {
        operation: editedOperation,
        versions: {},
        inputs: [],
        parameters: { journal: { seq: this.#log.seq, at: entry?.at ?? '' } },
        ...(bouts.origin === undefined ? {} : { parents: [bouts.origin] }),
      },
    };
  }

  #inOrder<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(job);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** Returns a table with the ids and first rows of its streams, undefined where the file does not exist. */
async function readIdentified(
  store: ByteStore,
  path: string,
  options: { readonly recordings?: readonly string[]; readonly signal?: AbortSignal },
): Promise<IdentifiedTable | undefined> {
  const footer = await readAnnotationsFooter(store, path);
  const table = await readAnnotationsTable(store, path, { ...options, ids: true });
  if (footer === undefined || table === undefined) return undefined;
  const wanted = options.recordings === undefined ? undefined : new Set(options.recordings);
  const firstRows: number[] = [];
  let row = 0;
  for (const { recording, boutCount } of footer.streams) {
    if (wanted === undefined || wanted.has(recording)) firstRows.push(row);
    row += boutCount;
  }
  return { ...table, streams: table.streams.map((stream, i) => ({ ...stream, firstRow: firstRows[i] as number })) };
}
