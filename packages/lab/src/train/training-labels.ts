import { join } from 'node:path';
import type { ByteStore, LabeledFrames } from '@zoopraxis/core';
import { formatNumber } from '@zoopraxis/figures';
import { readRunLabels } from '@zoopraxis/pose';
import { type LabeledImages, ofOneAnimal, projectLabels } from '../jobs/labeled-images.js';

/** What a training learns from. */
export interface TrainingLabels extends LabeledImages {
  /** What the reader of the results must know of them, as sentences. */
  readonly notes: readonly string[];
}

const sameLabels = (a: LabeledFrames, b: LabeledFrames): boolean =>
  a.image.length === b.image.length &&
  a.images.length === b.images.length &&
  a.position.every((value, at) => Object.is(value, b.position[at])) &&
  a.visibility.every((value, at) => value === b.visibility[at]);

/**
 * Returns the labels of a project that a model learns from. An unfinished training goes on with those that it began with,
 * however many were added since; images with several labeled animals are left out, for a model learns one.
 * @param folder folder of the project, that of `store`
 */
export async function trainingLabels(
  folder: string,
  store: ByteStore,
  options: {
    readonly modelFolder: string;
    readonly annotator?: readonly string[] | undefined;
    readonly replace: boolean;
  },
): Promise<TrainingLabels> {
  const { modelFolder, annotator, replace } = options;
  const now = await projectLabels(folder, annotator);
  const { labels: single, leftOut } = ofOneAnimal(now.labels);
  const notes: string[] = [];
  if (leftOut.length > 0) {
    const images = leftOut.length === 1 ? 'image was' : 'images were';
    notes.push(
      `${formatNumber(leftOut.length)} ${images} left out, such as ${leftOut[0]}: several animals are labeled there, and a model learns to find one.`,
    );
  }
  const before = replace ? undefined : await readRunLabels(store, modelFolder);
  if (before === undefined || sameLabels(before, single)) return { labels: single, paths: now.paths, notes };
  notes.push('It goes on with the labels that it began with; those made since are for the next training.');
  return {
    labels: before,
    paths: before.images.map(({ group, file }) => join(folder, 'labeled-data', group, file)),
    notes,
  };
}
