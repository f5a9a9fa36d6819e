import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forwardBackwardSmooth } from './forward-backward-smooth.js';
import { type MarkovChain, smoothStates } from './hidden-markov.js';
import { allLabels } from './smooth.test.kit.js';
import { fitTwoStateHmm, twoStateHmm } from './two-state-hmm.js';

interface References {
  smoothing: { count: number; period: number; blur: number; shift: number; late: boolean; labels: number[] }[];
  markov: (MarkovChain & { emission: number[][]; observed: number[]; posterior: number[][] })[];
}

const { smoothing, markov } = JSON.parse(
  readFileSync(resolve('test/reference/smooth/smooth.json'), 'utf8'),
) as References;

const series = (count: number, period: number) =>
  Uint8Array.from({ length: count }, (_, i) => ((i * i * 7 + 3 * i) % period < Math.floor(period / 2) ? 1 : 0));

const likelihoodOf = (emission: readonly (readonly number[])[], observed: ArrayLike<number>) =>
  Float64Array.from(Array.from(observed, (seen) => emission.map((row) => row[seen] as number)).flat());

describe('the forward-backward smoother', () => {
  it.each(smoothing)('gives what SciPy gives: $count frames, blur $blur, shift $shift, late $late', (reference) => {
    const { count, period, blur, shift, late, labels } = reference;
    const smoothed = forwardBackwardSmooth(series(count, period), { blur, shift, mode: late ? 'mars' : 'corrected' });
    expect([...smoothed]).toEqual(labels);
  });

  it('keeps unscored frames, treats what is on both sides of them alone, and takes short and empty input', () => {
    const joined = Uint8Array.from([...series(60, 11), 255, ...series(41, 5), ...series(9, 4)]);
    const alone = [series(60, 11), series(41, 5), series(9, 4)].map((part) => [...forwardBackwardSmooth(part)]);
    const smoothed = forwardBackwardSmooth(joined, { sequences: [0, 102] });
    expect([...smoothed]).toEqual([...(alone[0] ?? []), 255, ...(alone[1] ?? []), ...(alone[2] ?? [])]);
    expect(forwardBackwardSmooth(new Uint8Array(0))).toHaveLength(0);
    expect([...forwardBackwardSmooth(Uint8Array.of(1))]).toEqual([1]);
    expect(() => forwardBackwardSmooth(joined, { sequences: [0, 200] })).toThrow(RangeError);
  });
});

describe('probabilities of hidden states', () => {
  it.each(markov)('are those of hmmlearn', ({ start, transition, emission, observed, posterior }) => {
    const states = smoothStates({ start, transition }, likelihoodOf(emission, observed));
    for (const [i, value] of posterior.flat().entries()) expect(states[i]).toBeCloseTo(value, 10);
  });

  it('are the shares of all ways through the states', () => {
    const { start, transition, emission, observed } = markov[1] as References['markov'][0];
    const seen = observed.slice(0, 6);
    const expected = new Float64Array(18);
    let total = 0;
    for (const way of allLabels(3, 6)) {
      let share = start[way[0] as number] as number;
      for (const [i, state] of way.entries()) {
        share *= emission[state]?.[seen[i] as number] as number;
        if (i > 0) share *= transition[way[i - 1] as number]?.[state] as number;
      }
      total += share;
      for (const [i, state] of way.entries()) expected[3 * i + state] = (expected[3 * i + state] as number) + share;
    }
    const states = smoothStates({ start, transition }, likelihoodOf(emission, seen));
    for (const [i, value] of expected.entries()) expect(states[i]).toBeCloseTo(value / total, 12);
  });

  it('neither under- nor overflow on a million frames, and see through impossible observations', () => {
    const chain = {
      start: [1, 0],
      transition: [
        [1, 0],
        [0, 1],
      ],
    };
    const likelihood = new Float64Array(2_000_000).fill(1e-300);
    likelihood.set([0, 0], 1000);
    const states = smoothStates(chain, likelihood);
    expect([states[0], states[1999], states[1_999_998]]).toEqual([1, 0, 1]);
    // From state 0 no way leads to 1, yet frame 2 can only be 1: the chain begins anew there.
    const broken = smoothStates(chain, Float64Array.of(1, 1, 1, 1, 0, 1, 0, 1));
    expect([...broken]).toEqual([1, 0, 1, 0, 0, 1, 0, 1]);
  });
});

describe('the two-state model', () => {
  it('counts starts, transitions and emissions as MARS does', () => {
    const truth = Uint8Array.of(0, 0, 1, 1, 1, 0, 255, 1, 1, 0);
    const predicted = Uint8Array.of(0, 1, 1, 1, 0, 0, 1, 1, 1, 0);
    const model = fitTwoStateHmm(predicted, truth, { sequences: [0, 9] });
    expect(model.start).toEqual([4 / 9, 5 / 9]);
    expect(model.transition).toEqual([
      [1 / 2, 1 / 2],
      [1 / 4, 3 / 4],
    ]);
    expect(model.emission).toEqual([
      [3 / 4, 1 / 4],
      [1 / 5, 4 / 5],
    ]);
  });

  it('never predicts a behavior it never saw, and joins what flickers', () => {
    const never = fitTwoStateHmm(Uint8Array.of(0, 1, 0, 0), new Uint8Array(4));
    expect([...twoStateHmm(never, Uint8Array.of(1, 1, 1, 255, 0)).labels]).toEqual([0, 0, 0, 255, 0]);
    const truth = Uint8Array.from({ length: 400 }, (_, i) => Math.floor(i / 40) % 2);
    const predicted = truth.map((label, i) => (i % 9 === 4 ? 1 - label : label));
    const model = fitTwoStateHmm(predicted, truth);
    const { labels, probability } = twoStateHmm(model, predicted);
    expect(labels.filter((label, i) => label !== truth[i]).length).toBeLessThan(8);
    expect(probability.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
