import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { FormatError, type LabeledFrames, type LabeledImage, StorageError } from '@zoopraxis/core';
import type { FileProblem, VideoSource } from '@zoopraxis/io';
import { videoEndings } from './video-endings.js';

/** Labels of a source and a way to their images. */
export interface ImportSource {
  readonly labels: LabeledFrames;
  /** What the history names as their source. */
  readonly description: string;
  /** Videos that the source names or holds and that are there, absolute paths. */
  readonly videos: readonly string[];
  /** Returns the bytes of an image file by its index in the labels, undefined where it is not to be had. */
  image(index: number): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** How labels of a single file are read. */
export interface ImportFileOptions {
  /** Folders where the videos of the labels may lie, besides that of the file. */
  readonly videoFolders: readonly string[];
  readonly report: (problem: FileProblem) => void;
  readonly signal: AbortSignal;
}

/** Largest file of labels that is read whole. */
const maximumBytes = 2 ** 31 - 1;

/**
 * Returns the labels in a file of another program (SLEAP, COCO, NWB, JABS, DeepLabCut's tables); images come from inside the
 * file, from image files beside it, or from the frames of videos that have the name of the group.
 * @throws FormatError where the file holds no labels, StorageError where it cannot be read.
 */
export async function openLabelFile(path: string, options: ImportFileOptions): Promise<ImportSource> {
  const { report, signal } = options;
  const absolute = resolve(path);
  const { size } = await stat(absolute);
  if (size > maximumBytes) {
    throw new StorageError(`the file is larger than 2 GiB: ${absolute}`, { hint: 'Export its labels in parts.' });
  }
  const [{ readPoseFile, readSleapImages, sniffFormat }, { openFrames, writePng }] = await Promise.all([
    import('@zoopraxis/io'),
    import('@zoopraxis/io/node'),
  ]);
  const bytes = new Uint8Array(await readFile(absolute));
  const name = basename(absolute);
  const { labels: sets } = await readPoseFile(name, bytes, { path: absolute, report, fps: 1, signal });
  const [labels, ...others] = sets;
  if (labels === undefined || labels.image.length === 0) {
    throw new FormatError({
      format: 'labels',
      path: absolute,
      where: 'the file',
      expected: 'labeled frames',
      found: 'none (tracks are not labels)',
      hint: 'Choose a file with labels made by people.',
    });
  }
  if (others.length > 0) {
    const message = `It has labels of ${sets.length} skeletons; those of ${labels.skeleton.name} are taken.`;
    report({ severity: 'warning', code: 'left-out', file: name, where: 'the skeletons', message });
  }
  const inside = new Map<string, Uint8Array>();
  if ((await sniffFormat(name, bytes)).format === 'sleap') {
    for (const image of await readSleapImages(bytes, { path: absolute })) {
      inside.set(`${image.group}/${image.file}`, image.bytes);
    }
  }
  const folders = [dirname(absolute), ...options.videoFolders.map((folder) => resolve(folder))];
  const videos = new Map<string, Promise<VideoSource | undefined>>();
  const videoOf = (group: string) => {
    const found =
      videos.get(group) ?? findVideo(group, folders).then((file) => (file ? openFrames(file, { signal }) : undefined));
    videos.set(group, found);
    return found;
  };
  const groups = [...new Set(labels.images.map(({ group }) => group))].sort();
  const paths = await Promise.all(groups.map((group) => findVideo(group, folders)));
  return {
    labels,
    description: name,
    videos: paths.filter((path) => path !== undefined),
    async image(index) {
      const image = labels.images[index] as LabeledImage;
      const own = inside.get(`${image.group}/${image.file}`) ?? (await imageBeside(image, folders));
      if (own !== undefined) return own;
      const video = image.frame === undefined ? undefined : await videoOf(image.group);
      if (video === undefined || (image.frame as number) >= video.frameCount) return undefined;
      return writePng(await video.frame(image.frame as number, signal));
    },
    async close() {
      for (const video of videos.values()) await (await video.catch(() => undefined))?.close();
    },
  };
}

async function imageBeside({ group, file }: LabeledImage, folders: readonly string[]): Promise<Uint8Array | undefined> {
  for (const folder of folders) {
    for (const path of [join(folder, group, file), join(folder, file)]) {
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes !== undefined) return new Uint8Array(bytes);
    }
  }
  return undefined;
}

async function findVideo(group: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    const match = names
      .sort()
      .find((name) => videoEndings.includes(extname(name).toLowerCase()) && basename(name, extname(name)) === group);
    if (match !== undefined) return join(folder, match);
  }
  return undefined;
}

/** Returns the labels of a DeepLabCut project folder. */
export async function openDeepLabCutFolder(
  folder: string,
  { prefer, report, signal }: { prefer: 'csv' | 'hdf5'; report: (problem: FileProblem) => void; signal: AbortSignal },
): Promise<ImportSource> {
  const [{ readDeepLabCutProject }, { FolderStore }] = await Promise.all([
    import('@zoopraxis/io'),
    import('@zoopraxis/io/node'),
  ]);
  const store = new FolderStore(folder);
  const { labels, images, config } = await readDeepLabCutProject(store, { report, prefer, signal });
  return {
    labels,
    videos: await deepLabCutVideos(folder, config?.videos.map(({ path }) => path) ?? []),
    description: `DeepLabCut project ${basename(folder)}`,
    async image(index) {
      const name = images[index]?.name;
      return name === undefined ? undefined : store.read(name);
    },
    close: async () => undefined,
  };
}

/** Returns the videos of a DeepLabCut project that are there: those that its list names, at their place or in `videos`, and all in `videos`. */
async function deepLabCutVideos(folder: string, named: readonly string[]): Promise<string[]> {
  const { listVideos } = await import('@zoopraxis/io/node');
  const own = join(folder, 'videos');
  const inside = await listVideos(own).catch(() => []);
  const known = new Set(inside.map((path) => basename(path)));
  const elsewhere: string[] = [];
  for (const path of named) {
    // A project that came from another computer names paths of that one; its own copies were listed above.
    if (known.has(basename(path.replaceAll('\\', '/')))) continue;
    const found = await stat(resolve(folder, path)).catch(() => undefined);
    if (found?.isFile()) elsewhere.push(resolve(folder, path));
  }
  return [...inside, ...elsewhere];
}
