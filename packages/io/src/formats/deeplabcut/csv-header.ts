import { FormatError } from '@zoopraxis/core';
import type { RawHeader } from './columns.js';

/** The header of a CSV table, and how many columns name the row. */
export interface CsvHeader extends RawHeader {
  readonly indexWidth: number;
}

/** Takes the first records of a CSV table. */
export interface HeaderReader {
  /** Returns true while a record belongs to the header. */
  push(fields: readonly string[], line: number): boolean;
  /** Returns the header; throws FormatError where the file ended before it was complete. */
  get(): CsvHeader;
}

/** The rows that may follow each row; the first follows nothing. */
const followers: Readonly<Record<string, readonly string[]>> = {
  '': ['scorer'],
  scorer: ['individuals', 'bodyparts'],
  individuals: ['bodyparts'],
  bodyparts: ['coords'],
};

/** Returns a reader of the three or four header rows `scorer`, (`individuals`,) `bodyparts`, `coords`. */
export function createHeaderReader(options: { format: string; path?: string | undefined }): HeaderReader {
  const rows: (readonly string[])[] = [];
  let header: CsvHeader | undefined;
  const fail = (where: string, expected: string, found: string, hint: string): never => {
    const path = options.path === undefined ? {} : { path: options.path };
    throw new FormatError({ format: options.format, ...path, where, expected, found, hint });
  };
  const hint = 'DeepLabCut tables begin with the rows scorer, (individuals,) bodyparts and coords.';
  const finish = (line: number): void => {
    const width = (rows[0] as readonly string[]).length;
    const wrong = rows.findIndex((row) => row.length !== width);
    if (wrong >= 0) fail(`line ${wrong + 1}`, `${width} fields as in line 1`, `${(rows[wrong] ?? []).length}`, hint);
    // Three columns name the row where the two after the first are blank in every header row.
    const blank = (column: number) => rows.every((row) => (row[column] ?? '').trim() === '');
    const indexWidth = width > 3 && blank(1) && blank(2) ? 3 : 1;
    if (width <= indexWidth) fail(`line ${line}`, 'columns of body parts', 'none', hint);
    const columns = Array.from({ length: width - indexWidth }, (_, i) =>
      rows.map((row) => row[indexWidth + i] as string),
    );
    header = { indexWidth, columns, levelNames: rows.map((row) => (row[0] as string).trim()) };
  };
  return {
    push(fields, line) {
      if (header !== undefined) return false;
      const name = (fields[0] ?? '').trim();
      const wanted = followers[(rows.at(-1)?.[0] ?? '').trim()] ?? [];
      if (!wanted.includes(name)) {
        const spreadsheet = rows.length === 0 && /^scorer[;\t]/.test(name);
        fail(
          `line ${line}, first field`,
          wanted.join(' or '),
          JSON.stringify(name.slice(0, 40)),
          spreadsheet ? 'A spreadsheet saved it with other separators: save it again with commas and points.' : hint,
        );
      }
      rows.push(fields);
      if (name === 'coords') finish(line);
      return true;
    },
    get: () => header ?? fail('the header', 'the row coords', 'the end of the file', hint),
  };
}
