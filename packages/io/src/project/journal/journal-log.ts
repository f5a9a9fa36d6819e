import type { ByteStore } from '@zoopraxis/core';
import { decodeLine, encodeLine, splitLines } from './checked-line.js';
import {
  appendEntry,
  damageError,
  findDamage,
  type JournalDamage,
  type JournalEntry,
  type JournalKind,
  listSegments,
  readSegment,
  rewriteSegment,
  type Segment,
  segmentName,
  setAside,
} from './segments.js';

/** What is done with entries while a journal is read. */
export interface LoadOptions<Entry> {
  /** Entry up to which the state is known already: reading begins after it. */
  readonly upTo: number;
  readonly apply: (entry: Entry) => void;
}

/**
 * A journal in a folder: entries that are durable when accepted, in segments that are never removed. Its user runs calls
 * one after another, and loads again after a write failed.
 */
export class JournalLog<Entry extends JournalEntry> {
  /** What was met and mended while reading, as sentences. */
  readonly warnings: string[] = [];
  readonly #store: ByteStore;
  readonly #kind: JournalKind<Entry>;
  readonly #mode: 'read' | 'write';
  #seq = 0;
  #segment: string;
  #segmentLength = 0;
  #damage: readonly JournalDamage[] = [];
  /** True from a write that failed until what is there of it was made durable, or is known to be gone. */
  #isDoubtful = false;

  /** Starts empty; {@link JournalLog.load} reads what is there. */
  constructor(store: ByteStore, kind: JournalKind<Entry>, mode: 'read' | 'write') {
    this.#store = store;
    this.#kind = kind;
    this.#mode = mode;
    this.#segment = segmentName(kind.folder, 1);
  }

  /** Returns the number of the last entry. */
  get seq(): number {
    return this.#seq;
  }

  /** Returns the bytes of the segment that takes the next entry. */
  get segmentLength(): number {
    return this.#segmentLength;
  }

  /** Damaged or missing parts. */
  get damage(): readonly JournalDamage[] {
    return this.#damage;
  }

  /** Throws IntegrityError where the journal is damaged. */
  refuseDamage(): void {
    if (this.#damage.length > 0) throw damageError(this.#damage, this.#kind);
  }

  /** Reads the entries after `upTo`; in mode `write` the torn end of an interrupted write is set aside. */
  async load({ upTo, apply }: LoadOptions<Entry>): Promise<void> {
    const all = await listSegments(this.#store, this.#kind.folder);
    const needed = all.filter((_, i) => (all[i + 1]?.[1] ?? Number.POSITIVE_INFINITY) > upTo + 1);
    const segments: Segment<Entry>[] = [];
    for (const [i, [name, first]] of needed.entries()) {
      segments.push(await readSegment(this.#store, this.#kind, { name, first, isLast: i === needed.length - 1 }));
    }
    const damage = findDamage(segments, upTo);
    let seq = upTo;
    for (const { lines } of segments) {
      for (const { entry } of lines) {
        if (entry === undefined || entry.seq <= upTo) continue;
        apply(entry);
        seq = entry.seq;
      }
    }
    const last = segments.at(-1);
    let length = 0;
    if (last !== undefined) {
      for (const { bytes } of last.lines) length += bytes.length + 1;
      if (last.torn.length > 0 && this.#mode === 'write') await this.#dropTorn(last);
      // A disk that failed to sync may forget later what it still shows now: only written anew it counts.
      else if (this.#isDoubtful && last.lines.length > 0) await this.#rewrite(last);
    }
    this.#isDoubtful = false;
    const goesOn = last?.lines.some(({ entry }) => entry !== undefined && entry.seq > upTo) === true;
    this.#segment = last !== undefined && goesOn ? last.name : segmentName(this.#kind.folder, seq + 1);
    this.#segmentLength = goesOn ? length : 0;
    this.#seq = seq;
    this.#damage = damage;
  }

  /** Adds an entry, whose number must be the next; durable when this returns. */
  async append(entry: Entry): Promise<void> {
    this.#isDoubtful = true;
    const length = await appendEntry(this.#store, this.#segment, entry);
    this.#isDoubtful = false;
    this.#seq = entry.seq;
    this.#segmentLength += length;
  }

  /** Lets the next entry begin a new segment. */
  closeSegment(): void {
    this.#segment = segmentName(this.#kind.folder, this.#seq + 1);
    this.#segmentLength = 0;
  }

  /** Yields all entries from the first, whole ones only. */
  async *history(): AsyncGenerator<Entry> {
    const segments = await listSegments(this.#store, this.#kind.folder);
    for (const [i, [name, first]] of segments.entries()) {
      const isLast = i === segments.length - 1;
      const { lines } = await readSegment(this.#store, this.#kind, { name, first, isLast });
      for (const { entry } of lines) if (entry !== undefined) yield entry;
    }
  }

  /** Returns the entry of a number, undefined where it is not there whole. */
  async entry(seq: number): Promise<Entry | undefined> {
    const segments = await listSegments(this.#store, this.#kind.folder);
    const at = segments.findLastIndex(([, first]) => first <= seq);
    const [name, first] = segments[at] ?? [];
    if (name === undefined || first === undefined) return undefined;
    // In a sound segment the place of a line tells its number: the thousands of others need not be read.
    const likely = splitLines((await this.#store.read(name)) ?? new Uint8Array())[seq - first];
    const entry = likely?.ended === true ? this.#kind.parse(decodeLine(likely.line)) : undefined;
    if (entry?.seq === seq) return entry;
    const { lines } = await readSegment(this.#store, this.#kind, { name, first, isLast: at === segments.length - 1 });
    return lines.find((line) => line.entry?.seq === seq)?.entry;
  }

  /**
   * Sets damaged lines aside in the folder `damaged/` and puts entries in their place that say so. Returns the names of
   * the copies; {@link JournalLog.load} must follow.
   * @param lost makes the entry that stands for one that is lost
   */
  async repair(lost: (seq: number, note: string) => Entry): Promise<string[]> {
    const copies: string[] = [];
    const all = await listSegments(this.#store, this.#kind.folder);
    let next = 1;
    for (const [i, [name, first]] of all.entries()) {
      const segment = await readSegment(this.#store, this.#kind, { name, first, isLast: i === all.length - 1 });
      const mended = await this.#mend(segment, { start: next, after: all[i + 1]?.[1], copies, lost });
      next = mended.next;
      if (mended.lines !== undefined) await rewriteSegment(this.#store, name, mended.lines);
    }
    return copies;
  }

  /** Returns the lines of a segment with `lost` entries for all that is missing, undefined where nothing is. */
  async #mend(
    segment: Segment<Entry>,
    plan: {
      readonly start: number;
      readonly after: number | undefined;
      readonly copies: string[];
      readonly lost: (seq: number, note: string) => Entry;
    },
  ): Promise<{ next: number; lines: Uint8Array[] | undefined }> {
    const { start, after, copies, lost } = plan;
    const lines: Uint8Array[] = [];
    let changed = false;
    let next = Math.min(start, segment.first);
    let notes: string[] = [];
    const fill = (until: number): void => {
      for (; next < until; next++) {
        const note = notes.length === 0 ? 'missing' : `set aside: ${notes.join(', ')}`;
        lines.push(encodeLine(lost(next, note)).subarray(0, -1));
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

  /** Takes the torn end of an interrupted write out of the journal, and keeps a copy: another write must not join it. */
  async #dropTorn(segment: Segment<Entry>): Promise<void> {
    const copy = await setAside(this.#store, segment.name, segment.lines.length + 1, segment.torn);
    await this.#rewrite(segment);
    this.warnings.push(
      `the last entry was not written to its end and is left out; what there is of it is kept: ${copy}`,
    );
  }

  #rewrite({ name, lines }: Segment<Entry>): Promise<void> {
    return rewriteSegment(
      this.#store,
      name,
      lines.map(({ bytes }) => bytes),
    );
  }
}
