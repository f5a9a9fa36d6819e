import { Random } from '@zoopraxis/core';
import { emitGraph } from '../graph/emit.js';
import { type BuiltNetwork, initialWeights, type WeightArrays } from '../graph/network.js';
import { sizeOf, type Tensor } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import type { TensorMap } from '../runtime/backend.js';
import { directBackend } from '../runtime/ort-backend.node.js';

export const backend = directBackend('cpu');

/** Returns weights as after training: no scale, shift or statistic is at its start value, some scales are negative. */
export function trainedWeights(network: BuiltNetwork, seed: number): WeightArrays {
  const weights = initialWeights(network, seed);
  const rng = new Random(seed).fork('trained');
  for (const [name, values] of weights) {
    if (name.endsWith('running_var')) for (const i of values.keys()) values[i] = rng.between(0.3, 2);
    else if (network.buffers.has(name) || name.endsWith('bias'))
      for (const i of values.keys()) values[i] = 0.5 * rng.normal();
    else if (network.parameters.get(name)?.shape.length === 1)
      for (const i of values.keys()) values[i] = rng.between(-1.5, 1.5);
  }
  return weights;
}

export function feedsOf(network: BuiltNetwork, seed: number): Record<string, Tensor> {
  const rng = new Random(seed).fork('feeds');
  return Object.fromEntries(
    [...network.inputs].map(([name, { shape }]) => [
      name,
      { dtype: 'float32' as const, shape, data: Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()) },
    ]),
  );
}

export async function runModel(model: Uint8Array, feeds: TensorMap): Promise<Record<string, Tensor>> {
  const session = await backend.createSession(model, { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.close();
  }
}

/** Runs the network as it is evaluated in training: weights fed, nothing folded. */
export function runNetwork(
  network: BuiltNetwork,
  weights: WeightArrays,
  feeds: TensorMap,
): Promise<Record<string, Tensor>> {
  const { model, inputs } = emitGraph(network.outputs, { target: 'cpu' });
  const fed: Record<string, Tensor> = { ...feeds };
  for (const { source, shape } of inputs) {
    if (source.kind === 'call' || source.kind === 'constant' || source.kind === 'input') continue;
    fed[source.name] = { dtype: 'float32', shape, data: weights.get(source.name) as Float32Array };
  }
  return runModel(encodeModel(model), fed);
}

/** Largest difference over the largest value, over all outputs; Infinity where names or shapes differ. */
export function relativeError(found: Record<string, Tensor>, expected: Record<string, Tensor>): number {
  if (Object.keys(found).sort().join() !== Object.keys(expected).sort().join()) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (const [name, tensor] of Object.entries(expected)) {
    const other = found[name] as Tensor;
    if (other.shape.join() !== tensor.shape.join()) return Number.POSITIVE_INFINITY;
    let largest = 0;
    let difference = 0;
    for (const [i, value] of (tensor.data as Float32Array).entries()) {
      largest = Math.max(largest, Math.abs(value));
      difference = Math.max(difference, Math.abs(value - (other.data[i] as number)));
    }
    if (!(largest > 0) || !Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, difference / largest);
  }
  return worst;
}
