import { describe, expect, test } from 'vitest';
import { buildNetwork, initialWeights, parameterCount } from '../graph/network.js';
import type { Scope } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import type { BackboneOptions, BackboneResult, Stage } from './backbone.js';
import { type BackboneName, backbones } from './backbones.js';
import { efficientnet } from './efficientnet.js';
import { mobilenetV2 } from './mobilenet-v2.js';
import { unet } from './unet.js';

function built(
  make: (scope: Scope, image: Value) => BackboneResult,
  size: readonly [number, number] = [64, 96],
  training = false,
) {
  let stages: readonly Stage[] = [];
  const network = buildNetwork(
    (scope) => {
      const result = make(scope, scope.input('image', [2, 3, ...size]));
      stages = result.stages;
      const outputs: Record<string, Value> = result.logits ? { logits: result.logits } : {};
      return outputs;
    },
    { training },
  );
  return { network, stages };
}

const of = (name: BackboneName, options?: BackboneOptions) =>
  built((scope, image) => backbones[name](scope, image, options));

/** Without buffers, as torchvision counts (`num_params` of its weights' metadata). */
const published = {
  resnet50: 25_557_032,
  resnet101: 44_549_160,
  resnet152: 60_192_808,
  mobilenet_v2: 3_504_872,
  efficientnet_b0: 5_288_548,
  efficientnet_b3: 12_233_232,
} as const;

describe('the published number of parameters', () => {
  for (const [name, count] of Object.entries(published)) {
    test(name, () => {
      const { network } = of(name as BackboneName);
      expect(parameterCount(network)).toBe(count);
      expect(network.outputs.get('logits')?.shape).toEqual([2, 1000]);
    });
  }

  test('of a new head follows its classes', () => {
    const { network } = of('resnet50', { classes: 7 });
    expect(parameterCount(network)).toBe(published.resnet50 - 993 * 2049);
    expect(network.outputs.get('logits')?.shape).toEqual([2, 7]);
  });
});

const strides = [2, 4, 8, 16, 32];
const channels: Partial<Record<BackboneName, number[]>> = {
  resnet50: [64, 256, 512, 1024, 2048],
  mobilenet_v2: [16, 24, 32, 96, 320],
  efficientnet_b0: [16, 24, 40, 112, 320],
  efficientnet_b3: [24, 32, 48, 136, 384],
};

describe('stages', () => {
  for (const [name, expected] of Object.entries(channels)) {
    for (const outputStride of [8, 16, 32] as const) {
      test(`of ${name} at output stride ${outputStride} say their stride, channels and size`, () => {
        const { stages, network } = of(name as BackboneName, { classes: 0, outputStride });
        expect(stages.map((stage) => stage.channels)).toEqual(expected);
        expect(stages.map(({ stride }) => stride)).toEqual(strides.map((stride) => Math.min(stride, outputStride)));
        expect(stages.map(({ value }) => value.shape)).toEqual(
          stages.map((stage) => [2, stage.channels, 64 / stage.stride, 96 / stage.stride]),
        );
        expect(network.outputs.size).toBe(0);
      });
    }
  }

  test('of the U-Net go from full resolution to the coarsest, on sizes that do not halve evenly', () => {
    const { stages, network } = built((scope, image) => unet(scope, image, { outputChannels: 3 }), [37, 50]);
    expect(stages.map(({ stride }) => stride)).toEqual([1, 2, 4, 8, 16]);
    expect(stages.map(({ value }) => value.shape.slice(1))).toEqual([
      [16, 37, 50],
      [32, 18, 25],
      [64, 9, 12],
      [128, 4, 6],
      [256, 2, 3],
    ]);
    expect(network.outputs.get('logits')?.shape).toEqual([2, 3, 37, 50]);
    const inner = [...network.parameters].filter(
      ([name]) => /conv[01]/.test(name) && name !== 'encoder.0.conv0.weight',
    );
    expect(inner.filter(([, { shape }]) => (shape[0] ?? 1) % 16 > 0 || (shape[1] ?? 1) % 16 > 0)).toEqual([]);
  });
});

test('without a head no network declares parameters of one', () => {
  const heads = /^(fc|classifier|head)\.|^features\.(18|8)\.\d\.\w+$/;
  for (const name of Object.keys(backbones) as BackboneName[]) {
    const keys = (classes: number) =>
      [...of(name, { classes }).network.parameters.keys()].filter((key) => heads.test(key));
    expect(keys(0), name).toEqual([]);
    expect(keys(3).length, name).toBeGreaterThan(1);
  }
});

test('frozen statistics are not updated in training, and dropout draws only there', () => {
  const training = (options: BackboneOptions) =>
    built((scope, image) => efficientnet(scope, image, 'b0', options), [64, 64], true).network;
  expect(training({ frozenStatistics: true }).updates.size).toBe(0);
  const free = training({});
  expect(free.updates.size).toBe(free.buffers.size);
  const rates = [...free.randoms].map(([name, { source }]) => [
    name,
    source.kind === 'random' && source.fill.kind === 'keep' ? 1 - source.fill.keep : undefined,
  ]);
  // 16 blocks: the 9 residual ones skip with probability 0.2 i / 16, block i from 0.
  const expected = [2, 4, 6, 7, 9, 10, 12, 13, 14].map((block) => (0.2 * block) / 16);
  expect(rates.map(([, rate]) => rate)).toEqual([...expected, 0.2].map((rate) => expect.closeTo(rate, 12)));
  expect(free.randoms.get('features.2.1.stochastic_depth')?.shape).toEqual([2, 1, 1, 1]);
  expect(of('efficientnet_b0').network.randoms.size).toBe(0);
  expect(built((scope, image) => mobilenetV2(scope, image, { dropout: 0 }), [64, 64], true).network.randoms.size).toBe(
    0,
  );
});

test('weights start as in torchvision: normal by fan-out, norms at identity', () => {
  const weights = initialWeights(of('mobilenet_v2').network, 1);
  const std = (name: string): number => {
    const values = weights.get(name) as Float32Array;
    return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  };
  expect(std('features.18.0.weight') / Math.sqrt(2 / 1280)).toBeCloseTo(1, 2);
  expect(std('features.17.conv.1.0.weight') / Math.sqrt(2 / (960 * 9))).toBeCloseTo(1, 1);
  expect(std('classifier.1.weight')).toBeCloseTo(0.01, 4);
  expect(new Set(weights.get('features.0.1.weight'))).toEqual(new Set([1]));
  expect(new Set(weights.get('classifier.1.bias'))).toEqual(new Set([0]));
});

describe('wrong options are refused by name', () => {
  test.each([
    [
      'outputStride',
      () => of('resnet50', { outputStride: 4 as 8 }),
      'resnet50: outputStride must be 8, 16 or 32, got 4',
    ],
    [
      'classes',
      () => of('efficientnet_b3', { classes: -1 }),
      'efficientnet_b3: classes must be a whole number from 0, got -1',
    ],
    ['outputStride of a U-Net', () => of('unet', { outputStride: 8 }), 'unet: outputStride must be left out, got 8'],
    [
      'depth',
      () => built((scope, image) => unet(scope, image, { depth: 0 })),
      'unet: depth must be a whole number from 1, got 0',
    ],
    [
      'a small image',
      () => built((scope, image) => unet(scope, image, { depth: 7 })),
      'unet: image must have at least 128 rows and columns for depth 7, got 64x96',
    ],
    [
      'width',
      () => built((scope, image) => unet(scope, image, { width: 0.5 })),
      'unet: width must be a whole number from 1, got 0.5',
    ],
    [
      'an image without a batch',
      () =>
        buildNetwork((scope) => ({ x: backbones.resnet50(scope, scope.input('image', [3, 64, 64])).logits as Value })),
      'resnet50: image must be [batch, channel, height, width], got [3, 64, 64]',
    ],
  ])('%s', (_name, build, message) => {
    expect(build).toThrow(new RangeError(message));
  });
});
