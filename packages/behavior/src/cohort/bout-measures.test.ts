import { Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { boutDurations, measureBouts } from './bout-measures.js';
import { boutMeasureValue } from './measures.js';
import { distinctBouts, type Observation, stretchesOf } from './observation.js';
import { observationOf, randomBouts } from './observation.test.kit.js';
import { analyzedStretches } from './stretches.js';

const measuresOf = (observation: Observation, options = {}) => measureBouts(observation, options);
const excluded = (startSec: number, endSec: number) => ({ startSec, endSec, reason: 'door opened' });

describe('stretches', () => {
  test('exclusions that overlap, touch the ends or lie outside leave what is between', () => {
    expect(
      analyzedStretches({ startSec: 0, endSec: 10 }, [
        { startSec: 8, endSec: 12 },
        { startSec: -5, endSec: 1 },
        { startSec: 2, endSec: 4 },
        { startSec: 3, endSec: 5 },
        { startSec: 20, endSec: 30 },
      ]),
    ).toEqual([
      { startSec: 1, endSec: 2 },
      { startSec: 5, endSec: 8 },
    ]);
    expect(analyzedStretches({ startSec: 0, endSec: 10 }, [{ startSec: 0, endSec: 10 }])).toEqual([]);
    expect(() => analyzedStretches({ startSec: 3, endSec: 1 })).toThrow('span must end after it starts, got 3 to 1 s');
  });
});

describe('measures of bouts', () => {
  test('time, count, mean duration and latency are those counted by hand', () => {
    const [attack, mount] = measuresOf(
      observationOf([
        ['attack', 10, 12],
        ['mount', 11, 15],
        ['attack', 20, 26],
      ]),
    );
    expect(attack).toEqual({
      behavior: 'attack',
      observedSec: 100,
      timeSec: 8,
      boutCount: 2,
      meanBoutSec: 4,
      latencySec: 10,
      isCensored: false,
      cutBoutCount: 0,
      outsideBoutCount: 0,
    });
    expect(mount).toMatchObject({ timeSec: 4, latencySec: 11 });
  });

  test('what was scored and never happened is zero, its latency the length and censored', () => {
    const [, mount] = measuresOf(observationOf([['attack', 1, 2]], { behaviors: ['attack', 'mount'] }));
    expect(mount).toMatchObject({ timeSec: 0, boutCount: 0, meanBoutSec: null, latencySec: 100, isCensored: true });
  });

  test('exclusions take time, cut bouts and do not count toward the latency', () => {
    const [attack] = measuresOf(
      observationOf(
        [
          ['attack', 5, 8],
          ['attack', 30, 45],
          ['attack', 95, 110],
        ],
        { exclusions: [excluded(0, 10), excluded(35, 40)] },
      ),
    );
    // Of 30 to 45 the first and last five seconds stay; the bout before 10 s is gone; the end of the recording cuts.
    expect(attack).toMatchObject({
      observedSec: 85,
      timeSec: 15,
      boutCount: 2,
      meanBoutSec: 7.5,
      latencySec: 20,
      cutBoutCount: 2,
      outsideBoutCount: 1,
    });
  });

  test('overlapping bouts of one behavior count each second once; those that touch stay two', () => {
    const bouts = observationOf([
      ['attack', 1, 5],
      ['attack', 3, 4],
      ['attack', 4, 7],
      ['attack', 7, 8],
    ]);
    expect(measuresOf(bouts)[0]).toMatchObject({ timeSec: 7, boutCount: 2 });
    expect(measuresOf(bouts, { mergeGapSec: 0 })[0]).toMatchObject({ timeSec: 7, boutCount: 1 });
  });

  test('bouts are merged before short ones go', () => {
    const bouts = observationOf([
      ['groom', 1, 1.4],
      ['groom', 1.5, 2],
      ['groom', 9, 9.3],
    ]);
    const options = { mergeGapSec: 0.2, minimumBoutSec: 0.5 };
    expect(measuresOf(bouts, options)[0]).toMatchObject({ timeSec: 1, boutCount: 1 });
    expect(distinctBouts(bouts.annotations, options)[0]).toMatchObject({ mergedCount: 1, shortCount: 1 });
    expect(() => measuresOf(bouts, { mergeGapSec: -1 })).toThrow('mergeGapSec must be 0 or more, got -1');
  });

  test('point events count and have no time; two at one instant are two', () => {
    const bouts = observationOf(
      [
        ['rear', 5, 5],
        ['rear', 5, 5],
        ['rear', 50, 50],
        ['rear', 100, 100],
      ],
      { exclusions: [excluded(40, 60)] },
    );
    expect(measuresOf(bouts)[0]).toMatchObject({ timeSec: 0, boutCount: 2, latencySec: 5, outsideBoutCount: 2 });
  });

  test('agree with frames counted one by one, on random bouts and exclusions', () => {
    const random = new Random('cohort frames');
    for (let trial = 0; trial < 40; trial++) {
      const observation = observationOf(randomBouts(random, 25, ['a', 'b']), {
        behaviors: ['a', 'b'],
        scored: { startSec: 3, endSec: 90 },
        exclusions: [excluded(20, 31), excluded(30.5, 33), excluded(70, 70.5)],
      });
      const { startSec, endSec, behavior } = observation.annotations;
      const isAnalyzed = (sec: number) =>
        sec >= 3 && sec < 90 && !observation.exclusions.some((e) => sec >= e.startSec && sec < e.endSec);
      // Everything lies on tenths, so the middles of tenths sample it exactly.
      const middles = Array.from({ length: 1300 }, (_, i) => i / 10 - 9.95);
      for (const [which, measures] of measuresOf(observation).entries()) {
        const isShown = (sec: number) =>
          behavior.some((b, i) => b === which && (startSec[i] as number) <= sec && sec < (endSec[i] as number));
        const shown = middles.filter((sec) => isAnalyzed(sec) && isShown(sec)).length / 10;
        expect(measures.timeSec).toBeCloseTo(shown, 9);
        expect(measures.observedSec).toBeCloseTo(middles.filter(isAnalyzed).length / 10, 9);
        const durations = boutDurations(observation, measures.behavior);
        expect(durations.length).toBe(measures.boutCount);
        expect(durations.reduce((sum, sec) => sum + sec, 0)).toBeCloseTo(measures.timeSec, 9);
      }
      expect(stretchesOf(observation).length).toBe(3);
    }
  });

  test('values carry what they weigh over recordings, or why there are none', () => {
    const [attack] = measuresOf(observationOf([['attack', 0, 6]], { scored: { startSec: 0, endSec: 30 } }));
    if (attack === undefined) throw new Error('no measures');
    expect(boutMeasureValue('share', attack)).toEqual({ value: 20, weight: 30 });
    expect(boutMeasureValue('rate', attack)).toEqual({ value: 2, weight: 30 });
    expect(boutMeasureValue('bout-duration', { ...attack, boutCount: 0 })).toEqual({ reason: 'no bout' });
    expect(boutMeasureValue('time', { ...attack, observedSec: 0 })).toEqual({ reason: 'nothing of it is analyzed' });
  });
});
