import { Random } from '@zoopraxis/core';
import { initialValues } from './initializer.js';
import { type Declarations, Scope } from './scope.js';
import type { Value } from './value.js';

/** A network built once: its named results and everything it declared on the way. */
export interface BuiltNetwork extends Declarations {
  readonly outputs: Map<string, Value>;
}

/**
 * Returns a network built by a function of a scope that returns its named outputs.
 * With `training`, batch norm uses the batch's statistics and dropout drops.
 */
export function buildNetwork(
  build: (scope: Scope) => Readonly<Record<string, Value>>,
  options: { training?: boolean } = {},
): BuiltNetwork {
  const scope = new Scope(options.training ?? false);
  const outputs = new Map(Object.entries(build(scope)));
  return { ...scope.declared, outputs };
}

/** Weights by name: each array is row-major over the shape that the network declared. */
export type WeightArrays = Map<string, Float32Array>;

/**
 * Returns starting values of all parameters and buffers of a network.
 * Each is drawn from its own generator, so a network that gains a layer keeps the others' values.
 */
export function initialWeights(network: Declarations, seed: number): WeightArrays {
  const rng = new Random(seed);
  const weights: WeightArrays = new Map();
  for (const [name, value] of [...network.parameters, ...network.buffers]) {
    const { source } = value;
    if (source.kind !== 'parameter' && source.kind !== 'buffer')
      throw new TypeError(`${name}: not a parameter or buffer`);
    weights.set(name, initialValues(source.initializer, value.shape, rng.fork(name)));
  }
  return weights;
}

/** Returns the number of trained values of a network. */
export function parameterCount(network: Declarations): number {
  let total = 0;
  for (const value of network.parameters.values()) total += value.shape.reduce((product, size) => product * size, 1);
  return total;
}
