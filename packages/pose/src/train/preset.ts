import type { OptimizerSettings } from '@zoopraxis/nn';
import type { AugmentSettings } from '../augment/settings.js';
import { isPoseNetworkName, type PoseNetworkName, poseNetworkNames } from '../network/pose-network.js';
import type { PoseLossWeights } from './pose-loss.js';

/** What is usual for a network; every field can be replaced. Lengths named original are px of the picture. */
export interface PosePreset {
  readonly network: PoseNetworkName;
  readonly networkOptions: Readonly<Record<string, unknown>>;
  /**
   * Pictures are scaled so that their longer side has about this many px, never enlarged, and not so small that the median
   * animal gets below `smallestAnimalPx`.
   */
  readonly longSidePx: number;
  readonly smallestAnimalPx: number;
  /** Px of the network's input for one px of a picture, such as that of the model whose weights a training begins with; takes the place of the two above. */
  readonly scale?: number;
  /** Largest side of training crops in px of the input; a smaller picture is taken whole. */
  readonly largestCropPx: number;
  /** Side of training crops against the 90th percentile of the animals' extent; within the largest crop. */
  readonly cropPerAnimal: number;
  /** Input px for one cell of the maps. */
  readonly stride: number;
  readonly score: 'disc' | 'gaussian';
  /** Original px (DeepLabCut: 17), but at least 17 / 8 cells, and at most 0.35 of the median animal's extent. */
  readonly radiusPx: number;
  /** Original px (DeepLabCut: 7.2801), the unit of offsets; shrinks with the radius. */
  readonly locrefStdPx: number;
  readonly loss: PoseLossWeights;
  readonly batchSize: number;
  readonly optimizer: OptimizerSettings;
  /** Steps over which the learning rate rises, and its last value against the largest; it falls along a cosine. */
  readonly warmUpSteps: number;
  readonly lastRate: number;
  /** Epochs where neither steps nor a time budget are given. */
  readonly epochs: number;
  /** Pictures seen from above are turned in all directions and mirrored; what has a fixed direction only within ±`tiltDeg`. */
  readonly augmentation: AugmentSettings;
  readonly tiltDeg: number;
  /** What an absent label says: the point is not to be seen (DeepLabCut's rule), or nothing. */
  readonly absent: 'hidden' | 'ignored';
}

const vectors = { match: { maxRank: 1 }, weightDecay: 0 } as const;

const augmentation: AugmentSettings = {
  rotationDeg: 180,
  scale: [0.75, 1.33],
  shift: 0.25,
  mirror: 0.5,
  contrast: 0.3,
  brightness: 0.12,
  gamma: 0.3,
  color: 0.08,
  noiseStd: 12.75,
  noiseProbability: 0.3,
  blurPx: 1,
  blurProbability: 0.15,
  motionBlurPx: 5,
  motionBlurProbability: 0.15,
  jpegQuality: 30,
  jpegProbability: 0.1,
  occluders: 3,
  occluderSize: 0.15,
  occluderProbability: 0.3,
};

/** The compact network: trained from scratch, small pictures, every direction. */
const compact: PosePreset = {
  network: 'unet',
  networkOptions: {},
  longSidePx: 320,
  smallestAnimalPx: 44,
  largestCropPx: 256,
  cropPerAnimal: 2.25,
  stride: 4,
  score: 'disc',
  radiusPx: 17,
  locrefStdPx: 7.2801,
  loss: { locref: 1, positive: 1 },
  batchSize: 8,
  optimizer: {
    kind: 'adamw',
    learningRate: 5e-3,
    weightDecay: 0.01,
    groups: [vectors],
    average: { decay: 0.99 },
    clip: { kind: 'norm', max: 10 },
  },
  warmUpSteps: 30,
  lastRate: 0.01,
  epochs: 300,
  augmentation,
  tiltDeg: 25,
  absent: 'hidden',
};

/** A published backbone with DeepLabCut's head: pictures at their own size, crops of at most 448 px. */
function published(network: PoseNetworkName, learningRate: number): PosePreset {
  return {
    ...compact,
    network,
    longSidePx: 800,
    smallestAnimalPx: 64,
    largestCropPx: 448,
    cropPerAnimal: 3,
    stride: 8,
    optimizer: { ...compact.optimizer, learningRate, average: { decay: 0.995 } },
    warmUpSteps: 100,
    epochs: 200,
  };
}

const presets: Readonly<Record<PoseNetworkName, PosePreset>> = {
  unet: compact,
  resnet50: published('resnet50', 5e-4),
  resnet101: published('resnet101', 5e-4),
  resnet152: published('resnet152', 5e-4),
  mobilenet_v2: published('mobilenet_v2', 1e-3),
  efficientnet_b0: published('efficientnet_b0', 1e-3),
  efficientnet_b3: published('efficientnet_b3', 1e-3),
};

/** Returns what is usual for a network; throws RangeError listing the names for one that is not known. */
export function posePreset(name: string): PosePreset {
  if (!isPoseNetworkName(name)) {
    throw new RangeError(`network: must be one of ${poseNetworkNames.join(', ')}, got ${JSON.stringify(name)}`);
  }
  return presets[name];
}
