import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createVideo, type LabeledFrames, type PoseTracks, StorageError, truthAnnotator } from '@zoopraxis/core';
import { type Project, writeTracksFile } from '@zoopraxis/io';
import {
  createProjectFolder,
  FolderStore,
  hashFile,
  openProjectFolder,
  openVideo,
  openVideoEncoder,
  writePng,
} from '@zoopraxis/io/node';
import { labelPhantom, openFieldSkeleton, type Phantom, phantomImageName } from '@zoopraxis/phantom';
import { isFile } from '../jobs/is-file.js';
import type { OperationContext } from '../jobs/operation-context.js';
import { programVersions } from '../jobs/program-version.js';
import { clipPhantom, type DemoSize, type NamedPhantom, trainingPhantoms } from './recordings.js';

/** The demo's project with its recordings in place. */
export interface DemoProject {
  readonly folder: string;
  readonly clip: Phantom;
  readonly clipVideo: string;
  readonly truthFile: string;
  readonly labeledFrames: number;
}

/** Name of the clip's files. */
export const clipName = 'clip';

/**
 * Makes the demo's project: labeled frames of the training recordings, and the clip as a video with its truth. What an
 * interrupted demo has made already is taken over.
 * @throws StorageError where the folder holds something else.
 */
export async function makeDemoProject(
  path: string,
  { seed, size }: { seed: number; size: DemoSize },
  { signal, progress }: OperationContext,
): Promise<DemoProject> {
  const folder = resolve(path);
  const name = `demo, seed ${seed}, ${size.widthPx} x ${size.heightPx}`;
  const project = await openDemoProject(folder, name);
  try {
    const training = trainingPhantoms(seed, size);
    const total = training.reduce((sum, { frames }) => sum + frames.length, 0);
    if (project.images().length < total) {
      let done = 0;
      for (const recording of training) {
        const labels = labelPhantom(recording.phantom, recording.frames, { group: recording.name });
        await addFrames(project, recording, labels, signal, () =>
          progress({ kind: 'work', task: 'drawing labeled frames', done: ++done, total, unit: 'frames' }),
        );
        await recording.phantom.source.close();
      }
    }
    const clip = clipPhantom(seed, size);
    const clipVideo = join(folder, 'videos', `${clipName}.mp4`);
    const truthFile = join(folder, 'truth', `${clipName}.parquet`);
    if (!(await isFile(clipVideo)))
      await writeFilm(clipVideo, clip.source, { signal, progress, task: 'filming the clip' });
    if (!(await isFile(truthFile))) {
      await writeTracksFile(new FolderStore(join(folder, 'truth')), basename(truthFile), trueTracks(clip, seed));
    }
    if (!project.manifest.videos.some(({ id }) => id === clipName)) await addClip(project, clipVideo, clip);
    return { folder, clip, clipVideo, truthFile, labeledFrames: total };
  } finally {
    await project.close();
  }
}

async function openDemoProject(folder: string, name: string): Promise<Project> {
  const manifest = join(folder, 'zoopraxis.json');
  if (!(await isFile(manifest))) {
    await mkdir(folder, { recursive: true });
    return createProjectFolder(folder, { name, skeletons: [openFieldSkeleton] });
  }
  const project = await openProjectFolder(folder, { mode: 'write' });
  if (project.manifest.name === name) return project;
  const found = project.manifest.name;
  await project.close();
  throw new StorageError(`the folder holds another project (${found}): ${folder}`, {
    hint: 'Name another folder: zoopraxis demo <folder>.',
  });
}

async function addFrames(
  project: Project,
  { phantom, frames, name }: NamedPhantom,
  labels: LabeledFrames,
  signal: AbortSignal,
  onFrame: () => void,
): Promise<void> {
  const images: { image: LabeledFrames['images'][number]; bytes: Uint8Array }[] = [];
  for (const frame of frames) {
    signal.throwIfAborted();
    const bytes = await writePng(await phantom.source.frame(frame, signal));
    images.push({ image: { group: name, file: phantomImageName(frame), frame }, bytes });
    onFrame();
  }
  await project.addImages(images);
  await project.importLabels(labels, { source: 'phantom: known truth', annotator: truthAnnotator });
}

/** Films what a source shows: a video file that is there whole or not at all. */
export async function writeFilm(
  path: string,
  source: Phantom['source'],
  { signal, progress, task }: OperationContext & { readonly task: string },
): Promise<void> {
  const { widthPx, heightPx, fps, frameCount } = source;
  const encoder = await openVideoEncoder(path, { widthPx, heightPx, fps, quality: 85 });
  try {
    for await (const frame of source.frames(0, frameCount, signal)) {
      signal.throwIfAborted();
      await encoder.write(frame);
      progress({ kind: 'work', task, done: frame.index + 1, total: frameCount, unit: 'frames' });
      source.recycle?.(frame);
    }
    await encoder.finish();
  } catch (error) {
    await encoder.abort();
    throw error;
  }
}

function trueTracks(clip: Phantom, seed: number): PoseTracks {
  return {
    ...clip.tracks,
    provenance: {
      operation: 'phantom',
      versions: programVersions(),
      inputs: [],
      parameters: { seed },
      synthetic: true,
    },
  };
}

async function addClip(project: Project, path: string, clip: Phantom): Promise<void> {
  const source = await openVideo(path);
  try {
    const { widthPx, heightPx, frameCount, fps } = source;
    await project.addVideo(
      createVideo({
        id: clipName,
        source: `videos/${basename(path)}`,
        view: 'top',
        widthPx,
        heightPx,
        frameCount,
        fps,
        calibration: clip.calibration,
        contentHash: await hashFile(path),
      }),
    );
  } finally {
    await source.close();
  }
}
