import { expect, test } from 'vitest';
import { emitGraph } from '../graph/emit.js';
import { buildNetwork } from '../graph/network.js';
import type { Tensor, Value } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { directBackend } from '../runtime/ort-backend.node.js';
import { type BackboneName, backbones } from './backbones.js';
import { formulaValues, formulaWeights } from './formula-weights.test.kit.js';

const image = { dtype: 'float32', shape: [1, 3, 45, 50], data: formulaValues('image', 3 * 45 * 50) } as const;
const formula = { gain: 2, shift: 0.5, share: 0.25, branch: 0.25, branches: String.raw`\.(bn3|conv\.3)\.` };

async function lastMap(name: BackboneName, outputStride: 8 | 16 | 32): Promise<Tensor> {
  const network = buildNetwork((scope) => {
    const { stages } = backbones[name](scope, scope.input('image', image.shape), { classes: 0, outputStride });
    return { map: stages.at(-1)?.value as Value };
  });
  const feeds: Record<string, Tensor> = { image };
  for (const [key, data] of formulaWeights(network, 0, formula)) {
    const { shape } = (network.parameters.get(key) ?? network.buffers.get(key)) as Value;
    feeds[key] = { dtype: 'float32', shape, data };
  }
  const { model } = emitGraph(network.outputs, { target: 'cpu' });
  const session = await directBackend('cpu').createSession(encodeModel(model), { threads: 2 });
  try {
    return (await session.run(feeds)).map as Tensor;
  } finally {
    await session.close();
  }
}

// Dilation in place of a stride computes the same map more densely: every second (fourth) element is that of the strided one.
test.each(['resnet50', 'mobilenet_v2'] as const)('%s at output strides 16 and 8 holds its map at 32', async (name) => {
  const sparse = await lastMap(name, 32);
  const [, channels = 0, rows = 0, columns = 0] = sparse.shape;
  const largest = (sparse.data as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeGreaterThan(0.1);
  for (const [outputStride, skip] of [
    [16, 2],
    [8, 4],
  ] as const) {
    const dense = await lastMap(name, outputStride);
    const [, , tall = 0, wide = 0] = dense.shape;
    expect([tall, wide]).toEqual([Math.ceil(45 / outputStride), Math.ceil(50 / outputStride)]);
    let worst = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const a = sparse.data[(channel * rows + row) * columns + column] as number;
          const b = dense.data[(channel * tall + row * skip) * wide + column * skip] as number;
          worst = Math.max(worst, Math.abs(a - b));
        }
      }
    }
    expect(worst / largest).toBeLessThan(1e-5);
  }
});
