import { StorageError } from '@zoopraxis/core';
import type { ModelCard } from '@zoopraxis/pose';

/** What a model was trained and measured on, by its card. */
export interface ModelData {
  readonly name: string;
  /** `group/file` of each image, lists. */
  readonly trainImages: readonly string[];
  readonly heldOutImages: readonly string[];
}

/** Images on which models can be compared. */
export interface CommonImages {
  /** `group/file`, sorted. */
  readonly images: readonly string[];
  /** Whether every model had the same training and the same held-out images. */
  readonly sameSplit: boolean;
  /** Sentences. */
  readonly warnings: readonly string[];
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

/** Returns what a card says of the images of a model; empty lists where it does not say. */
export function dataOfCard(name: string, card: Pick<ModelCard, 'data'>): ModelData {
  return { name, trainImages: listOf(card.data.trainImages), heldOutImages: listOf(card.data.heldOutImages) };
}

const groupOf = (image: string) => image.slice(0, image.lastIndexOf('/'));
const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

/**
 * Returns the images on which models may be compared: those that every model held out, or, where images are given, those that
 * none was trained on.
 * @param available Images to choose from, `group/file`; default those that all models held out.
 * @throws StorageError where no such image is left, naming the model whose training it is.
 */
export function commonImages(models: readonly ModelData[], available?: readonly string[]): CommonImages {
  const warnings: string[] = [];
  const trainedBy = new Map<string, string[]>();
  for (const { name, trainImages } of models) {
    for (const image of trainImages) trainedBy.set(image, [...(trainedBy.get(image) ?? []), name]);
  }
  const silent = models.filter(({ trainImages }) => trainImages.length === 0).map(({ name }) => name);
  if (silent.length > 0) {
    warnings.push(
      `The card of ${silent.join(', ')} does not say on which images it was trained: it may have seen the test images.`,
    );
  }
  const heldOut = models.map(({ heldOutImages }) => new Set(heldOutImages));
  const wanted = available ?? [...(heldOut[0] ?? [])].filter((image) => heldOut.every((set) => set.has(image)));
  const leaked = wanted.filter((image) => trainedBy.has(image));
  const images = wanted.filter((image) => !trainedBy.has(image)).sort();
  const key = (list: readonly string[]) => [...list].sort().join('\n');
  const sameSplit = models.every(
    (model) =>
      key(model.trainImages) === key(models[0]?.trainImages ?? []) &&
      key(model.heldOutImages) === key(models[0]?.heldOutImages ?? []),
  );
  if (images.length === 0) {
    const example = leaked[0];
    const cause =
      example === undefined
        ? 'they hold out no image in common'
        : `${trainedBy.get(example)?.join(', ')} was trained on ${leaked.length === 1 ? 'the only test image' : `all ${leaked.length} test images, such as ${example}`}`;
    throw new StorageError(`the models ${models.map(({ name }) => name).join(', ')} cannot be compared: ${cause}`, {
      hint: 'Train them on the same split (the same --split-seed, --test-groups and --held-out-share), or give labels that none has seen with --labels.',
    });
  }
  if (leaked.length > 0) {
    const names = [...new Set(leaked.flatMap((image) => trainedBy.get(image) ?? []))];
    warnings.push(
      `${count(leaked.length, 'test image')} left out, for ${names.join(', ')} was trained on ${leaked.length === 1 ? 'it' : 'them'}: no model may be tested on what another one, or it itself, has learned from.`,
    );
  }
  if (!sameSplit) {
    const sizes = models.map(({ name, trainImages }) => `${name} ${trainImages.length}`);
    warnings.push(
      `The models were trained on different images (${sizes.join(', ')}): a difference between them may be one of data. They are compared on ${count(images.length, 'image')} that none of them has seen.`,
    );
  }
  const groups = new Set(images.map(groupOf));
  const neighbors = models.filter(({ trainImages }) => trainImages.some((image) => groups.has(groupOf(image))));
  if (neighbors.length > 0) {
    warnings.push(
      `${neighbors.length === models.length ? 'All models were' : `${neighbors.map(({ name }) => name).join(', ')} was`} trained on other frames of recordings that are tested on: errors on new recordings will be larger${
        neighbors.length === models.length ? '' : ', and the comparison favors what has seen them'
      }.`,
    );
  }
  return { images, sameSplit, warnings };
}
