import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { type PoseTracks, StorageError } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';
import { z } from 'zod';
import { projectLabels } from '../jobs/labeled-images.js';
import { requireFolder } from '../jobs/project-folder.js';
import { readTracks } from '../jobs/tracks-file.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

const formats = ['deeplabcut', 'slp', 'coco', 'csv', 'h5', 'parquet', 'sleap-analysis'] as const;

/** Which formats hold what; the first is the default. */
const ofProject = ['deeplabcut', 'slp', 'coco'] as const;
const ofTracks = ['csv', 'h5', 'parquet', 'sleap-analysis'] as const;

/** Writes labels or tracks in the formats of other programs. */
export const exportOperation = defineOperation({
  name: 'export',
  summary: 'Write the labels of a project, or tracks, for other programs',
  details: [
    'Of a project (labels): deeplabcut (a project folder with images), slp (SLEAP), coco (JSON).',
    'Of a tracks file: csv and h5 (DeepLabCut), parquet (Zoopraxis), sleap-analysis (HDF5).',
  ].join('\n'),
  examples: [
    'zoopraxis export openfield --format deeplabcut --to openfield-dlc',
    'zoopraxis export tracks/m3v1.parquet --format csv --to m3v1.csv',
  ],
  input: z.object({
    source: positional(z.string().min(1), 'project folder, or tracks file of any known format'),
    format: z.enum(formats).optional().describe('by default deeplabcut for projects and csv for tracks'),
    to: z.string().min(1).meta({ description: 'folder (deeplabcut) or file to write', placeholder: 'path' }),
    annotator: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'whose labels, where several labeled; of several names each image counts as the first of them labeled it',
      ),
    scorer: z.string().min(1).optional().describe('name that DeepLabCut shows for annotator or model'),
    fps: z.number().positive().optional().describe('frames per second, for tracks that do not say it'),
    overwrite: z.boolean().default(false).describe('replace what is there'),
  }),
  output: z.object({
    written: z.string(),
    format: z.enum(formats),
    images: z.int().optional(),
    frames: z.int().optional(),
    problems: z.array(problemSchema),
  }),
  async run(input, { signal, progress }) {
    const { source, to, annotator } = input;
    const { problems, report } = collectProblems();
    const target = resolve(to);
    if (!input.overwrite && (await stat(target).catch(() => undefined)) !== undefined) {
      throw new StorageError(`there is something already: ${target}`, {
        hint: 'Name another path, or replace it with --overwrite.',
      });
    }
    const isFolder = (await stat(resolve(source)).catch(() => undefined))?.isDirectory() ?? false;
    const allowed: readonly (typeof formats)[number][] = isFolder ? ofProject : ofTracks;
    const format = input.format ?? (allowed[0] as (typeof formats)[number]);
    if (!allowed.includes(format)) {
      throw new StorageError(
        `${isFolder ? 'a project' : 'tracks'} cannot be written as ${format}: ${resolve(source)}`,
        {
          hint: `Formats are: ${allowed.join(', ')}.`,
        },
      );
    }
    if (isFolder) {
      const folder = await requireFolder(source, 'project');
      const images = await exportLabels({
        folder,
        target,
        format,
        annotator,
        scorer: input.scorer,
        report,
        signal,
        progress,
      });
      return { written: target, format, images, problems };
    }
    const tracks = await readTracks(source, { report, ...(input.fps === undefined ? {} : { fps: input.fps }) });
    await exportTracks(tracks, { source, target, format, scorer: input.scorer ?? 'Zoopraxis', report });
    return { written: target, format, frames: tracks.timeBase.frameCount, problems };
  },
  text: ({ written, format, problems }) => [...problemLines(problems), `wrote ${written} (${format})`].join('\n'),
});

interface LabelExport {
  readonly folder: string;
  readonly target: string;
  readonly format: string;
  readonly annotator: readonly string[] | undefined;
  readonly scorer: string | undefined;
  readonly report: (problem: FileProblem) => void;
  readonly signal: AbortSignal;
  readonly progress: (event: { kind: 'work'; task: string; done: number; total: number; unit: string }) => void;
}

async function exportLabels(options: LabelExport): Promise<number> {
  const { folder, target, format, annotator, scorer, report, signal, progress } = options;
  const { labels, paths } = await projectLabels(folder, annotator);
  const [io, { FolderStore }] = await Promise.all([import('@zoopraxis/io'), import('@zoopraxis/io/node')]);
  if (format !== 'deeplabcut') {
    const bytes =
      format === 'slp'
        ? await io.writeSleap({ labels: [labels], tracks: [] }, { report })
        : io.writeCoco([labels], { report });
    await new FolderStore(dirname(target)).write(basename(target), bytes);
    return labels.images.length;
  }
  const store = new FolderStore(target);
  for (const [i, { group, file }] of labels.images.entries()) {
    signal.throwIfAborted();
    const bytes = await readFile(paths[i] as string).catch(() => undefined);
    if (bytes !== undefined) await store.write(`labeled-data/${group}/${file}`, bytes);
    else {
      const message = 'The image is missing in the project and was not copied.';
      report({ severity: 'warning', code: 'missing-image', file: `${group}/${file}`, where: 'the file', message });
    }
    progress({ kind: 'work', task: 'copying images', done: i + 1, total: labels.images.length, unit: 'images' });
  }
  await io.writeDeepLabCutProject(store, labels, {
    report,
    task: basename(folder),
    ...(scorer === undefined ? {} : { scorer }),
    projectPath: target,
    date: dateOf(new Date()),
  });
  return labels.images.length;
}

async function exportTracks(
  tracks: PoseTracks,
  options: {
    source: string;
    target: string;
    format: string;
    scorer: string;
    report: (problem: FileProblem) => void;
  },
): Promise<void> {
  const { source, target, format, scorer, report } = options;
  const [io, { FolderStore }] = await Promise.all([import('@zoopraxis/io'), import('@zoopraxis/io/node')]);
  const store = new FolderStore(dirname(target));
  const name = basename(target);
  const each = async function* (pieces: Iterable<Uint8Array>) {
    yield* pieces;
  };
  if (format === 'parquet') await io.writeTracksFile(store, name, tracks);
  else if (format === 'csv')
    await store.writePieces(name, each(io.deepLabCutTracksCsvPieces(tracks, { scorer, report })));
  else if (format === 'h5')
    await store.writePieces(name, each(io.deepLabCutTracksHdf5Pieces(tracks, { scorer, report })));
  else {
    const video = join(dirname(resolve(source)), `${basename(source, extname(source))}.mp4`);
    await store.write(name, io.writeSleapAnalysis({ video, tracks, firstFrame: 0 }, { report }));
  }
}

/** Returns a day as DeepLabCut writes it: `Nov21`. */
function dateOf(day: Date): string {
  return `${day.toLocaleString('en-US', { month: 'short' })}${day.getDate()}`;
}
