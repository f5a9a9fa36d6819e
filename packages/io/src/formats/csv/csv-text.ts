/** Returns a field as CSV text, quoted only where it must be (RFC 4180). */
export function csvField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** Returns a number as CSV text: the shortest that reads back as the same double, nothing for NaN (as pandas writes). */
export function csvNumber(value: number): string {
  if (Number.isNaN(value)) return '';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  const text = String(value);
  // pandas reads a column of whole numbers as integers; a point keeps it a column of floats, as pandas itself writes.
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/**
 * Returns the number of a CSV field, NaN for a blank one and for pandas' words for missing values; undefined where
 * the text is no number.
 */
export function readCsvNumber(text: string): number | undefined {
  if (text === '') return Number.NaN;
  const value = Number(text);
  if (!Number.isNaN(value)) {
    if (value === 0 && text.trim() === '') return Number.NaN;
    // `0x10` is a number to JavaScript and to nobody else.
    return text.charCodeAt(1) > 65 && /[box]/i.test(text) ? undefined : value;
  }
  const word = text.trim().toLowerCase();
  if (/^(nan|-nan|na|n\/a|#n\/a|null|none|<na>)$/.test(word)) return Number.NaN;
  if (/^[+]?inf(inity)?$/.test(word)) return Number.POSITIVE_INFINITY;
  if (/^-inf(inity)?$/.test(word)) return Number.NEGATIVE_INFINITY;
  return undefined;
}

/**
 * Returns the numbers of the first row of a table as CSV fields: as {@link csvNumber}, but `nan` in the first field of
 * a row that would be all blank. pandas takes such a row behind header rows for the names of the index and loses it.
 */
export function firstRowNumbers(values: ArrayLike<number>): string[] {
  const fields: string[] = Array.from(values, csvNumber);
  return fields.length > 0 && fields.every((field) => field === '') ? ['nan', ...fields.slice(1)] : fields;
}
