import { describe, expect, it } from 'vitest';
import { conformanceFamilies } from '../conformance/cases.js';
import { inputTensor } from '../conformance/inputs.js';
import { compareTensors } from '../conformance/reference.js';
import { buildNetwork, type WeightArrays } from '../graph/network.js';
import type { Tensor } from '../graph/value.js';
import { decodeModel } from '../onnx/decode.js';
import { backend, runModel, runNetwork } from './export.test.kit.js';
import { exportModel } from './standalone.js';

/** Other forms of a step sum in another order: a few roundings to float32 of the largest element. */
const TOLERANCE = 2e-5;

for (const [family, cases] of Object.entries(conformanceFamilies)) {
  describe(`exported ${family} in standard operators`, () => {
    for (const item of cases) {
      // All but the first input become weights, so that what depends on them alone is folded.
      it(item.name, async () => {
        const weights: WeightArrays = new Map();
        const feeds: Record<string, Tensor> = {};
        const network = buildNetwork((scope) => {
          const values = item.inputs.map((spec, index) => {
            const name = `input${index}`;
            const tensor = inputTensor(`${item.name}/${index}`, spec);
            if (index > 0 && tensor.dtype === 'float32') {
              weights.set(name, tensor.data as Float32Array);
              return scope.parameter(name, tensor.shape, { kind: 'fill', value: 0 });
            }
            feeds[name] = tensor;
            return scope.input(name, tensor.shape, tensor.dtype);
          });
          const built = item.build(...values);
          const outputs = (Array.isArray(built) ? built : [built]) as (typeof values)[number][];
          return Object.fromEntries(outputs.map((value, index) => [`output${index}`, value]));
        });
        const bytes = await exportModel(network, weights, { backend });
        expect(decodeModel(bytes).opsets).toEqual({ '': 20 });
        const expected = await runNetwork(network, weights, feeds);
        const used = decodeModel(bytes).graph.inputs.map(({ name }) => [name, feeds[name] as Tensor]);
        const found = await runModel(bytes, Object.fromEntries(used));
        for (const [name, tensor] of Object.entries(expected)) {
          expect(compareTensors(name, found[name] as Tensor, tensor, TOLERANCE)).toBeUndefined();
        }
      });
    }
  });
}
