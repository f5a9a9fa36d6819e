import { join } from 'node:path';
import { type LabeledFrames, StorageError } from '@zoopraxis/core';

/** Labels and the files of their images. */
export interface LabeledImages {
  readonly labels: LabeledFrames;
  /** Path of each image's file, list in the order of the labels' images. */
  readonly paths: readonly string[];
}

/** Returns the labels of a project, of one annotator where there are several and one is named. */
export async function projectLabels(folder: string, annotator?: string): Promise<LabeledImages> {
  const { withProject } = await import('./project-folder.js');
  return withProject(folder, 'read', async (project, root) => {
    const all = await project.readLabels();
    const labels = ofAnnotator(all, annotator);
    return { labels, paths: labels.images.map((image) => join(root, project.imageName(image))) };
  });
}

function ofAnnotator(labels: LabeledFrames, annotator: string | undefined): LabeledFrames {
  const { annotators } = labels;
  const used = annotators.filter((_, index) => labels.annotator.includes(index));
  const name = annotator ?? used[0];
  if (annotator === undefined && used.length > 1) {
    throw new StorageError(`the project has labels of several annotators: ${used.join(', ')}`, {
      hint: 'Name the one to use with --annotator.',
    });
  }
  if (name === undefined) return labels;
  const index = annotators.indexOf(name);
  if (index < 0) throw new StorageError(`the project has no labels of ${name}, only of ${used.join(', ') || 'nobody'}`);
  const rows = [...labels.annotator.keys()].filter((row) => labels.annotator[row] === index);
  const points = labels.skeleton.keypoints.length;
  const take = (values: Int32Array) => Int32Array.from(rows, (row) => values[row] as number);
  return {
    ...labels,
    image: take(labels.image),
    individual: take(labels.individual),
    annotator: take(labels.annotator),
    position: Float64Array.from(
      rows.flatMap((row) => [...labels.position.subarray(row * points * 2, (row + 1) * points * 2)]),
    ),
    visibility: Uint8Array.from(
      rows.flatMap((row) => [...labels.visibility.subarray(row * points, (row + 1) * points)]),
    ),
  };
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
