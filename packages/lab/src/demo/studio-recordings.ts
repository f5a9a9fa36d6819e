import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createEthogram, createRecording, createVideo, type Recording } from '@zoopraxis/core';
import type { Project } from '@zoopraxis/io';
import { hashFile, openVideo } from '@zoopraxis/io/node';
import { isFile } from '../jobs/is-file.js';
import type { OperationContext } from '../jobs/operation-context.js';
import { withProject } from '../jobs/project-folder.js';
import { type BehaviorDemoSize, type BehaviorFolders, demoBehaviors, testPhantom } from './behavior-recordings.js';
import { clipName, writeFilm } from './make-demo.js';

/** What the studio shows of the two mice: the first recording that the classifier was tested on. */
export const pairName = 'pair-test-01';

/** Keys and colors of the demo's behaviors. */
const looks: Readonly<Record<string, { key: string; color: string }>> = {
  attack: { key: 'a', color: '#d55e00' },
  investigation: { key: 'i', color: '#56b4e9' },
  mount: { key: 'm', color: '#f0e442' },
};

/**
 * Makes recordings of the demo's project out of its clip and of two mice, so that the studio has what to show: the film of the
 * pair, its tracks made worse than the truth, and an ethogram. What an interrupted demo has made already is taken over.
 */
export async function addStudioRecordings(
  folder: string,
  { seed, size, folders }: { seed: number; size: BehaviorDemoSize; folders: BehaviorFolders },
  { signal, progress }: OperationContext,
): Promise<void> {
  const film = join(folder, 'videos', `${pairName}.mp4`);
  if (!(await isFile(film))) {
    const phantom = testPhantom(seed, size);
    await writeFilm(film, phantom.source, { signal, progress, task: 'filming the two mice' });
    await phantom.source.close();
  }
  const tracks = join(folder, 'tracks', `${pairName}.parquet`);
  await mkdir(join(folder, 'tracks'), { recursive: true });
  if (!(await isFile(tracks))) await copyFile(join(folders.testTracks, `${pairName}.parquet`), tracks);
  await withProject(folder, 'write', async (project) => {
    await addFilm(project, film, folders.pxPerCm);
    const { individuals } = await project.readTracks(pairName, { startFrame: 0, endFrame: 1 });
    const wanted: readonly Recording[] = [
      createRecording({ id: clipName, videos: [clipName], tracks: [clipName] }),
      createRecording({ id: pairName, videos: [pairName], tracks: [pairName], subjects: [...individuals] }),
    ];
    await project.updateRecordings((before) => [
      ...before,
      ...wanted.filter(({ id }) => !before.some((recording) => recording.id === id)),
    ]);
    if (project.manifest.ethogram.behaviors.length === 0) {
      const names = Object.values(demoBehaviors).sort();
      const { behaviors } = createEthogram(
        names.map((name) => ({ name, ...looks[name], exclusiveWith: names.filter((other) => other !== name) })),
      );
      await project.updateManifest((manifest) => ({
        ...manifest,
        ethogram: {
          ...manifest.ethogram,
          behaviors: behaviors.map((behavior) => ({ ...behavior, exclusiveWith: [...behavior.exclusiveWith] })),
        },
      }));
    }
  });
}

async function addFilm(project: Project, path: string, pxPerCm: number): Promise<void> {
  if (project.manifest.videos.some(({ id }) => id === pairName)) return;
  const source = await openVideo(path);
  try {
    const { widthPx, heightPx, frameCount, fps } = source;
    await project.addVideo(
      createVideo({
        ...{ id: pairName, source: `videos/${basename(path)}`, view: 'top', widthPx, heightPx, frameCount, fps },
        calibration: { kind: 'plane', pxPerCm },
        contentHash: await hashFile(path),
      }),
    );
  } finally {
    await source.close();
  }
}
