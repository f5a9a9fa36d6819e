/** Returns a name as SQL has it: in double quotes, those inside doubled. */
export function quoteName(name: string): string {
  if (name === '' || name.includes('\0'))
    throw new RangeError(`SQL name: must be text without NUL, got ${JSON.stringify(name)}`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** Returns a text as SQL has it: in single quotes, those inside doubled. */
export function quoteText(text: string): string {
  if (text.includes('\0')) throw new RangeError(`SQL text: must be text without NUL, got ${JSON.stringify(text)}`);
  return `'${text.replaceAll("'", "''")}'`;
}

/** Returns plain data as an SQL value: null, numbers, texts, lists of them. */
export function quoteValue(
  value: null | undefined | number | boolean | string | readonly (number | boolean | string)[],
): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`SQL number: must be finite, got ${value}`);
    return String(value);
  }
  if (typeof value === 'boolean') return String(value);
  return `[${value.map(quoteValue).join(', ')}]`;
}
