import { FormatError, readZip, readZipEntry } from '@zoopraxis/core';
import { readXml, type XmlListener } from './xml-elements.js';

/** One row of a sheet. */
export interface SheetRow {
  /** Number of the row, from 1. */
  readonly row: number;
  /** Texts by column from A on, empty where a cell is, list. */
  readonly cells: readonly string[];
}

/** How a workbook is read. */
export interface XlsxReadOptions {
  /** Name of the file, for messages. */
  readonly path?: string;
  /** Unpacked bytes of one part that are read. Default 64 MiB. */
  readonly maxBytes?: number;
}

const format = 'Excel workbook';
const mostColumns = 16_384;
const mostCells = 4_000_000;

/** Tells whether bytes are an old Excel file (`.xls`: a compound file of BIFF records). */
export const isOldExcel = (bytes: Uint8Array): boolean =>
  [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1].every((byte, i) => bytes[i] === byte);

/** Tells whether bytes begin as a zip archive, as an `.xlsx` workbook does. */
export const isZipArchive = (bytes: Uint8Array): boolean => [0x50, 0x4b, 3, 4].every((byte, i) => bytes[i] === byte);

/**
 * Returns the rows of the first sheet of a workbook (`.xlsx`) that hold anything: texts and numbers as they are stored, of
 * formulas the value that was computed last, TRUE and FALSE, errors as their names. Dates are numbers of days.
 *
 * Source: ECMA-376 part 1, 18.3 and 18.4.
 * @throws FormatError naming part and cell: an old `.xls`, no workbook, damage, or more than is read.
 */
export async function readXlsx(
  bytes: Uint8Array,
  { path, maxBytes = 2 ** 26 }: XlsxReadOptions = {},
): Promise<SheetRow[]> {
  const fail = (
    where: string,
    expected: string,
    found: string,
    hint = 'Save it again as .xlsx, or as .csv.',
  ): FormatError => new FormatError({ format, ...(path === undefined ? {} : { path }), where, expected, found, hint });
  if (isOldExcel(bytes))
    throw fail(
      'byte 0',
      'a workbook of Excel 2007 or later (.xlsx)',
      'an old Excel file (.xls)',
      'Open it in Excel or LibreOffice and save it as .xlsx or .csv.',
    );
  const entries = readZip(bytes, path);
  const parse = async (name: string, listener: XmlListener): Promise<boolean> => {
    const entry = entries.get(name);
    if (entry === undefined) return false;
    if (entry.byteCount > maxBytes) throw fail(name, `at most ${maxBytes} bytes`, `${entry.byteCount}`);
    const text = new TextDecoder('utf-8').decode(await readZipEntry(entry, path));
    readXml(text, listener, { format, ...(path === undefined ? {} : { path }), where: name });
    return true;
  };
  const sheets: string[] = [];
  const isWorkbook = await parse('xl/workbook.xml', {
    open: (name, attributes) => {
      if (name === 'sheet')
        sheets.push([...attributes].find(([key]) => /(^|:)id$/.test(key) && key !== 'sheetId')?.[1] ?? '');
    },
  });
  if (!isWorkbook || sheets[0] === undefined)
    throw fail('the archive', 'a workbook with a sheet', [...entries.keys()].slice(0, 4).join(', ') || 'nothing');
  let target = 'worksheets/sheet1.xml';
  await parse('xl/_rels/workbook.xml.rels', {
    open: (name, attributes) => {
      if (name === 'Relationship' && attributes.get('Id') === sheets[0]) target = attributes.get('Target') ?? target;
    },
  });
  const shared = await sharedTexts(parse);
  const sheet = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  const rows: SheetRow[] = [];
  let [row, count] = [0, 0];
  let cells: string[] = [];
  let cell: { column: number; type: string; value: string } | undefined;
  let isValue = false;
  const isThere = await parse(sheet, {
    open: (name, attributes) => {
      if (name === 'row') {
        row = Number(attributes.get('r') ?? row + 1);
        cells = [];
      } else if (name === 'c') {
        const column = columnOf(attributes.get('r')) ?? cells.length;
        if (column >= mostColumns || ++count > mostCells)
          throw fail(`${sheet}, row ${row}`, 'a smaller sheet', 'more cells than are read');
        cell = { column, type: attributes.get('t') ?? 'n', value: '' };
      } else if (name === 'v' || name === 't') isValue = cell !== undefined;
    },
    text: (text) => {
      if (isValue && cell !== undefined) cell.value += text;
    },
    close: (name) => {
      if (name === 'v' || name === 't') isValue = false;
      else if (name === 'c' && cell !== undefined) {
        const { column, type, value } = cell;
        while (cells.length < column) cells.push('');
        const text = type === 's' ? shared[Number(value)] : type === 'b' ? (value === '1' ? 'TRUE' : 'FALSE') : value;
        if (text === undefined) throw fail(`${sheet}, row ${row}`, `a text below ${shared.length}`, value);
        cells[column] = text;
        cell = undefined;
      } else if (name === 'row' && cells.some((text) => text.trim() !== '')) rows.push({ row, cells });
    },
  });
  if (!isThere) throw fail('the archive', sheet, [...entries.keys()].slice(0, 6).join(', '));
  return rows;
}

/** Returns the texts that cells share; phonetic hints are left out. */
async function sharedTexts(parse: (name: string, listener: XmlListener) => Promise<boolean>): Promise<string[]> {
  const texts: string[] = [];
  let [isText, hints] = [false, 0];
  await parse('xl/sharedStrings.xml', {
    open: (name) => {
      if (name === 'si') texts.push('');
      else if (name === 'rPh') hints++;
      else if (name === 't') isText = hints === 0;
    },
    text: (text) => {
      if (isText && texts.length > 0) texts[texts.length - 1] += text;
    },
    close: (name) => {
      if (name === 'rPh') hints--;
      else if (name === 't') isText = false;
    },
  });
  return texts;
}

/** Returns the index of the column of a cell's name: 0 of `A7`, 27 of `AB1`. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference ?? '')?.[1];
  if (letters === undefined) return undefined;
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
