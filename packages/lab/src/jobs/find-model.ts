import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { type HeldOutLike, labelsOfImages, type ModelCard, parseModelCard } from '@zoopraxis/pose';
import type { LabeledImages } from './labeled-images.js';
import { withProject } from './project-folder.js';

/** Returns the folder of a model by its name in a project or its path. */
export async function findModel(project: string, model: string): Promise<string> {
  for (const folder of [join(project, 'models', model), resolve(model)]) {
    if (await stat(join(folder, 'model.json')).catch(() => undefined)) return folder;
  }
  const names = await withProject(project, 'read', (open) => open.listModels());
  throw new StorageError(`the project has no finished model ${model}: ${project}`, {
    hint: names.length === 0 ? 'Train one with `zoopraxis train pose`.' : `Models are: ${names.join(', ')}.`,
  });
}

/**
 * Returns the scale of images of the model that a training begins with: what it knows, it knows at that scale. Empty where the
 * source is no folder of a model of this network.
 */
export async function scaleOf(source: string, network: string): Promise<{ readonly scale?: number }> {
  const path = join(source, 'model.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const card = parseModelCard(text, path);
  return card.network.name === network ? { scale: card.preprocessing.scale } : {};
}

/**
 * Returns the names of what the training of a model held out.
 * @throws StorageError where it held out nothing.
 */
export async function heldOutBy(project: string, model: string): Promise<HeldOutLike> {
  const folder = await findModel(project, model);
  const path = join(folder, 'model.json');
  const card = parseModelCard(await readFile(path, 'utf8'), path);
  const { heldOutImages = [], heldOutGroups = [] } = card.data as {
    heldOutImages?: string[];
    heldOutGroups?: string[];
  };
  if (heldOutImages.length === 0) {
    throw new StorageError(`the training of the model ${model} held nothing out`, {
      hint: 'Hold out a share of the images instead.',
    });
  }
  return { images: heldOutImages, groups: heldOutGroups };
}

/**
 * Returns the labeled images that the training of a model held out.
 * @throws StorageError where it held out nothing, or an image is gone.
 */
export function heldOutOf(card: ModelCard, { labels, paths }: LabeledImages): LabeledImages {
  const names = new Set((card.data as { heldOutImages?: string[] }).heldOutImages ?? []);
  if (names.size === 0) {
    throw new StorageError('the training of this model held nothing out, so there is nothing to measure it on', {
      hint: 'Give other labels with --labels, or train with --held-out-share.',
    });
  }
  const chosen = labels.images.flatMap(({ group, file }, index) => (names.has(`${group}/${file}`) ? [index] : []));
  if (chosen.length < names.size) {
    const missing = [...names].filter((name) => !labels.images.some((at) => `${at.group}/${at.file}` === name));
    throw new StorageError(
      `${names.size - chosen.length} of the ${names.size} held-out images are not in the project any more, such as ${missing[0]}`,
      { hint: 'Bring them back, or measure on other labels with --labels.' },
    );
  }
  return takeImages({ labels, paths }, chosen);
}

/** Returns the images that somebody labeled and whose file is there. */
export function labeledOnly(images: LabeledImages): LabeledImages {
  const labeled = new Set(images.labels.image);
  return takeImages(
    images,
    images.paths.flatMap((path, index) => (path !== '' && labeled.has(index) ? [index] : [])),
  );
}

/** Returns a list of images, by index, with their labels and paths. */
export function takeImages({ labels, paths }: LabeledImages, chosen: readonly number[]): LabeledImages {
  return { labels: labelsOfImages(labels, chosen), paths: chosen.map((image) => paths[image] as string) };
}
