import { basename, resolve } from 'node:path';
import { FormatError, StorageError } from '@zoopraxis/core';
import type { DeepLabCutProject, Project } from '@zoopraxis/io';
import { z } from 'zod';
import { requireFolder } from '../jobs/project-folder.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

/** Takes the labels and images of another program's project into one of ours. */
export const importProject = defineOperation({
  name: 'import',
  summary: 'Take labels and images of a DeepLabCut project into a project',
  details:
    'The DeepLabCut folder is only read. Images are copied, labels go into the history of the project, and importing the same folder again adds only what is new.',
  examples: ['zoopraxis import openfield-Pranav-2018-10-30 --to openfield'],
  input: z.object({
    source: positional(z.string().min(1), 'DeepLabCut project folder (with labeled-data)'),
    to: z.string().min(1).meta({ description: 'project folder, made where there is none', placeholder: 'project' }),
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
    problems: z.array(problemSchema),
  }),
  resume: 'Import again to go on; nothing is taken twice.',
  async run({ source, to, prefer, annotator, replaceImages }, { signal, progress }) {
    const { manifestName, readDeepLabCutProject } = await import('@zoopraxis/io');
    const { createProjectFolder, FolderStore, openProjectFolder } = await import('@zoopraxis/io/node');
    const from = new FolderStore(await requireFolder(source, 'DeepLabCut project'));
    const { problems, report } = collectProblems();
    progress({ kind: 'stage', text: `reading ${from.root}` });
    const read = await readDeepLabCutProject(from, { report, prefer, signal });
    const store = new FolderStore(resolve(to));
    const created = (await store.read(manifestName)) === undefined;
    const name = basename(store.root);
    const project = created
      ? await createProjectFolder(store.root, { name, skeletons: [read.labels.skeleton] })
      : await openProjectFolder(store.root, { mode: 'write' });
    try {
      if (!created) checkKeypoints(project, read);
      const copiedImages = await copyImages(project, read, {
        replace: replaceImages,
        read: (path) => from.read(path),
        signal,
        progress: (done) =>
          progress({ kind: 'work', task: 'copying images', done, total: read.images.length, unit: 'images' }),
      });
      await project.importLabels(read.labels, {
        source: `DeepLabCut project ${basename(from.root)}`,
        ...(annotator === undefined ? {} : { annotator }),
      });
      return { project: store.root, created, copiedImages, ...summaryOf(read), problems };
    } finally {
      await project.close();
    }
  },
  text: ({ project, created, groups, labeledImages, points, copiedImages, keypoints, problems }) =>
    [
      ...problemLines(problems),
      `${created ? 'made' : 'added to'} ${project}`,
      `${labeledImages} labeled images in ${groups.length} groups, ${points} points of ${keypoints.join(', ')}; ${copiedImages} images copied`,
      `next: zoopraxis train pose ${project} --network unet --name first --time-budget 20m`,
    ].join('\n'),
  failures: ({ problems }) =>
    problems
      .filter(({ severity }) => severity === 'error')
      .map(({ file, message }) => `not imported: ${file}: ${message}`),
});

function checkKeypoints(project: Project, read: DeepLabCutProject): void {
  const known = project.skeleton().keypoints;
  const unknown = read.labels.skeleton.keypoints.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new FormatError({
    format: 'DeepLabCut project',
    where: 'body parts',
    expected: `only keypoints of the project (${known.join(', ')})`,
    found: unknown.join(', '),
    hint: 'Import into a new project, or rename the body parts.',
  });
}

/** Images written before the list of known images is brought up to date. */
const imagesAtOnce = 32;

async function copyImages(
  project: Project,
  { labels, images }: DeepLabCutProject,
  {
    replace,
    read,
    signal,
    progress,
  }: {
    replace: boolean;
    read: (path: string) => Promise<Uint8Array | undefined>;
    signal: AbortSignal;
    progress: (done: number) => void;
  },
): Promise<number> {
  let copied = 0;
  let batch: { image: (typeof labels.images)[number]; bytes: Uint8Array }[] = [];
  const flush = async () => {
    if (batch.length > 0) await project.addImages(batch);
    copied += batch.length;
    batch = [];
  };
  for (const [i, image] of labels.images.entries()) {
    signal.throwIfAborted();
    const path = images[i]?.name;
    const bytes = path === undefined ? undefined : await read(path);
    if (bytes !== undefined) {
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
  return copied;
}

function summaryOf({ labels }: DeepLabCutProject) {
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
