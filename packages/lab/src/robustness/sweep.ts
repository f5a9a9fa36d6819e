import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Picture, StorageError } from '@zoopraxis/core';
import type { PicturePose, PosePairs, RobustnessCondition, StoredPoseModel } from '@zoopraxis/pose';
import { z } from 'zod';
import type { LabeledImages } from '../jobs/labeled-images.js';

/** What is predicted, and under which conditions. */
export interface SweepOptions {
  readonly model: StoredPoseModel;
  readonly images: LabeledImages;
  /** The first must be clean. */
  readonly conditions: readonly RobustnessCondition[];
  readonly seed: number;
  readonly device: 'cpu' | 'webgpu' | 'cuda';
  readonly threads?: number;
  /** Folder in which finished conditions are kept, so that a stopped sweep goes on. */
  readonly cache: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { condition: string; done: number; total: number; reused: number }) => void;
}

/** Predictions under one condition, beside the labels. */
export interface SweptCondition {
  readonly condition: RobustnessCondition;
  readonly pairs: PosePairs;
  /** Which points lie under an occluder, shape `[pair, keypoint]`; only for occlusion. */
  readonly hidden?: Uint8Array;
  /** Mean share of the animals' boxes that is covered. */
  readonly coveredShare?: number;
}

/** Changes where pictures or the file change, so that old files are not taken for new ones. */
const SWEEP_VERSION = 1;

const storedSchema = z.object({
  version: z.literal(SWEEP_VERSION),
  condition: z.string(),
  /** Shape `[image][keypoint * 2]`; null = missing. */
  position: z.array(z.array(z.number().nullable())),
  /** Shape `[image][keypoint]`. */
  confidence: z.array(z.array(z.number().nullable())),
  /** Shape `[row of the labels][keypoint of the labels]`. */
  hidden: z.array(z.array(z.number())),
  coveredShare: z.number().nullable(),
});

type Stored = z.infer<typeof storedSchema>;

/** Returns a name that changes with everything that a prediction depends on: weights, images, labels, seed. */
function keyOf({ model, images: { labels, paths }, seed }: SweepOptions, imageHashes: readonly string[]): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([SWEEP_VERSION, model.weightsHash, model.card.preprocessing, model.card.decoding, seed]));
  hash.update(JSON.stringify([labels.skeleton.keypoints, labels.images, paths.length, imageHashes]));
  for (const column of [labels.image, labels.position, labels.visibility]) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest('hex').slice(0, 24);
}

/**
 * Returns the predictions of a model for labeled images under each condition, in their order. Every condition is kept in the
 * cache when it is done; what lies there already is not computed again.
 * @throws StorageError or FormatError naming an image that cannot be read.
 */
export async function sweepConditions(options: SweepOptions): Promise<SweptCondition[]> {
  const { model, images, conditions, seed, device, threads, signal, onProgress } = options;
  const [pose, io, nn, { readFile }] = await Promise.all([
    import('@zoopraxis/pose'),
    import('@zoopraxis/io/node'),
    import('@zoopraxis/nn/node'),
    import('node:fs/promises'),
  ]);
  const { labels, paths } = images;
  const keypointCount = labels.skeleton.keypoints.length;
  const rowsOf = labels.images.map((): number[] => []);
  for (const [row, image] of labels.image.entries()) rowsOf[image]?.push(row);
  const imageHashes: string[] = [];
  for (const [at, path] of paths.entries()) {
    signal.throwIfAborted();
    const name = `${labels.images[at]?.group}/${labels.images[at]?.file}`;
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new StorageError(`labeled image ${name} cannot be read`, {
        cause,
        hint: 'Copy it back into its folder, or remove its labels.',
      });
    });
    imageHashes.push(createHash('sha256').update(bytes).digest('hex'));
  }
  const key = keyOf(options, imageHashes);
  const store = new io.FolderStore(join(options.cache, 'robustness'));
  const total = conditions.length * paths.length;
  const predictor = pose.openPosePredictor(model, {
    backend: nn.workerBackend(device),
    ...(threads === undefined ? {} : { threads }),
    signal,
  });
  const results: SweptCondition[] = [];
  let [done, reused] = [0, 0];
  try {
    for (const condition of conditions) {
      signal.throwIfAborted();
      const name = pose.conditionName(condition);
      const file = `${key}/${name}.json`;
      const kept = readStored(await store.read(file), name, { images: paths.length, rows: labels.image.length });
      const stored = kept ?? (await predict(condition, name));
      if (kept === undefined) await store.write(file, new TextEncoder().encode(JSON.stringify(stored)));
      else {
        reused++;
        done += paths.length;
        onProgress({ condition: name, done, total, reused });
      }
      results.push(besideLabels(condition, stored));
    }
  } finally {
    await predictor.close();
  }
  return results;

  async function predict(condition: RobustnessCondition, name: string): Promise<Stored> {
    const hidden = Array.from(labels.image, () => new Array<number>(keypointCount).fill(0));
    const shares: number[] = [];
    async function* pictures(): AsyncGenerator<Picture> {
      for (const [at, path] of paths.entries()) {
        const rows = rowsOf[at] ?? [];
        const points = rows.flatMap((row) => [
          ...labels.position.subarray(row * keypointCount * 2, (row + 1) * keypointCount * 2),
        ]);
        const { group, file } = labels.images[at] as (typeof labels.images)[number];
        const picture = await io.readPicture(path);
        const changed = pose.pictureUnder(condition, picture, {
          points,
          keypointCount,
          name: `${group}/${file}`,
          seed,
        });
        if (condition.kind === 'occlusion') {
          if (!Number.isNaN(changed.coveredShare)) shares.push(changed.coveredShare);
          for (const [i, row] of rows.entries()) {
            hidden[row] = [...changed.hidden.subarray(i * keypointCount, (i + 1) * keypointCount)];
          }
        }
        yield changed.picture;
      }
    }
    const found: PicturePose[] = [];
    for await (const one of pose.predictPictures(predictor, pictures(), { signal })) {
      found.push({ position: one.position.slice(), confidence: one.confidence.slice() });
      done++;
      onProgress({ condition: name, done, total, reused });
    }
    const orNull = (values: Float32Array) => Array.from(values, (value) => (Number.isNaN(value) ? null : value));
    return {
      version: SWEEP_VERSION,
      condition: name,
      position: found.map(({ position }) => orNull(position)),
      confidence: found.map(({ confidence }) => orNull(confidence)),
      hidden,
      coveredShare: shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
    };
  }

  function besideLabels(condition: RobustnessCondition, stored: Stored): SweptCondition {
    const orNaN = (values: readonly (number | null)[]) => values.map((value) => value ?? Number.NaN);
    const poses = stored.position.map((position, i) => ({
      position: orNaN(position),
      confidence: orNaN(stored.confidence[i] as (number | null)[]),
    }));
    const predicted = pose.predictedFromPictures(poses, { keypoints: model.card.skeleton.keypoints });
    const pairs = pose.pairPredictions(labels, predicted);
    if (condition.kind !== 'occlusion') return { condition, pairs };
    // Pairs are ordered by image, then by row, and have the keypoints that the model knows.
    const rows = [...labels.image.keys()].sort(
      (a, b) => (labels.image[a] as number) - (labels.image[b] as number) || a - b,
    );
    const columns = pairs.skeleton.keypoints.map((keypoint) => labels.skeleton.keypoints.indexOf(keypoint));
    const hidden = Uint8Array.from(
      rows.flatMap((row) => columns.map((column) => stored.hidden[row]?.[column] as number)),
    );
    return { condition, pairs, hidden, coveredShare: stored.coveredShare ?? Number.NaN };
  }
}

function readStored(
  bytes: Uint8Array | undefined,
  condition: string,
  counts: { images: number; rows: number },
): Stored | undefined {
  if (bytes === undefined) return undefined;
  try {
    const stored = storedSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const fits =
      stored.condition === condition &&
      stored.position.length === counts.images &&
      stored.confidence.length === counts.images &&
      stored.hidden.length === counts.rows;
    return fits ? stored : undefined;
  } catch {
    // A file that is damaged is made again.
    return undefined;
  }
}
