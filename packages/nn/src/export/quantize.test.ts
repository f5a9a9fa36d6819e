import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@zoopraxis/core';
import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type BuiltNetwork, buildNetwork, type WeightArrays } from '../graph/network.js';
import type { Scope } from '../graph/scope.js';
import type { Tensor, Value } from '../graph/value.js';
import { batchNormalization } from '../layers/batch-normalization.js';
import { convolution, transposedConvolution } from '../layers/convolution.js';
import { linear } from '../layers/linear.js';
import { decodeModel } from '../onnx/decode.js';
import { encodeModel } from '../onnx/encode.js';
import type { OnnxNode } from '../onnx/model.js';
import { gelu, relu, relu6, silu } from '../ops/activation.js';
import { add } from '../ops/arithmetic.js';
import { globalAveragePool2d, maxPool2d } from '../ops/pooling.js';
import { resizeNearest } from '../ops/resize.js';
import { concat, reshape } from '../ops/shape.js';
import { backend, feedsOf, runModel, trainedWeights } from './export.test.kit.js';
import { type QuantizeOptions, quantizeModel } from './quantize.js';
import { exportModel } from './standalone.js';
import { onnxTensor } from './tensor-data.js';

/**
 * Rounding to 8 bits leaves noise of step^2 / 12: a normal tensor whose range is 4 deviations each side has a signal to
 * noise of about 40 dB, and each of up to six layers in a row adds its share. 36 dB and more were measured here; zero
 * points off by 4 steps, or biases off by a fifth, measured 21 to 28.
 */
const LEAST_SIGNAL_TO_NOISE = 31;

const block = (s: Scope, x: Value, channels: number, activation: 'relu' | 'none' = 'relu', groups = 1): Value =>
  batchNormalization(s.child('bn'), convolution(s.child('conv'), x, channels, 3, { padding: 1, bias: false, groups }), {
    activation,
  });

/** Convolutions, depthwise too, a residual connection, pooling, resizing, concatenation and a transposed convolution. */
function poseNetwork(batch = 1): BuiltNetwork {
  return buildNetwork((s) => {
    const top = block(s.child('top'), s.input('image', [batch, 3, 16, 20]), 16);
    const low = block(s.child('low'), maxPool2d(top, { kernel: 2 }), 16);
    const deep = relu(add(block(s.child('deep'), low, 16, 'none'), low));
    const mobile = relu6(block(s.child('mobile'), deep, 16, 'none', 16));
    const up = block(s.child('up'), concat([top, resizeNearest(mobile, 16, 20)], 1), 16);
    const wide = relu(transposedConvolution(s.child('wide'), up, 8, 3, { stride: 2, padding: 1, outputPadding: 1 }));
    return { maps: convolution(s.child('head'), wide, 2, 1), offsets: convolution(s.child('offsets'), up, 2, 1) };
  });
}

const network = poseNetwork();

/** Weights whose outputs come from the image: a bias would count as signal that no rounding disturbs. */
function responsiveWeights(built: BuiltNetwork, seed: number): WeightArrays {
  const weights = trainedWeights(built, seed);
  for (const [name, values] of weights) {
    if (name.endsWith('.bias') && !name.includes('.bn.')) values.fill(0);
    if (name.endsWith('running_var')) values.fill(0.1);
  }
  return weights;
}

const weights = responsiveWeights(network, 11);
const exact = await exportModel(poseNetwork, weights, { backend });
const calibration = [1, 2, 3, 4].map((seed) => feedsOf(network, seed));
const check = [9, 10].map((seed) => feedsOf(network, seed));

const quantize = (options: Partial<QuantizeOptions> = {}, model = exact) =>
  quantizeModel(model, { backend, calibration, ...options });

/** Returns what ONNX Runtime turns a model into. */
async function optimized(model: Uint8Array): Promise<readonly OnnxNode[]> {
  const folder = mkdtempSync(join(tmpdir(), 'zoopraxis-'));
  try {
    const path = join(folder, 'optimized.onnx');
    const session = await ort.InferenceSession.create(model, { optimizedModelFilePath: path, logSeverityLevel: 3 });
    await session.release();
    return decodeModel(new Uint8Array(readFileSync(path))).graph.nodes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('quantizeModel', () => {
  it('computes nearly what the float32 model does, in standard operators', async () => {
    const { model, report } = await quantize({ check });
    for (const name of ['maps', 'offsets']) expect(report.signalToNoise[name]).toBeGreaterThan(LEAST_SIGNAL_TO_NOISE);
    const { opsets, graph } = decodeModel(model);
    expect(opsets).toEqual({ '': 20 });
    expect(graph.initializers.filter(({ type }) => type === 'int8').map(({ dims }) => dims.length)).toContain(4);
    expect(model.length).toBeLessThan(0.7 * exact.length);
    expect(Object.fromEntries(report.kept.map(({ node, reason }) => [node, reason]))).toEqual({
      wide: 'ONNX Runtime has no int8 transposed convolution',
      offsets: 'it is a last layer',
      head: 'it is a last layer',
    });
  });

  it('is run in int8 by ONNX Runtime, activations fused', async () => {
    const { model } = await quantize();
    const nodes = await optimized(model);
    const count = (opType: string): number => nodes.filter((node) => node.opType === opType).length;
    expect(count('QLinearConv')).toBe(5);
    expect(count('QLinearAdd')).toBe(1);
    expect(count('QLinearConcat')).toBe(1);
    // Into int8 once at the image, out of it before each of the two layers that stay.
    expect(count('QuantizeLinear')).toBe(1);
    expect(count('DequantizeLinear')).toBe(2);
    expect(count('Clip')).toBe(0);
  });

  it('takes any batch size where the float32 model does', async () => {
    const { model } = await quantize();
    const feeds = feedsOf(poseNetwork(3), 1);
    const { maps } = await runModel(model, feeds);
    expect(maps?.shape).toEqual([3, 2, 32, 40]);
  });

  it('does not depend on how the calibration set is split into batches', async () => {
    const joined: Record<string, Tensor> = {
      image: {
        dtype: 'float32',
        shape: [4, 3, 16, 20],
        data: Float32Array.from(calibration.flatMap((feeds) => [...((feeds.image as Tensor).data as Float32Array)])),
      },
    };
    for (const range of ['minMax', 'meanSquaredError', { percentile: 99.9 }] as const) {
      const apart = await quantize({ range });
      const together = await quantize({ range, calibration: [joined] });
      const backwards = await quantize({ range, calibration: [...calibration].reverse() });
      expect(together.report.tensors).toEqual(apart.report.tensors);
      expect(backwards.model).toEqual(apart.model);
    }
  });

  it('takes feeds as they come, tells progress and stops when asked', async () => {
    async function* stream() {
      yield* calibration;
    }
    const done: number[] = [];
    const streamed = await quantize({ calibration: stream(), onProgress: (count) => done.push(count) });
    expect(done).toEqual([1, 2, 3, 4]);
    expect(streamed.model).toEqual((await quantize()).model);
    const controller = new AbortController();
    const stopped = quantize({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('narrows ranges by rule', async () => {
    const highOf = async (range: NonNullable<QuantizeOptions['range']>) =>
      (await quantize({ range })).report.tensors.reduce((sum, { low, high }) => sum + high - low, 0);
    const full = await highOf('minMax');
    expect(await highOf({ percentile: 100 })).toBeCloseTo(full, 1);
    expect(await highOf({ percentile: 99 })).toBeLessThan(full);
    expect(await highOf('meanSquaredError')).toBeLessThan(full);
  });

  it('keeps first layers, last ones and named ones as asked', async () => {
    const names = async (keep: QuantizeOptions['keep']) =>
      new Set((await quantize({ ...(keep ? { keep } : {}) })).report.quantized);
    const usual = await names(undefined);
    expect(usual).toContain('top.conv');
    expect(usual).not.toContain('offsets');
    const all = await names({ last: false });
    expect(all).toContain('offsets');
    const middle = await names({ first: true, nodes: ['deep.conv'] });
    expect(middle).not.toContain('top.conv');
    expect(middle).not.toContain('deep.conv');
    expect(middle).toContain('low.conv');
    await expect(names({ nodes: ['nowhere'] })).rejects.toThrow('keep.nodes must name nodes of the model, got nowhere');
  });

  it('gives outputs of layers that are rounded too', async () => {
    const { model, report } = await quantize({ keep: { last: false }, check });
    expect(report.signalToNoise.offsets).toBeGreaterThan(LEAST_SIGNAL_TO_NOISE);
    expect(decodeModel(model).graph.outputs.map(({ name }) => name)).toEqual(['maps', 'offsets']);
  });

  it('computes linear layers, SiLU and image means in int8', async () => {
    const built = buildNetwork((s) => {
      const x = silu(block(s.child('a'), s.input('image', [1, 3, 16, 20]), 8, 'none'));
      const hidden = relu(linear(s.child('fc1'), reshape(globalAveragePool2d(x), [1, 8]), 16));
      const deep = gelu(linear(s.child('fc2'), hidden, 16));
      return { logits: linear(s.child('fc3'), deep, 4) };
    });
    const model = await exportModel(built, responsiveWeights(built, 2), { backend });
    const result = await quantize({ check }, model);
    expect(result.report.signalToNoise.logits).toBeGreaterThan(LEAST_SIGNAL_TO_NOISE);
    expect(result.report.quantized).toEqual(expect.arrayContaining(['a.conv', 'fc1', 'fc2']));
    const operators = (await optimized(result.model)).map(({ opType }) => opType);
    expect(operators).toEqual(
      expect.arrayContaining(['QLinearConv', 'QLinearSigmoid', 'QLinearMul', 'QLinearGlobalAveragePool']),
    );
    expect(operators.filter((name) => name === 'MatMulIntegerToFloat')).toHaveLength(2);
  });

  it('computes Gemm, as other programs write linear layers, in int8', async () => {
    const rng = new Random(3);
    const normals = (length: number) => Float32Array.from({ length }, () => rng.normal());
    const layer = (x: string, name: string, transB: number): OnnxNode => ({
      opType: 'Gemm',
      name,
      inputs: [x, `${name}.weight`, `${name}.bias`],
      outputs: [name],
      attributes: { transB },
    });
    const model = encodeModel({
      opsets: { '': 17 },
      graph: {
        name: 'foreign',
        nodes: [
          layer('x', 'one', 1),
          { opType: 'Relu', inputs: ['one'], outputs: ['cut'] },
          layer('cut', 'two', 0),
          layer('two', 'three', 1),
        ],
        initializers: [
          onnxTensor('one.weight', 'float32', [16, 8], normals(128)),
          onnxTensor('two.weight', 'float32', [16, 12], normals(192)),
          onnxTensor('three.weight', 'float32', [3, 12], normals(36)),
          ...[16, 12, 3].map((size, at) =>
            onnxTensor(`${['one', 'two', 'three'][at]}.bias`, 'float32', [size], normals(size)),
          ),
        ],
        inputs: [{ name: 'x', type: 'float32', dims: [5, 8] }],
        outputs: [{ name: 'three', type: 'float32', dims: [5, 3] }],
      },
    });
    const feeds = (): Record<string, Tensor> => ({ x: { dtype: 'float32', shape: [5, 8], data: normals(40) } });
    const result = await quantize({ calibration: Array.from({ length: 30 }, feeds), check: [feeds()] }, model);
    expect(result.report.signalToNoise.three).toBeGreaterThan(LEAST_SIGNAL_TO_NOISE);
    expect(result.report.quantized).toEqual(['one', 'two']);
    const operators = (await optimized(result.model)).map(({ opType }) => opType);
    expect(operators.filter((name) => name === 'QGemm')).toHaveLength(2);
  });

  it('stays finite where a tensor is zero or constant', async () => {
    const dead = responsiveWeights(network, 11);
    dead.get('low.conv.weight')?.fill(0);
    dead.get('low.bn.bias')?.fill(-3);
    dead.get('low.bn.running_mean')?.fill(0);
    dead.get('deep.conv.weight')?.fill(0);
    dead.get('deep.bn.bias')?.fill(2);
    dead.get('deep.bn.running_mean')?.fill(0);
    const model = await exportModel(network, dead, { backend });
    for (const range of ['minMax', 'meanSquaredError', { percentile: 99.9 }] as const) {
      const { report } = await quantize({ range, check }, model);
      expect(report.tensors.some(({ low, high }) => low === 0 && high === 0)).toBe(true);
      expect(report.signalToNoise.maps).toBeGreaterThan(LEAST_SIGNAL_TO_NOISE);
    }
  });

  it('refuses calibration values that are not finite, by tensor and set', async () => {
    const bad = feedsOf(network, 5);
    ((bad.image as Tensor).data as Float32Array)[7] = Number.NaN;
    for (const range of ['minMax', 'meanSquaredError'] as const) {
      await expect(quantize({ range, calibration: [...calibration, bad] })).rejects.toThrow(
        'quantizeModel: calibration set 4: tensor image has values that are not finite',
      );
    }
  });

  it('refuses an empty calibration set, impossible options and files that are no models', async () => {
    await expect(quantize({ calibration: [] })).rejects.toThrow(/at least one set of feeds/);
    await expect(quantize({ range: { percentile: 20 } })).rejects.toThrow(/range.percentile must be above 50/);
    await expect(quantize({ weightBits: 4 as 8 })).rejects.toThrow(/weightBits must be 7 or 8, got 4/);
    await expect(quantize({}, Uint8Array.of(1, 2, 3))).rejects.toThrow(/not a valid onnx file/);
    const plain = buildNetwork((s) => ({ y: relu(s.input('image', [1, 3, 16, 20])) }));
    await expect(quantize({}, await exportModel(plain, new Map(), { backend }))).rejects.toThrow(
      /must have a layer to quantize/,
    );
  });
});
