import { expect, test } from 'vitest';
import { type ComparedRecording, kappaOf, measureAgreement, sharedSpan } from './agreement.js';
import { likelyPartner } from './agreement-data.js';

const clock = { frameCount: 100, fps: 10 };
const bout = (behavior: string, startSec: number, endSec: number) => ({
  id: `${behavior}${startSec}`,
  behavior,
  startSec,
  endSec,
});

const recording = (part: Partial<ComparedRecording> = {}): ComparedRecording => ({
  recording: 'r',
  clock,
  first: [bout('attack', 0, 3), bout('mount', 5, 6)],
  second: [bout('attack', 1, 3), bout('attack', 5, 6)],
  fromSec: 0,
  toSec: 10,
  ...part,
});

test('kappa of a table by hand', () => {
  // 50 subjects, both yes 20, only one 5 and 10, neither 15: (0.7 - 0.5) / (1 - 0.5)
  expect(
    kappaOf([
      [20, 5],
      [10, 15],
    ]),
  ).toBeCloseTo(0.4, 12);
  expect(
    kappaOf([
      [7, 0],
      [0, 0],
    ]),
  ).toBeNull();
  expect(kappaOf([[0]])).toBeNull();
});

test('frames are counted by what each says, and every difference has its place', () => {
  const found = measureAgreement([recording()], ['attack', 'mount']);
  expect(found.categories).toEqual(['attack', 'mount', 'none']);
  expect(found.frames).toEqual([
    [20, 0, 10],
    [10, 0, 0],
    [0, 0, 60],
  ]);
  expect(found.same).toBe(0.8);
  expect(found.stretches[0]?.[2]).toEqual([{ recording: 'r', fromSec: 0, toSec: 1 }]);
  expect(found.stretches[1]?.[0]).toEqual([{ recording: 'r', fromSec: 5, toSec: 6 }]);
  const [attack, mount] = found.behaviors;
  expect(attack).toMatchObject({
    precision: 2 / 3,
    recall: 2 / 3,
    f1: 2 / 3,
    firstCount: 1,
    secondCount: 2,
    onsetSec: 1,
  });
  expect(mount).toMatchObject({ f1: 0, recall: 0, firstCount: 1, secondCount: 0, onsetSec: null });
  expect(attack?.kappa).toBeCloseTo(
    kappaOf([
      [20, 10],
      [10, 60],
    ]) as number,
    12,
  );
});

test('only what both watched counts, also where the video began later', () => {
  const part = measureAgreement([recording({ fromSec: 4, toSec: 7 })], ['attack', 'mount']);
  expect(part.frameCount).toBe(30);
  expect(part.stretches[1]?.[0]).toEqual([{ recording: 'r', fromSec: 5, toSec: 6 }]);
  const late = measureAgreement([recording({ clock: { ...clock, offsetSec: -2 }, fromSec: 2, toSec: 12 })], ['mount']);
  expect(late.stretches[0]?.[1]).toEqual([{ recording: 'r', fromSec: 5, toSec: 6 }]);
  const two = measureAgreement([recording(), recording({ recording: 's', second: [] })], ['attack']);
  expect(two.frameCount).toBe(200);
  expect(two.stretches[0]?.[1]?.map((each) => [each.recording, each.fromSec])).toEqual([
    ['s', 0],
    ['r', 0],
  ]);
});

test('a person is compared with another person of the same channel first, then with a model', () => {
  const of = (annotator: string, channel: string, isHuman = true) => ({ set: 's', annotator, channel, isHuman });
  const [ann, other, bob, net] = [of('ann', 'c1'), of('ann', 'c2'), of('bob', 'c1'), of('net', 'default', false)];
  expect(likelyPartner(ann, [ann, other, of('bob', 'c2'), net, bob])).toBe(bob);
  expect(likelyPartner(ann, [ann, other, net])).toBe(net);
  expect(likelyPartner(ann, [ann, other])).toBe(other);
  expect(likelyPartner(ann, [ann])).toBeUndefined();
});

test('the stretch that both have bouts in', () => {
  const { first, second } = recording();
  expect(sharedSpan(first, second)).toEqual({ fromSec: 1, toSec: 6 });
  expect(sharedSpan(first, [])).toBeNull();
});
