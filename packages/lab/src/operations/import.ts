import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { FormatError, type LabeledFrames, StorageError } from '@zoopraxis/core';
import type { Project } from '@zoopraxis/io';
import { z } from 'zod';
import { type ImportSource, openDeepLabCutFolder, openLabelFile } from '../jobs/import-file.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

/** Takes the labels and images of another program's project into one of ours. */
export const importProject = defineOperation({
  name: 'import',
  summary: 'Take labels and images of another program into a project',
  details:
    'Takes a DeepLabCut project folder, or a file of labels of SLEAP (.slp), COCO, NWB or JABS. The source is only read. Images are copied (of files: from inside, beside them, or out of the videos), videos that are there are made known where they are, labels go into the history of the project, and importing the same source again adds only what is new.',
  examples: [
    'zoopraxis import openfield-Pranav-2018-10-30 --to openfield',
    'zoopraxis import labels.v003.slp --videos ../videos --to flies',
  ],
  input: z.object({
    source: positional(z.string().min(1), 'DeepLabCut project folder (with labeled-data), or a file of labels'),
    to: z.string().min(1).meta({ description: 'project folder, made where there is none', placeholder: 'project' }),
    videos: z.array(z.string().min(1)).default([]).describe('folders where the videos of a file of labels lie'),
    prefer: z
      .enum(['csv', 'hdf5'])
      .default('csv')
      .describe('which CollectedData file counts where both are there and differ'),
    annotator: z.string().min(1).optional().describe('name of the annotator, by default the scorer of the files'),
    replaceImages: z
      .boolean()
      .default(false)
      .describe('replace images of the project that differ from those of the source'),
  }),
  output: z.object({
    project: z.string(),
    created: z.boolean(),
    keypoints: z.array(z.string()),
    individuals: z.array(z.string()),
    groups: z.array(z.object({ group: z.string(), labeledImages: z.int() })),
    labeledImages: z.int(),
    points: z.int(),
    copiedImages: z.int(),
    videos: z.array(z.string()),
    problems: z.array(problemSchema),
  }),
  resume: 'Import again to go on; nothing is taken twice.',
  async run({ source, to, prefer, annotator, replaceImages, videos }, { signal, progress }) {
    const from = resolve(source);
    const found = await stat(from).catch(() => undefined);
    if (found === undefined) {
      throw new StorageError(`there is no file or folder to import: ${from}`, {
        hint: 'Check the path for a typing error.',
      });
    }
    const { problems, report } = collectProblems();
    progress({ kind: 'stage', text: `reading ${from}` });
    const opened = found.isDirectory()
      ? await openDeepLabCutFolder(from, { prefer, report, signal })
      : await openLabelFile(from, { videoFolders: videos, report, signal });
    const { labels } = opened;
    const { manifestName } = await import('@zoopraxis/io');
    const { createProjectFolder, FolderStore, openProjectFolder } = await import('@zoopraxis/io/node');
    const store = new FolderStore(resolve(to));
    const created = (await store.read(manifestName)) === undefined;
    const project = created
      ? await createProjectFolder(store.root, { name: basename(store.root), skeletons: [labels.skeleton] })
      : await openProjectFolder(store.root, { mode: 'write' });
    try {
      if (!created) checkKeypoints(project, labels);
      const total = labels.images.length;
      const { copiedImages, missingImages } = await copyImages(project, opened, {
        replace: replaceImages,
        signal,
        progress: (done) => progress({ kind: 'work', task: 'copying images', done, total, unit: 'images' }),
      });
      if (missingImages.length > 0 && !found.isDirectory()) {
        report({
          severity: 'warning',
          code: 'missing-image',
          file: basename(from),
          where: missingImages[0] as string,
          message: `${missingImages.length} of ${total} labeled images were not found; their labels are kept.`,
          hint: 'Name the folder of the videos with --videos and import again.',
        });
      }
      await project.importLabels(labels, {
        source: opened.description,
        ...(annotator === undefined ? {} : { annotator }),
      });
      const { addVideos } = await import('../videos/add-videos.js');
      const added = await addVideos(project, store.root, opened.videos, {
        view: 'top',
        replace: false,
        signal,
        onVideo: (name, done, count) =>
          progress({ kind: 'work', task: `reading ${name}`, done, total: count, unit: 'videos' }),
      });
      for (const { path, error } of added.failures) {
        const message = error instanceof Error ? error.message : String(error);
        report({ severity: 'warning', code: 'left-out', file: basename(path), where: 'the video', message });
      }
      const known = added.videos.map(({ id }) => id);
      return { project: store.root, created, copiedImages, ...summaryOf(labels), videos: known, problems };
    } finally {
      await project.close();
      await opened.close();
    }
  },
  text: ({ project, created, groups, labeledImages, points, copiedImages, keypoints, videos, problems }) =>
    [
      ...problemLines(problems),
      `${created ? 'made' : 'added to'} ${project}`,
      `${labeledImages} labeled images in ${groups.length} groups, ${points} points of ${keypoints.join(', ')}; ${copiedImages} images copied`,
      ...(videos.length === 0
        ? []
        : [
            `videos: ${videos.length > 6 ? `${videos.slice(0, 6).join(', ')} and ${videos.length - 6} more` : videos.join(', ')}`,
          ]),
      `next: zoopraxis train pose ${project} --network unet --name first --time-budget 20m`,
    ].join('\n'),
  failures: ({ problems }) =>
    problems
      .filter(({ severity }) => severity === 'error')
      .map(({ file, message }) => `not imported: ${file}: ${message}`),
});

function checkKeypoints(project: Project, labels: LabeledFrames): void {
  const known = project.manifest.skeletons.length === 0 ? labels.skeleton.keypoints : project.skeleton().keypoints;
  const unknown = labels.skeleton.keypoints.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new FormatError({
    format: 'labels for this project',
    where: 'keypoints',
    expected: `only keypoints of the project (${known.join(', ')})`,
    found: unknown.join(', '),
    hint: 'Import into a new project, or rename the keypoints.',
  });
}

/** Images written before the list of known images is brought up to date. */
const imagesAtOnce = 32;

async function copyImages(
  project: Project,
  source: ImportSource,
  { replace, signal, progress }: { replace: boolean; signal: AbortSignal; progress: (done: number) => void },
): Promise<{ copiedImages: number; missingImages: string[] }> {
  const { images } = source.labels;
  let copiedImages = 0;
  const missingImages: string[] = [];
  let batch: { image: (typeof images)[number]; bytes: Uint8Array }[] = [];
  const flush = async () => {
    if (batch.length > 0) await project.addImages(batch);
    copiedImages += batch.length;
    batch = [];
  };
  for (const [i, image] of images.entries()) {
    signal.throwIfAborted();
    const bytes = await source.image(i);
    if (bytes === undefined) missingImages.push(`${image.group}/${image.file}`);
    else {
      const there = await project.store.read(project.imageName(image));
      const same = there !== undefined && Buffer.compare(there, bytes) === 0;
      if (there !== undefined && !same && !replace) {
        throw new StorageError(`the project has another image of this name: ${project.imageName(image)}`, {
          hint: 'Import into a new project, or replace its images with --replace-images.',
        });
      }
      if (!same) batch.push({ image, bytes });
    }
    if (batch.length >= imagesAtOnce) await flush();
    progress(i + 1);
  }
  await flush();
  return { copiedImages, missingImages };
}

function summaryOf(labels: LabeledFrames) {
  const perGroup = new Map<string, Set<number>>();
  let points = 0;
  const keypoints = labels.skeleton.keypoints.length;
  for (const [row, image] of labels.image.entries()) {
    let known = 0;
    for (let k = 0; k < keypoints; k++) if ((labels.visibility[row * keypoints + k] as number) > 0) known++;
    points += known;
    const group = labels.images[image]?.group as string;
    if (known > 0) perGroup.set(group, (perGroup.get(group) ?? new Set()).add(image));
  }
  const groups = [...perGroup].map(([group, set]) => ({ group, labeledImages: set.size }));
  return {
    keypoints: [...labels.skeleton.keypoints],
    individuals: [...labels.individuals],
    groups: groups.sort((a, b) => (a.group < b.group ? -1 : 1)),
    labeledImages: groups.reduce((total, { labeledImages }) => total + labeledImages, 0),
    points,
  };
}
