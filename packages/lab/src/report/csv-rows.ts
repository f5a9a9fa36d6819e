/** Beginning of a table, and how long it is. */
export interface CsvRows {
  /** First row, list of names. */
  readonly columns: readonly string[];
  /** Up to the asked number of rows, lists of cells. */
  readonly rows: readonly (readonly string[])[];
  /** Rows of the whole table. */
  readonly count: number;
}

/** Returns the first rows of a CSV text (RFC 4180) and the number of all. */
export function readCsvRows(text: string, most: number): CsvRows {
  const rows: string[][] = [];
  let count = -1;
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  const end = () => {
    row.push(cell);
    cell = '';
    if (row.length > 1 || row[0] !== '') {
      if (count < most) rows.push(row);
      count++;
    }
    row = [];
  };
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (letter === '"' && cell === '') quoted = true;
    else if (letter === ',') {
      row.push(cell);
      cell = '';
    } else if (letter === '\n') end();
    else if (letter !== '\r') cell += letter;
  }
  if (cell !== '' || row.length > 0) end();
  const [columns = [], ...rest] = rows;
  return { columns, rows: rest, count: Math.max(count, 0) };
}
