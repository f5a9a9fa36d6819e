import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FormatError, StorageError } from '@zoopraxis/core';

const recordingNames = ['recording', 'video', 'file', 'session', 'stem'];
const groupNames = ['group', 'animal', 'subject', 'mouse', 'rat', 'cage', 'individual'];
const behaviorNames = ['behaviors', 'behavior', 'scored', 'scored behaviors'];

const scaleNames = ['px_per_cm', 'px per cm', 'pxpercm', 'scale'];

const stemOf = (name: string) =>
  (name.replaceAll('\\', '/').split('/').at(-1) as string).replace(
    /(\.(csv|txt|h5|json|mp4|avi|mov|mkv|seq|parquet|gz|slp|annot))+$/i,
    '',
  );

/** What a table tells of recordings. */
interface TableOf {
  /** What it is called in messages. */
  readonly name: string;
  /** What its second column is of. */
  readonly of: string;
  /** Usual names of that column. */
  readonly columns: readonly string[];
  /** How to mend a table without it. */
  readonly hint: string;
}

/** Returns the cells of a table with a column for the recording and one more, in the order of its lines. */
async function readRecordingTable(
  given: string,
  { name, of, columns: usual, hint }: TableOf,
): Promise<{ readonly path: string; readonly cells: { line: number; stem: string; value: string }[] }> {
  const { readTextTable } = await import('@zoopraxis/io');
  const path = resolve(given);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new StorageError(`the ${name} cannot be read: ${path}`, {
      hint: `Give a CSV file with a column recording and a column ${usual[0]}.`,
      cause,
    });
  });
  const { columns, rows } = await readTextTable(new Uint8Array(bytes), { path });
  const lower = columns.map((column) => column.toLowerCase());
  const find = (names: readonly string[], what: string): number => {
    const found = names.map((column) => lower.indexOf(column.toLowerCase())).find((i) => i >= 0);
    if (found !== undefined) return found;
    throw new FormatError({
      format: name,
      path,
      where: 'the header',
      expected: `a column for the ${what} (${names.slice(0, 4).join(', ')})`,
      found: columns.slice(0, 12).join(', '),
      hint,
    });
  };
  const [recording, second] = [find(recordingNames, 'recording'), find(usual, of)];
  const cells = rows.map(({ line, fields }) => ({
    line,
    stem: stemOf(fields[recording] ?? ''),
    value: (fields[second] ?? '').trim(),
  }));
  return { path, cells };
}

/**
 * Returns a function that tells the animal (or cage) of a recording from a table with a column for the recording and one
 * for the animal; `table.csv:column` names the second where it has an unusual name.
 * @throws FormatError where the table lacks a column; the function throws StorageError for a recording it does not name.
 */
export async function groupsOf(given: string): Promise<(stem: string) => string> {
  const at = given.search(/:[^:\\/]+$/);
  const isNamed = at > 1;
  const [file, wanted] = isNamed ? [given.slice(0, at), given.slice(at + 1)] : [given, undefined];
  const { path, cells } = await readRecordingTable(file, {
    name: 'table of groups',
    of: 'animal',
    columns: wanted === undefined ? groupNames : [wanted],
    hint: 'Name the column of the animal after the file: table.csv:column.',
  });
  const known = new Map<string, string>();
  for (const { line, stem, value } of cells) {
    const before = known.get(stem);
    if (stem === '' || value === '' || (before !== undefined && before !== value)) {
      throw new FormatError({
        format: 'table of groups',
        path,
        where: `line ${line}`,
        expected: 'each recording with one animal',
        found: before === undefined ? 'an empty cell' : `${stem} with ${before} and ${value}`,
        hint: 'Correct the table.',
      });
    }
    known.set(stem, value);
  }
  return (stem) => {
    const name = known.get(stem) ?? known.get(stemOf(stem));
    if (name !== undefined) return name;
    throw new StorageError(`the table of groups does not name the recording ${stem}: ${path}`, {
      hint: 'Add a row for it, or leave the recording out.',
    });
  };
}

/**
 * Returns the behaviors that were looked for in recordings by their names without endings, from a table with a column for
 * the recording and one for behaviors: several in a cell (`attack;mount`), or a line for each.
 * @throws FormatError where the table lacks a column or a cell is empty.
 */
export async function scoredBehaviorsOf(given: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const name = 'table of scored behaviors';
  const { path, cells } = await readRecordingTable(given, {
    ...{ name, of: 'behaviors', columns: behaviorNames },
    hint: 'Name its columns recording and behaviors; several behaviors stand in one cell with ; between them.',
  });
  const known = new Map<string, string[]>();
  for (const { line, stem, value } of cells) {
    const names = value.split(/[;,|]/).map((part) => part.trim());
    if (stem === '' || names.includes('')) {
      throw new FormatError({
        ...{ format: name, path, where: `line ${line}` },
        expected: 'a recording and the behaviors that were looked for in it, such as session01 and attack;mount',
        found: stem === '' || value === '' ? 'an empty cell' : value,
        hint: 'Correct the table, or leave the recording out of it: it then counts as scored for all behaviors.',
      });
    }
    known.set(stem, [...new Set([...(known.get(stem) ?? []), ...names])]);
  }
  return known;
}

/**
 * Returns px per cm of recordings by their names without endings, from a table with a column for the recording and one for
 * the scale.
 * @throws FormatError where the table lacks a column, a scale is no number above 0, or a recording has two.
 */
export async function scalesOf(given: string): Promise<ReadonlyMap<string, number>> {
  const name = 'table of scales';
  const { path, cells } = await readRecordingTable(given, {
    ...{ name, of: 'scale', columns: scaleNames },
    hint: 'Name its columns recording and px_per_cm.',
  });
  const known = new Map<string, number>();
  for (const { line, stem, value } of cells) {
    const scale = Number(value);
    const before = known.get(stem);
    if (stem === '' || value === '' || !(scale > 0 && Number.isFinite(scale)) || (before ?? scale) !== scale) {
      throw new FormatError({
        ...{ format: name, path, where: `line ${line}` },
        expected: 'each recording with one number of pixels per centimetre, above 0',
        found:
          before === undefined
            ? `${stem || 'no recording'} with ${value || 'an empty cell'}`
            : `${stem} with ${before} and ${value}`,
        hint: 'Correct the table.',
      });
    }
    known.set(stem, scale);
  }
  return known;
}
