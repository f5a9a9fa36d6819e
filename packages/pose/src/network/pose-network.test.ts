import { buildNetwork, parameterCount, type Value } from '@zoopraxis/nn';
import { describe, expect, test } from 'vitest';
import { buildPoseNetwork, type PoseNetworkPlan, poseInferenceNetwork, poseNetworkNames } from './pose-network.js';

const planOf = (name: string, stride: number, options: Record<string, unknown> = {}): PoseNetworkPlan => ({
  skeleton: { keypoints: ['snout', 'leftear', 'rightear', 'tailbase'] },
  network: { name, options },
  preprocessing: { mean: [124, 116, 104], std: [58, 57, 57] },
  decoding: { kind: 'locref', stride, locrefStdPx: 7 },
});

describe('a pose network', () => {
  test.each(poseNetworkNames)('%s gives a scoremap and offsets at its stride', (name) => {
    const stride = name === 'unet' ? 4 : 8;
    const built = poseInferenceNetwork(planOf(name, stride), { batch: 2, widthPx: 96, heightPx: 64 });
    expect(built.inputs.get('image')?.shape).toEqual([2, 3, 64, 96]);
    expect(built.outputs.get('scoremap')?.shape).toEqual([2, 4, 64 / stride, 96 / stride]);
    expect(built.outputs.get('locref')?.shape).toEqual([2, 8, 64 / stride, 96 / stride]);
  });

  test('keeps the published names of its backbone below backbone.', () => {
    const built = poseInferenceNetwork(planOf('resnet50', 8), { batch: 1, widthPx: 64, heightPx: 64 });
    expect(built.parameters.has('backbone.layer4.2.conv3.weight')).toBe(true);
    const [weight] = [built.parameters.get('score.weight') as Value];
    expect(weight.shape).toEqual([2048, 4, 3, 3]);
  });

  test('has the same parameters for every image size and for training', () => {
    const names = (width: number, training: boolean) => {
      const built = buildNetwork(
        (scope) => {
          const { logits, locref } = buildPoseNetwork(
            scope,
            scope.input('image', [2, 3, 64, width]),
            planOf('unet', 4),
          );
          return { logits, locref: locref as Value };
        },
        { training },
      );
      return [...built.parameters, ...built.buffers].map(([name, { shape }]) => `${name} ${shape}`);
    };
    expect(names(64, false)).toEqual(names(128, false));
    expect(names(64, true)).toEqual(names(64, false));
  });

  test('can stop its decoder at another stride and have another width', () => {
    const size = { batch: 1, widthPx: 64, heightPx: 64 };
    const built = poseInferenceNetwork(planOf('unet', 2, { width: 8 }), size);
    expect(built.outputs.get('scoremap')?.shape).toEqual([1, 4, 32, 32]);
    const wide = poseInferenceNetwork(planOf('unet', 4, { width: 16 }), size);
    expect(parameterCount(built)).toBeLessThan(parameterCount(wide));
  });

  test('leaves the offsets out for Gaussian heatmaps', () => {
    const plan = { ...planOf('unet', 4), decoding: { kind: 'gaussian', stride: 4, locrefStdPx: 7 } } as const;
    const built = poseInferenceNetwork(plan, { batch: 1, widthPx: 64, heightPx: 64 });
    expect([...built.outputs.keys()]).toEqual(['scoremap']);
  });

  test('refuses what it does not know, by name', () => {
    const size = { batch: 1, widthPx: 64, heightPx: 64 };
    expect(() => poseInferenceNetwork(planOf('resnet18', 8), size)).toThrow(
      /network: must be one of unet, .*"resnet18"/,
    );
    expect(() => poseInferenceNetwork(planOf('resnet50', 4), size)).toThrow(
      /resnet50: decoding.stride must be 8, got 4/,
    );
    expect(() => poseInferenceNetwork(planOf('unet', 3), size)).toThrow(/unet stride: must be a power of two/);
    expect(() => poseInferenceNetwork(planOf('unet', 4), { ...size, widthPx: 50 })).toThrow(
      /unet: image must have a width and height that are multiples of 32, got 50x64/,
    );
  });
});
