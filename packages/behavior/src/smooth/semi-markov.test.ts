import { Random } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { durationTables, fitDurations } from './durations.js';
import { fitSemiMarkov, semiMarkov, semiMarkovStream } from './semi-markov.js';
import { prepareModel } from './semi-markov-model.js';
import { semiMarkovPosterior } from './semi-markov-posterior.js';
import { SemiMarkovViterbi } from './semi-markov-viterbi.js';
import { allLabels, logProbabilityOf, makeRecording, posteriorByAges } from './smooth.test.kit.js';
import { frameMacroF1 } from './smoothing-data.js';

const small = {
  start: [0.5, 0.2, 0.3],
  transition: [
    [0, 0.6, 0.4],
    [0.9, 0, 0.1],
    [0.3, 0.7, 0],
  ],
  durations: {
    edges: [1, 2, 4],
    hazard: [
      [0.05, 0.5, 0.2],
      [0.6, 0.1, 0.3],
      [0.2, 0.2, 0.7],
    ],
  },
};

const draw = (rng: Random, length: number) => Float64Array.from({ length }, () => 2 * rng.normal());

describe.each([
  ['three classes', small],
  ['durations told apart by nothing', { ...small, durations: { edges: [1], hazard: [[0.3], [0.1], [0.5]] } }],
])('a semi-Markov chain of %s', (_, model) => {
  const prepared = prepareModel(model);
  const frameCount = 7;

  it('is likeliest where the best of all segmentations is', () => {
    for (let seed = 0; seed < 6; seed++) {
      const evidence = draw(new Random(seed), 3 * frameCount);
      let [best, labels] = [Number.NEGATIVE_INFINITY, [] as number[]];
      for (const candidate of allLabels(3, frameCount)) {
        const score = logProbabilityOf(prepared, evidence, candidate);
        if (score > best) [best, labels] = [score, candidate];
      }
      const viterbi = new SemiMarkovViterbi(prepared);
      expect(viterbi.push(evidence)).toHaveLength(0);
      const result = viterbi.finish();
      expect([...result.labels]).toEqual(labels);
      expect(result.logProbability).toBeCloseTo(best, 10);
    }
  });

  it('gives each frame the share of all segmentations that name its class', () => {
    const evidence = draw(new Random(9), 3 * frameCount);
    const expected = new Float64Array(3 * frameCount);
    let total = 0;
    for (const labels of allLabels(3, frameCount)) {
      const share = Math.exp(logProbabilityOf(prepared, evidence, labels));
      total += share;
      for (const [frame, label] of labels.entries())
        expected[3 * frame + label] = (expected[3 * frame + label] as number) + share;
    }
    const posterior = semiMarkovPosterior(prepared, evidence);
    for (const [at, value] of expected.entries()) expect(posterior[at]).toBeCloseTo(value / total, 6);
  });
});

it.each([1, 8, 40])('weighs evidence of strength %i as the sum over all ages of bouts does', (strength) => {
  const prepared = prepareModel({ ...small, durations: { edges: [1, 3, 12], hazard: small.durations.hazard } });
  const evidence = draw(new Random(strength), 3 * 600).map((value) => (strength * value) / 2);
  // A stretch in which one class alone has all the evidence, for longer than any duration that is told apart.
  for (let frame = 200; frame < 400; frame++) evidence[3 * frame + 1] = 50;
  const posterior = semiMarkovPosterior(prepared, evidence);
  for (const [frame, row] of posteriorByAges(prepared, evidence).entries()) {
    for (const [c, value] of row.entries()) expect(posterior[3 * frame + c]).toBeCloseTo(value, 6);
  }
});

it('has durations and ages whose probabilities sum to one', () => {
  for (const table of durationTables(small.durations)) {
    const last = table.hazard.length - 1;
    const sum = (log: Float64Array) => log.reduce((total, value) => total + Math.exp(value), 0);
    expect(sum(table.logExact.subarray(0, last)) + Math.exp(table.logSurvival[last] as number)).toBeCloseTo(1, 12);
    expect(sum(table.logAge)).toBeCloseTo(1, 12);
    expect(table.logFirstSurvival[0]).toBeCloseTo(0, 12);
  }
});

describe('fitting durations', () => {
  it('finds the mean of geometric bouts, and counts bouts that are cut off as not ended', () => {
    const rng = new Random(3);
    const truth = new Uint8Array(200_000);
    for (let frame = 1; frame < truth.length; frame++) {
      const before = truth[frame - 1] as number;
      truth[frame] = rng.uniform() < (before === 0 ? 0.05 : 0.01) ? 1 - before : before;
    }
    const runs = Array.from({ length: 100 }, (_, i) => ({ start: 2000 * i, end: 2000 * (i + 1) }));
    const [short, long] = durationTables(fitDurations(truth, runs, { classCount: 2 }));
    expect(short?.mean).toBeGreaterThan(18.5);
    expect(short?.mean).toBeLessThan(21.5);
    expect(long?.mean).toBeGreaterThan(92);
    expect(long?.mean).toBeLessThan(109);
  });

  it('gives a class without bouts the durations of the others', () => {
    const truth = Uint8Array.from({ length: 3000 }, (_, frame) => Math.floor(frame / 10) % 2);
    const [a, b, none] = durationTables(fitDurations(truth, [{ start: 0, end: 3000 }], { classCount: 3 }));
    expect(a?.mean).toBeCloseTo(b?.mean as number, 0);
    expect(none?.mean).toBeGreaterThan(5);
    expect(none?.mean).toBeLessThan(20);
  });
});

describe('the fitted smoother', () => {
  const [training, test] = [makeRecording(new Random(1), 8000), makeRecording(new Random(2), 8000)];
  const model = fitSemiMarkov(training);
  const argMax = (probability: Float32Array) =>
    Uint8Array.from({ length: probability.length / 3 }, (_, frame) => {
      const row = [...probability.subarray(3 * frame, 3 * frame + 3)];
      return row.indexOf(Math.max(...row));
    });

  it('is right more often than the classifier on a recording it was not fitted to', () => {
    const before = frameMacroF1(test.truth, argMax(test.probability), 3);
    const { labels, probability } = semiMarkov(model, test.probability);
    expect(frameMacroF1(test.truth, labels, 3)).toBeGreaterThan(before + 0.1);
    expect(frameMacroF1(test.truth, argMax(probability), 3)).toBeGreaterThan(before + 0.1);
  });

  it.each(['frames', 'bouts'] as const)('gives labels by %s', (decode) => {
    const only = fitSemiMarkov(training, { decode: [decode] });
    const { labels, probability } = semiMarkov(only, test.probability);
    expect(only.decode).toBe(decode);
    if (decode === 'frames') expect(labels).toEqual(argMax(probability));
    else expect(labels).not.toEqual(argMax(probability));
    expect(frameMacroF1(test.truth, labels, 3)).toBeGreaterThan(
      frameMacroF1(test.truth, argMax(test.probability), 3) + 0.1,
    );
    if (decode === 'frames') expect(() => semiMarkovStream(only)).toThrow(/bouts/);
  });

  it('is the same after JSON and for equal data', () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    expect(fitSemiMarkov(training)).toEqual(model);
  });

  it('gives recordings joined what each alone gives, and never looks across a missing frame', () => {
    const joined = new Float32Array([...test.probability, ...training.probability]);
    joined.fill(Number.NaN, 3 * 500, 3 * 503);
    const { labels, probability } = semiMarkov(model, joined, { sequences: [0, 8000] });
    expect([...labels.subarray(500, 503)]).toEqual([255, 255, 255]);
    expect(Number.isNaN(probability[3 * 501])).toBe(true);
    const parts = [test.probability.subarray(0, 1500), test.probability.subarray(1509), training.probability];
    const alone = parts.map((part) => semiMarkov(model, part.slice()));
    expect([...labels.subarray(0, 500), ...labels.subarray(503)]).toEqual(alone.flatMap((part) => [...part.labels]));
  });

  it('streams a million frames in pieces with the labels of the whole', () => {
    const frameCount = 1_000_000;
    const long = new Float32Array(3 * frameCount);
    for (let at = 0; at < long.length; at += 24_000)
      long.set(test.probability.subarray(0, Math.min(24_000, long.length - at)), at);
    const fast = {
      ...model,
      decode: 'bouts' as const,
      durations: fitDurations(training.truth, [{ start: 0, end: 8000 }], { classCount: 3, capFrames: 30 }),
    };
    const prepared = semiMarkov(fast, long);
    const stream = semiMarkovStream(fast);
    const labels: number[] = [];
    let waiting = 0;
    for (let at = 0, given = 0; at < long.length; at += 3 * 12_345) {
      const piece = stream.push(long.subarray(at, at + 3 * 12_345));
      given += piece.length;
      waiting = Math.max(waiting, Math.min(frameCount, at / 3 + 12_345) - given);
      for (const label of piece) labels.push(label);
    }
    for (const label of stream.finish()) labels.push(label);
    expect(waiting).toBeLessThan(10_000);
    expect(Buffer.compare(Uint8Array.from(labels), prepared.labels)).toBe(0);
    for (let at = 0; at < prepared.probability.length; at += 29) {
      if (!(prepared.probability[at]! >= 0 && prepared.probability[at]! <= 1))
        throw new Error(`no probability at ${at}`);
    }
  });
});

it('takes one class, no frames, and probabilities of zero', () => {
  const one = fitSemiMarkov({ probability: new Float32Array(50).fill(1), truth: new Uint8Array(50) });
  expect([...semiMarkov(one, new Float32Array(3).fill(0.2)).labels]).toEqual([0, 0, 0]);
  expect([...semiMarkov(one, new Float32Array(3)).probability]).toEqual([1, 1, 1]);
  const model = fitSemiMarkov(makeRecording(new Random(5), 3000));
  expect(semiMarkov(model, new Float32Array(0)).labels).toHaveLength(0);
  const zeros = semiMarkov(model, new Float32Array(3 * 400));
  expect(zeros.labels.every((label) => label < 3)).toBe(true);
  expect(zeros.probability.every((value) => value >= 0 && value <= 1)).toBe(true);
});
