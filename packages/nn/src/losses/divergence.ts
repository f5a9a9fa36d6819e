import { constant, shapeText, type Value } from '../graph/value.js';
import { add, div, maximum, mul, scale, sub } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { sum } from '../ops/reduce.js';
import { logSoftmax } from '../ops/softmax.js';
import { log, sqrt, square } from '../ops/unary.js';
import { type ReductionOptions, reduceLoss } from './reduction.js';
import { checkSameShape } from './regression.js';

/**
 * Returns the Kullback-Leibler divergence `sum over axis of t (log t - log p)` of log-probabilities log p from target
 * probabilities t, where 0 log 0 = 0; `axis` is the last by default. The mean is over the distributions
 * (PyTorch's `batchmean` for `[batch, class]`), not over the elements.
 */
export function klDivergence(
  logProbability: Value,
  target: Value,
  options: ReductionOptions & { axis?: number } = {},
): Value {
  checkSameShape('klDivergence', logProbability, target);
  // The smallest normal number: its logarithm is finite and times 0 is 0.
  const logTarget = log(maximum(target, constant(1.1754944e-38)));
  const elements = sum(mul(target, sub(logTarget, logProbability)), { axes: [options.axis ?? -1] });
  return reduceLoss('klDivergence', elements, options.reduction);
}

/** Returns rows divided by their length, or by 1e-12 where they are shorter (PyTorch's `normalize`); `axis` is the last by default. */
export function unitLength(x: Value, axis = -1): Value {
  const squared = sum(square(x), { axes: [axis], keepAxes: true });
  return div(x, sqrt(maximum(squared, constant(1e-24))));
}

/**
 * Returns the InfoNCE loss (van den Oord et al. 2018) of embeddings `anchor` and `positive`, both `[batch, feature]`:
 * the cross entropy of picking each anchor's own positive among those of the batch, by cosine over `temperature`
 * (0.1 by default). With `symmetric` also the other way around, halved (Radford et al. 2021).
 */
export function infoNce(
  anchor: Value,
  positive: Value,
  options: ReductionOptions & { temperature?: number; symmetric?: boolean } = {},
): Value {
  const { temperature = 0.1, symmetric = false } = options;
  if (!(temperature > 0)) throw new RangeError(`infoNce: temperature must be positive, got ${temperature}`);
  checkSameShape('infoNce', anchor, positive);
  if (anchor.shape.length !== 2) {
    throw new RangeError(`infoNce: embeddings must be [batch, feature], got ${shapeText(anchor.shape)}`);
  }
  const batch = anchor.shape[0] as number;
  const similarity = scale(matmul(unitLength(anchor), unitLength(positive), { transposeB: true }), 1 / temperature);
  const own = new Float32Array(batch * batch);
  for (let i = 0; i < batch; i++) own[i * batch + i] = -1;
  const diagonal = constant(own, [batch, batch]);
  const lossAlong = (axis: number): Value => sum(mul(logSoftmax(similarity, axis), diagonal), { axes: [1] });
  const elements = symmetric ? scale(add(lossAlong(1), lossAlong(0)), 0.5) : lossAlong(1);
  return reduceLoss('infoNce', elements, options.reduction);
}
