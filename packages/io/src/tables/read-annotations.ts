import { type Annotations, type ByteStore, createAnnotations, FormatError } from '@zoopraxis/core';
import { openReader } from '../bytes/piecewise.js';
import {
  type AnnotationsFooter,
  type AnnotationsTable,
  annotationColumns,
  idColumn,
  parseAnnotationsFooter,
  type RecordedAnnotations,
  type StreamFooter,
} from './annotations-layout.js';
import { openTable } from './table-reader.js';

/** Which part of an annotations file is read; by default all of it. */
export interface ReadAnnotationsOptions {
  /** Ids of recordings. */
  readonly recordings?: readonly string[];
  /** True to read the ids of bouts where the file has them. */
  readonly ids?: boolean;
  readonly signal?: AbortSignal;
}

/** Bouts that one read may hold. */
const maximumBouts = 2 ** 27;

/** Returns the footer of an annotations file without its rows, or undefined where the file does not exist. */
export async function readAnnotationsFooter(store: ByteStore, path: string): Promise<AnnotationsFooter | undefined> {
  const reader = await openReader(store, path);
  if (reader === undefined) return undefined;
  try {
    return parseAnnotationsFooter((await openTable(reader, path)).metadata, path);
  } finally {
    await reader.close();
  }
}

/** One stream while its rows come in. */
interface OpenStream {
  readonly footer: StreamFooter;
  readonly firstRow: number;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly startSec: Float64Array;
  readonly endSec: Float64Array;
  readonly behavior: Int32Array;
  readonly modifiers: (readonly string[])[];
  readonly probability: Float32Array;
  readonly ids: string[];
}

function openStream(footer: StreamFooter, firstRow: number): OpenStream {
  const { boutCount, behaviors } = footer;
  return {
    footer,
    firstRow,
    indexOf: new Map(behaviors.map((name, i) => [name, i])),
    startSec: new Float64Array(boutCount),
    endSec: new Float64Array(boutCount),
    behavior: new Int32Array(boutCount),
    modifiers: footer.modifiers ? new Array<readonly string[]>(boutCount).fill([]) : [],
    probability: new Float32Array(footer.probability ? boutCount : 0).fill(Number.NaN),
    ids: [],
  };
}

function modifiersOf(cell: unknown): readonly string[] | undefined {
  if (cell === null || cell === undefined) return [];
  if (typeof cell !== 'string') return undefined;
  try {
    const words: unknown = JSON.parse(cell);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}

/** Returns what every cell of a column of names holds in a stream, undefined for other columns and empty cells. */
function keyCell(footer: StreamFooter, column: string): string | undefined {
  const isKey = /^(recording|subject|target|annotator|channel)$/.test(column);
  return isKey ? footer[column as 'recording' | 'subject' | 'target' | 'annotator' | 'channel'] : undefined;
}

/** Puts a cell where it belongs; returns what was expected where it does not fit. */
function takeCell(stream: OpenStream, column: string, bout: number, cell: unknown): string | undefined {
  const { footer } = stream;
  switch (column) {
    case 'start_sec':
    case 'end_sec':
      if (typeof cell !== 'number') return 'seconds';
      (column === 'start_sec' ? stream.startSec : stream.endSec)[bout] = cell;
      return undefined;
    case 'behavior': {
      const index = stream.indexOf.get(cell as string);
      if (index === undefined) return `one of ${footer.behaviors.slice(0, 8).join(', ')}`;
      stream.behavior[bout] = index;
      return undefined;
    }
    case idColumn.name:
      if (cell === null || cell === undefined) return footer.ids === true ? 'an id' : undefined;
      if (typeof cell !== 'string') return 'a text';
      stream.ids[bout] = cell;
      return undefined;
    case 'probability':
      if (cell === null || cell === undefined) return undefined;
      if (!footer.probability || typeof cell !== 'number') return footer.probability ? 'a number' : 'none';
      stream.probability[bout] = cell;
      return undefined;
    case 'modifiers': {
      const words = modifiersOf(cell);
      if (words === undefined || (words.length > 0 && !footer.modifiers)) return 'a JSON list of texts, as described';
      if (footer.modifiers) stream.modifiers[bout] = words;
      return undefined;
    }
    default: {
      const expected = footer[column as 'recording' | 'subject' | 'target' | 'annotator' | 'channel'];
      return (cell ?? undefined) === expected ? undefined : (expected ?? 'none');
    }
  }
}

function annotationsOf(stream: OpenStream): Annotations {
  const { subject, target, annotator, channel, behaviors, frameBase, ...footer } = stream.footer;
  const { startSec, endSec, behavior, modifiers, probability } = stream;
  return createAnnotations({
    subject,
    ...(target === undefined ? {} : { target }),
    annotator,
    channel,
    ...(frameBase === undefined ? {} : { frameBase }),
    behaviors,
    startSec,
    endSec,
    behavior,
    ...(footer.modifiers ? { modifiers } : {}),
    ...(footer.probability ? { probability } : {}),
  });
}

/**
 * Returns the annotations in a Parquet file that {@link writeAnnotationsTable} wrote, or undefined where the file does
 * not exist.
 *
 * @throws FormatError where the file is damaged, or its rows are not those of its description.
 */
export async function readAnnotationsTable(
  store: ByteStore,
  path: string,
  options: ReadAnnotationsOptions = {},
): Promise<AnnotationsTable | undefined> {
  const reader = await openReader(store, path);
  if (reader === undefined) return undefined;
  const fail = (where: string, expected: string, found: unknown): FormatError =>
    new FormatError({ format: 'zoopraxis annotations', path, where, expected, found: String(found).slice(0, 100) });
  try {
    const table = await openTable(reader, path);
    const footer = parseAnnotationsFooter(table.metadata, path);
    const total = footer.streams.reduce((sum, { boutCount }) => sum + boutCount, 0);
    // Two doubles of each row cannot be packed into less than this.
    if (table.rowCount !== total || total > reader.byteLength * 64) {
      throw fail('the row count', `${total} bouts as described`, `${table.rowCount} rows`);
    }
    for (const { name } of annotationColumns) {
      if (!table.columns.includes(name)) throw fail('the columns', name, table.columns.slice(0, 12).join(', '));
    }
    const wanted = options.recordings === undefined ? undefined : new Set(options.recordings);
    const streams: OpenStream[] = [];
    // Row ranges, neighbors as one, each with its first stream.
    const ranges: { start: number; end: number; first: number }[] = [];
    let row = 0;
    let held = 0;
    for (const stream of footer.streams) {
      if (wanted === undefined || wanted.has(stream.recording)) {
        held += stream.boutCount;
        if (held > maximumBouts) {
          throw new RangeError(`annotations: must be at most ${maximumBouts} bouts at once; read single recordings`);
        }
        const last = ranges.at(-1);
        if (last?.end === row) last.end += stream.boutCount;
        else ranges.push({ start: row, end: row + stream.boutCount, first: streams.length });
        streams.push(openStream(stream, row));
      }
      row += stream.boutCount;
    }
    const withIds = options.ids === true && table.columns.includes(idColumn.name);
    const columns = withIds ? [...annotationColumns, idColumn] : annotationColumns;
    for (const { start, end, first } of ranges) {
      await table.readRows({
        start,
        end,
        columns: columns.map(({ name }) => name),
        signal: options.signal,
        onCells(column, firstCell, cells) {
          for (let at = first, i = 0; i < cells.length; at++) {
            const stream = streams[at] as OpenStream;
            const end = Math.min(cells.length, stream.firstRow + stream.footer.boutCount - firstCell);
            const same = keyCell(stream.footer, column);
            for (; i < end; i++) {
              const cell = cells[i];
              if (same !== undefined && cell === same) continue;
              const expected = takeCell(stream, column, firstCell + i - stream.firstRow, cell);
              if (expected !== undefined) throw fail(`column ${column}, row ${firstCell + i}`, expected, cell);
            }
          }
        },
      });
    }
    const read = streams.map((stream): RecordedAnnotations => {
      const { recording, observedSec, ids } = stream.footer;
      const annotations = checked(() => annotationsOf(stream), fail);
      return {
        recording,
        annotations,
        ...(observedSec === undefined ? {} : { observedSec }),
        ...(withIds && ids === true && hasOrderOf(stream, annotations) ? { ids: stream.ids } : {}),
      };
    });
    return { streams: read, provenance: footer.provenance };
  } finally {
    await reader.close();
  }
}

/** Tells whether the rows of a file are in the order of annotations: ids of others cannot be told apart. */
const hasOrderOf = ({ startSec, endSec, behavior }: OpenStream, sorted: Annotations): boolean =>
  startSec.every(
    (start, i) => start === sorted.startSec[i] && endSec[i] === sorted.endSec[i] && behavior[i] === sorted.behavior[i],
  );

/** Returns what a function returns; a value that core refuses is a fault of the file. */
function checked<Value>(
  make: () => Value,
  fail: (where: string, expected: string, found: unknown) => FormatError,
): Value {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw fail('the rows', 'valid bouts', cause.message);
  }
}
