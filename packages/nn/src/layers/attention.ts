import type { Initializer } from '../graph/initializer.js';
import type { Scope } from '../graph/scope.js';
import { constant, sameShape, shapeText, type Value } from '../graph/value.js';
import { add, scale } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { split } from '../ops/rearrange.js';
import { reshape, transpose } from '../ops/shape.js';
import { softmax } from '../ops/softmax.js';
import { dropout } from './dropout.js';
import { affine, linear } from './linear.js';

const zeros: Initializer = { kind: 'fill', value: 0 };

/**
 * Returns softmax(q k^T / sqrt(feature) + mask) v over the last two axes of query `[..., query, feature]`, key
 * `[..., key, feature]` and value `[..., key, out]` (Vaswani et al. 2017, equation 1). `mask` is added to the scores
 * `[..., query, key]` and must broadcast to them; `weigh` is applied to the attention weights, as dropout is.
 */
export function attend(
  query: Value,
  key: Value,
  value: Value,
  options: { mask?: Value; weigh?: (weights: Value) => Value } = {},
): Value {
  const { mask, weigh = (weights) => weights } = options;
  const scaled = scale(query, 1 / Math.sqrt(query.shape.at(-1) as number));
  const scores = matmul(scaled, key, { transposeB: true });
  const masked = mask ? add(scores, mask) : scores;
  if (!sameShape(masked.shape, scores.shape)) {
    throw new RangeError(
      `attend: mask must broadcast to ${shapeText(scores.shape)}, got ${shapeText(mask?.shape ?? [])}`,
    );
  }
  return matmul(weigh(softmax(masked)), value);
}

/** Returns `[query, key]` with 0 where key <= query and -1e9 after: added to scores, it hides the future. */
export function causalMask(length: number): Value {
  const mask = new Float32Array(length * length);
  for (let i = 0; i < length; i++) mask.fill(-1e9, i * length + i + 1, (i + 1) * length);
  return constant(mask, [length, length]);
}

/** Returns `[batch, head, place, feature / heads]` from `[batch, place, feature]`. */
export function splitHeads(x: Value, heads: number): Value {
  const [batch = 1, places = 1, features = 1] = x.shape;
  return transpose(reshape(x, [batch, places, heads, features / heads]), [0, 2, 1, 3]);
}

/** Returns `[batch, place, feature]` from `[batch, head, place, feature / heads]`: the reverse of {@link splitHeads}. */
export function joinHeads(x: Value): Value {
  const [batch = 1, heads = 1, places = 1, features = 1] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, places, heads * features]);
}

/** Options of {@link multiHeadAttention}. */
export interface AttentionOptions {
  heads: number;
  /** What keys are made of, `[batch, key, feature]`; the query by default. */
  key?: Value;
  /** What values are made of, `[batch, key, feature]`; the key by default. */
  value?: Value;
  /** Added to the scores `[batch, head, query, key]`, to which it must broadcast. */
  mask?: Value;
  /** Dropout of the attention weights in training, 0 by default. */
  dropoutRate?: number;
}

/**
 * Returns `[batch, query, feature]`: multi-head attention (Vaswani et al. 2017) from `query` of that shape, with
 * the parameters of PyTorch's `nn.MultiheadAttention`: `in_proj_weight` `[3 feature, feature]`, `in_proj_bias`
 * `[3 feature]`, `out_proj.weight` `[feature, feature]` and `out_proj.bias` `[feature]`.
 */
export function multiHeadAttention(scope: Scope, query: Value, options: AttentionOptions): Value {
  const { heads, key = query, mask, dropoutRate = 0 } = options;
  const value = options.value ?? key;
  const features = query.shape[2] ?? 0;
  for (const [name, { shape }] of Object.entries({ query, key, value })) {
    if (shape.length !== 3 || shape[2] !== features || shape[0] !== query.shape[0]) {
      throw new RangeError(
        `multiHeadAttention: ${name} must be [batch, place, feature] like the query ${shapeText(query.shape)}, got ${shapeText(shape)}`,
      );
    }
  }
  if (!(Number.isInteger(heads) && heads > 0 && features % heads === 0)) {
    throw new RangeError(`multiHeadAttention: heads must divide ${features} features, got ${heads}`);
  }
  const weight = scope.parameter('in_proj_weight', [3 * features, features], { kind: 'xavier' });
  const bias = scope.parameter('in_proj_bias', [3 * features], zeros);
  const projected =
    key === query && value === query
      ? split(affine(query, weight, bias), 3, 2)
      : projectApart([query, key, value], weight, bias);
  const [q, k, v] = projected.map((part) => splitHeads(part, heads)) as [Value, Value, Value];
  const weigh = (weights: Value): Value => dropout(scope, weights, dropoutRate);
  const mixed = joinHeads(attend(q, k, v, { weigh, ...(mask ? { mask } : {}) }));
  return linear(scope.child('out_proj'), mixed, features, { biasInitializer: zeros });
}

function projectApart(values: readonly Value[], weight: Value, bias: Value): Value[] {
  const weights = split(weight, 3, 0);
  const biases = split(bias, 3, 0);
  return values.map((value, i) => affine(value, weights[i] as Value, biases[i]));
}
