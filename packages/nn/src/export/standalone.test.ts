import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../graph/network.js';
import type { Scope } from '../graph/scope.js';
import { constant, type Value } from '../graph/value.js';
import { multiHeadAttention } from '../layers/attention.js';
import { batchNormalization } from '../layers/batch-normalization.js';
import { convolution, transposedConvolution } from '../layers/convolution.js';
import { dropout } from '../layers/dropout.js';
import { linear } from '../layers/linear.js';
import { layerNormalization } from '../layers/normalization.js';
import { decodeModel } from '../onnx/decode.js';
import { gelu, hardSwish, relu, relu6, silu } from '../ops/activation.js';
import { add, mul } from '../ops/arithmetic.js';
import { conv1d, conv2d } from '../ops/convolution.js';
import { globalAveragePool2d, maxPool2d } from '../ops/pooling.js';
import { mean, sum } from '../ops/reduce.js';
import { resizeBilinear, resizeNearest } from '../ops/resize.js';
import { concat, reshape } from '../ops/shape.js';
import { backend, feedsOf, relativeError, runModel, runNetwork, trainedWeights } from './export.test.kit.js';
import { exportModel } from './standalone.js';

/** Folding rounds each weight once more than the network does: 6e-8 per layer, summed over a few layers. */
const TOLERANCE = 1e-4;

type Build = (scope: Scope) => Record<string, Value>;

/** Exports a network, checks that it computes the same and is made of standard operators, and returns its operators. */
async function exported(build: Build) {
  const network = buildNetwork(build);
  const weights = trainedWeights(network, 3);
  const bytes = await exportModel(network, weights, { backend });
  const { graph, opsets } = decodeModel(bytes);
  expect(opsets).toEqual({ '': 20 });
  expect(graph.nodes.every((node) => !node.domain)).toBe(true);
  const read = new Set([...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map(({ name }) => name)]);
  expect(graph.initializers.filter(({ name }) => !read.has(name))).toEqual([]);
  const feeds = feedsOf(network, 4);
  expect(relativeError(await runModel(bytes, feeds), await runNetwork(network, weights, feeds))).toBeLessThan(
    TOLERANCE,
  );
  return { graph, operators: graph.nodes.map(({ opType }) => opType) };
}

const image = (scope: Scope, channels = 4, batch = 2): Value => scope.input('image', [batch, channels, 12, 10]);
const bare = { bias: false };

describe('batch norm is folded', () => {
  it('into a convolution, with its ReLU as a step of its own', async () => {
    const { graph, operators } = await exported((s) => ({
      y: batchNormalization(s.child('bn'), convolution(s.child('conv'), image(s), 6, 3, { padding: 1, ...bare }), {
        activation: 'relu',
      }),
    }));
    expect(operators).toEqual(['Conv', 'Relu']);
    expect(graph.initializers.map(({ name }) => name)).toEqual(['conv.weight', 'conv/bias']);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['conv', expect.stringMatching(/^Relu/)]);
  });

  it('into a convolution that has a bias, strides, dilation and groups', async () => {
    const options = { stride: 2, dilation: 2, padding: 2, groups: 2 };
    const { operators } = await exported((s) => ({
      y: batchNormalization(s.child('bn'), convolution(s.child('conv'), image(s), 6, 3, options)),
    }));
    expect(operators).toEqual(['Conv']);
  });

  it('into a depthwise convolution', async () => {
    const { operators } = await exported((s) => ({
      y: batchNormalization(s.child('bn'), convolution(s.child('conv'), image(s), 4, 3, { groups: 4, ...bare })),
    }));
    expect(operators).toEqual(['Conv']);
  });

  it('into transposed convolutions, with and without groups', async () => {
    const { operators } = await exported((s) => {
      const up = (name: string, groups: number, x: Value) =>
        batchNormalization(
          s.child(`${name}bn`),
          transposedConvolution(s.child(name), x, 6, 3, { stride: 2, padding: 1, outputPadding: 1, groups, ...bare }),
          { activation: 'relu' },
        );
      return { y: up('b', 3, up('a', 2, image(s))) };
    });
    expect(operators).toEqual(['ConvTranspose', 'Relu', 'ConvTranspose', 'Relu']);
  });

  it('into a linear layer with and without a bias', async () => {
    const { operators } = await exported((s) => {
      const x = s.input('x', [5, 7]);
      const first = batchNormalization(s.child('bn1'), linear(s.child('fc1'), x, 6), { activation: 'relu' });
      return { y: batchNormalization(s.child('bn2'), linear(s.child('fc2'), relu(first), 3, bare)) };
    });
    expect(operators.filter((name) => name !== 'Reshape' && name !== 'Relu')).toEqual([
      'MatMul',
      'Add',
      'MatMul',
      'Add',
    ]);
  });

  it('into a one-dimensional convolution, through its reshapes', async () => {
    const { operators } = await exported((s) => {
      const x = s.input('x', [2, 4, 20]);
      const weight = s.parameter('weight', [6, 4, 5], { kind: 'kaiming', fan: 'in', gain: 1, shape: 'normal' });
      return { y: batchNormalization(s.child('bn'), conv1d(x, weight, { padding: 2 })) };
    });
    expect(operators.filter((name) => name !== 'Reshape')).toEqual(['Conv']);
  });

  it('twice in a row', async () => {
    const { operators } = await exported((s) => {
      const y = batchNormalization(s.child('bn1'), convolution(s.child('conv'), image(s), 6, 1));
      return { y: batchNormalization(s.child('bn2'), y) };
    });
    expect(operators).toEqual(['Conv']);
  });
});

describe('batch norm is left where folding would be wrong', () => {
  it('when the result of the convolution is used twice', async () => {
    const { operators } = await exported((s) => {
      const y = convolution(s.child('conv'), image(s), 4, 1);
      return { y: add(y, batchNormalization(s.child('bn'), y)) };
    });
    expect(operators).toEqual(['Conv', 'Mul', 'Add', 'Add']);
  });

  it('when the result of the convolution is an output too', async () => {
    const { operators } = await exported((s) => {
      const raw = convolution(s.child('conv'), image(s), 4, 1);
      return { raw, y: batchNormalization(s.child('bn'), raw) };
    });
    expect(operators).toEqual(['Conv', 'Mul', 'Add']);
  });

  it('after a ReLU, and after a matrix product over three axes', async () => {
    const { operators } = await exported((s) => {
      const y = batchNormalization(s.child('bn1'), relu(convolution(s.child('conv'), image(s), 4, 1)));
      const z = linear(s.child('fc'), s.input('tokens', [2, 3, 5]), 4);
      return { y, z: batchNormalization(s.child('bn2'), z) };
    });
    expect(operators.filter((name) => name === 'Mul')).toHaveLength(2);
  });

  it('but each use of a shared weight gets its own scaled copy', async () => {
    const { operators, graph } = await exported((s) => {
      const weight = s.parameter('shared.weight', [4, 4, 3, 3], {
        kind: 'kaiming',
        fan: 'in',
        gain: 1,
        shape: 'normal',
      });
      const x = image(s);
      const a = batchNormalization(s.child('bn1'), conv2d(x, weight, { padding: 1 }));
      const b = batchNormalization(s.child('bn2'), conv2d(relu(a), weight, { padding: 1 }));
      return { y: conv2d(b, weight) };
    });
    expect(operators).toEqual(['Conv', 'Relu', 'Conv', 'Conv']);
    expect(graph.initializers.filter(({ dims }) => dims.length === 4)).toHaveLength(3);
  });
});

describe('whole networks export', () => {
  const block = (s: Scope, x: Value, channels: number, activation: 'relu' | 'none' = 'relu'): Value =>
    batchNormalization(s.child('bn'), convolution(s.child('conv'), x, channels, 3, { padding: 1, ...bare }), {
      activation,
    });

  it('with a residual connection', async () => {
    const { operators } = await exported((s) => {
      const x = block(s.child('a'), image(s), 8);
      return { y: relu(add(block(s.child('b'), x, 8, 'none'), x)) };
    });
    expect(operators).toEqual(['Conv', 'Relu', 'Conv', 'Add', 'Relu']);
  });

  it('like a U-Net, with nearest and bilinear resizing', async () => {
    const { operators } = await exported((s) => {
      const top = block(s.child('top'), image(s), 8);
      const low = block(s.child('low'), maxPool2d(top, { kernel: 2 }), 16);
      const up = block(s.child('up'), concat([top, resizeNearest(low, 12, 10)], 1), 8);
      return {
        map: convolution(s.child('head'), up, 1, 1),
        wide: resizeBilinear(low, 9, 10),
        odd: resizeNearest(low, 9, 7),
      };
    });
    expect(operators).toContain('Resize');
    expect(operators).not.toContain('Expand');
    expect(operators.filter((name) => name === 'Mul')).toEqual([]);
  });

  it('with dropout gone, every activation, layer norm and attention in standard operators', async () => {
    const { operators } = await exported((s) => {
      const x = block(s.child('a'), image(s), 8);
      const y = silu(relu6(hardSwish(dropout(s, x, 0.5))));
      const tokens = reshape(globalAveragePool2d(y), [2, 2, 4]);
      const attended = multiHeadAttention(s.child('attention'), layerNormalization(s.child('norm'), tokens), {
        heads: 2,
      });
      return { y: linear(s.child('fc'), gelu(attended), 3) };
    });
    expect(operators).toContain('LayerNormalization');
    expect(operators).toContain('Gelu');
    expect(operators).not.toContain('Dropout');
  });

  it('with a mean over an image as one step, and other products with sums as they are', async () => {
    const { operators } = await exported((s) => {
      const x = image(s);
      const means = add(mean(x, { axes: [2, 3] }), reshape(globalAveragePool2d(relu(x)), [2, 4]));
      return { means, doubled: mul(sum(x, { axes: [2, 3] }), constant(2 / 120)), rows: mean(x, { axes: [2] }) };
    });
    expect(operators.filter((name) => name === 'GlobalAveragePool')).toHaveLength(2);
    expect(operators.filter((name) => name === 'ReduceSum')).toHaveLength(2);
  });

  it('where an output is an input, a constant, or twice the same', async () => {
    const { operators } = await exported((s) => {
      const x = image(s);
      const y = relu(convolution(s.child('conv'), x, 4, 1));
      return { same: x, y, again: y, table: mul(s.parameter('entries', [3], { kind: 'fill', value: 2 }), constant(3)) };
    });
    expect(operators.filter((name) => name !== 'Identity')).toEqual(['Conv', 'Relu']);
  });
});

describe('a file for any batch size', () => {
  const classifier = (batch: number) =>
    buildNetwork((s) => {
      const x = batchNormalization(s.child('bn'), convolution(s.child('conv'), image(s, 4, batch), 8, 3, bare), {
        activation: 'relu',
      });
      const tokens = reshape(resizeBilinear(x, 4, 4), [batch * 2, 4, 16]);
      const attended = multiHeadAttention(s.child('attention'), tokens, { heads: 2 });
      return { logits: linear(s.child('fc'), reshape(attended, [batch, -1]), 3), tokens: attended };
    });

  it('gives what the network built for that size gives', async () => {
    const weights = trainedWeights(classifier(1), 3);
    const bytes = await exportModel(classifier, weights, { backend });
    const { graph } = decodeModel(bytes);
    expect(graph.inputs[0]?.dims).toEqual(['batch', 4, 12, 10]);
    expect(graph.outputs.map(({ dims }) => dims)).toEqual([
      ['batch', 3],
      ['2*batch', 4, 16],
    ]);
    for (const batch of [1, 2, 5]) {
      const network = classifier(batch);
      const feeds = feedsOf(network, batch);
      expect(relativeError(await runModel(bytes, feeds), await runNetwork(network, weights, feeds))).toBeLessThan(
        TOLERANCE,
      );
    }
  });

  it('works out shapes with two open axes when it runs', async () => {
    const pairs = (batch: number) =>
      buildNetwork((s) => {
        const x = s.input('x', [batch, 6]);
        return { y: mul(reshape(x, [batch, 1, 6]), reshape(x, [1, batch, 6])) };
      });
    const bytes = await exportModel(pairs, new Map(), { backend });
    for (const batch of [1, 4]) {
      const feeds = feedsOf(pairs(batch), 5);
      expect(relativeError(await runModel(bytes, feeds), await runNetwork(pairs(batch), new Map(), feeds))).toBe(0);
    }
  });

  it('is refused where a number depends on the batch size', async () => {
    const mixed = (batch: number) => buildNetwork((s) => ({ y: mul(s.input('x', [batch, 6]), constant(1 / batch)) }));
    await expect(exportModel(mixed, new Map(), { backend })).rejects.toThrow(
      /batch size cannot be left open: node .*Mul.*float32 constant/,
    );
  });

  it('is refused where steps depend on the batch size, and where no input does', async () => {
    const chain = (batch: number) =>
      buildNetwork((s) => {
        let x = s.input('x', [batch, 6]);
        for (let i = 0; i < batch; i++) x = relu(add(x, x));
        return { y: x };
      });
    await expect(exportModel(chain, new Map(), { backend })).rejects.toThrow(/different steps/);
    const still = () => buildNetwork((s) => ({ y: mean(s.input('x', [2, 6])) }));
    await expect(exportModel(still, new Map(), { backend })).rejects.toThrow(/no input has the batch size/);
    const square = (batch: number) => buildNetwork((s) => ({ y: mean(s.input('x', [batch, batch * batch])) }));
    await expect(exportModel(square, new Map(), { backend })).rejects.toThrow(/input x has axis 1/);
  });
});

describe('exportModel', () => {
  const build = (s: Scope) => ({ y: batchNormalization(s.child('bn'), convolution(s.child('conv'), image(s), 4, 1)) });

  it('stores names and texts', async () => {
    const network = buildNetwork(build);
    const metadata = { card: 'Nose and tail base, trained on 3 mice. ü' };
    const model = decodeModel(
      await exportModel(network, trainedWeights(network, 1), { backend, name: 'pose', metadata }),
    );
    expect(model.graph.name).toBe('pose');
    expect(model.producer).toBe('zoopraxis');
    expect(model.metadata).toEqual(metadata);
  });

  it('writes the same bytes each time', async () => {
    const network = buildNetwork(build);
    const write = () => exportModel(network, trainedWeights(network, 1), { backend });
    expect(await write()).toEqual(await write());
  });

  it('refuses a network that trains, a missing weight and one of the wrong size', async () => {
    const training = buildNetwork(build, { training: true });
    await expect(exportModel(training, trainedWeights(training, 1), { backend })).rejects.toThrow(/training: false/);
    const network = buildNetwork(build);
    const weights = trainedWeights(network, 1);
    weights.set('conv.weight', new Float32Array(3));
    await expect(exportModel(network, weights, { backend })).rejects.toThrow(
      new RangeError('exportModel: weights conv.weight must hold 16 numbers, got 3'),
    );
    const named = buildNetwork((s) => ({ image: relu(image(s)) }));
    await expect(exportModel(named, new Map(), { backend })).rejects.toThrow(/output image has the name of an input/);
    weights.delete('conv.weight');
    await expect(exportModel(network, weights, { backend })).rejects.toThrow(/conv.weight, which is missing/);
  });
});
