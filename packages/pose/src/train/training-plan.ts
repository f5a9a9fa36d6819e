import { IntegrityError, type LabeledFrames } from '@zoopraxis/core';
import type { OptimizerSettings } from '@zoopraxis/nn';
import { labelStatistics } from '../dataset/label-statistics.js';
import type { PoseSampling } from '../dataset/pose-dataset.js';
import { imageName, type PoseSamples } from '../dataset/pose-samples.js';
import type { ModelCard } from '../model/card.js';
import { sizeMultiple } from '../network/pose-network.js';
import type { PoseLossWeights } from './pose-loss.js';
import type { PosePreset } from './preset.js';

/** Width and height of a picture in px. */
export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** All decisions about a training: plain data that is stored with the run and decides every number but the weights. */
export interface TrainingPlan {
  readonly network: ModelCard['network'];
  readonly preprocessing: ModelCard['preprocessing'];
  readonly decoding: ModelCard['decoding'];
  readonly sampling: PoseSampling;
  readonly loss: PoseLossWeights;
  readonly batchSize: number;
  readonly optimizer: OptimizerSettings;
  readonly warmUpSteps: number;
  readonly lastRate: number;
}

/** ImageNet's mean and deviation of red, green and blue in 0..255: what published backbones expect. */
const MEAN: [number, number, number] = [123.675, 116.28, 103.53];
const STD: [number, number, number] = [58.395, 57.12, 57.375];
const FILL = 124;

/** Above this the animals all look one way, and pictures are only tilted. */
const ONE_WAY = 0.85;

/** Smallest radius in cells, as DeepLabCut's 17 px at stride 8: smaller discs are learned much more slowly. */
const LEAST_RADIUS_CELLS = 17 / 8;

/** Part of the animal's extent that the radius of a point may take. */
const LARGEST_RADIUS = 0.35;

/** Bytes of decoded pictures that each data worker keeps. */
const CACHE_BYTES = 512 * 2 ** 20;

/**
 * Throws where labels and pictures do not belong together.
 * @throws IntegrityError naming the image and keypoint whose label lies outside by more than a tenth of the size.
 */
export function checkLabelsInPictures(
  labels: LabeledFrames,
  samples: PoseSamples,
  sizeOf: (image: number) => PictureSize,
): void {
  const { keypoints, names, image, position } = samples;
  for (let sample = 0; sample < names.length; sample++) {
    const { widthPx, heightPx } = sizeOf(image[sample] as number);
    for (const [keypoint, name] of keypoints.entries()) {
      const at = 2 * (sample * keypoints.length + keypoint);
      const [x, y] = [position[at] as number, position[at + 1] as number];
      if (Number.isNaN(x)) continue;
      const [across, down] = [Math.max(-x, x - widthPx) / widthPx, Math.max(-y, y - heightPx) / heightPx];
      if (Math.max(across, down) <= 0.1) continue;
      throw new IntegrityError(
        `the label of ${name} at (${x.toFixed(1)}, ${y.toFixed(1)}) lies outside its image of ${widthPx}x${heightPx} px: ${imageName(labels, image[sample] as number)}`,
        { hint: 'The image was scaled or replaced after it was labeled: restore it, or correct or remove the label.' },
      );
    }
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

const roundedUp = (value: number, multiple: number): number => Math.max(1, Math.ceil(value / multiple)) * multiple;

/**
 * Returns the decisions that a preset comes to for some samples and the sizes of their pictures (list). A published backbone
 * that keeps its statistics normalizes by them in training too.
 */
export function planTraining(
  samples: PoseSamples,
  sizes: readonly PictureSize[],
  preset: PosePreset,
  { keepsStatistics = false }: { readonly keepsStatistics?: boolean } = {},
): TrainingPlan {
  const { extentPx, largestExtentPx, directionality } = labelStatistics(samples);
  const [widthPx, heightPx] = [median(sizes.map((size) => size.widthPx)), median(sizes.map((size) => size.heightPx))];
  const smallest = extentPx === undefined ? 0 : preset.smallestAnimalPx / extentPx;
  // Two decimals: a scale that people can read, and sizes that video decoders can make.
  const wanted = Math.max(preset.longSidePx / Math.max(widthPx, heightPx), smallest);
  const scale = preset.scale ?? Math.min(1, Math.ceil(100 * wanted) / 100);
  const frozen = keepsStatistics && preset.network !== 'unet' ? { frozenStatistics: true } : {};
  const network = { name: preset.network, options: { ...preset.networkOptions, ...frozen } };
  const multiple = sizeMultiple(network);
  const [fullWidthPx, fullHeightPx] = [
    roundedUp(Math.round(Math.max(...sizes.map((size) => size.widthPx)) * scale), multiple),
    roundedUp(Math.round(Math.max(...sizes.map((size) => size.heightPx)) * scale), multiple),
  ];
  const animalPx = (largestExtentPx ?? 0) * scale;
  const cropPx = roundedUp(Math.min(preset.largestCropPx, Math.max(160, preset.cropPerAnimal * animalPx)), multiple);
  const isCropped = cropPx < 0.8 * Math.max(fullWidthPx, fullHeightPx);
  const radiusPx = Math.min(
    Math.max(preset.radiusPx * scale, LEAST_RADIUS_CELLS * preset.stride),
    LARGEST_RADIUS * scale * (extentPx ?? Number.POSITIVE_INFINITY),
  );
  const locrefStdPx = (preset.locrefStdPx * radiusPx) / preset.radiusPx;
  const isOneWay = directionality !== undefined && directionality > ONE_WAY;
  const { augmentation } = preset;
  return {
    network,
    preprocessing: {
      scale,
      multiple,
      fill: FILL,
      mean: MEAN,
      std: STD,
      trainedWidthPx: Math.max(1, Math.round(widthPx * scale)),
      trainedHeightPx: Math.max(1, Math.round(heightPx * scale)),
    },
    decoding: { kind: 'locref', stride: preset.stride, locrefStdPx },
    sampling: {
      scale,
      targets: {
        widthPx: Math.min(isCropped ? cropPx : fullWidthPx, fullWidthPx),
        heightPx: Math.min(isCropped ? cropPx : fullHeightPx, fullHeightPx),
        stride: preset.stride,
        score: preset.score,
        sigmaPx: (2 / 3) * radiusPx,
        radiusPx,
        locrefStdPx,
      },
      augmentation: {
        ...augmentation,
        rotationDeg: isOneWay ? Math.min(preset.tiltDeg, augmentation.rotationDeg) : augmentation.rotationDeg,
        mirror: isOneWay ? 0 : augmentation.mirror,
        shift: isCropped ? augmentation.shift : Math.min(augmentation.shift, 0.1),
      },
      ...(isCropped ? { animalShare: 0.8 } : {}),
      absent: preset.absent,
      occluded: 'learned',
      fill: FILL,
      cacheBytes: CACHE_BYTES,
    },
    loss: preset.loss,
    batchSize: Math.min(preset.batchSize, Math.max(2, samples.names.length)),
    optimizer: preset.optimizer,
    warmUpSteps: preset.warmUpSteps,
    lastRate: preset.lastRate,
  };
}
