import type { LabeledFrames } from '@zoopraxis/core';

/** Rows of the labels that show the same animal in the same image, one of each annotator. */
export interface SharedAnimal {
  readonly image: number;
  readonly individual: number;
  /** Row of each annotator, list; -1 where the annotator did not label it. */
  readonly rows: readonly number[];
}

/** Returns the labeled animals, by image and individual; annotators are matched by the individual they name. */
export function sharedAnimals(labels: LabeledFrames): SharedAnimal[] {
  const animals = new Map<number, { image: number; individual: number; rows: number[] }>();
  for (const [row, image] of labels.image.entries()) {
    const individual = labels.individual[row] as number;
    const key = image * labels.individuals.length + individual;
    const animal = animals.get(key) ?? { image, individual, rows: labels.annotators.map(() => -1) };
    animals.set(key, animal);
    animal.rows[labels.annotator[row] as number] = row;
  }
  return [...animals.values()].sort((a, b) => a.image - b.image || a.individual - b.individual);
}

/** Returns the point of a row, shape `[2]` in px; NaN where the row is below 0 or the keypoint absent. */
export function pointInRow(labels: LabeledFrames, row: number, keypoint: number): [number, number] {
  if (row < 0) return [Number.NaN, Number.NaN];
  const at = (row * labels.skeleton.keypoints.length + keypoint) * 2;
  return [labels.position[at] as number, labels.position[at + 1] as number];
}

/** Returns the index of a keypoint that an option names; throws RangeError for a name that the skeleton lacks. */
export function keypointIndex({ skeleton }: LabeledFrames, name: string, option: string): number {
  const index = skeleton.keypoints.indexOf(name);
  if (index >= 0) return index;
  throw new RangeError(`${option}: must name a keypoint (${skeleton.keypoints.join(', ')}), got ${name}`);
}
