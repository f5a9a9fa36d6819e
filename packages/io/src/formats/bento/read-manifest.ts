import { FormatError } from '@zoopraxis/core';
import { type ByteSource, wholeBytes } from '../byte-source.js';
import { createCsvParser } from '../csv/csv-parser.js';
import { readCsvNumber } from '../csv/csv-text.js';
import { delimiterOf } from '../csv/read-table.js';
import { isOldExcel, isZipArchive, readXlsx, type SheetRow } from '../spreadsheet/read-xlsx.js';

/** One recording of an experiment in BENTO. */
export interface BentoManifestRow {
  /** Number of the row in the sheet, from 1. */
  readonly row: number;
  readonly mouse: string;
  readonly session: string;
  readonly trial: string;
  readonly stimulus: string;
  /** Files as the sheet has them, with `/` between folders. */
  readonly annotations: readonly string[];
  readonly movies: readonly string[];
  readonly tracking: readonly string[];
  readonly audio: readonly string[];
  readonly calcium: readonly string[];
  /** First and last frame (from 1) of the annotation file that belong to this trial, where the sheet says it. */
  readonly annotationStart?: number;
  readonly annotationStop?: number;
  readonly annotationFps?: number;
  readonly calciumFps?: number;
  /** Seconds between the starts of annotation and calcium imaging, where the sheet says it. */
  readonly offsetSec?: number;
}

/** An experiment of BENTO: which files belong together. */
export interface BentoManifest {
  /** Folder that files are relative to, empty where the sheet names none. */
  readonly basePath: string;
  readonly rows: readonly BentoManifestRow[];
}

/** How a manifest is read. */
export interface BentoManifestOptions {
  readonly path?: string;
  readonly signal?: AbortSignal;
}

const headers = {
  mouse: /^mouse/,
  session: /^sess/,
  trial: /^trial/,
  stimulus: /^stim/,
  calcium: /^calcium imaging|^ca file/,
  calciumFps: /^fr ca|^ca fr/,
  annotations: /^annotation file/,
  annotationStart: /^start anno/,
  annotationStop: /^stop anno/,
  annotationFps: /^fr anno|^anno.* fr$/,
  offset: /^offset/,
  movies: /^behaviou?r movie/,
  tracking: /^tracking/,
  audio: /^audio/,
} as const;

type Column = keyof typeof headers;

const normal = (text: string) => text.trim().toLowerCase().replace(/\s+/g, ' ');

/** Returns the row of the header and where its columns are; undefined where the sheet has none in its first rows. */
function findHeader(rows: readonly SheetRow[]): { index: number; at: Record<Column, number> } | undefined {
  for (const [index, { cells }] of rows.slice(0, 6).entries()) {
    const lower = cells.map(normal);
    const at = Object.fromEntries(
      Object.entries(headers).map(([column, pattern]) => [column, lower.findIndex((name) => pattern.test(name))]),
    ) as Record<Column, number>;
    if (at.mouse >= 0 && at.annotations >= 0) return { index, at };
  }
  return undefined;
}

function csvRows(bytes: Uint8Array, path: string | undefined): SheetRow[] {
  const rows: SheetRow[] = [];
  const parser = createCsvParser((cells, row) => rows.push({ row, cells }), { path, delimiter: delimiterOf(bytes) });
  parser.push(bytes);
  parser.end();
  return rows;
}

/** Tells whether bytes may be a manifest of BENTO: a workbook, or a CSV file with its header. */
export function isBentoManifest(bytes: Uint8Array): boolean {
  if (isOldExcel(bytes) || isZipArchive(bytes)) return true;
  const head = new TextDecoder().decode(bytes.subarray(0, 8192));
  return /(^|[,;\t"\n])mouse/i.test(head) && /[,;\t"]annotation file/i.test(head);
}

/**
 * Returns the recordings of a BENTO experiment, a sheet (`.xlsx`, or saved as CSV) whose first row has the folder of the
 * data and the frame rates for all, the second the names of columns, and each further one a trial. Several files in one cell
 * stand between semicolons. Numbers count as the sheet has them: frames from 1.
 *
 * @throws FormatError naming row and column; an old `.xls` is refused with what to do.
 */
export async function readBentoManifest(
  source: ByteSource,
  options: BentoManifestOptions = {},
): Promise<BentoManifest> {
  const { path, signal } = options;
  const bytes = await wholeBytes(source, { path, signal, maxBytes: 2 ** 26 });
  const isWorkbook = isOldExcel(bytes) || isZipArchive(bytes);
  const rows = isWorkbook ? await readXlsx(bytes, path === undefined ? {} : { path }) : csvRows(bytes, path);
  const fail = (where: string, expected: string, found: string): FormatError =>
    new FormatError({
      format: 'BENTO manifest',
      ...(path === undefined ? {} : { path }),
      where,
      expected,
      found: found === '' ? 'nothing' : found,
      hint: 'Correct the sheet and save it again as .xlsx or .csv.',
    });
  const header = findHeader(rows);
  if (header === undefined)
    throw fail(
      'the first rows',
      'columns Mouse and Annotation file',
      (rows[1] ?? rows[0])?.cells.slice(0, 6).join(', ') ?? '',
    );
  const { index, at } = header;
  const names = rows[index]?.cells ?? [];
  const above = rows.slice(0, index).flatMap(({ cells }) => cells);
  const rateAbove = (pattern: RegExp): number | undefined => {
    const place = above.findIndex((cell) => pattern.test(normal(cell)));
    const value = place < 0 ? undefined : readCsvNumber(above[place + 1]?.trim() ?? '');
    return value !== undefined && value > 0 && Number.isFinite(value) ? value : undefined;
  };
  const first = above[0]?.trim() ?? '';
  const allFps = { annotation: rateAbove(/^anno.*(framerate|fr)/), calcium: rateAbove(/^ca.*(framerate|fr)/) };
  const found = rows.slice(index + 1).flatMap(({ row, cells }): BentoManifestRow[] => {
    const text = (column: Column) => (at[column] < 0 ? '' : (cells[at[column]] ?? '').trim());
    const files = (column: Column) =>
      text(column)
        .split(';')
        .map((name) => name.trim().replaceAll('\\', '/'))
        .filter((name) => name !== '');
    const number = (column: Column, isAllowed: (value: number) => boolean, expected: string): number | undefined => {
      const value = readCsvNumber(text(column));
      if (value === undefined || (!Number.isNaN(value) && !isAllowed(value))) {
        throw fail(`row ${row}, column ${names[at[column]]}`, expected, text(column));
      }
      // BENTO writes 0 where a number does not matter.
      return Number.isNaN(value) ? undefined : value;
    };
    const rate = (column: Column, all: number | undefined) => {
      const value = number(column, (fps) => fps >= 0 && Number.isFinite(fps), 'frames per second');
      return value === undefined || value === 0 ? all : value;
    };
    const frame = (column: Column) =>
      number(column, (value) => Number.isInteger(value) && value >= 0, 'the number of a frame') || undefined;
    const values = {
      annotationStart: frame('annotationStart'),
      annotationStop: frame('annotationStop'),
      annotationFps: rate('annotationFps', allFps.annotation),
      calciumFps: rate('calciumFps', allFps.calcium),
      offsetSec: number('offset', Number.isFinite, 'seconds'),
    };
    const one = {
      row,
      ...{ mouse: text('mouse'), session: text('session'), trial: text('trial'), stimulus: text('stimulus') },
      annotations: files('annotations'),
      movies: files('movies'),
      tracking: files('tracking'),
      audio: files('audio'),
      calcium: files('calcium'),
      ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
    };
    const isEmpty = one.mouse === '' && one.annotations.length + one.movies.length === 0;
    return isEmpty ? [] : [one];
  });
  return { basePath: /framerate/i.test(first) || first === '.' ? '' : first.replaceAll('\\', '/'), rows: found };
}
