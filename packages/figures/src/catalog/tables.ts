import type { FigureRecord } from '../record/figure-record.js';

type Scalar = string | number | boolean | null;

/** Data of a figure as a table of long form: one row for each value, with what it belongs to beside it. */
export interface FigureTable {
  /** Part of the data, such as `groups` or `brackets`. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Shape `[row, column]`; null = none. */
  readonly rows: readonly (readonly Scalar[])[];
}

type Row = Record<string, Scalar>;

const isScalar = (value: unknown): value is Scalar => value === null || typeof value !== 'object';
const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || ArrayBuffer.isView(value);

/** Kinds of fields that data of figures have. */
function shapeOf(value: unknown): 'scalar' | 'list' | 'records' | 'matrix' | 'record' {
  if (isScalar(value)) return 'scalar';
  if (!isList(value)) return 'record';
  if (value.length === 0 || isScalar(value[0])) return 'list';
  const first = Array.from(value).find((item) => item !== null);
  return isList(first) ? 'matrix' : 'records';
}

/**
 * Returns the data of a figure as tables, one for each list of records in it. Lists of one length stand side by side,
 * counted by `index`; names of outer records, such as the group, are repeated in each row.
 */
export function figureTables({ data }: Pick<FigureRecord, 'data'>): FigureTable[] {
  if (typeof data !== 'object' || data === null) return [];
  const found = new Map<string, Row[]>();
  const entries = Object.entries(data).filter(([, value]) => value !== undefined);
  const outer = Object.fromEntries(entries.filter(([, value]) => shapeOf(value) === 'list')) as Record<
    string,
    ArrayLike<unknown>
  >;
  const named = entries.filter(([, value]) => shapeOf(value) === 'records');
  const rest = Object.fromEntries(entries.filter(([, value]) => shapeOf(value) !== 'records'));
  for (const [name, value] of named) {
    const rows = Array.from(value as ArrayLike<unknown>).flatMap((item, i) =>
      item === null ? [] : rowsOf(item as object, `${name}.`, { [`${name}.index`]: i }, outer),
    );
    if (rows.length > 0) found.set(name, rows);
  }
  const own = rowsOf(rest, '', {}, {});
  if (named.length === 0 || Object.keys(rest).some((key) => shapeOf(rest[key]) === 'matrix')) found.set('values', own);
  else if (own.length > 0 && Object.keys(own[0] as Row).length > 0) found.set('about', own);
  return [...found].map(([name, rows]) => {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    return { name, columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) };
  });
}

function rowsOf(item: object, prefix: string, base: Row, outer: Readonly<Record<string, ArrayLike<unknown>>>): Row[] {
  const row: Row = { ...base };
  const lists: [string, ArrayLike<unknown>][] = [];
  const records: [string, ArrayLike<unknown>][] = [];
  const matrices: [string, ArrayLike<ArrayLike<unknown>>][] = [];
  if (isScalar(item)) return [{ ...row, [prefix.slice(0, -1)]: item }];
  for (const [key, value] of Object.entries(item)) {
    const name = `${prefix}${key}`;
    switch (shapeOf(value)) {
      case 'scalar':
        if (value !== undefined && !String(value).startsWith('data:image/')) row[name] = plain(value as Scalar);
        break;
      case 'list':
        lists.push([name, value as ArrayLike<unknown>]);
        break;
      case 'records':
        records.push([name, value as ArrayLike<unknown>]);
        break;
      case 'matrix':
        matrices.push([name, value as ArrayLike<ArrayLike<unknown>>]);
        break;
      case 'record':
        for (const [inner, part] of Object.entries(value as object)) {
          if (isScalar(part)) row[`${name}.${inner}`] = plain(part);
          else if (shapeOf(part) === 'list') lists.push([`${name}.${inner}`, part]);
        }
    }
  }
  const rows: Row[] = [];
  for (const [name, list] of records) {
    for (let i = 0; i < list.length; i++) {
      const inner = list[i];
      if (inner !== null) rows.push(...rowsOf(inner as object, `${name}.`, { ...row, [`${name}.index`]: i }, outer));
    }
  }
  for (const [name, table] of matrices) {
    for (let i = 0; i < table.length; i++) {
      const line = table[i] as ArrayLike<unknown>;
      const cells = Array.from(line, (value, k) => ({ value, k }));
      for (const { value, k } of cells) {
        const at = {
          ...row,
          table: name,
          ...nameOf(lists, i, table.length, 'row'),
          ...nameOf(lists, k, line.length, 'column'),
        };
        if (isScalar(value)) rows.push({ ...at, value: plain(value) });
        else if (isList(value)) {
          rows.push({
            ...at,
            ...Object.fromEntries(Array.from(value, (part, n) => [`value.${n}`, plain(part as Scalar)])),
          });
        }
      }
    }
  }
  if (rows.length > 0) return rows;
  const longest = Math.max(0, ...lists.map(([, list]) => list.length));
  if (longest === 0) return lists.length > 0 && Object.keys(row).length === 0 ? [] : [row];
  const beside = prefix === '' ? [] : Object.entries(outer).filter(([, list]) => list.length === longest);
  return Array.from({ length: longest }, (_, i) => ({
    ...row,
    index: i,
    ...Object.fromEntries(
      [...beside, ...lists].map(([name, list]) => [name, i < list.length ? plain(list[i] as Scalar) : null]),
    ),
  }));
}

/** Returns number and, where a list of texts is as long as the side of a table, name of a row or column. */
function nameOf(lists: readonly [string, ArrayLike<unknown>][], i: number, length: number, side: string): Row {
  const names = lists.filter(([, list]) => list.length === length && typeof list[0] === 'string');
  const chosen = side === 'row' ? names[0] : names.at(-1);
  return { [`${side}.index`]: i, ...(chosen === undefined ? {} : { [side]: chosen[1][i] as string }) };
}

function plain(value: Scalar): Scalar {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** Returns a table as CSV text (RFC 4180); empty cells are missing values. */
export function tableCsv({ columns, rows }: FigureTable): string {
  const cell = (value: Scalar) => {
    if (value === null) return '';
    const text = String(value);
    // A spreadsheet would run what begins like a formula.
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
