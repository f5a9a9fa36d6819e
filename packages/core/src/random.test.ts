import { expect, test } from 'vitest';
import { hashText, Random, type RandomState } from './random.js';

const start: RandomState = [1, 2, 3, 4, 0, 0, 0, 0];

/** xoshiro128** over one 128-bit integer, from the paper's formulas and none of the code under test. */
function* referenceWords(words: readonly bigint[]): Generator<number> {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, by: bigint) => ((x * (1n << by)) % (1n << 32n)) + x / (1n << (32n - by));
  let [a, b, c, d] = words as [bigint, bigint, bigint, bigint];
  for (;;) {
    yield Number((rotate((b * 5n) & mask, 7n) * 9n) & mask);
    const c1 = c ^ a;
    const d1 = d ^ b;
    [a, b, c, d] = [a ^ d1, b ^ c1, c1 ^ ((b << 9n) & mask), rotate(d1, 11n)];
  }
}

test('gives the words of xoshiro128** from a known state', () => {
  const random = new Random(start);
  const reference = referenceWords([1n, 2n, 3n, 4n]);
  const found = Array.from({ length: 2000 }, () => random.nextUint32());
  const expected = Array.from({ length: 2000 }, () => reference.next().value as number);
  expect(found).toEqual(expected);
  // First outputs of the authors' C program from this state.
  expect(found.slice(0, 6)).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
});

test('uniform joins 27 and 26 bits of two words', () => {
  const reference = referenceWords([1n, 2n, 3n, 4n]);
  const random = new Random(start);
  for (let i = 0; i < 100; i++) {
    const high = BigInt(reference.next().value as number) >> 5n;
    const low = BigInt(reference.next().value as number) >> 6n;
    expect(random.uniform()).toBe(Number((high << 26n) | low) / 2 ** 53);
  }
});

/** Chi-squared of counts against equal expectations. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test('uniform and integer fill their range evenly', () => {
  const random = new Random(7);
  const uniform = new Array<number>(64).fill(0);
  const integer = new Array<number>(7).fill(0);
  for (let i = 0; i < 200_000; i++) {
    const u = random.uniform();
    expect(u >= 0 && u < 1).toBe(true);
    uniform[Math.floor(u * 64)]! += 1;
    integer[random.integer(7)]! += 1;
  }
  // The 0.9999 quantiles of chi-squared with 63 and 6 degrees of freedom are 112.6 and 27.9.
  expect(chiSquared(uniform)).toBeLessThan(112.6);
  expect(chiSquared(integer)).toBeLessThan(27.9);
});

test('integer is unbiased for three quarters of 2^32, where a plain remainder is not', () => {
  const random = new Random('bias');
  const count = 3 * 2 ** 30;
  let low = 0;
  for (let i = 0; i < 30_000; i++) if (random.integer(count) < 2 ** 30) low += 1;
  // One third, give or take five standard deviations (82 each); the plain remainder would give one half.
  expect(Math.abs(low - 10_000)).toBeLessThan(410);
});

test('normal has the moments of the standard normal', () => {
  const random = new Random(11);
  const n = 100_000;
  const moments = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = random.normal();
    for (let k = 0; k < 4; k++) moments[k]! += x ** (k + 1) / n;
  }
  // Five standard errors of each raw moment: sqrt(Var(x^k) / n) with variances 1, 2, 15 and 96.
  expect(Math.abs(moments[0]!)).toBeLessThan(5 * Math.sqrt(1 / n));
  expect(Math.abs(moments[1]! - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  expect(Math.abs(moments[2]!)).toBeLessThan(5 * Math.sqrt(15 / n));
  expect(Math.abs(moments[3]! - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
});

test('shuffle gives each of the 24 orders of four things equally often', () => {
  const random = new Random(3);
  const orders = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = random.shuffle(['a', 'b', 'c', 'd']).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect(orders.size).toBe(24);
  // The 0.9999 quantile of chi-squared with 23 degrees of freedom is 55.5.
  expect(chiSquared([...orders.values()])).toBeLessThan(55.5);
});

test('a saved state goes on with the same numbers and the same forks', () => {
  const random = new Random('run');
  for (let i = 0; i < 17; i++) random.nextUint32();
  const resumed = new Random(JSON.parse(JSON.stringify(random.state)) as RandomState);
  expect(resumed.fork('epoch', 2).nextUint32()).toBe(random.fork('epoch', 2).nextUint32());
  for (let i = 0; i < 100; i++) expect(resumed.nextUint32()).toBe(random.nextUint32());
});

test('a fork does not depend on how many numbers its parent gave, nor does it disturb the parent', () => {
  const parent = new Random(5);
  const untouched = new Random(5);
  const before = parent.fork('crop', 1);
  for (let i = 0; i < 10; i++) expect(parent.nextUint32()).toBe(untouched.nextUint32());
  expect(parent.fork('crop', 1).state).toEqual(before.state);
});

test('forks with other labels, other kinds or another grouping of labels differ', () => {
  const parent = new Random(5);
  const states = [
    parent.fork('a', 'b'),
    parent.fork('ab'),
    parent.fork('b', 'a'),
    parent.fork('a'),
    parent.fork('a').fork('b', 'c'),
    parent.fork(1),
    parent.fork('1'),
    parent.fork(1, 1),
    parent.fork(11),
    parent.fork('string1:a'),
    new Random(6).fork('a', 'b'),
    parent,
  ].map((random) => random.state.join());
  expect(new Set(states).size).toBe(states.length);
});

test('200,000 forks of neighboring labels all differ and their first words are uncorrelated', () => {
  const parent = new Random(0);
  const states = new Set<string>();
  let previous = 0;
  let product = 0;
  const n = 200_000;
  for (let i = 0; i < n; i++) {
    const fork = parent.fork('sample', i);
    states.add(fork.state.join());
    const centered = fork.uniform() - 0.5;
    product += (centered * previous) / n;
    previous = centered;
  }
  expect(states.size).toBe(n);
  // Lag-one covariance of uniforms: standard error 1/12 over sqrt(n).
  expect(Math.abs(product)).toBeLessThan(5 / 12 / Math.sqrt(n));
});

test('seeds that differ give other streams, also beyond 32 bits and in sign', () => {
  const seeds = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, Number.MAX_SAFE_INTEGER, '', '0', '1'];
  const first = seeds.map((seed) => new Random(seed).nextUint32());
  expect(new Set(first).size).toBe(seeds.length);
});

test('refuses seeds, states and counts that it cannot use', () => {
  expect(() => new Random(1.5)).toThrow(/random seed: must be a safe integer, got 1.5/);
  expect(() => new Random(Number.NaN)).toThrow(RangeError);
  expect(() => new Random([0, 0, 0, 0, 1, 1, 1, 1])).toThrow(/must be non-zero/);
  expect(() => new Random([1, 2, 3, 4] as unknown as RandomState)).toThrow(/eight unsigned 32-bit/);
  expect(() => new Random([1, 2, 3, -4, 0, 0, 0, 0])).toThrow(/eight unsigned 32-bit/);
  for (const count of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
    expect(() => new Random(1).integer(count)).toThrow(RangeError);
  }
  expect(() => new Random(1).fork()).toThrow(/fork labels/);
});

test('hashText is FNV-1a on ASCII (values of the reference by Fowler, Noll and Vo)', () => {
  expect(hashText('')).toBe(0x811c9dc5);
  expect(hashText('a')).toBe(0xe40c292c);
  expect(hashText('foobar')).toBe(0xbf9cf968);
});

test('fills arrays with normal numbers: moments, tails and shares within bounds of a normal sample', () => {
  const count = 400_000;
  const out = new Float32Array(count);
  new Random(11).fillNormal(out, 2);
  const z = Array.from(out, (value) => value / 2);
  const moment = (power: number): number => z.reduce((total, value) => total + value ** power, 0) / count;
  // Five standard errors of each moment of a normal sample of this size.
  expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / count));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / count));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
  for (const [bound, share] of [
    [0.5, 0.382925],
    [1, 0.682689],
    [2, 0.9545],
    [3, 0.9973],
    [3.5, 0.999535],
  ] as const) {
    const inside = z.filter((value) => Math.abs(value) < bound).length / count;
    expect(Math.abs(inside - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / count));
  }
  const again = new Float32Array(count);
  new Random(11).fillNormal(again, 2);
  expect(again).toEqual(out);
});
