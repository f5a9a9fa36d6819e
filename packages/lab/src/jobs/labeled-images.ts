import { join } from 'node:path';
import { type LabeledFrames, StorageError, visibilities } from '@zoopraxis/core';

/** Labels and the files of their images. */
export interface LabeledImages {
  readonly labels: LabeledFrames;
  /** Path of each image's file, list in the order of the labels' images. */
  readonly paths: readonly string[];
}

/**
 * Returns the labels of a project: of one annotator, or of several, where each image counts as the first of them labeled it; those then
 * bear the names of all as that of one annotator.
 * @throws StorageError where several labeled and none is named, or one is named who has no labels.
 */
export async function projectLabels(folder: string, annotator?: string | readonly string[]): Promise<LabeledImages> {
  const { withProject } = await import('./project-folder.js');
  return withProject(folder, 'read', async (project, root) => {
    const all = await project.readLabels();
    const labels = ofAnnotators(all, typeof annotator === 'string' ? [annotator] : annotator);
    return { labels, paths: labels.images.map((image) => join(root, project.imageName(image))) };
  });
}

/** Returns the labels of annotators, in the order of trust: rows of an image are those of the first of them who labeled it. */
export function ofAnnotators(labels: LabeledFrames, wanted: readonly string[] | undefined): LabeledFrames {
  const { annotators, image, annotator, visibility, skeleton } = labels;
  const used = annotators.filter((_, index) => annotator.includes(index));
  if (wanted === undefined && used.length > 1) {
    throw new StorageError(`the project has labels of several annotators: ${used.join(', ')}`, {
      hint: 'Name the one to use with --annotator.',
    });
  }
  const names = wanted ?? used;
  if (names.length === 0) return labels;
  const stranger = names.find((name) => !used.includes(name));
  if (stranger !== undefined) {
    throw new StorageError(`the project has no labels of ${stranger}, only of ${used.join(', ') || 'nobody'}`);
  }
  const rank = annotators.map((name) => (names.includes(name) ? names.indexOf(name) : Number.POSITIVE_INFINITY));
  const rankOf = (row: number) => rank[annotator[row] as number] as number;
  const points = skeleton.keypoints.length;
  const best = new Map<number, number>();
  for (const [row, at] of image.entries()) {
    const seen = visibility.subarray(row * points, (row + 1) * points);
    // Who only looked at an image has not labeled it.
    if (names.length > 1 && seen.every((value) => value === visibilities.absent)) continue;
    best.set(at, Math.min(best.get(at) ?? Number.POSITIVE_INFINITY, rankOf(row)));
  }
  const taken = takeRows(
    labels,
    [...image.keys()].filter((row) => rankOf(row) < names.length && rankOf(row) === best.get(image[row] as number)),
  );
  // One truth for each image: who measures with it needs to know of one annotator alone.
  return names.length === 1
    ? taken
    : { ...taken, annotators: [names.join(', ')], annotator: new Int32Array(taken.annotator.length) };
}

/** Labels without the images in which several animals are labeled, and the names of those images. */
export interface OneAnimalLabels {
  readonly labels: LabeledFrames;
  /** Names `group/file`, list. */
  readonly leftOut: readonly string[];
}

/** Returns the labels of images in which one animal is labeled: a model learns to find one. */
export function ofOneAnimal(labels: LabeledFrames): OneAnimalLabels {
  const { image, visibility, skeleton, images } = labels;
  const points = skeleton.keypoints.length;
  const counts = new Map<number, number>();
  for (const [row, at] of image.entries()) {
    const seen = visibility.subarray(row * points, (row + 1) * points);
    if (seen.some((value) => value !== visibilities.absent)) counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const leftOut = [...counts].flatMap(([at, count]) => (count > 1 ? [at] : []));
  if (leftOut.length === 0) return { labels, leftOut: [] };
  const names = leftOut.map((at) => `${images[at]?.group}/${images[at]?.file}`);
  if (leftOut.length === counts.size) {
    throw new StorageError('all labeled images show several animals, and a model learns to find one animal so far', {
      hint: 'Label images with one animal, or track several animals with another program and import its tracks.',
    });
  }
  const several = new Set(leftOut);
  return {
    labels: takeRows(
      labels,
      [...image.keys()].filter((row) => !several.has(image[row] as number)),
    ),
    leftOut: names,
  };
}

function takeRows(labels: LabeledFrames, rows: readonly number[]): LabeledFrames {
  const points = labels.skeleton.keypoints.length;
  const take = (values: Int32Array) => Int32Array.from(rows, (row) => values[row] as number);
  const position = new Float64Array(rows.length * points * 2);
  const visibility = new Uint8Array(rows.length * points);
  for (const [at, row] of rows.entries()) {
    position.set(labels.position.subarray(row * points * 2, (row + 1) * points * 2), at * points * 2);
    visibility.set(labels.visibility.subarray(row * points, (row + 1) * points), at * points);
  }
  const columns = { image: take(labels.image), individual: take(labels.individual), annotator: take(labels.annotator) };
  return { ...labels, ...columns, position, visibility };
}

/** Returns the labels of a DeepLabCut folder and the files of the images that are there. */
export async function deepLabCutLabels(
  folder: string,
  report: Parameters<typeof import('@zoopraxis/io').readDeepLabCutProject>[1]['report'],
  signal: AbortSignal,
): Promise<LabeledImages> {
  const [{ readDeepLabCutProject }, { FolderStore }] = await Promise.all([
    import('@zoopraxis/io'),
    import('@zoopraxis/io/node'),
  ]);
  const store = new FolderStore(folder);
  const { labels, images } = await readDeepLabCutProject(store, { report, signal });
  return { labels, paths: images.map(({ name }) => (name === undefined ? '' : join(store.root, name))) };
}
