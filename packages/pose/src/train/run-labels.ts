import { type ByteStore, createLabeledFrames, type LabeledFrames } from '@zoopraxis/core';
import { z } from 'zod';
import { readRunJson } from './read-run-json.js';

const schema = z.object({
  format: z.literal('zoopraxis-pose-training-labels'),
  version: z.literal(1),
  skeleton: z.object({
    name: z.string(),
    keypoints: z.array(z.string()),
    edges: z.array(z.tuple([z.int(), z.int()])),
    symmetries: z.array(z.tuple([z.int(), z.int()])),
    roles: z.record(z.string(), z.int()),
  }),
  individuals: z.array(z.string()),
  annotators: z.array(z.string()),
  images: z.array(z.object({ group: z.string(), file: z.string(), frame: z.int().optional() })),
  image: z.array(z.int()),
  individual: z.array(z.int()),
  annotator: z.array(z.int()),
  /** Null where the point is absent. */
  position: z.array(z.number().nullable()),
  visibility: z.array(z.int().min(0).max(2)),
});

const nameIn = (folder: string): string => `${folder}/labels.json`;

/** Keeps the labels that a run began with beside it: people label on, and a resume must learn from the same. */
export async function writeRunLabels(store: ByteStore, folder: string, labels: LabeledFrames): Promise<void> {
  const { skeleton, individuals, annotators, images, image, individual, annotator, position, visibility } = labels;
  const { name, keypoints, edges, symmetries, roles } = skeleton;
  const text = JSON.stringify({
    format: 'zoopraxis-pose-training-labels',
    version: 1,
    skeleton: { name, keypoints, edges, symmetries, roles },
    individuals,
    annotators,
    images: images.map(({ group, file, frame }) => ({ group, file, ...(frame === undefined ? {} : { frame }) })),
    image: [...image],
    individual: [...individual],
    annotator: [...annotator],
    position: [...position],
    visibility: [...visibility],
  });
  await store.write(nameIn(folder), new TextEncoder().encode(`${text}\n`));
}

/**
 * Returns the labels that an unfinished training began with; undefined where the folder of the model holds none.
 * @param folder folder of the model
 * @throws FormatError where they cannot be read.
 */
export async function readRunLabels(store: ByteStore, folder: string): Promise<LabeledFrames | undefined> {
  const run = `${folder}/run`;
  const bytes = await store.read(nameIn(run));
  if (bytes === undefined || (await store.read(`${run}/run.json`)) === undefined) return undefined;
  const parsed = readRunJson(bytes, { path: nameIn(run), format: 'labels of a training run', holds: 'labels', schema });
  const { skeleton, individuals, annotators, images, ...columns } = parsed;
  return createLabeledFrames({
    skeleton,
    individuals,
    annotators,
    images: images.map(({ group, file, frame }) => ({ group, file, ...(frame === undefined ? {} : { frame }) })),
    image: Int32Array.from(columns.image),
    individual: Int32Array.from(columns.individual),
    annotator: Int32Array.from(columns.annotator),
    position: Float64Array.from(columns.position, (value) => value ?? Number.NaN),
    visibility: Uint8Array.from(columns.visibility),
  });
}
