import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FormatError, StorageError } from '@zoopraxis/core';

const recordingNames = ['recording', 'video', 'file', 'session', 'stem'];
const groupNames = ['group', 'animal', 'subject', 'mouse', 'rat', 'cage', 'individual'];

const stemOf = (name: string) =>
  (name.replaceAll('\\', '/').split('/').at(-1) as string).replace(
    /(\.(csv|txt|h5|json|mp4|avi|mov|mkv|seq|parquet|gz|slp|annot))+$/i,
    '',
  );

/**
 * Returns a function that tells the animal (or cage) of a recording from a table with a column for the recording and one
 * for the animal; `table.csv:column` names the second where it has an unusual name.
 * @throws FormatError where the table lacks a column; the function throws StorageError for a recording it does not name.
 */
export async function groupsOf(given: string): Promise<(stem: string) => string> {
  const { readTextTable } = await import('@zoopraxis/io');
  const at = given.search(/:[^:\\/]+$/);
  const isNamed = at > 1;
  const [path, wanted] = isNamed ? [given.slice(0, at), given.slice(at + 1)] : [given, undefined];
  const absolute = resolve(path);
  const bytes = await readFile(absolute).catch((cause: unknown) => {
    throw new StorageError(`the table of groups cannot be read: ${absolute}`, {
      hint: 'Give a CSV file with a column recording and a column animal.',
      cause,
    });
  });
  const { columns, rows } = await readTextTable(new Uint8Array(bytes), { path: absolute });
  const lower = columns.map((name) => name.toLowerCase());
  const find = (names: readonly string[], what: string): number => {
    const found = names.map((name) => lower.indexOf(name.toLowerCase())).find((i) => i >= 0);
    if (found !== undefined) return found;
    throw new FormatError({
      format: 'table of groups',
      path: absolute,
      where: 'the header',
      expected: `a column for the ${what} (${names.slice(0, 4).join(', ')})`,
      found: columns.slice(0, 12).join(', '),
      hint: 'Name the column of the animal after the file: table.csv:column.',
    });
  };
  const [recording, group] = [
    find(recordingNames, 'recording'),
    find(wanted === undefined ? groupNames : [wanted], 'animal'),
  ];
  const known = new Map<string, string>();
  for (const { line, fields } of rows) {
    const [stem, name] = [stemOf(fields[recording] ?? ''), (fields[group] ?? '').trim()];
    const before = known.get(stem);
    if (stem === '' || name === '' || (before !== undefined && before !== name)) {
      throw new FormatError({
        format: 'table of groups',
        path: absolute,
        where: `line ${line}`,
        expected: 'each recording with one animal',
        found: before === undefined ? 'an empty cell' : `${stem} with ${before} and ${name}`,
        hint: 'Correct the table.',
      });
    }
    known.set(stem, name);
  }
  return (stem) => {
    const name = known.get(stem) ?? known.get(stemOf(stem));
    if (name !== undefined) return name;
    throw new StorageError(`the table of groups does not name the recording ${stem}: ${absolute}`, {
      hint: 'Add a row for it, or leave the recording out.',
    });
  };
}
