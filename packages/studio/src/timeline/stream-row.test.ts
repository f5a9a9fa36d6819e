import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import type { BoutView } from 'zoopraxis';
import type { BoutStream } from '../state/bouts.js';
import { comparedWith, differingOf } from './stream-row.js';

const names = ['attack', 'mount', 'rest'];

function makeStream(annotator: string, isHuman: boolean, bouts: readonly BoutView[], target?: string): BoutStream {
  const key = { set: 's', recording: 'r', subject: 'm1', annotator, channel: 'default' };
  const behaviors = [...new Set(bouts.map(({ behavior }) => behavior))];
  return { ...key, ...(target === undefined ? {} : { target }), isHuman, behaviors, boutCount: bouts.length, bouts };
}

function makeBouts(random: Random, count: number): BoutView[] {
  return Array.from({ length: count }, (_, at) => {
    const startSec = at / 2 + Math.floor(random.between(0, 8)) / 30;
    const behavior = names[Math.floor(random.between(0, 3))] as string;
    return { id: `${at}`, behavior, startSec, endSec: startSec + Math.floor(random.between(1, 7)) / 30 };
  });
}

test('a model is compared with the present annotator, else the first human, of the same animals', () => {
  const [bout] = makeBouts(new Random(1), 1) as [BoutView];
  const ann = makeStream('ann', true, [bout]);
  const bob = makeStream('bob', true, [bout], 'm2');
  const net = makeStream('net', false, [bout], 'm2');
  const other = { ...makeStream('ann', true, [bout]), subject: 'm2' };
  const all = [other, ann, bob, net];
  expect(comparedWith(net, all, 'nobody')).toBe(ann);
  expect(comparedWith(net, all, 'bob')).toBe(bob);
  expect(comparedWith(bob, all, 'ann')).toBe(ann);
  expect(comparedWith(ann, all, 'ann')).toBeUndefined();
  expect(comparedWith(makeStream('net', false, [bout], 'm3'), [bob], 'bob')).toBeUndefined();
});

test('what differs in a range is the same whether it is compared alone or with the whole', () => {
  const random = new Random('whole and part');
  const human = makeStream('ann', true, makeBouts(random, 3000));
  const model = makeStream('net', false, makeBouts(random, 3000));
  const options = { annotator: 'ann', atLeastSec: 0.5 / 30 };
  const differing = differingOf(model, [human, model], options);
  const inside = (range: { fromSec: number; toSec: number }) => {
    const { fromSec, toSec } = differing?.(range) ?? { fromSec: [], toSec: [] };
    return Array.from(fromSec, (from, at) => [
      Math.max(from, range.fromSec),
      Math.min(toSec[at] as number, range.toSec),
    ])
      .filter(([from, to]) => (to as number) - (from as number) > 1e-9)
      .map((stretch) => stretch.map((time) => Math.round(time * 1e6)));
  };
  const ranges = Array.from({ length: 20 }, () => {
    const fromSec = random.between(0, 1400);
    return { fromSec, toSec: fromSec + random.between(1, 60) };
  });
  const alone = ranges.map(inside);
  // Looking at all of it compares it whole, once for all.
  expect(inside({ fromSec: 0, toSec: 1500 }).length).toBeGreaterThan(1000);
  expect(ranges.map(inside)).toEqual(alone);
});
