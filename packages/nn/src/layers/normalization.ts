import type { Scope } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import { groupNorm, layerNorm, type NormOptions } from '../ops/layer-norm.js';

const ones = { kind: 'fill', value: 1 } as const;
const zeros = { kind: 'fill', value: 0 } as const;

/** Returns `x` `[..., feature]` normalized over its last axis; declares `weight` and `bias`, both `[feature]`. */
export function layerNormalization(scope: Scope, x: Value, options: NormOptions = {}): Value {
  const shape = x.shape.slice(-1);
  const weight = scope.parameter('weight', shape, ones);
  return layerNorm(x, weight, scope.parameter('bias', shape, zeros), options);
}

/** Returns `x` `[batch, channel, ...]` normalized per group of channels; declares `weight` and `bias`, both `[channel]`. */
export function groupNormalization(scope: Scope, x: Value, groups: number, options: NormOptions = {}): Value {
  const shape = x.shape.slice(1, 2);
  const weight = scope.parameter('weight', shape, ones);
  return groupNorm(x, groups, weight, scope.parameter('bias', shape, zeros), options);
}
