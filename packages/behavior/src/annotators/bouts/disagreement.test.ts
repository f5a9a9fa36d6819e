import { Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { type BoutColumns, type ComparedStream, comparedSides, disagreementOf } from './disagreement.js';

const names = ['a', 'b', 'c'];

function columnsOf(bouts: readonly (readonly [string, number, number])[]): BoutColumns {
  const sorted = [...bouts].sort((x, y) => x[1] - y[1]);
  return {
    startSec: Float64Array.from(sorted, ([, start]) => start),
    endSec: Float64Array.from(sorted, ([, , end]) => end),
    behavior: sorted.map(([name]) => names.indexOf(name)),
    behaviors: names,
  };
}

const someBouts = (random: Random) =>
  Array.from({ length: 12 }, () => {
    const start = Math.floor(random.between(0, 100));
    const name = names[Math.floor(random.between(0, 3))] as string;
    return [name, start, start + Math.floor(random.between(0, 20))] as const;
  });

describe('disagreement', () => {
  test('is told for every second just where the sets of behaviors differ, and not where one did not watch', () => {
    const random = new Random('disagreement');
    for (let turn = 0; turn < 30; turn++) {
      const [ours, theirs] = [someBouts(random), someBouts(random)];
      const behaviors = turn % 2 === 0 ? names : ['a', 'c'];
      const watched = turn % 3 === 0 ? ([20, 70] as const) : undefined;
      const { fromSec, toSec } = disagreementOf(columnsOf(ours), columnsOf(theirs), {
        ...{ behaviors, atLeastSec: 0.5 },
        ...(watched === undefined ? {} : { withinSec: watched }),
      });
      const at = (bouts: typeof ours, second: number) =>
        behaviors.filter((name) => bouts.some((bout) => bout[0] === name && bout[1] <= second && bout[2] > second));
      for (let second = 0; second < 125; second++) {
        const isTold = fromSec.some((from, i) => second >= from && second < (toSec[i] as number));
        const isWatched = watched === undefined || (second >= watched[0] && second < watched[1]);
        expect(isTold).toBe(isWatched && `${at(ours, second)}` !== `${at(theirs, second)}`);
      }
      for (let i = 1; i < fromSec.length; i++) expect(fromSec[i]).toBeGreaterThan(toSec[i - 1] as number);
    }
  });

  test('of less than half a frame is rounding', () => {
    const options = { behaviors: ['a'], atLeastSec: 0.5 / 30 };
    const ours = columnsOf([['a', 1, 2]]);
    expect(disagreementOf(ours, columnsOf([['a', 1.01, 2.004]]), options).fromSec).toHaveLength(0);
    expect([...disagreementOf(ours, columnsOf([['a', 1, 2.1]]), options).fromSec]).toEqual([2]);
  });
});

describe('a stream is compared', () => {
  const stream = (
    annotator: string,
    target: string | undefined,
    more: Partial<ComparedStream> = {},
  ): ComparedStream => ({
    ...{
      set: 's',
      subject: 'm',
      target,
      annotator,
      channel: 'default',
      isHuman: annotator !== 'net',
      behaviors: ['attack'],
    },
    boutCount: 3,
    ...more,
  });
  const sides = (of: ComparedStream, all: readonly ComparedStream[], annotator = 'ann') => {
    const found = comparedSides(of, all, annotator);
    const words = (list: readonly ComparedStream[]) => list.map((each) => `${each.annotator}>${each.target ?? ''}`);
    return found === undefined ? undefined : [words(found.reference), words(found.other), found.behaviors];
  };

  test('with the person who annotates, else the first of the same animals', () => {
    const all = [stream('bob', 'x'), stream('ann', 'x'), stream('ann', 'y'), stream('net', 'x')];
    expect(sides(all[3] as ComparedStream, all)).toEqual([['ann>x'], ['net>x'], ['attack']]);
    expect(sides(all[3] as ComparedStream, all, 'eve')).toEqual([['bob>x'], ['net>x'], ['attack']]);
    expect(sides(all[0] as ComparedStream, all)).toEqual([['ann>x'], ['bob>x'], ['attack']]);
    expect(sides(all[1] as ComparedStream, all)).toBeUndefined();
    expect(sides(stream('net', 'z'), all)).toBeUndefined();
  });

  test('with all that is said of the animal where one side names no target', () => {
    const net = [stream('net', 'x'), stream('net', 'y')];
    expect(sides(net[0] as ComparedStream, [stream('ann', undefined), ...net])).toEqual([
      ['ann>'],
      ['net>x', 'net>y'],
      ['attack'],
    ]);
    const ann = [stream('ann', 'x'), stream('ann', 'y')];
    const alone = stream('net', undefined);
    expect(sides(alone, [...ann, alone])).toEqual([['ann>x', 'ann>y'], ['net>'], ['attack']]);
  });

  test('in the behaviors that a model knows, or that either of two people says', () => {
    const net = stream('net', 'x', { behaviors: ['mount'] });
    expect(sides(net, [stream('ann', 'x'), net])?.[2]).toEqual(['mount']);
    const bob = stream('bob', 'x', { behaviors: ['mount'] });
    expect(sides(bob, [stream('ann', 'x'), bob])?.[2]).toEqual(['mount', 'attack']);
  });
});
