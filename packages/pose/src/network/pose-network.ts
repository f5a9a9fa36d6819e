import {
  type BackboneName,
  type BuiltNetwork,
  backbones,
  buildNetwork,
  constant,
  convolution,
  div,
  type Initializer,
  type Scope,
  sigmoid,
  sub,
  transposedConvolution,
  type Value,
} from '@zoopraxis/nn';
import { agreedOffsets } from './agreed-offsets.js';
import { type CompactOptions, compactFactors, compactFeatures } from './compact.js';

/** Names of the pose networks: `unet` is the compact one that is trained from scratch, the others have a published backbone. */
export const poseNetworkNames = [
  'unet',
  'resnet50',
  'resnet101',
  'resnet152',
  'mobilenet_v2',
  'efficientnet_b0',
  'efficientnet_b3',
] as const;

/** Name of a pose network. */
export type PoseNetworkName = (typeof poseNetworkNames)[number];

/** What a pose network is built from: the part of a model card that decides its graph. A `ModelCard` fits. */
export interface PoseNetworkPlan {
  readonly skeleton: { readonly keypoints: readonly string[] };
  readonly network: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  /** What pixels are normalized by, lists of three numbers. */
  readonly preprocessing: {
    /** List of three, of red, green and blue in 0..255. */
    readonly mean: readonly number[];
    /** List of three, of red, green and blue in 0..255. */
    readonly std: readonly number[];
  };
  readonly decoding: { readonly kind: 'locref' | 'gaussian'; readonly stride: number; readonly locrefStdPx: number };
}

/** What a pose network gives. */
export interface PoseHeads {
  /** `[batch, keypoint, height / stride, width / stride]`, before the sigmoid. */
  readonly logits: Value;
  /** `[batch, 2 * keypoint, height / stride, width / stride]`, channel 2k = dx, 2k + 1 = dy; absent for Gaussian heatmaps. */
  readonly locref?: Value;
}

/** Stride of the backbones' features: the head's transposed convolution halves it. */
const BACKBONE_STRIDE = 16;

/** A scoremap starts nearly empty: the sigmoid of this is 0.02, about the share of cells that a point covers. */
const emptyScore: Initializer = { kind: 'fill', value: -4 };
const headStart: Initializer = { kind: 'normal', std: 0.01 };

/** Returns whether a text names a pose network. */
export function isPoseNetworkName(name: string): name is PoseNetworkName {
  return (poseNetworkNames as readonly string[]).includes(name);
}

/** Returns what width and height of the images must be multiples of: the stride of a network's coarsest features. */
export function sizeMultiple({ name, options }: PoseNetworkPlan['network']): number {
  if (name !== 'unet') return BACKBONE_STRIDE;
  return 2 ** ((options as CompactOptions).factors ?? compactFactors).length;
}

/** Returns RGB in 0..255 with each channel's mean taken off and divided by its deviation. */
function normalized(image: Value, { mean, std }: PoseNetworkPlan['preprocessing']): Value {
  return div(sub(image, constant(mean, [1, 3, 1, 1])), constant(std, [1, 3, 1, 1]));
}

/**
 * Returns the heads of a pose network over `image`, float32 `[batch, 3, height, width]`, RGB in 0..255: normalization is
 * part of the graph. Height and width must be multiples of the coarsest stride (32; 16 for the published backbones).
 * The backbone's parameters are `backbone.<torchvision's names>`, so published weights load; the heads are `score.*` and
 * `locref.*`. Heads of published backbones are DeepLabCut's: one transposed 3x3 convolution from stride 16 to 8.
 * @throws RangeError for an unknown network, or a stride it does not have.
 */
export function buildPoseNetwork(scope: Scope, image: Value, plan: PoseNetworkPlan): PoseHeads {
  const { network, decoding, skeleton } = plan;
  const { name, options } = network;
  if (!isPoseNetworkName(name)) {
    throw new RangeError(`network: must be one of ${poseNetworkNames.join(', ')}, got ${JSON.stringify(name)}`);
  }
  const multiple = sizeMultiple(plan.network);
  const [, , height = 0, width = 0] = image.shape;
  if (height % multiple !== 0 || width % multiple !== 0) {
    throw new RangeError(
      `${name}: image must have a width and height that are multiples of ${multiple}, got ${width}x${height}`,
    );
  }
  const pixels = normalized(image, plan.preprocessing);
  const count = skeleton.keypoints.length;
  const head = (at: string, features: Value, channels: number, bias?: Initializer): Value => {
    const layer = { initializer: headStart, ...(bias ? { biasInitializer: bias } : {}) };
    if (name === 'unet') return convolution(scope.child(at), features, channels, 1, layer);
    return transposedConvolution(scope.child(at), features, channels, 3, {
      ...layer,
      stride: 2,
      padding: 1,
      outputPadding: 1,
    });
  };
  const backbone = scope.child('backbone');
  const features = name === 'unet' ? compactFeatures(backbone, pixels, decoding.stride, options) : coarse(name);
  const logits = head('score', features, count, emptyScore);
  return decoding.kind === 'gaussian' ? { logits } : { logits, locref: head('locref', features, 2 * count) };

  function coarse(of: BackboneName): Value {
    if (decoding.stride !== BACKBONE_STRIDE / 2) {
      throw new RangeError(`${of}: decoding.stride must be ${BACKBONE_STRIDE / 2}, got ${decoding.stride}`);
    }
    const { stages } = backbones[of](backbone, pixels, { ...options, classes: 0, outputStride: BACKBONE_STRIDE });
    return (stages.at(-1) as (typeof stages)[number]).value;
  }
}

/** Size of the images that a network is built for. */
export interface PoseImageSize {
  readonly batch: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Returns a pose network for inference, ready for `exportModel`: input `image` float32 `[batch, 3, heightPx, widthPx]`, RGB in
 * 0..255; outputs `scoremap` (after the sigmoid) and, where the card decodes by offsets, `locref`, on which neighboring cells
 * agree ({@link agreedOffsets}).
 */
export function poseInferenceNetwork(plan: PoseNetworkPlan, size: PoseImageSize): BuiltNetwork {
  return buildNetwork((scope) => {
    const image = scope.input('image', [size.batch, 3, size.heightPx, size.widthPx]);
    const { logits, locref } = buildPoseNetwork(scope, image, plan);
    const outputs: Record<string, Value> = { scoremap: sigmoid(logits) };
    if (locref) outputs.locref = agreedOffsets(outputs.scoremap as Value, locref, plan.decoding);
    return outputs;
  });
}
