import { describe, expect, test } from 'vitest';
import { conditionsOfSubject, orderedValues } from './conditions.js';
import { type CohortRow, designGroups } from './design.js';

const row = (animal: string, recording: string, conditions: CohortRow['conditions'], value: number, weight = 1) => ({
  animal,
  recording,
  conditions,
  value,
  weight,
});

describe('conditions', () => {
  test('those of one subject win over those of the recording', () => {
    const recording = {
      conditions: { day: 2, genotype: 'wt', 'resident.genotype': 'ko', 'intruder.animal': 'b7' },
      subjects: ['resident', 'intruder'],
    };
    expect(conditionsOfSubject(recording, 'resident')).toEqual({ day: 2, genotype: 'ko' });
    expect(conditionsOfSubject(recording, 'intruder')).toEqual({ day: 2, genotype: 'wt', animal: 'b7' });
  });

  test('values are ordered as people order them', () => {
    expect(orderedValues(['day 10', 'day 2', 10, 9, 'vehicle', '0.5', 9])).toEqual([
      '0.5',
      '9',
      '10',
      'day 2',
      'day 10',
      'vehicle',
    ]);
  });
});

describe('designs', () => {
  const wt = { genotype: 'wt' };
  const ko = { genotype: 'ko' };

  test('recordings of one animal become one value, by weight', () => {
    const { levels } = designGroups([row('m1', 'r1', wt, 2, 1), row('m1', 'r2', wt, 5, 3), row('m2', 'r3', ko, 1)], {
      by: 'genotype',
    });
    expect(levels[0]?.groups).toEqual([
      { name: 'ko', values: [1], animals: ['m2'], recordings: [['r3']], isCensored: [false] },
      { name: 'wt', values: [4.25], animals: ['m1'], recordings: [['r1', 'r2']], isCensored: [false] },
    ]);
  });

  test('recordings as units stay apart', () => {
    const rows = [row('m1', 'r1', wt, 2), row('m1', 'r2', wt, 5)];
    const { levels } = designGroups(rows, { by: 'genotype', unit: 'recording', groups: ['wt', 'ko'] });
    expect(levels[0]?.groups.map(({ values }) => values)).toEqual([[2, 5], []]);
  });

  test('pairs are of the same animals in the same order; the others are left out with the reason', () => {
    const rows = ['m2', 'm1', 'm3'].flatMap((animal, i) =>
      [1, 10, 2].flatMap((day) =>
        animal === 'm3' && day === 2 ? [] : [row(animal, `${animal}-${day}`, { day }, day + i)],
      ),
    );
    const { levels, leftOut } = designGroups(rows, { by: 'day', paired: true });
    expect(levels[0]?.groups.map(({ name, animals, values }) => [name, animals, values])).toEqual([
      ['1', ['m1', 'm2'], [2, 1]],
      ['2', ['m1', 'm2'], [3, 2]],
      ['10', ['m1', 'm2'], [11, 10]],
    ]);
    expect(leftOut).toEqual([{ who: 'm3', reason: 'has no value for day 2, and pairs need all' }]);
  });

  test('an animal in two groups is refused, within levels it is fine', () => {
    const rows = [row('m1', 'r1', { drug: 'x', day: 1 }, 1), row('m1', 'r2', { drug: 'y', day: 2 }, 2)];
    expect(() => designGroups(rows, { by: 'drug' })).toThrow(/animal m1 is in two groups of drug, x and y/);
    const { levels } = designGroups(rows, { by: 'drug', within: 'day' });
    expect(levels.map(({ level, groups }) => [level, groups.map(({ values }) => values.length)])).toEqual([
      ['1', [1, 0]],
      ['2', [0, 1]],
    ]);
  });

  test('what has no group is told, and what is no number is refused', () => {
    const rows = [row('m1', 'r1', wt, 1), row('m2', 'r2', {}, 1), row('m3', 'r3', { genotype: 'het' }, 1)];
    expect(designGroups(rows, { by: 'genotype', groups: ['wt'] }).leftOut).toEqual([
      { who: 'r2', reason: 'has no condition genotype' },
      { who: 'r3', reason: 'genotype is het, not one of the groups' },
    ]);
    expect(() => designGroups([row('m1', 'r1', wt, Number.NaN)], { by: 'genotype' })).toThrow(
      'must be finite numbers, got NaN and 1 in recording r1',
    );
    expect(() => designGroups([], { by: 'genotype', paired: true, unit: 'bout' })).toThrow('got bout');
  });

  test('no rows give no groups', () => {
    expect(designGroups([], { by: 'genotype' }).levels).toEqual([{ level: undefined, groups: [] }]);
  });
});
