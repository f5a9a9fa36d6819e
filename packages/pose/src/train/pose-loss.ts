import {
  add,
  binaryCrossEntropy,
  cast,
  constant,
  div,
  huber,
  maximum,
  reshape,
  type Scope,
  scale,
  sum,
  type Value,
} from '@zoopraxis/nn';
import { buildPoseNetwork, type PoseImageSize, type PoseNetworkPlan } from '../network/pose-network.js';

/** Weights of the parts of the loss. */
export interface PoseLossWeights {
  /** Of the offsets against the scoremap. */
  readonly locref: number;
  /** Factor on cells where the point is, in the scoremap's cross entropy. */
  readonly positive: number;
}

/**
 * Returns the training outputs of a pose network: `loss` and its parts `scoreLoss` and `locrefLoss`, all scalars.
 *
 * Inputs: `image` uint8 `[batch, 3, height, width]`; `score`, `scoreWeight` and `locrefWeight`
 * `[batch, keypoint, row, column]`, `locref` `[batch, 2 * keypoint, row, column]` as `poseTargets` makes them. Score:
 * cross entropy of the sigmoid; offsets: Huber's loss. Both are sums over the cells that count, divided by the number of
 * cells that hold a point, so that neither picture size nor missing labels change the weight of a point. (DeepLabCut takes
 * the scoremap's mean over all cells, some hundred times less: its weight of 0.05 for offsets is about 1 here.)
 */
export function poseLoss(
  scope: Scope,
  plan: PoseNetworkPlan,
  size: PoseImageSize,
  weights: PoseLossWeights,
): Record<string, Value> {
  const image = scope.input('image', [size.batch, 3, size.heightPx, size.widthPx], 'uint8');
  const { logits, locref } = buildPoseNetwork(scope, cast(image, 'float32'), plan);
  const score = scope.input('score', logits.shape);
  const scoreWeight = scope.input('scoreWeight', logits.shape);
  const positives = maximum(sum(score), constant(1));
  const scoreLoss = div(
    binaryCrossEntropy(logits, score, {
      weight: scoreWeight,
      positiveWeight: constant(weights.positive),
      reduction: 'sum',
    }),
    positives,
  );
  const [batch = 1, count = 1, rows = 1, columns = 1] = logits.shape;
  if (locref === undefined) return { loss: scoreLoss, scoreLoss };
  const target = scope.input('locref', locref.shape);
  const near = scope.input('locrefWeight', logits.shape);
  const pairs = [batch, count, 2, rows, columns];
  const locrefLoss = div(
    huber(reshape(locref, pairs), reshape(target, pairs), {
      weight: reshape(near, [batch, count, 1, rows, columns]),
      reduction: 'sum',
    }),
    maximum(sum(near), constant(1)),
  );
  return { loss: add(scoreLoss, scale(locrefLoss, weights.locref)), scoreLoss, locrefLoss };
}
