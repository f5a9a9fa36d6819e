import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import type { BoutView } from 'zoopraxis';
import type { BoutStream } from '../state/bouts.js';
import { differingOf } from './disagreement.js';

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

test('what is compared tells bouts that a side without targets says of any', () => {
  const bout = (id: string, startSec: number): BoutView => ({ id, behavior: 'attack', startSec, endSec: startSec + 1 });
  const ann = makeStream('ann', true, [bout('1', 1), bout('2', 5), bout('3', 9)]);
  const first = makeStream('net', false, [bout('4', 1)], 'm2');
  const second = makeStream('net', false, [bout('5', 5)], 'm3');
  const options = { annotator: 'ann', atLeastSec: 0.01 };
  const whole = { fromSec: 0, toSec: 20 };
  for (const stream of [first, second]) {
    const differing = differingOf(stream, [ann, first, second], options)?.(whole);
    expect([...(differing?.fromSec ?? []), ...(differing?.toSec ?? [])]).toEqual([9, 10]);
  }
  const watched = { ...ann, observedSec: [0, 9.5] as const };
  const part = differingOf(first, [watched, first, second], options)?.(whole);
  expect([...(part?.fromSec ?? []), ...(part?.toSec ?? [])]).toEqual([9, 9.5]);
  expect(differingOf(ann, [ann, first, second], options)).toBeUndefined();
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
