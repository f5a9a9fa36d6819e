import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import type { BoutView } from 'zoopraxis';
import { disagreementOf } from './disagreement.js';

const names = ['a', 'b', 'c'];

function makeBouts(random: Random): BoutView[] {
  return Array.from({ length: 12 }, (_, at) => {
    const startSec = Math.floor(random.between(0, 100));
    const behavior = names[Math.floor(random.between(0, 3))] as string;
    return { id: `${at}`, behavior, startSec, endSec: startSec + Math.floor(random.between(0, 20)) };
  }).sort((a, b) => a.startSec - b.startSec);
}

test('every second is told to differ just where the sets of behaviors differ', () => {
  const random = new Random('disagreement');
  for (let turn = 0; turn < 30; turn++) {
    const [ours, theirs] = [makeBouts(random), makeBouts(random)];
    const behaviors = turn % 2 === 0 ? names : ['a', 'c'];
    const { fromSec, toSec } = disagreementOf(ours, theirs, { behaviors, atLeastSec: 0.5 });
    const at = (bouts: BoutView[], second: number) =>
      behaviors.filter((name) =>
        bouts.some(({ behavior, startSec, endSec }) => behavior === name && startSec <= second && endSec > second),
      );
    for (let second = 0; second < 125; second++) {
      const isTold = fromSec.some((from, i) => second >= from && second < (toSec[i] as number));
      expect(isTold).toBe(`${at(ours, second)}` !== `${at(theirs, second)}`);
    }
    for (let i = 1; i < fromSec.length; i++) expect(fromSec[i]).toBeGreaterThan(toSec[i - 1] as number);
  }
});

test('less than half a frame is rounding, not disagreement', () => {
  const bout = (startSec: number, endSec: number): BoutView => ({ id: 'x', behavior: 'a', startSec, endSec });
  const options = { behaviors: ['a'], atLeastSec: 0.5 / 30 };
  expect(disagreementOf([bout(1, 2)], [bout(1.01, 2.004)], options).fromSec).toHaveLength(0);
  expect([...disagreementOf([bout(1, 2)], [bout(1, 2.1)], options).fromSec]).toEqual([2]);
});
