import { basename, extname } from 'node:path';
import { createRecording, DomainError, type PoseTracks, type Recording, StorageError } from '@zoopraxis/core';
import type { Project } from '@zoopraxis/io';
import { z } from 'zod';
import { requireFile, withProject } from '../jobs/project-folder.js';
import { readTracks } from '../jobs/tracks-file.js';
import { nameField, positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

/** Takes tracks of other programs into a project. */
export const importTracks = defineOperation({
  name: 'import tracks',
  summary: 'Take tracks of other programs into a project',
  details:
    'Files of DeepLabCut, SLEAP, NWB, JABS, MARS or Zoopraxis. A file belongs to the recording whose name, or the name of whose video, it has or begins with, as DeepLabCut names its files (m1DLC_resnet50_….h5 for m1.mp4). The rate is that of the video. A file that cannot be read is reported at the end; the others are taken.',
  examples: [
    'zoopraxis import tracks m3v1DLC_resnet50.h5 --to openfield',
    'zoopraxis import tracks pose.h5 --to social --recording day1 --fps 30',
  ],
  input: z.object({
    files: positional(z.array(z.string().min(1)).min(1), 'files of tracks'),
    to: z.string().min(1).meta({ description: 'project folder', placeholder: 'project' }),
    recording: z.string().min(1).optional().describe('recording of a single file, by default told by its name'),
    name: nameField('name in the project of a single file, by default that of the file').optional(),
    fps: z.number().positive().max(1e6).optional().describe('frames per second, where there is no video'),
    create: z
      .boolean()
      .default(false)
      .describe('make recordings that the project does not have, for tracks without a video'),
    replace: z.boolean().default(false).describe('replace tracks of the same name'),
  }),
  output: z.object({
    project: z.string(),
    tracks: z.array(
      z.object({
        file: z.string(),
        name: z.string(),
        recording: z.string(),
        frames: z.int(),
        fps: z.number(),
        individuals: z.array(z.string()),
        keypoints: z.array(z.string()),
      }),
    ),
    problems: z.array(problemSchema),
    failed: z.array(z.object({ path: z.string(), code: z.string(), message: z.string(), hint: z.string().optional() })),
  }),
  resume: 'Start the same command again to go on with the files that are left.',
  async run({ files, to, recording, name, fps, create, replace }, { signal, progress }) {
    if (files.length > 1 && (recording !== undefined || name !== undefined)) {
      throw new StorageError('--recording and --name are for a single file', { hint: 'Import the files one by one.' });
    }
    const { problems, report } = collectProblems();
    return withProject(to, 'write', async (project, folder) => {
      const tracks = [];
      const failed: { path: string; error: unknown }[] = [];
      for (const [done, file] of files.entries()) {
        signal.throwIfAborted();
        progress({ kind: 'work', task: `reading ${basename(file)}`, done, total: files.length, unit: 'files' });
        try {
          const path = await requireFile(file, 'file of tracks');
          const own = name ?? stemOf(path);
          const id = recording ?? recordingOf(project, own);
          const entry = project.manifest.recordings.find((item) => item.id === id);
          if (entry === undefined && !create) throw unknownRecording(project, id ?? own, path);
          if (!replace && (await project.listTracks()).includes(own)) {
            throw new StorageError(`the project has tracks of the name ${own} already: ${path}`, {
              hint: 'Give another name with --name, or replace them with --replace.',
            });
          }
          const [first] = entry?.videos ?? [];
          const video = first === undefined ? undefined : await project.video(first);
          const rate = fps ?? video?.fps;
          const size = video === undefined ? {} : { size: { widthPx: video.widthPx, heightPx: video.heightPx } };
          const read = await readTracks(path, { report, ...size, ...(rate === undefined ? {} : { fps: rate }) });
          const kept = await inTime(read, video, path);
          await project.writeTracks(own, kept);
          const owner = entry?.id ?? id ?? own;
          await project.updateRecordings((all) =>
            (entry === undefined ? [...all, createRecording({ id: owner })] : all).map((item) =>
              item.id === owner ? withTracks(item, own, kept.individuals) : item,
            ),
          );
          const { skeleton, individuals, timeBase } = kept;
          const facts = { frames: timeBase.frameCount, fps: timeBase.fps, individuals: [...individuals] };
          tracks.push({ file: path, name: own, recording: owner, ...facts, keypoints: [...skeleton.keypoints] });
        } catch (error) {
          signal.throwIfAborted();
          failed.push({ path: file, error });
        }
      }
      if (tracks.length === 0 && failed.length === 1) throw failed[0]?.error;
      return { project: folder, tracks, problems, failed: failed.map(failureOf) };
    });
  },
  text: ({ project, tracks, problems }) =>
    [
      ...problemLines(problems),
      ...tracks.map(
        ({ name, recording, frames, individuals, keypoints }) =>
          `${name}: ${frames} frames of ${individuals.join(', ')} with ${keypoints.length} points, recording ${recording}`,
      ),
      `next: zoopraxis studio ${project}`,
    ].join('\n'),
  failures: ({ failed }) =>
    failed.map(({ path, message, hint }) => `not imported: ${path}: ${message}${hint === undefined ? '' : ` ${hint}`}`),
});

/** Returns a recording that names tracks; several animals become its subjects where it has none. */
function withTracks(recording: Recording, name: string, individuals: readonly string[]): Recording {
  const tracks = recording.tracks.includes(name) ? recording.tracks : [...recording.tracks, name];
  const hasSubjects = recording.subjects.length > 0 || individuals.length < 2;
  return { ...recording, tracks, subjects: hasSubjects ? recording.subjects : [...individuals] };
}

/** Returns the name of a file without folders and endings. */
const stemOf = (path: string) => {
  const file = basename(path).replace(/\.gz$/i, '');
  return basename(file, extname(file));
};

/** Returns the recording that a file name means: that of the longest name of a recording or video that it begins with. */
function recordingOf({ manifest: { recordings, videos } }: Project, stem: string): string | undefined {
  const names = recordings.flatMap(({ id, videos: own }) => [
    { name: id, id },
    ...own.flatMap((video) => {
      const source = videos.find((entry) => entry.id === video)?.source ?? video;
      return [video, stemOf(source.replaceAll('\\', '/'))].map((name) => ({ name, id }));
    }),
  ]);
  return names
    .filter(({ name }) => stem === name || (stem.startsWith(name) && /^([-_. ]|DLC)/.test(stem.slice(name.length))))
    .sort((a, b) => b.name.length - a.name.length)[0]?.id;
}

function unknownRecording({ manifest: { recordings } }: Project, name: string, path: string): StorageError {
  const ids = recordings.map(({ id }) => id);
  return new StorageError(`the project has no recording for ${name}: ${path}`, {
    hint:
      ids.length === 0
        ? 'Make videos known first with `zoopraxis import videos`; without videos, add --create.'
        : `Say which with --recording, or make one with --create: ${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ', …' : ''}.`,
  });
}

/**
 * Returns tracks at the times of their video, where its rate varies and they have its frames.
 * @throws StorageError where they have more frames than the video: then they are of another.
 */
async function inTime(
  tracks: PoseTracks,
  video: { readonly id: string; readonly frameCount: number; readonly timesSec?: Float64Array } | undefined,
  path: string,
): Promise<PoseTracks> {
  const { frameCount } = tracks.timeBase;
  if (video === undefined) return tracks;
  if (frameCount > video.frameCount) {
    throw new StorageError(
      `the tracks have ${frameCount} frames, the video ${video.id} has ${video.frameCount}: they are of another video: ${path}`,
      { hint: 'Say with --recording which they belong to.' },
    );
  }
  if (video.timesSec === undefined || tracks.timeBase.timesSec !== undefined) return tracks;
  return { ...tracks, timeBase: { ...tracks.timeBase, timesSec: video.timesSec.slice(0, frameCount) } };
}

function failureOf({ path, error }: { readonly path: string; readonly error: unknown }) {
  if (!(error instanceof DomainError)) {
    return { path, code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
  }
  return { path, code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}
