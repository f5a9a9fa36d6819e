import { basename, dirname, extname } from 'node:path';
import { FormatError, type Recording, StorageError } from '@zoopraxis/core';
import type { BoutColumn, Project, ReadBoutFile, RecordedAnnotations, Report } from '@zoopraxis/io';
import { z } from 'zod';
import type { BoutSource } from '../annotations/manifest-files.js';
import type { OperationContext } from '../jobs/operation-context.js';
import { programVersion } from '../jobs/program-version.js';
import { requireFile, withProject } from '../jobs/project-folder.js';
import { columnsOf } from './annotation-fields.js';
import { nameField, positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

const nameSchema = nameField('name of the annotations in the project, by default that of the file or of its folder');

const frameBaseSchema = z.object({ fps: z.number(), firstFrame: z.int(), endIncluded: z.boolean() });

/** Takes bouts of behavior that other programs stored into a project. */
export const importAnnotations = defineOperation({
  name: 'import annotations',
  summary: 'Take bouts of behavior from files of other programs into a project',
  details:
    'Takes tables (CSV or TSV with a header) with one row for each bout: recording (or video), subject, annotator, behavior, start, end; label tables of DLCAnalyzer; tables of SimBA and labels of frames; files of the Caltech Behavior Annotator, of BENTO and BORIS; and manifests of BENTO (.xlsx or CSV), of which all annotation files are read. Times are seconds and the end is not part of the bout; with --fps they are frames. A file without a column for the recording is about the recording of its own name. A behavior that an annotator has anywhere in the files counts as scored in all recordings of this annotator and channel: import files of other scoring schemes by themselves. Where a file is wrong nothing is changed.',
  examples: [
    'zoopraxis import annotations bouts.csv --to openfield',
    'zoopraxis import annotations scored/*.csv --to openfield --annotator ann --columns behavior=Action,start=t0,end=t1',
    'zoopraxis import annotations sessions/*.txt --to social --fps 30 --annotator lab --subject resident --create',
  ],
  input: z.object({
    files: positional(z.array(z.string().min(1)).min(1), 'files of bouts'),
    to: z.string().min(1).meta({ description: 'project folder', placeholder: 'project' }),
    name: nameSchema.optional(),
    annotator: z.string().min(1).optional().describe('who scored, where the files do not say it'),
    subject: z
      .string()
      .min(1)
      .optional()
      .describe('animal that acts, where the files do not say it; by default it has the name of the recording'),
    recording: z.string().min(1).optional().describe('recording of a file that names none, by default its own name'),
    fps: z.number().positive().optional().describe('frames per second of the videos: start and end are frames'),
    firstFrame: z.int().min(0).max(1).default(0).describe('number of the first frame in tables'),
    endIncluded: z.boolean().default(false).describe('in tables the last frame belongs to its bout'),
    columns: z
      .array(z.string().regex(/^\w+=./, 'must be such as behavior=Action'))
      .default([])
      .meta({ description: 'columns of tables with other names', placeholder: 'behavior=Action,start=t0' }),
    scored: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('behaviors that were scored in all recordings, with bouts or without'),
    unscoredEnds: z
      .boolean()
      .default(false)
      .describe('nobody scored before the first and after the last behavior of a Caltech file'),
    create: z.boolean().default(false).describe('make recordings that the project does not have'),
    replace: z.boolean().default(false).describe('replace annotations of this name'),
  }),
  output: z.object({
    project: z.string(),
    name: z.string(),
    files: z.int(),
    recordings: z.array(z.string()),
    created: z.array(z.string()),
    unknown: z.array(z.string()),
    annotators: z.array(z.string()),
    channels: z.array(z.string()),
    behaviors: z.array(z.object({ name: z.string(), bouts: z.int() })),
    bouts: z.int(),
    frameBases: z.array(frameBaseSchema),
    problems: z.array(problemSchema),
  }),
  async run(input, { signal, progress }) {
    const { problems, report } = collectProblems();
    const columns = columnsOf(input.columns, (await import('@zoopraxis/io')).boutColumns);
    const { expandManifests } = await import('../annotations/manifest-files.js');
    const given = await Promise.all(input.files.map((path) => requireFile(path, 'file of bouts')));
    const sources = await expandManifests(
      given.map((path) => ({ path, stem: basename(path, extname(path)) })),
      report,
    );
    const paths = sources.map(({ path }) => path);
    const twice = paths.find((path, i) => paths.indexOf(path) !== i);
    if (twice !== undefined) throw new StorageError(`the file is given twice: ${twice}`);
    const name = input.name ?? usualName(given);
    const read = await readFiles(sources, { ...input, columns }, { report, signal, progress });
    const { createProvenance, shareScored } = await import('@zoopraxis/io');
    const { hashFile } = await import('@zoopraxis/io/node');
    const { checkNewRecording, recordingNames } = await import('../jobs/recording-names.js');

    return withProject(input.to, 'write', async (project, folder) => {
      if (!input.replace && (await project.listAnnotations()).includes(name)) {
        throw new StorageError(`the project has annotations of the name ${name} already: ${folder}`, {
          hint: 'Give another name with --name, or replace them with --replace.',
        });
      }
      const present = project.recordings();
      const nameOf = recordingNames(present, project.manifest.videos);
      const scored = shareScored(read, input.scored === undefined ? {} : { scored: input.scored });
      const fileOf = read.flatMap(({ streams }, i) => streams.map(() => paths[i] as string));
      const unknown = new Set<string>();
      const created = new Set<string>();
      const taken = new Map<string, string>();
      const streams: RecordedAnnotations[] = [];
      for (const [i, stream] of scored.entries()) {
        const { id, known } = nameOf(stream.recording);
        const path = basename(fileOf[i] as string);
        if (!known && !input.create) {
          unknown.add(stream.recording);
          continue;
        }
        if (!known) {
          checkNewRecording(id, { format: 'bouts', path, where: `recording ${stream.recording}` });
          created.add(id);
        }
        // An animal that nothing names has the name of its recording.
        const subject = stream.annotations.subject === stream.recording ? id : stream.annotations.subject;
        const { target, annotator, channel } = stream.annotations;
        const key = JSON.stringify([id, subject, target, annotator, channel]);
        const before = taken.get(key);
        if (before !== undefined) {
          throw new FormatError({
            format: 'bouts',
            path,
            where: `recording ${id}`,
            expected: `${subject} by ${annotator} (channel ${channel}) in one file`,
            found: `it in ${before} too`,
            hint: 'Leave one of the files out, or import it by itself with another --annotator or --name.',
          });
        }
        taken.set(key, path);
        streams.push({ ...stream, recording: id, annotations: { ...stream.annotations, subject } });
      }
      if (streams.length === 0) {
        const [first] = unknown;
        throw new StorageError(
          first === undefined
            ? `the files hold no bouts: ${paths[0]}`
            : `the project has none of the ${unknown.size} recordings of these bouts (${first}${unknown.size > 1 ? ', …' : ''}): ${folder}`,
          first === undefined ? {} : { hint: 'Check how the files name them, or add them with --create.' },
        );
      }
      await warnOfLateBouts(project, streams, report);
      const inputs = await Promise.all(
        paths.map(async (path) => ({ name: basename(path), contentHash: await hashFile(path) })),
      );
      signal.throwIfAborted();
      if (created.size > 0) {
        const { createRecording } = await import('@zoopraxis/core');
        const made = [...created]
          .sort()
          .map((id): Recording => createRecording({ id, subjects: subjectsOf(id, streams) }));
        await project.updateRecordings((recordings) => [...recordings, ...made]);
      }
      const { to: _to, files: _files, create: _create, replace: _replace, name: _name, ...parameters } = input;
      await project.writeAnnotations(name, {
        streams,
        provenance: createProvenance({
          operation: 'import annotations',
          versions: { zoopraxis: programVersion },
          inputs,
          parameters: Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)),
        }),
      });
      return {
        project: folder,
        name,
        files: paths.length,
        ...summaryOf(streams),
        created: [...created].sort(),
        unknown: [...unknown].sort(),
        frameBases: frameBasesOf(read),
        problems,
      };
    });
  },
  text: ({ name, files, recordings, created, annotators, channels, behaviors, bouts, frameBases, problems, project }) =>
    [
      ...problemLines(problems),
      `${bouts} bouts of ${recordings.length} recordings by ${annotators.join(', ')}, from ${files} ${files === 1 ? 'file' : 'files'}`,
      ...(channels.length > 1 ? [`channels: ${channels.join(', ')}`] : []),
      `behaviors: ${behaviors.map(({ name: behavior, bouts: count }) => `${behavior} (${count})`).join(', ')}`,
      ...frameBases.map(
        ({ fps, firstFrame, endIncluded }) =>
          `frames: ${fps} per second, the first is number ${firstFrame}, the last of a bout ${endIncluded ? 'belongs to it' : 'does not belong to it'}`,
      ),
      ...(created.length === 0 ? [] : [`${created.length} recordings are new`]),
      `wrote annotations/${name}.parquet in ${project}`,
    ].join('\n'),
  failures: ({ unknown }) => unknown.map((recording) => `not in the project: ${recording}; --create adds it`),
});

/** Returns the name of one file, or of the one folder of many. */
function usualName(paths: readonly string[]): string {
  const folders = new Set(paths.map((path) => dirname(path)));
  const [path = ''] = paths;
  const name = paths.length === 1 ? basename(path, extname(path)) : basename(dirname(path));
  if ((paths.length === 1 || folders.size === 1) && nameSchema.safeParse(name).success) return name;
  throw new StorageError('the annotations need a name: the files lie in several folders', {
    hint: 'Give one with --name.',
  });
}

interface ReadingInput {
  readonly annotator?: string | undefined;
  readonly subject?: string | undefined;
  readonly recording?: string | undefined;
  readonly fps?: number | undefined;
  readonly firstFrame: number;
  readonly endIncluded: boolean;
  readonly unscoredEnds: boolean;
  readonly columns: Partial<Record<BoutColumn, string>>;
}

async function readFiles(
  sources: readonly BoutSource[],
  { annotator, subject, recording, fps, firstFrame, endIncluded, unscoredEnds, columns }: ReadingInput,
  { report, signal, progress }: OperationContext & { readonly report: Report },
): Promise<ReadBoutFile[]> {
  const { readFile } = await import('node:fs/promises');
  const [{ readBoutFile }, { partOfManifest }] = await Promise.all([
    import('@zoopraxis/io'),
    import('../annotations/manifest-files.js'),
  ]);
  const read: ReadBoutFile[] = [];
  for (const [i, source] of sources.entries()) {
    signal.throwIfAborted();
    const { path, stem } = source;
    // A rate would make frames of the seconds of a table.
    const rate = fps ?? (/\.(annot|txt)$/i.test(path) ? source.fps : undefined);
    const file = await readBoutFile(new Uint8Array(await readFile(path)), {
      path: basename(path),
      report,
      signal,
      recording: recording ?? stem,
      ...(annotator === undefined ? {} : { annotator }),
      ...(subject === undefined ? {} : { subject }),
      ...(rate === undefined ? {} : { fps: rate }),
      firstFrame: firstFrame === 1 ? 1 : 0,
      endIncluded,
      unscoredEnds,
      columns,
    });
    read.push(partOfManifest(file, source));
    progress({ kind: 'work', task: 'reading bouts', done: i + 1, total: sources.length, unit: 'files' });
  }
  return read;
}

/** Reports recordings whose bouts end after their video: the frame rate may be wrong, or frames were read as seconds. */
async function warnOfLateBouts(
  project: Project,
  streams: readonly RecordedAnnotations[],
  report: Report,
): Promise<void> {
  const { recordingSeconds } = await import('../cohort/cohort-streams.js');
  const ends = new Map<string, number>();
  for (const { recording, annotations } of streams) {
    const last = annotations.endSec.reduce((a, b) => Math.max(a, b), 0);
    ends.set(recording, Math.max(ends.get(recording) ?? 0, last));
  }
  for (const recording of project.recordings()) {
    const end = ends.get(recording.id);
    const length = recordingSeconds(recording, project.manifest.videos);
    if (end === undefined || length === undefined || end <= length + 1) continue;
    report({
      severity: 'warning',
      code: 'out-of-range',
      file: recording.id,
      where: `${end.toFixed(1)} s`,
      message: `Bouts of ${recording.id} end at ${end.toFixed(1)} s, its video at ${length.toFixed(1)} s.`,
      hint: 'Check the frame rate (--fps); without it start and end are seconds.',
    });
  }
}

/** Returns the animals of a new recording: those that act or are acted on, unless nothing named them. */
function subjectsOf(id: string, streams: readonly RecordedAnnotations[]): string[] {
  const own = streams.filter(({ recording }) => recording === id);
  const names = own.flatMap(({ annotations: { subject, target } }) => [
    subject,
    ...(target === undefined ? [] : [target]),
  ]);
  return [...new Set(names)].filter((name) => name !== id).sort();
}

function summaryOf(streams: readonly RecordedAnnotations[]) {
  const counts = new Map<string, number>();
  for (const { annotations } of streams) {
    for (const name of annotations.behaviors) counts.set(name, counts.get(name) ?? 0);
    for (const which of annotations.behavior) {
      const name = annotations.behaviors[which] as string;
      counts.set(name, (counts.get(name) as number) + 1);
    }
  }
  const sorted = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    recordings: sorted(streams.map(({ recording }) => recording)),
    annotators: sorted(streams.map(({ annotations }) => annotations.annotator)),
    channels: sorted(streams.map(({ annotations }) => annotations.channel)),
    behaviors: [...counts].map(([name, bouts]) => ({ name, bouts })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    bouts: [...counts.values()].reduce((total, count) => total + count, 0),
  };
}

function frameBasesOf(files: readonly ReadBoutFile[]) {
  const different = new Map(
    files.flatMap(({ frameBase }) => (frameBase ? [[JSON.stringify(frameBase), frameBase]] : [])),
  );
  return [...different.values()];
}
