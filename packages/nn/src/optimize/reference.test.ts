import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { clipScale, type LaneArenas, type LanePlan, laneArenas, squaredNorms, updateLane } from './lane.js';
import { planLanes } from './lane-plan.js';
import { initialPlateau, observePlateau, type PlateauSettings } from './plateau.js';
import { cosine, exponential, multiStep, type Schedule, warmUp } from './schedule.js';
import type { OptimizerSettings } from './settings.js';

type Values = Record<string, number[]>;

interface Expected {
  shapes: Record<string, number[]>;
  optimizers: { settings: OptimizerSettings; weights: Record<'1' | '2' | '10', Values> & { average?: Values } }[];
  schedules: Record<'multiStep' | 'exponential' | 'cosine' | 'restarts' | 'growingRestarts' | 'warmUpCosine', number[]>;
  plateaus: { settings: PlateauSettings; observed: number[]; factors: number[] }[];
}

const expected = JSON.parse(readFileSync('test/reference/optimizers/expected.json', 'utf8')) as Expected;
const parameters = Object.entries(expected.shapes).map(([name, shape]) => ({ name, shape }));
const indexOf = new Map(parameters.map(({ name }, index) => [name, index]));

// float32 sums in another order: 1e-6 of values of size 1.
const TOLERANCE = 1e-6;

interface Lane {
  plan: LanePlan;
  arenas: LaneArenas;
}

/** Ten steps on the formula of make-optimizers.py; calls back after each. */
function run(settings: OptimizerSettings, laneCount: number, after: (step: number, lanes: Lane[]) => void): void {
  const lanes = planLanes(parameters, settings, laneCount).map((plan) => ({
    plan,
    arenas: laneArenas(plan, settings),
  }));
  const fill = (array: (arenas: LaneArenas) => Float32Array | undefined, value: (i: number, p: number) => number) => {
    for (const { plan, arenas } of lanes) {
      for (const { name, offset, length } of plan.segments) {
        for (let i = 0; i < length; i++) array(arenas)?.fill(value(i, indexOf.get(name)!), offset + i, offset + i + 1);
      }
    }
  };
  fill(
    ({ weights }) => weights,
    (i, p) => Math.sin(0.9 * i + 1.7 * p + 0.3),
  );
  fill(
    ({ average }) => average,
    (i, p) => Math.sin(0.9 * i + 1.7 * p + 0.3),
  );
  for (let step = 1; step <= 10; step++) {
    fill(
      ({ gradients }) => gradients,
      (i, p) => Math.cos(0.7 * i + 1.3 * step + 2.1 * p) * (0.5 + 0.1 * step),
    );
    let gradientScale = 1;
    if (settings.clip?.kind === 'norm') {
      const sums = lanes.flatMap(({ plan, arenas }) => [...squaredNorms(plan, arenas)]);
      gradientScale = clipScale(Math.sqrt(sums.reduce((total, sum) => total + sum, 0)), settings.clip.max);
    }
    for (const { plan, arenas } of lanes) {
      updateLane(plan, arenas, settings, { step, learningRate: settings.learningRate, gradientScale });
    }
    after(step, lanes);
  }
}

function valuesOf(lanes: Lane[], array: (arenas: LaneArenas) => Float32Array): Values {
  const entries = lanes.flatMap(({ plan, arenas }) =>
    plan.segments.map(({ name, offset, length }): [string, number[]] => [
      name,
      [...array(arenas).subarray(offset, offset + length)],
    ]),
  );
  return Object.fromEntries(entries);
}

function largestDifference(actual: Values, wanted: Values): number {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(wanted).sort());
  const differences = Object.entries(wanted).flatMap(([name, values]) => {
    expect(actual[name]).toHaveLength(values.length);
    return values.map((value, i) => Math.abs(value - actual[name]![i]!));
  });
  return Math.max(...differences);
}

describe('optimizers take the steps that PyTorch takes', () => {
  test.each(expected.optimizers.map((item) => [JSON.stringify(item.settings), item] as const))(
    '%s',
    (_, { settings, weights }) => {
      const checked: number[] = [];
      run(settings, 1, (step, lanes) => {
        const wanted = weights[String(step) as '1'];
        if (wanted === undefined) return;
        checked.push(step);
        const values = valuesOf(lanes, (arenas) => arenas.weights);
        expect(largestDifference(values, wanted), `step ${step}`).toBeLessThan(TOLERANCE);
        if (step === 10 && weights.average) {
          const average = valuesOf(lanes, (arenas) => arenas.average!);
          expect(largestDifference(average, weights.average)).toBeLessThan(TOLERANCE);
        }
      });
      expect(checked).toEqual([1, 2, 10]);
    },
  );

  test('two lanes give the same bits as one', () => {
    for (const { settings } of expected.optimizers) {
      const ends = [1, 2].map((laneCount) => {
        let end: Values = {};
        run(settings, laneCount, (_, lanes) => {
          expect(lanes).toHaveLength(laneCount);
          end = valuesOf(lanes, (arenas) => arenas.weights);
        });
        return end;
      });
      // The norm is summed here in order of lanes; the engine sums in order of parameters.
      if (settings.clip?.kind !== 'norm') expect(ends[1]).toEqual(ends[0]);
    }
  });
});

describe('schedules give the factors that PyTorch gives', () => {
  const schedules: Record<keyof Expected['schedules'], Schedule> = {
    multiStep: multiStep([5, 12, 12, 30], 0.3),
    exponential: exponential(0.9),
    cosine: cosine({ steps: 39, minFactor: 0.1 }),
    restarts: cosine({ steps: 7, minFactor: 0.05, restarts: {} }),
    growingRestarts: cosine({ steps: 5, minFactor: 0.05, restarts: { lengthFactor: 2 } }),
    warmUpCosine: warmUp({ steps: 8, from: 0.25, after: cosine({ steps: 32 }) }),
  };

  test.each(Object.entries(schedules))('%s', (name, schedule) => {
    const wanted = expected.schedules[name as keyof Expected['schedules']];
    expect(wanted).toHaveLength(40);
    // PyTorch goes from factor to factor and gathers rounding errors of float64.
    for (const [step, factor] of wanted.entries()) expect(schedule(step), `step ${step}`).toBeCloseTo(factor, 10);
  });

  test.each(expected.plateaus.map((item) => [JSON.stringify(item.settings), item] as const))(
    'plateau %s',
    (_, { settings, observed, factors }) => {
      expect(new Set(factors).size).toBeGreaterThan(2);
      let state = initialPlateau();
      for (const [step, factor] of factors.entries()) {
        expect(state.factor, `step ${step}`).toBeCloseTo(factor, 10);
        // A checkpoint keeps the state as JSON.
        state = observePlateau(settings, JSON.parse(JSON.stringify(state)), observed[step]!);
      }
    },
  );
});
