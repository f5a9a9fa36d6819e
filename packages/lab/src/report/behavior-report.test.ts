import { evaluateBehavior, type FrameTruth } from '@zoopraxis/behavior';
import { Random } from '@zoopraxis/core';
import { readFigure } from '@zoopraxis/figures';
import { expect, test } from 'vitest';
import { behaviorFigures, predictionRaster } from './behavior-figures.js';
import { behaviorReportPage } from './behavior-report.js';

const behaviors = ['<b>attack</b>', 'other'];
const labels = (text: string): FrameTruth => ({
  behaviors,
  label: Uint8Array.from(text, (letter) => (letter === '.' ? 255 : letter.charCodeAt(0) - 97)),
});
const truth = [labels('bbaaaabbbbaab'), labels('aabbbbbbaaa..')];
const predicted = [labels('bbbaaabbbbbbb'), labels('aabbbaabaaabb')];
const random = new Random('scores');
const scores = predicted.map(({ label }) => ({
  behaviors,
  probability: Float32Array.from({ length: 26 }, (_, i) =>
    label[i >> 1] === (i & 1) ? 0.5 + 0.5 * random.uniform() : 0.5 * random.uniform(),
  ),
}));
const evaluation = evaluateBehavior(truth, predicted, { fps: 10, background: ['other'], scores, resampleCount: 50 });

test('a page shows scores, figures and notes, and no name of a behavior becomes markup', async () => {
  const page = await behaviorReportPage({
    ...{ title: 'Attack', lead: 'Two sessions.', synthetic: true, evaluation },
    notes: ['One note.'],
    recordings: [
      {
        name: 'm1',
        truth: truth[0] as FrameTruth,
        predicted: predicted[0] as FrameTruth,
        timeBase: { fps: 10, frameCount: 13 },
      },
    ],
  });
  expect(page).not.toContain('<b>attack');
  expect(page).toContain('&lt;b&gt;attack&lt;/b&gt;');
  expect(page).toContain('One note.');
  expect(page).toContain('Not counted: 2 frames that the truth leaves unscored.');
  expect(page.replaceAll(/<metadata>.*?<\/metadata>/gs, '')).not.toMatch(/NaN|undefined|Infinity|\[object/);
  expect([...page.matchAll(/<figure data-name="([^"]+)"/g)].map(([, name]) => name)).toEqual([
    'precision-recall',
    'confusion-matrix',
    'session-scores',
    'f1-by-duration',
    'bout-durations',
    'timing-&lt;b&gt;attack&lt;/b&gt;',
    'ethogram-m1',
  ]);
});

test('figures need no scores and no second session', () => {
  const one = evaluateBehavior(truth.slice(0, 1), predicted.slice(0, 1), { fps: 10, background: ['other'] });
  expect(behaviorFigures(one).map(({ name }) => name)).toEqual([
    'confusion-matrix',
    'bout-durations',
    'timing-<b>attack</b>',
  ]);
});

test('a raster holds the bouts without the background and the mean probability of its steps', () => {
  const count = 5000;
  const long = { behaviors, label: Uint8Array.from({ length: count }, (_, i) => (i < 6 ? 0 : 1)) };
  const probability = Float32Array.from({ length: 2 * count }, (_, i) => (i >> 1 < 3 ? 1 : 0));
  const { data } = readFigure(
    predictionRaster(
      {
        name: 'm1',
        truth: long,
        predicted: long,
        timeBase: { fps: 10, frameCount: count },
        scores: { behaviors, probability },
      },
      evaluation,
    ),
  ) as { data: { rows: { bouts: unknown[] }[]; strips: { values: number[]; stepSec: number }[] } };
  expect(data.rows[0]?.bouts).toEqual([{ behavior: '<b>attack</b>', startSec: 0, endSec: 0.6 }]);
  expect(data.strips[0]).toMatchObject({ stepSec: 0.3 });
  expect(data.strips[0]?.values.slice(0, 3)).toEqual([1, 0, 0]);
  expect(data.strips[0]?.values).toHaveLength(1667);
});
