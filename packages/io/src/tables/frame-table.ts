import { type ByteStore, createTimeBase, FormatError, secondsOfFrame, type TimeBase } from '@zoopraxis/core';
import { z } from 'zod';
import { openReader, writePieces } from '../bytes/piecewise.js';
import { canonicalJson } from '../records/canonical-json.js';
import { provenanceSchema } from '../records/noun-schemas.js';
import { parseJson } from '../records/parse-record.js';
import { openTable } from './table-reader.js';
import { type ColumnCells, encodeTable, type TableColumn } from './table-writer.js';
import { footerKey } from './tracks-layout.js';

const columnSchema = z.object({
  /** Name in the file: each once. */
  name: z.string().min(1),
  unit: z.string().optional(),
  definition: z.string().optional(),
  subject: z.string().optional(),
  partner: z.string().optional(),
});

const footerSchema = z.object({
  format: z.literal('zoopraxis frame table'),
  version: z.literal(1, { error: 'version 1; a newer file needs a newer Zoopraxis' }),
  /** What the numbers are: `features`, `scores`. */
  kind: z.string(),
  frameCount: z.int().min(0),
  fps: z.number().positive(),
  isVariableRate: z.boolean(),
  columns: z.array(columnSchema),
  provenance: provenanceSchema,
});

/** One column of numbers, one a frame. */
export type FrameTableColumn = z.output<typeof columnSchema>;

/** What a table of frames holds but the numbers. */
export interface FrameTableHeader {
  /** What the numbers are: `features`, `scores`. */
  readonly kind: string;
  readonly timeBase: TimeBase;
  readonly columns: readonly FrameTableColumn[];
  readonly provenance: z.output<typeof provenanceSchema>;
}

/** Numbers of consecutive frames. */
export interface FrameTableBlock {
  readonly firstFrame: number;
  readonly frameCount: number;
  /** Shape `[column, frame]`; NaN = not known, an empty cell of the file. */
  readonly values: Float32Array;
}

/** Cells of one row group: bounds the memory of writer and reader, whatever the number of columns. */
const cellsPerGroup = 2 ** 21;

/** Names of the columns that every table begins with. */
const leading: readonly TableColumn[] = [
  { name: 'frame', kind: 'int32', optional: false },
  { name: 'time_sec', kind: 'float64', optional: false },
];

/**
 * Writes numbers for every frame of a recording as a Parquet file in one durable step: columns `frame`, `time_sec` and
 * those of the header, one row for each frame; names, units and definitions are in the footer. Equal numbers give equal
 * bytes, whatever the blocks.
 *
 * @throws RangeError where blocks have gaps, are of another size, or are not all frames.
 */
export async function writeFrameTable(
  store: ByteStore,
  path: string,
  header: FrameTableHeader,
  blocks: AsyncIterable<FrameTableBlock>,
): Promise<void> {
  const { columns, timeBase } = header;
  const names = [...leading, ...columns].map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new RangeError(`frame table: columns must have different names, ${twice} is there twice`);
  const { timesSec } = createTimeBase(timeBase);
  const footer: z.input<typeof footerSchema> = {
    format: 'zoopraxis frame table',
    version: 1,
    kind: header.kind,
    frameCount: timeBase.frameCount,
    fps: timeBase.fps,
    isVariableRate: timesSec !== undefined,
    columns: [...columns],
    provenance: header.provenance,
  };
  const table: TableColumn[] = [
    ...leading,
    ...columns.map(({ name }): TableColumn => ({ name, kind: 'float32', optional: true })),
  ];
  await writePieces(store, path, encodeTable(table, groupsOf(header, blocks), { [footerKey]: canonicalJson(footer) }));
}

/** Yields the cells of row groups of one size from blocks of any size. */
async function* groupsOf(
  { columns, timeBase }: FrameTableHeader,
  blocks: AsyncIterable<FrameTableBlock>,
): AsyncGenerator<readonly ColumnCells[]> {
  const size = Math.max(256, Math.floor(cellsPerGroup / (columns.length + leading.length)));
  let next = 0;
  let filled = 0;
  let values = columns.map(() => new Float32Array(size));
  const group = (): ColumnCells[] => {
    const first = next - filled;
    return [
      Int32Array.from({ length: filled }, (_, i) => first + i),
      Float64Array.from({ length: filled }, (_, i) => secondsOfFrame(timeBase, first + i)),
      ...values.map((column) => column.subarray(0, filled)),
    ];
  };
  for await (const block of blocks) {
    if (block.firstFrame !== next || block.values.length !== block.frameCount * columns.length) {
      throw new RangeError(
        `frame table: blocks must follow one another, ${columns.length} values a frame, got frame ${block.firstFrame} after ${next} and ${block.values.length} values of ${block.frameCount} frames`,
      );
    }
    for (let from = 0; from < block.frameCount; ) {
      const count = Math.min(size - filled, block.frameCount - from);
      for (const [c, column] of values.entries()) {
        const at = c * block.frameCount + from;
        column.set(block.values.subarray(at, at + count), filled);
      }
      filled += count;
      from += count;
      next += count;
      if (filled < size) continue;
      yield group();
      filled = 0;
      values = columns.map(() => new Float32Array(size));
    }
  }
  if (next !== timeBase.frameCount) {
    throw new RangeError(`frame table: must have all ${timeBase.frameCount} frames, got ${next}`);
  }
  if (filled > 0) yield group();
}

/** What the footer of a table of frames says. */
export type FrameTableFooter = z.output<typeof footerSchema>;

/**
 * Returns what a table of frames is about without its numbers, or undefined where the file does not exist.
 * @throws FormatError where it is damaged or something else.
 */
export async function readFrameTableFooter(store: ByteStore, path: string): Promise<FrameTableFooter | undefined> {
  const reader = await openReader(store, path);
  if (reader === undefined) return undefined;
  try {
    return footerOf((await openTable(reader, path)).metadata, path);
  } finally {
    await reader.close();
  }
}

function footerOf(metadata: ReadonlyMap<string, string>, path: string): FrameTableFooter {
  const place = { format: 'zoopraxis frame table', path };
  const text = metadata.get(footerKey);
  if (text !== undefined) return parseJson(footerSchema, text, place);
  throw new FormatError({
    ...place,
    where: `the footer's key ${footerKey}`,
    expected: 'the description of a table of frames',
    found: 'none',
  });
}

/** A table of frames read whole. */
export interface FrameTable extends FrameTableHeader {
  /** Shape `[column, frame]`; NaN = not known. */
  readonly values: Float32Array;
}

/** Values that are read at once: more are refused. */
const maximumValues = 2 ** 28;

/**
 * Returns a table that {@link writeFrameTable} wrote, or undefined where the file does not exist.
 * @throws FormatError where it is damaged or something else; RangeError where it is too large to be held.
 */
export async function readFrameTable(
  store: ByteStore,
  path: string,
  options: { readonly kind?: string; readonly signal?: AbortSignal } = {},
): Promise<FrameTable | undefined> {
  const reader = await openReader(store, path);
  if (reader === undefined) return undefined;
  const place = { format: 'zoopraxis frame table', path };
  const fail = (where: string, expected: string, found: unknown): FormatError =>
    new FormatError({ ...place, where, expected, found: String(found).slice(0, 100) });
  try {
    const table = await openTable(reader, path);
    const { kind, frameCount, fps, isVariableRate, columns, provenance } = footerOf(table.metadata, path);
    if (options.kind !== undefined && kind !== options.kind) throw fail('the footer', options.kind, kind);
    if (table.rowCount !== frameCount) throw fail('the row count', `${frameCount} frames`, table.rowCount);
    for (const { name } of [...leading, ...columns]) {
      if (!table.columns.includes(name)) throw fail('the columns', name, table.columns.slice(0, 12).join(', '));
    }
    if (frameCount * (columns.length + 1) > maximumValues) {
      throw new RangeError(
        `frame table: must have at most ${maximumValues} values to be read at once, ${path} has more`,
      );
    }
    const values = new Float32Array(frameCount * columns.length);
    const timesSec = isVariableRate ? new Float64Array(frameCount) : undefined;
    const at = new Map(columns.map(({ name }, i) => [name, i]));
    await table.readRows({
      start: 0,
      end: frameCount,
      columns: ['time_sec', ...columns.map(({ name }) => name)],
      signal: options.signal,
      onCells(name, row, cells) {
        const column = at.get(name);
        const base = column === undefined ? row : column * frameCount + row;
        const target = column === undefined ? timesSec : values;
        if (target === undefined) return;
        for (let i = 0; i < cells.length; i++) {
          const cell = cells[i];
          if (typeof cell !== 'number' && (column === undefined || (cell !== null && cell !== undefined))) {
            throw fail(`column ${name}, row ${row + i}`, 'a number', cell);
          }
          target[base + i] = typeof cell === 'number' ? cell : Number.NaN;
        }
      },
    });
    const timeBase = createTimeBase({ frameCount, fps, ...(timesSec === undefined ? {} : { timesSec }) });
    return { kind, timeBase, columns, provenance, values };
  } finally {
    await reader.close();
  }
}
