import { normalizeComparison } from '@zoopraxis/figures';
import { describe, expect, test } from 'vitest';
import { commonImages } from './common-images.js';
import { createModelTable, modelTableCsv, paretoFront } from './comparison.js';
import { publishedStaircaseTable as published } from './published-staircase.js';
import { recommendModels } from './recommend.js';

const model = (name: string) => published.models.indexOf(name);
const column = (key: string) =>
  published.metrics.find((metric) => metric.key === key) as (typeof published.metrics)[number];
const numberOf = (key: string, name: string) => column(key).values[model(name)] as number;

describe('the published staircase table', () => {
  test('has nine networks and six numbers, labeled as published', () => {
    expect(published.models).toHaveLength(9);
    expect(published.metrics.map(({ key }) => key)).toEqual([
      'rmsePx',
      'pck5',
      'meanAveragePrecision',
      'occlusionScore',
      'framesPerSec',
      'peakMemory',
    ]);
    expect(published.source).toBe('published');
  });

  test('contradicts its own text in four places', () => {
    const resNets = ['ResNet-50', 'ResNet-101', 'ResNet-152'].map((name) => numberOf('rmsePx', name));
    // Text: "2.93 to 3.21 px".
    expect([Math.min(...resNets), Math.max(...resNets)]).toEqual([2.98, 3.21]);
    // Text: MobileNet and EfficientNet-B0 below 86 % mAP.
    expect(numberOf('meanAveragePrecision', 'MobileNetV2')).toBeLessThan(86);
    expect(numberOf('meanAveragePrecision', 'EfficientNet-B0')).toBe(87.17);
    // Text: ResNet-152 or DLCRNet_ms5 at 36 frames per second.
    expect([numberOf('framesPerSec', 'ResNet-152'), numberOf('framesPerSec', 'DLCRNet_ms5')]).toEqual([36, 33]);
    // Abstract: stride16_ms5 the best trade-off; it gains one frame per second on ms5 and loses all else but memory.
    expect(numberOf('framesPerSec', 'DLCRNet_stride16_ms5') - numberOf('framesPerSec', 'DLCRNet_ms5')).toBe(1);
    for (const key of ['pck5', 'meanAveragePrecision', 'occlusionScore']) {
      expect(numberOf(key, 'DLCRNet_stride16_ms5')).toBeLessThan(numberOf(key, 'DLCRNet_ms5'));
    }
  });

  test('as a heatmap: 0 worst, 1 best, errors and memory turned around', () => {
    const cells = normalizeComparison(published);
    const at = (key: string, name: string) => cells[published.metrics.indexOf(column(key))]?.[model(name)];
    for (const key of ['rmsePx', 'pck5', 'meanAveragePrecision', 'occlusionScore']) {
      expect(at(key, 'DLCRNet_ms5')).toBe(1);
      expect(at(key, 'MobileNetV2')).toBe(0);
    }
    for (const key of ['framesPerSec', 'peakMemory']) {
      expect(at(key, 'DLCRNet_ms5')).toBe(0);
      expect(at(key, 'MobileNetV2')).toBe(1);
    }
    expect(at('rmsePx', 'ResNet-50')).toBeCloseTo(0.37 / 0.78, 12);
    expect(at('framesPerSec', 'EfficientNet-B3')).toBeCloseTo(18 / 41, 12);
  });

  test('recommends the most accurate, the fastest, and another trade-off than the abstract; noise cannot be told', () => {
    const { recommendations, alike, cautions } = recommendModels(published, {
      accuracy: 'rmsePx',
      speed: 'framesPerSec',
      framesPerSec: 60,
    });
    expect(recommendations.map(({ purpose, model: name }) => [purpose, name])).toEqual([
      ['accuracy', 'DLCRNet_ms5'],
      ['speed', 'MobileNetV2'],
      ['trade-off', 'EfficientNet-B3'],
      ['camera speed', 'EfficientNet-B0'],
    ]);
    expect(recommendations[1]?.reason).toMatch(
      /MobileNetV2 is the fastest, 74 frames\/s; its RMSE is 3.58 px, that of DLCRNet_ms5 2.8 px/,
    );
    expect(alike).toEqual(['DLCRNet_ms5']);
    expect(cautions.join()).toMatch(/which of these differences are noise is not known/);
    const front = paretoFront(column('rmsePx'), column('framesPerSec')).map((i) => published.models[i]);
    expect(front).toEqual([
      'ResNet-152',
      'MobileNetV2',
      'EfficientNet-B0',
      'EfficientNet-B3',
      'DLCRNet_ms5',
      'DLCRNet_stride16_ms5',
    ]);
  });

  test('as CSV says that it is published in every row', () => {
    const lines = modelTableCsv(published).trimEnd().split('\r\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^model,source,RMSE \[px\],"?RMSE \(0 worst, 1 best\)"?,/);
    expect(lines.slice(1).every((line) => line.split(',')[1] === 'published')).toBe(true);
  });
});

describe('tables', () => {
  test('of equal or missing values have no scale, and a single number is neither best nor worst', () => {
    const table = createModelTable({
      models: ['a', 'b', 'c'],
      source: 'measured',
      metrics: [
        { key: 'x', name: 'x', better: 'lower', values: [2, 2, 2] },
        { key: 'y', name: 'y', better: 'higher', values: [null, 5, null] },
        { key: 'z', name: 'z', better: 'lower', values: [1, null, 3] },
      ],
    });
    expect(normalizeComparison(table)).toEqual([
      [null, null, null],
      [null, null, null],
      [1, null, 0],
    ]);
    const [x, y, z] = table.metrics as [
      (typeof table.metrics)[0],
      (typeof table.metrics)[0],
      (typeof table.metrics)[0],
    ];
    expect(paretoFront(y, z)).toEqual([]);
    expect(paretoFront(x, z)).toEqual([0]);
    // Two models that are equal in both are both on the front.
    expect(paretoFront(x, x)).toEqual([0, 1, 2]);
  });

  test('are refused with models or metrics twice, lists of another length, and numbers that are none', () => {
    const metric = { key: 'x', name: 'x', better: 'lower', values: [1] } as const;
    const make = (models: string[], metrics: readonly (typeof metric)[]) => () =>
      createModelTable({ models, metrics, source: 'measured' });
    expect(make([], [])).toThrow(/at least one model/);
    expect(make(['a', 'a'], [])).toThrow(/model a is listed twice/);
    expect(make(['a'], [metric, metric])).toThrow(/metric x is listed twice/);
    expect(make(['a', 'b'], [metric])).toThrow(/x must have 2 entries, got 1/);
    expect(make(['a'], [{ ...metric, values: [Number.NaN] } as unknown as typeof metric])).toThrow(
      /finite numbers or null, got NaN/,
    );
  });
});

describe('recommendations with tests', () => {
  const table = createModelTable({
    models: ['slow', 'quick', 'bad'],
    source: 'measured',
    metrics: [
      { key: 'error', name: 'mean error', unit: 'px', better: 'lower', values: [2, 2.01, 9] },
      { key: 'speed', name: 'speed', unit: 'frames/s', better: 'higher', values: [10, 50, 60] },
    ],
  });
  const pair = (models: [number, number], p: number, recordings = 8) => ({
    models,
    frames: 100,
    recordings,
    meanDifference: 0,
    interval: null,
    p,
    adjustedP: p,
    smallestP: 2 / 2 ** recordings,
    framesP: p,
    adjustedFramesP: p / 2,
  });
  const recommend = (tests: ReturnType<typeof pair>[]) =>
    recommendModels(table, { accuracy: 'error', speed: 'speed', tests });

  test('a lead that may be noise makes the faster model the choice', () => {
    const { recommendations, alike, cautions } = recommend([pair([0, 1], 0.6), pair([0, 2], 0.01), pair([1, 2], 0.01)]);
    expect(alike).toEqual(['slow', 'quick']);
    expect(recommendations[0]).toMatchObject({ purpose: 'accuracy', model: 'quick' });
    expect(recommendations[0]?.reason).toMatch(/lead over quick may be noise .*: quick is the fastest of them/);
    expect(cautions).toEqual([]);
  });

  test('of models that are equally fast the most accurate is named', () => {
    const [error, speed] = table.metrics as [(typeof table.metrics)[0], (typeof table.metrics)[0]];
    const equal = {
      ...table,
      metrics: [
        { ...error, values: [2.3, 2, 2.1] },
        { ...speed, values: [10, 10, 10] },
      ],
    };
    const { recommendations } = recommendModels(equal, {
      accuracy: 'error',
      speed: 'speed',
      tests: [pair([0, 1], 0.6), pair([0, 2], 0.6), pair([1, 2], 0.6)],
    });
    expect(recommendations.map(({ model }) => model)).toEqual(['quick', 'quick', 'quick']);
    expect(recommendations[0]?.reason).toMatch(/lead over bad, slow may be noise/);
    expect(recommendations[1]?.reason).toBe(
      'All models are equally fast, 10 frames/s; quick is the most accurate of them.',
    );
    expect(recommendations[2]?.reason).toBe('quick is the most accurate, and none is faster.');
  });

  test('a lead that is real is said to be', () => {
    const { recommendations, alike } = recommend([pair([0, 1], 0.02), pair([0, 2], 0.01), pair([1, 2], 0.01)]);
    expect(alike).toEqual(['slow']);
    expect(recommendations[0]?.reason).toMatch(/better than every other model/);
  });

  test('with few recordings the frames decide, and it says for whom', () => {
    const tests = [pair([0, 1], 0.08, 3), pair([0, 2], 0.08, 3), pair([1, 2], 0.08, 3)];
    const { alike, cautions } = recommend(tests);
    expect(alike).toEqual(['slow']);
    expect(cautions[0]).toMatch(/come from 3 recordings, and 6 are needed.*these recordings and not of new ones/);
    expect(() => recommendModels(table, { accuracy: 'mood', speed: 'speed' })).toThrow(
      /must be one of error, speed, got mood/,
    );
  });
});

describe('images to compare on', () => {
  const images = (group: string, count: number) => Array.from({ length: count }, (_, i) => `${group}/img${i}.png`);
  const [a, b, c] = [images('a', 4), images('b', 4), images('c', 4)];
  const data = (name: string, trainImages: string[], heldOutImages: string[]) => ({ name, trainImages, heldOutImages });

  test('of one split are the held-out ones, without a warning', () => {
    const found = commonImages([data('x', [...a, ...b], c), data('y', [...b, ...a], [...c].reverse())]);
    expect(found).toEqual({ images: c, sameSplit: true, warnings: [] });
  });

  test('that one model was trained on are refused where no other is left, and named', () => {
    expect(() => commonImages([data('x', [...a, ...b], c), data('y', [...b, ...c], a)])).toThrow(
      /models x, y cannot be compared: they hold out no image in common/,
    );
    expect(() => commonImages([data('x', a, b), data('y', c, b)], c)).toThrow(
      /y was trained on all 4 test images, such as c\/img0/,
    );
  });

  test('of splits that overlap are what all hold out, with a warning on data', () => {
    const {
      images: found,
      sameSplit,
      warnings,
    } = commonImages([data('x', a, [...b, ...c]), data('y', [...a, ...b], c)]);
    expect(found).toEqual(c);
    expect(sameSplit).toBe(false);
    expect(warnings.join(' ')).toMatch(/trained on different images \(x 4, y 8\).*4 images that none of them has seen/);
  });

  test('given from elsewhere lose those that somebody learned from', () => {
    const { images: found, warnings } = commonImages([data('x', a, b), data('y', a, b)], [...a.slice(0, 1), ...c]);
    expect(found).toEqual(c);
    expect(warnings.join(' ')).toMatch(/1 test image left out, for x, y was trained on it/);
  });

  test('from recordings that are also trained on, and cards that say nothing, are warned of', () => {
    const same = commonImages([data('x', a.slice(0, 2), a.slice(2)), data('y', a.slice(0, 2), a.slice(2))]);
    expect(same.warnings.join(' ')).toMatch(/All models were trained on other frames of recordings that are tested on/);
    const silent = commonImages([data('x', [], c), data('y', a, c)]);
    expect(silent.warnings.join(' ')).toMatch(/card of x does not say on which images it was trained/);
  });
});
