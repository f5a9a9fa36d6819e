import { DomainError, type Picture, type Random, StorageError, visibilities } from '@zoopraxis/core';
import type { Dataset, TensorMap } from '@zoopraxis/nn';
import { augmentPicture, augmentPoints } from '../augment/augment.js';
import { drawAugmentation } from '../augment/draw.js';
import { type AugmentSettings, checkAugmentSettings } from '../augment/settings.js';
import { pointStates, poseTargets, type TargetPlan } from '../targets/targets.js';
import { type PoseSamples, sampleSkeleton } from './pose-samples.js';
import { PyramidCache } from './pyramid-cache.js';

/** How samples are made from labeled pictures; plain data. */
export interface PoseSampling {
  /** Scale of the network's input against the picture. */
  readonly scale: number;
  readonly targets: TargetPlan;
  readonly augmentation: AugmentSettings;
  /**
   * Share of samples that are centered, before the shift, on the middle of their labeled keypoints; the others are centered
   * on any place of the picture. Undefined: all are centered on the picture.
   */
  readonly animalShare?: number;
  /** What a keypoint without a label means: it cannot be seen and its map is to be empty, or nothing is known. */
  readonly absent: 'hidden' | 'ignored';
  /** Whether labels of occluded keypoints are learned or left out. */
  readonly occluded: 'learned' | 'ignored';
  /** Gray beyond the picture's edge, 0..255, as at inference; half the varied samples have another color there. */
  readonly fill: number;
  /** Bytes of decoded pictures that are kept, for each worker. */
  readonly cacheBytes: number;
}

/** Reads the picture of an image, by its index in the labels' list. */
export type PictureReader = (image: number) => Promise<Picture>;

function readFailure(name: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const { hint = 'restore the image, or remove its labels from the project' } = cause as { hint?: string };
  if (cause instanceof DomainError && reason.includes(name)) return cause;
  return new StorageError(`labeled image ${name} cannot be used: ${reason}`, { cause, hint });
}

/**
 * Returns the training samples of labeled pictures: `image` uint8 `[3, height, width]`, and `score`, `scoreWeight`, `locref` and
 * `locrefWeight` as `poseTargets` makes them. Chance comes from the sample's generator alone.
 * @throws RangeError for settings out of their ranges; from `sample`, StorageError or FormatError naming the image.
 */
export function poseDataset(samples: PoseSamples, read: PictureReader, sampling: PoseSampling): Dataset {
  const { augmentation, targets, scale } = sampling;
  checkAugmentSettings(augmentation);
  const { names, image, position, visibility } = samples;
  const skeleton = sampleSkeleton(samples);
  const points = skeleton.keypoints.length;
  const range = [scale * augmentation.scale[0], scale * augmentation.scale[1]] as const;
  const nameOf = new Map(names.map((name, sample) => [image[sample] as number, name]));
  const readNamed = async (at: number): Promise<Picture> => {
    try {
      return await read(at);
    } catch (cause) {
      throw readFailure(nameOf.get(at) ?? `${at}`, cause);
    }
  };
  const cache = new PyramidCache(readNamed, range, sampling.cacheBytes);
  const size = { widthPx: targets.widthPx, heightPx: targets.heightPx };

  function centerOf(picture: { widthPx: number; heightPx: number }, sample: number, rng: Random): [number, number] {
    const middle: [number, number] = [(picture.widthPx - 1) / 2, (picture.heightPx - 1) / 2];
    if (sampling.animalShare === undefined) return middle;
    if (rng.uniform() < sampling.animalShare) {
      let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let at = 2 * sample * points; at < 2 * (sample + 1) * points; at += 2) {
        const [x, y] = [position[at] as number, position[at + 1] as number];
        if (Number.isNaN(x)) continue;
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      }
      return [(left + right) / 2, (top + bottom) / 2];
    }
    return [rng.between(0, picture.widthPx), rng.between(0, picture.heightPx)];
  }

  function stateOf(seenAs: number | undefined): number {
    if (seenAs === visibilities.visible) return pointStates.present;
    if (seenAs === visibilities.occluded) {
      return sampling.occluded === 'learned' ? pointStates.present : pointStates.ignored;
    }
    return sampling.absent === 'hidden' ? pointStates.hidden : pointStates.ignored;
  }

  return {
    length: names.length,
    async sample(index: number, rng: Random): Promise<TensorMap> {
      const pyramid = await cache.get(image[index] as number);
      const top = pyramid.pictures[0] as Picture;
      const original = { widthPx: top.widthPx * 2 ** pyramid.first, heightPx: top.heightPx * 2 ** pyramid.first };
      const centerPx = centerOf(original, index, rng.fork('center'));
      const fill = [sampling.fill, sampling.fill, sampling.fill] as const;
      const drawn = drawAugmentation(augmentation, { scale, ...size, centerPx, fill }, rng.fork('augmentation'));
      const planes = augmentPicture(pyramid, drawn, size, rng.fork('noise'));
      const labels = position.subarray(index * points * 2, (index + 1) * points * 2);
      const states = Array.from(visibility.subarray(index * points, (index + 1) * points), stateOf);
      const moved = augmentPoints(labels, drawn, skeleton);
      const movedStates = drawn.mirrored ? mirroredStates(states, skeleton) : states;
      const { score, scoreWeight, locref, locrefWeight } = poseTargets(moved, movedStates, targets);
      const cells = [size.heightPx / targets.stride, size.widthPx / targets.stride];
      const maps = [points, ...cells];
      const tensors: TensorMap = {
        image: { dtype: 'uint8', shape: [3, size.heightPx, size.widthPx], data: planes.data },
        score: { dtype: 'float32', shape: maps, data: score },
        scoreWeight: { dtype: 'float32', shape: maps, data: scoreWeight },
      };
      if (targets.locrefStdPx === undefined) return tensors;
      return {
        ...tensors,
        locref: { dtype: 'float32', shape: [2 * points, ...cells], data: locref },
        locrefWeight: { dtype: 'float32', shape: maps, data: locrefWeight },
      };
    },
  };
}

function mirroredStates(states: readonly number[], { symmetries }: Pick<PoseSamples, 'symmetries'>): number[] {
  const out = [...states];
  for (const [left, right] of symmetries) [out[left], out[right]] = [states[right] as number, states[left] as number];
  return out;
}
