import type { Scope } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import { mul } from '../ops/arithmetic.js';

function dropWith(scope: Scope, x: Value, rate: number, shape: readonly number[], name: string): Value {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`${name}: rate must be in 0..1, below 1, got ${rate}`);
  return !scope.training || rate === 0 ? x : mul(x, scope.random(name, shape, { kind: 'keep', keep: 1 - rate }));
}

/** Options of the dropout layers. */
export interface DropoutOptions {
  /** Name of the random mask in the scope, which must be unique there; `dropout` by default. */
  name?: string;
}

/**
 * Returns the value with each element zeroed with probability `rate` and the others divided by 1 - rate
 * (Srivastava et al. 2014), drawn anew for every step; the value itself where the scope does not train.
 */
export function dropout(scope: Scope, x: Value, rate: number, { name = 'dropout' }: DropoutOptions = {}): Value {
  return dropWith(scope, x, rate, x.shape, name);
}

/** Returns `x` `[batch, channel, ...]` with whole channels dropped (Tompson et al. 2015). */
export function channelDropout(scope: Scope, x: Value, rate: number, { name = 'dropout' }: DropoutOptions = {}): Value {
  return dropWith(
    scope,
    x,
    rate,
    x.shape.map((size, axis) => (axis < 2 ? size : 1)),
    name,
  );
}

/** Returns `x` `[batch, ...]` with whole samples dropped: stochastic depth (Huang et al. 2016) for a residual branch. */
export function sampleDropout(scope: Scope, x: Value, rate: number, { name = 'dropout' }: DropoutOptions = {}): Value {
  return dropWith(
    scope,
    x,
    rate,
    x.shape.map((size, axis) => (axis === 0 ? size : 1)),
    name,
  );
}
