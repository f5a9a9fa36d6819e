import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createRecording, FormatError, type Recording, StorageError } from '@zoopraxis/core';
import { z } from 'zod';
import { requireFile, withProject } from '../jobs/project-folder.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';

type Condition = string | number | boolean;

const usualNames = ['recording', 'video', 'file', 'session'];
const isSubjects = (column: string) => /^subjects?$/i.test(column);

/** Returns how a column's texts become conditions: numbers or true/false where all of them are, else text. */
function conditionsOf(texts: readonly string[]): (text: string) => Condition {
  const given = texts.filter((text) => text !== '');
  if (given.every((text) => /^(true|false)$/i.test(text))) return (text) => text.toLowerCase() === 'true';
  // Numbers of other forms, such as 007, are names that would lose letters.
  return given.every((text) => /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text)) ? Number : (text) => text;
}

/** Takes conditions of recordings (genotype, treatment, day, sex, animal) from a table into a project. */
export const importConditions = defineOperation({
  name: 'import conditions',
  summary: 'Take conditions of recordings from a table into a project',
  details:
    'The table (CSV or TSV, UTF-8) has a header and one row for each recording. One column names the recording: its name in the project, or its video. `subject` holds its animals, separated by ;. Every other column becomes a condition, such as animal, genotype, treatment, day, sex; a column such as resident.genotype is about that animal of the recording alone. Columns of numbers become numbers. Empty fields leave a condition as it is. Where a row is wrong nothing is changed.',
  examples: [
    'zoopraxis import conditions animals.csv --to openfield',
    'zoopraxis import conditions animals.csv --to openfield --create',
  ],
  input: z.object({
    table: positional(z.string().min(1), 'CSV or TSV table with a header'),
    to: z.string().min(1).meta({ description: 'project folder', placeholder: 'project' }),
    recording: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: `column that names the recording, by default ${usualNames.join(', ')}`,
        placeholder: 'column',
      }),
    create: z.boolean().default(false).describe('make recordings that the project does not have'),
  }),
  output: z.object({
    project: z.string(),
    conditions: z.array(z.string()),
    changed: z.array(z.string()),
    created: z.array(z.string()),
    unknown: z.array(z.object({ recording: z.string(), line: z.int() })),
    /** Recordings of the project that the table does not have. */
    missing: z.array(z.string()),
  }),
  async run({ table, to, recording: wanted, create }, { signal }) {
    const [{ readTextTable }, { blindingOf }, { checkNewRecording, recordingNames }] = await Promise.all([
      import('@zoopraxis/io'),
      import('../cohort/blinding.js'),
      import('../jobs/recording-names.js'),
    ]);
    const file = await requireFile(table, 'table');
    const path = basename(file);
    const { columns, rows } = await readTextTable(new Uint8Array(await readFile(file)), { path, signal });
    const format = 'table of conditions';
    const fail = (where: string, expected: string, found: string, hint = 'Correct the table.'): never => {
      throw new FormatError({ format, path, where, expected, found, hint });
    };
    const lower = columns.map((name) => name.toLowerCase());
    const at =
      wanted === undefined
        ? (usualNames.map((name) => lower.indexOf(name)).find((i) => i >= 0) ?? -1)
        : columns.indexOf(wanted);
    if (at < 0) {
      fail(
        'the header',
        `a column ${wanted ?? usualNames[0]}`,
        columns.join(', '),
        'Name the column with --recording.',
      );
    }
    const unnamed = columns.indexOf('');
    if (unnamed >= 0) fail('the header', 'a name for each column', `none for column ${unnamed + 1}`);
    const conditions = columns.filter((name, i) => i !== at && !isSubjects(name));
    if (rows.length === 0) fail('the rows', 'a row for each recording', 'none');
    const readAs = columns.map((_, i) => conditionsOf(rows.map(({ fields }) => fields[i] as string)));

    return withProject(to, 'write', async (project, folder) => {
      const hidden = blindingOf(project.manifest)?.conditions ?? [];
      const telling = conditions.find((name) => hidden.some((one) => name === one || name.endsWith(`.${one}`)));
      if (telling !== undefined) {
        throw new StorageError(`the project is blinded, and the table would show ${telling}: ${folder}`, {
          hint: 'Leave the column out, or end the blinding with `zoopraxis unblind`.',
        });
      }
      const changed: string[] = [];
      const created: string[] = [];
      const unknown: { recording: string; line: number }[] = [];
      const seen = new Map<string, number>();
      const present = project.recordings();
      const nameOf = recordingNames(present, project.manifest.videos);
      const byId = new Map<string, Recording>(present.map((item) => [item.id, item]));
      for (const { line, fields } of rows) {
        const name = fields[at] as string;
        if (name === '') fail(`line ${line}, column ${columns[at]}`, 'the name of a recording', 'nothing');
        const { id, known } = nameOf(name);
        const before = seen.get(id);
        if (before !== undefined) fail(`line ${line}`, `${id} once`, `it in line ${before} too`);
        seen.set(id, line);
        if (!known && !create) {
          unknown.push({ recording: name, line });
          continue;
        }
        if (!known) checkNewRecording(id, { format, path, where: `line ${line}, column ${columns[at]}` });
        const recording = byId.get(id);
        const own: Record<string, Condition> = { ...recording?.conditions };
        let subjects = recording?.subjects ?? [];
        for (const [i, column] of columns.entries()) {
          const text = fields[i] as string;
          if (i === at || text === '') continue;
          if (isSubjects(column))
            subjects = text
              .split(';')
              .map((part) => part.trim())
              .filter((part) => part !== '');
          else own[column] = (readAs[i] as (text: string) => Condition)(text);
        }
        const twice = subjects.find((subject, i) => subjects.indexOf(subject) !== i);
        if (twice !== undefined) fail(`line ${line}`, 'different subjects', `${twice} twice`);
        byId.set(id, createRecording({ ...recording, id, subjects, conditions: own }));
        (known ? changed : created).push(id);
      }
      if (unknown.length === rows.length) {
        throw new StorageError(
          `the project has none of the ${rows.length} recordings of the table (${unknown[0]?.recording}, …): ${folder}`,
          { hint: 'Check the column that names them (--recording), or add them with --create.' },
        );
      }
      await project.updateRecordings(() => [...byId.values()]);
      const missing = present.map(({ id }) => id).filter((id) => !seen.has(id));
      return { project: folder, conditions, changed, created, unknown, missing };
    });
  },
  text: ({ project, changed, created, conditions, missing }) =>
    [
      `${project}: ${conditions.join(', ') || 'no conditions'} of ${changed.length + created.length} recordings${created.length > 0 ? `, ${created.length} of them new` : ''}`,
      ...(missing.length === 0 ? [] : [`without a row: ${listed(missing)}`]),
    ].join('\n'),
  failures: ({ unknown }) =>
    unknown.map(({ recording, line }) => `not in the project: ${recording} (line ${line}); --create adds it`),
});

const listed = (names: readonly string[]) =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? `, and ${names.length - 5} more` : ''}`;
