import { type ByteStore, IntegrityError, joinBytes } from '@zoopraxis/core';
import { decodeLine, encodeLine, splitLines } from './checked-line.js';

/** What every entry of a journal has. */
export interface JournalEntry {
  /** From 1, each one more than the last. */
  readonly seq: number;
}

/** Which journal it is, and what its entries are. */
export interface JournalKind<Entry extends JournalEntry> {
  /** Folder of its files, with a slash at its end. */
  readonly folder: string;
  /** What it is of, in messages. */
  readonly of: string;
  /** Name of the method of the project that sets damage aside, in messages. */
  readonly repair: string;
  /** Returns a decoded line as an entry, undefined where it is none. */
  readonly parse: (value: unknown) => Entry | undefined;
}

/** Bytes after which a segment of the journal is closed and a snapshot written. */
export const segmentBytes = 4 << 20;

/** A line of the journal that is not what was written there. */
export interface JournalDamage {
  readonly file: string;
  /** From 1; 0 where a whole file is missing. */
  readonly line: number;
  readonly what: string;
}

/** One line of a segment, with its entry where it is whole. */
export interface JournalLine<Entry> {
  readonly bytes: Uint8Array;
  readonly entry?: Entry;
}

/** One file of the journal as it was read. */
export interface Segment<Entry> {
  readonly name: string;
  /** Sequence number of its first entry. */
  readonly first: number;
  /** Lines in the order of the file; the torn end is not among them. */
  readonly lines: readonly JournalLine<Entry>[];
  /** Bytes that an interrupted write left at the end; empty where nothing. */
  readonly torn: Uint8Array;
}

/** Returns the name of the segment that begins with an entry. */
export const segmentName = (folder: string, first: number): string =>
  `${folder}journal-${String(first).padStart(8, '0')}.jsonl`;

/** Returns the segments that are there, ascending, as `[name, first entry]`. */
export async function listSegments(store: ByteStore, folder: string): Promise<[string, number][]> {
  const found: [string, number][] = [];
  for (const name of await store.list(`${folder}journal-`)) {
    const match = /^journal-(\d{8,15})\.jsonl$/.exec(name.slice(folder.length));
    if (match !== null) found.push([name, Number(match[1])]);
  }
  return found.sort((a, b) => a[1] - b[1]);
}

/**
 * Reads one segment. Of the last segment a damaged last line is what an interrupted write left: such an entry was never
 * accepted. Other damaged lines have no entry.
 */
export async function readSegment<Entry extends JournalEntry>(
  store: ByteStore,
  { parse }: JournalKind<Entry>,
  { name, first, isLast }: { readonly name: string; readonly first: number; readonly isLast: boolean },
): Promise<Segment<Entry>> {
  const lines = splitLines((await store.read(name)) ?? new Uint8Array());
  const found: JournalLine<Entry>[] = [];
  let torn: Uint8Array = new Uint8Array();
  let previous = first - 1;
  for (const [i, { line, ended }] of lines.entries()) {
    const entry = parse(ended ? decodeLine(line) : undefined);
    if (entry !== undefined && entry.seq > previous) {
      previous = entry.seq;
      found.push({ bytes: line, entry });
    } else if (isLast && i === lines.length - 1) {
      torn = line;
    } else {
      found.push({ bytes: line });
    }
  }
  return { name, first, lines: found, torn };
}

/** Returns what is damaged or missing in segments that follow one another, of the entries after `upTo`. */
export function findDamage(segments: readonly Segment<JournalEntry>[], upTo: number): JournalDamage[] {
  const damage: JournalDamage[] = [];
  let next = upTo + 1;
  for (const segment of segments) {
    let explained = false;
    const missing = (seq: number, line: number): void => {
      if (seq > next && !explained) {
        const what = seq === next + 1 ? `entry ${next} is missing` : `entries ${next} to ${seq - 1} are missing`;
        damage.push({ file: segment.name, line, what });
      }
      explained = false;
    };
    missing(segment.first, 0);
    for (const [i, { entry }] of segment.lines.entries()) {
      if (entry !== undefined) {
        missing(entry.seq, i + 1);
        next = Math.max(next, entry.seq + 1);
      } else {
        if (!explained) damage.push({ file: segment.name, line: i + 1, what: 'its checksum does not fit' });
        explained = true;
      }
    }
  }
  return damage;
}

/** Returns the IntegrityError that names damaged lines. */
export function damageError(
  damage: readonly JournalDamage[],
  { of, repair }: Pick<JournalKind<JournalEntry>, 'of' | 'repair'>,
): IntegrityError {
  const places = damage
    .slice(0, 5)
    .map(({ file, line, what }) => `${line === 0 ? 'its start' : `line ${line}`} (${what}) of ${file}`);
  const more = damage.length > 5 ? ` and ${damage.length - 5} more` : '';
  return new IntegrityError(`the journal of ${of} is damaged at ${places.join(', ')}${more}`, {
    hint: `Restore the file from a copy; or set the damage aside, which the studio offers and \`${repair}\` does: the rest stays.`,
  });
}

/** Replaces a segment by lines (bytes without newline) in one durable step. */
export async function rewriteSegment(store: ByteStore, name: string, lines: readonly Uint8Array[]): Promise<void> {
  const newline = Uint8Array.of(10);
  await store.write(name, joinBytes(lines.flatMap((line) => [line, newline])));
}

/** Keeps damaged bytes in the folder `damaged/` beside the segment, and returns their name there. */
export async function setAside(store: ByteStore, segment: string, line: number, bytes: Uint8Array): Promise<string> {
  const folder = segment.slice(0, segment.lastIndexOf('/') + 1);
  const base = `${folder}damaged/${segment.slice(folder.length)}-line-${line}`;
  const taken = new Set(await store.list(base));
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}-${i}`;
  await store.write(name, bytes);
  return name;
}

/** Adds an entry at the end of a segment; durable when this returns. Returns the number of bytes. */
export async function appendEntry(store: ByteStore, segment: string, entry: JournalEntry): Promise<number> {
  const line = encodeLine(entry);
  await store.append(segment, line);
  return line.length;
}
