import { FormatError } from '@zoopraxis/core';
import { type ByteSource, wholeBytes } from '../byte-source.js';
import { createCsvParser } from './csv-parser.js';

/** A table of texts with a header. */
export interface TextTable {
  /** Names of the columns, without spaces around them. */
  readonly columns: readonly string[];
  readonly rows: readonly TextRow[];
}

/** One row of a table. */
export interface TextRow {
  /** Number of the line in the file, from 1. */
  readonly line: number;
  /** Shape `[column]`, without spaces around them. */
  readonly fields: readonly string[];
}

/** How a table is read. */
export interface TextTableOptions {
  readonly path?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of a file that are read. Default 1 GiB. */
  readonly maxBytes?: number;
}

const delimiters = [',', ';', '\t'] as const;

/** Returns what stands between the fields of a first line: whichever of comma, semicolon and tab it has most of. */
export function delimiterOf(bytes: Uint8Array): (typeof delimiters)[number] {
  const end = bytes.indexOf(10);
  const line = new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end)).replace(/"[^"]*"/g, '');
  const counts = delimiters.map((delimiter) => line.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] as (typeof delimiters)[number];
}

/**
 * Returns a table of comma-, semicolon- or tab-separated UTF-8 text whose first line names the columns; blank lines
 * are skipped, and a row may end early or have empty fields behind the last column.
 *
 * @throws FormatError with the line: no header, a name twice, a row with more fields than columns.
 */
export async function readTextTable(source: ByteSource, options: TextTableOptions = {}): Promise<TextTable> {
  const { path, maxBytes = 2 ** 30 } = options;
  const bytes = await wholeBytes(source, { ...options, maxBytes });
  const fail = (where: string, expected: string, found: string, hint: string): never => {
    throw new FormatError({ format: 'table', ...(path === undefined ? {} : { path }), where, expected, found, hint });
  };
  let columns: string[] | undefined;
  const rows: TextRow[] = [];
  const parser = createCsvParser(
    (raw, line) => {
      const fields = raw.map((field) => field.trim());
      if (fields.every((field) => field === '')) return;
      if (columns === undefined) {
        columns = fields;
        while (columns.at(-1) === '') columns.pop();
        const named = columns;
        const twice = named.find((name, i) => name !== '' && named.indexOf(name) !== i);
        if (twice !== undefined)
          fail(`line ${line}`, 'column names that differ', `${twice} twice`, 'Rename one of them.');
        return;
      }
      while (fields.length > columns.length && fields.at(-1) === '') fields.pop();
      if (fields.length > columns.length) {
        const hint = 'Put fields that hold the separator into quotes.';
        fail(`line ${line}`, `${columns.length} fields as in the header`, `${fields.length}`, hint);
      }
      while (fields.length < columns.length) fields.push('');
      rows.push({ line, fields });
    },
    { path, delimiter: delimiterOf(bytes) },
  );
  for (let at = 0; at < bytes.length; at += 1 << 20) {
    options.signal?.throwIfAborted();
    parser.push(bytes.subarray(at, at + (1 << 20)));
  }
  parser.end();
  if (columns === undefined) return fail('line 1', 'a header that names the columns', 'nothing', 'Is the file empty?');
  return { columns, rows };
}
