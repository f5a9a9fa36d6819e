import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backbones } from './backbones.js';
import { buildCase, deviations, FOLDER, type ModelReference, readReference } from './parity.test.kit.js';

/** Share of a tensor's largest value. */
const TOLERANCE = 1e-4;

const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .sort();

test('every backbone has a reference with batch statistics, ResNet-50 one at each output stride', () => {
  const cases = names.map((name) => readReference(name).case);
  const inBatch = cases.filter(({ options }) => options.frozenStatistics !== true);
  expect(new Set(inBatch.map(({ network }) => network))).toEqual(new Set(Object.keys(backbones)));
  const strides = inBatch
    .filter(({ network }) => network === 'resnet50')
    .map(({ options }) => options.outputStride ?? 32);
  expect(strides.sort()).toEqual([16, 32, 8]);
});

describe('loss, outputs, gradients of every parameter and running statistics are those of PyTorch', () => {
  for (const name of names) {
    test(name, async () => {
      const reference = readReference(name);
      const list = await deviations(reference);
      const { parameters, updates } = buildCase(reference.case, true);
      const count = (part: string) => list.filter(({ what }) => what.startsWith(`${part} `)).length;
      expect([count('gradient'), count('running')]).toEqual([parameters.size, updates.size]);
      expect(count('evaluation')).toBeGreaterThan(2);
      expect(count('training')).toBe(count('evaluation'));
      expect(list.filter(({ share }) => !(share <= TOLERANCE))).toEqual([]);
    });
  }
});

describe('the comparison itself fails', () => {
  const name = 'unet';
  const worst = async (change: (reference: ModelReference) => void): Promise<string | undefined> => {
    const reference = readReference(name);
    change(reference);
    const [first] = await deviations(reference);
    return first !== undefined && first.share > TOLERANCE ? first.what : undefined;
  };
  const parameter = 'encoder.0.conv0.weight';

  test('on a parameter without a reference', async () => {
    expect(await worst(({ gradients }) => delete gradients[parameter])).toBe(`gradient ${parameter}: has no reference`);
  });

  test('on a reference without a parameter', async () => {
    const renamed = await worst(({ gradients }) => Object.assign(gradients, { other: gradients[parameter] }));
    expect(renamed).toBe('gradient other: nothing to compare');
  });

  test('on one sample, norm or largest value that differs by a thousandth', async () => {
    for (const key of ['norm', 'largest'] as const) {
      expect(
        await worst(({ gradients }) =>
          Object.assign(gradients[parameter] ?? {}, { [key]: 1.001 * (gradients[parameter]?.[key] ?? 0) }),
        ),
      ).toBe(`gradient ${parameter}`);
    }
    expect(
      await worst(({ gradients }) => {
        const summary = gradients[parameter];
        if (summary) summary.samples[31] = (summary.samples[31] ?? 0) + 0.001 * summary.largest;
      }),
    ).toBe(`gradient ${parameter}`);
  });
});
