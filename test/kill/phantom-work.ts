import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDeepLabCutProject } from '@zoopraxis/io';
import { FolderStore, openVideoEncoder, writePng } from '@zoopraxis/io/node';
import { createPhantom, labelPhantom } from '@zoopraxis/phantom';
import { runZoopraxis } from './run-zoopraxis.js';

/** How large the work is. */
export interface PhantomWorkSize {
  readonly labeledFrames: number;
  readonly videoFrames: number;
}

/** Makes a project of labeled synthetic images and a synthetic video in a folder, once; returns their paths. */
export async function makePhantomWork(
  folder: string,
  { labeledFrames, videoFrames }: PhantomWorkSize,
): Promise<{ project: string; video: string }> {
  const [project, video] = [join(folder, 'project'), join(folder, 'clip.mp4')];
  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );
  if ((await isThere(join(project, 'zoopraxis.json'))) && (await isThere(video))) return { project, video };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const phantom = createPhantom({
    ...{ scene: 'open-field', seed: 5, widthPx: 192, heightPx: 160, fps: 30 },
    frameCount: Math.max(videoFrames, labeledFrames * 10),
  });
  const frames = Array.from({ length: labeledFrames }, (_, i) => i * 10);
  const labels = labelPhantom(phantom, frames);
  const source = new FolderStore(join(folder, 'deeplabcut'));
  await writeDeepLabCutProject(source, labels, {
    report: ({ message }) => {
      throw new Error(message);
    },
  });
  for (const { group, file, frame = 0 } of labels.images) {
    await source.write(`labeled-data/${group}/${file}`, await writePng(await phantom.source.frame(frame)));
  }
  const { widthPx, heightPx, fps } = phantom.source;
  const encoder = await openVideoEncoder(video, { widthPx, heightPx, fps });
  for await (const frame of phantom.source.frames(0, videoFrames)) await encoder.write(frame);
  await encoder.finish();
  await runZoopraxis(['import', join(folder, 'deeplabcut'), '--to', project]);
  return { project, video };
}
