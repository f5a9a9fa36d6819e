import { createEthogram, Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import type { BoutView } from 'zoopraxis';
import { type FrameClock, timeOf } from '../state/clock.js';
import {
  applyChange,
  type BoutChange,
  type EditRules,
  eraseBouts,
  eraseStretch,
  insertBout,
  mergeBouts,
  relabelBout,
  setEdges,
  splitBout,
} from './bout-changes.js';
import { createExclusions, type OverlapRule } from './exclusions.js';
import {
  boutsUnder,
  boutToTrim,
  firstFrameOf,
  meantBout,
  neighborBout,
  neighborOfSame,
  stopFrameOf,
} from './find-bouts.js';
import { endOfFrame, type OpenBout, takeLetter } from './letters.js';

const { behaviors } = createEthogram([
  { name: 'attack', key: 'a', exclusiveWith: ['mount', 'sniff'] },
  { name: 'mount', key: 'm', exclusiveWith: ['sniff'] },
  { name: 'sniff', key: 's' },
  { name: 'rear', key: 'r' },
  { name: 'bite', key: 'b', kind: 'point' },
]);
const constant: FrameClock = { frameCount: 40, fps: 30, offsetSec: 0.4 };
const variable: FrameClock = {
  frameCount: 40,
  fps: 25,
  timesSec: Float64Array.from({ length: 40 }, (_, i) => i / 25 + 0.013 * Math.sin(i) + (i > 20 ? 2 : 0)),
};

function rulesOf(rule: OverlapRule, clock: FrameClock): EditRules {
  let count = 0;
  return { exclusions: createExclusions(behaviors, rule), slackSec: 0.01 / clock.fps, newId: () => `n${count++}` };
}

/** A stream and its keys, as the page uses them. */
function typist(clock: FrameClock, rule: OverlapRule = 'one') {
  const rules = rulesOf(rule, clock);
  let bouts: BoutView[] = [];
  let open: readonly OpenBout[] = [];
  const take = (change: BoutChange | null) => {
    if (change !== null) bouts = applyChange(bouts, change);
  };
  return {
    rules,
    take,
    get bouts() {
      return bouts;
    },
    get open() {
      return open;
    },
    press(frame: number, key: string) {
      const action =
        key === 'Enter'
          ? ({ kind: 'close' } as const)
          : key === 'Escape'
            ? ({ kind: 'cancel' } as const)
            : ({ kind: 'letter', behavior: behaviors.find((each) => each.key === key)?.name ?? '' } as const);
      const result = takeLetter(action, { bouts, open, frame, clock, rules });
      open = result.open;
      take(result.change);
      return result;
    },
    frames: () => bouts.map((bout) => [bout.behavior, firstFrameOf(bout, clock), stopFrameOf(bout, clock)]),
  };
}

test.each([
  ['a constant rate', constant],
  ['a variable rate', variable],
])('the same letter ends a bout with the frame shown, another one before it, at %s', (_, clock) => {
  const hands = typist(clock);
  const { press, frames } = hands;
  press(3, 'a');
  press(7, 'a');
  expect(frames()).toEqual([['attack', 3, 8]]);
  press(10, 'm');
  expect(press(14, 's').said).toBe('mount closed, sniff open');
  press(14, 's');
  expect(frames()).toEqual([
    ['attack', 3, 8],
    ['mount', 10, 14],
    ['sniff', 14, 15],
  ]);
  // Backward: from the frame of the second press to that of the first, both included.
  press(30, 'm');
  press(26, 'm');
  press(35, 'a');
  press(33, 's');
  press(33, 'Enter');
  expect(frames().slice(3)).toEqual([
    ['mount', 26, 31],
    ['sniff', 33, 34],
    ['attack', 34, 36],
  ]);
});

test('edges are the very times of frames, the last frame included', () => {
  for (const clock of [constant, variable]) {
    const hands = typist(clock);
    hands.press(5, 'a');
    hands.press(9, 'a');
    hands.press(38, 'm');
    hands.press(39, 'm');
    expect(hands.bouts.map(({ startSec, endSec }) => [startSec, endSec])).toEqual([
      [timeOf(5, clock), timeOf(10, clock)],
      [timeOf(38, clock), timeOf(39, clock) + 1 / clock.fps],
    ]);
    expect(boutsUnder(hands.bouts, 9, clock)).toHaveLength(1);
    expect(boutsUnder(hands.bouts, 10, clock)).toHaveLength(0);
    expect(boutsUnder(hands.bouts, 39, clock)).toHaveLength(1);
  }
});

test('a letter pressed twice on one frame marks that frame; Escape leaves nothing; a wrong letter is replaced', () => {
  const hands = typist(constant);
  hands.press(4, 'a');
  hands.press(4, 'a');
  expect(hands.frames()).toEqual([['attack', 4, 5]]);
  hands.press(10, 'm');
  expect(hands.press(15, 'Escape')).toMatchObject({ change: null, said: 'mount called off', open: [] });
  expect(hands.press(15, 'Escape').said).toBe('No bout is open');
  expect(hands.press(15, 'Enter').said).toBe('No bout is open');
  hands.press(20, 'm');
  expect(hands.press(20, 's')).toMatchObject({ change: null, open: [{ behavior: 'sniff', frame: 20 }] });
});

test('where the ethogram states exclusions, others overlap; point events are instants and close nothing', () => {
  const hands = typist(constant, 'ethogram');
  hands.press(2, 'a');
  hands.press(4, 'r');
  expect(hands.open.map(({ behavior }) => behavior)).toEqual(['attack', 'rear']);
  hands.press(5, 'b');
  expect(hands.press(5, 'b').said).toBe('bite is marked here already');
  expect(hands.press(8, 'm').said).toBe('attack closed, mount open');
  hands.press(10, 'Enter');
  hands.press(11, 'Enter');
  expect(hands.frames()).toEqual([
    ['attack', 2, 8],
    ['rear', 4, 12],
    ['bite', 5, 6],
    ['mount', 8, 11],
  ]);
});

test('marking over what is there cuts it, and continues a bout of the same behavior', () => {
  const hands = typist(constant);
  for (const [frame, key] of [
    [0, 'a'],
    [19, 'a'],
    [5, 'm'],
    [9, 'm'],
  ] as const)
    hands.press(frame, key);
  expect(hands.frames()).toEqual([
    ['attack', 0, 5],
    ['mount', 5, 10],
    ['attack', 10, 20],
  ]);
  expect(new Set(hands.bouts.map(({ id }) => id)).size).toBe(3);
  const { id } = hands.bouts[2] as BoutView;
  hands.press(20, 'a');
  hands.press(24, 'a');
  expect(hands.bouts.at(-1)).toMatchObject({ id, behavior: 'attack' });
  expect(hands.frames().at(-1)).toEqual(['attack', 10, 25]);
});

test('split bouts stay two until they are merged; an edge over a neighbor of the same behavior joins them', () => {
  const hands = typist(constant);
  hands.press(0, 'a');
  hands.press(9, 'a');
  const [bout] = hands.bouts as [BoutView];
  expect(splitBout(bout, timeOf(0, constant), hands.rules)).toBeNull();
  hands.take(splitBout(bout, timeOf(4, constant), hands.rules));
  const spans = () => hands.frames().map(([, from, to]) => [from, to]);
  expect(spans()).toEqual([
    [0, 4],
    [4, 10],
  ]);
  expect(hands.bouts[0]?.id).toBe(bout.id);
  hands.take(setEdges(hands.bouts, hands.bouts[1] as BoutView, { endSec: timeOf(12, constant) }, hands.rules));
  expect(spans()).toEqual([
    [0, 4],
    [4, 12],
  ]);
  hands.take(mergeBouts(hands.bouts, hands.bouts, hands.rules));
  expect(spans()).toEqual([[0, 12]]);
  expect(hands.bouts[0]?.id).toBe(bout.id);
  expect(mergeBouts(hands.bouts, hands.bouts, hands.rules)).toBeNull();
});

test('relabeling keeps the id and drops what a model thought of it; a state is never made an instant', () => {
  const hands = typist(constant);
  hands.take(insertBout([], { id: 'x', behavior: 'attack', startSec: 1, endSec: 2, probability: 0.7 }, hands.rules));
  hands.take(relabelBout(hands.bouts, hands.bouts[0] as BoutView, 'mount', hands.rules));
  expect(hands.bouts).toEqual([{ id: 'x', behavior: 'mount', startSec: 1, endSec: 2 }]);
  expect(relabelBout(hands.bouts, hands.bouts[0] as BoutView, 'bite', hands.rules)).toBeNull();
  expect(setEdges(hands.bouts, hands.bouts[0] as BoutView, { endSec: 1 }, hands.rules)).toBeNull();
});

test('what is meant: the chosen bout, else the one under the cursor, else that whose edge is nearest', () => {
  const hands = typist(constant);
  for (const [from, to, key] of [
    [2, 5, 'a'],
    [10, 12, 'm'],
    [20, 29, 'a'],
  ] as const) {
    hands.press(from, key);
    hands.press(to, key);
  }
  const [first, second, third] = hands.bouts as [BoutView, BoutView, BoutView];
  expect(meantBout(hands.bouts, 3, constant, third.id)).toBe(third);
  expect(meantBout(hands.bouts, 3, constant)).toBe(first);
  expect(meantBout(hands.bouts, 7, constant)).toBeUndefined();
  expect(boutToTrim(hands.bouts, 'end', 8, constant)).toBe(first);
  expect(boutToTrim(hands.bouts, 'start', 8, constant)).toBe(second);
  expect(boutToTrim(hands.bouts, 'start', 35, constant)).toBeUndefined();
  expect(neighborBout(hands.bouts, 1, 2, constant)).toBe(second);
  expect(neighborBout(hands.bouts, -1, 10, constant)).toBe(first);
  expect(neighborBout(hands.bouts, 1, 2, constant, { behavior: 'attack' })).toBe(third);
  expect(neighborBout(hands.bouts, -1, 2, constant)).toBeUndefined();
  expect(neighborOfSame(hands.bouts, first, 1)).toBe(third);
  expect(neighborOfSame(hands.bouts, first, -1)).toBeUndefined();
});

test('bouts that begin on one frame are visited one after the other', () => {
  const hands = typist(constant, 'many');
  for (const key of ['a', 'm', 's']) hands.press(4, key);
  for (const frame of [6, 8, 10]) hands.press(frame, 'Enter');
  const visited: string[] = [];
  let chosen: BoutView | undefined;
  for (let step = 0; step < 3; step++) {
    chosen = neighborBout(hands.bouts, 1, step === 0 ? 0 : 4, constant, { chosenId: chosen?.id });
    visited.push(chosen?.behavior ?? '');
  }
  expect(visited.sort()).toEqual(['attack', 'mount', 'sniff']);
});

/** The meaning of the keys said frame by frame: which behaviors go on in each frame, kept as sets. */
class Paper {
  readonly frames: Set<string>[] = Array.from({ length: constant.frameCount }, () => new Set());
  readonly points: Set<string>[] = Array.from({ length: constant.frameCount }, () => new Set());
  readonly excludes: EditRules['exclusions']['excludes'];
  open: OpenBout[] = [];
  constructor(excludes: EditRules['exclusions']['excludes']) {
    this.excludes = excludes;
  }
  paint(behavior: string, from: number, to: number): void {
    for (let frame = from; frame <= to; frame++) {
      const set = this.frames[frame] as Set<string>;
      for (const other of [...set]) if (this.excludes(behavior, other)) set.delete(other);
      set.add(behavior);
    }
  }
  close(bout: OpenBout, frame: number): void {
    this.open = this.open.filter((other) => other !== bout);
    this.paint(bout.behavior, Math.min(bout.frame, frame), Math.max(bout.frame, frame));
  }
  text(): string {
    return this.frames.map((set, frame) => [...set, ...(this.points[frame] as Set<string>)].sort().join('+')).join(' ');
  }
  letter(behavior: string, frame: number): void {
    if (behavior === 'bite') {
      this.points[frame]?.add(behavior);
      return;
    }
    const same = this.open.find((bout) => bout.behavior === behavior);
    if (same !== undefined) {
      this.close(same, frame);
      return;
    }
    for (const bout of this.open.filter((other) => this.excludes(behavior, other.behavior))) {
      this.open = this.open.filter((other) => other !== bout);
      if (frame > bout.frame) this.paint(bout.behavior, bout.frame, frame - 1);
      if (frame < bout.frame) this.paint(bout.behavior, frame + 1, bout.frame);
    }
    this.open.push({ behavior, frame });
  }
}

test.each([
  ['one', constant],
  ['ethogram', constant],
  ['many', variable],
  ['one', variable],
] as const)('random keys and edits (%s) leave what paper and pencil would', (rule, clock) => {
  const random = new Random(`${rule}/${clock.fps}`);
  for (let round = 0; round < 25; round++) {
    const hands = typist(clock, rule);
    const { rules } = hands;
    const paper = new Paper(rules.exclusions.excludes);
    for (let step = 0; step < 60; step++) {
      const frame = random.integer(clock.frameCount);
      const what = random.integer(10);
      const bout = hands.bouts[random.integer(Math.max(1, hands.bouts.length))];
      if (what < 6) {
        const key = 'amsrb'[random.integer(5)] as string;
        hands.press(frame, key);
        paper.letter(behaviors.find((each) => each.key === key)?.name ?? '', frame);
      } else if (what === 6) {
        const last = paper.open.at(-1);
        hands.press(frame, 'Enter');
        if (last !== undefined) paper.close(last, frame);
      } else if (what === 7) {
        hands.press(frame, 'Escape');
        paper.open.pop();
      } else if (what === 8) {
        const to = Math.min(clock.frameCount - 1, frame + random.integer(12));
        hands.take(eraseStretch(hands.bouts, { startSec: timeOf(frame, clock), endSec: endOfFrame(to, clock) }, rules));
        for (let at = frame; at <= to; at++) {
          paper.frames[at]?.clear();
          paper.points[at]?.clear();
        }
      } else if (bout !== undefined && bout.endSec > bout.startSec) {
        const [from, stop] = [firstFrameOf(bout, clock), stopFrameOf(bout, clock)];
        const wipe = (a: number, b: number) => {
          for (let at = a; at < b; at++) paper.frames[at]?.delete(bout.behavior);
        };
        const kind = random.integer(4);
        if (kind === 0) {
          hands.take(eraseBouts([bout.id]));
          wipe(from, stop);
        } else if (kind === 1) {
          const change = setEdges(hands.bouts, bout, { endSec: endOfFrame(frame, clock) }, rules);
          expect(change === null).toBe(frame < from);
          hands.take(change);
          if (change !== null) {
            wipe(from, stop);
            paper.paint(bout.behavior, from, frame);
          }
        } else if (kind === 2) {
          const change = setEdges(hands.bouts, bout, { startSec: timeOf(frame, clock) }, rules);
          expect(change === null).toBe(frame >= stop);
          hands.take(change);
          if (change !== null) {
            wipe(from, stop);
            paper.paint(bout.behavior, frame, stop - 1);
          }
        } else {
          const name = ['attack', 'mount', 'sniff', 'rear'][random.integer(4)] as string;
          hands.take(relabelBout(hands.bouts, bout, name, rules));
          wipe(from, stop);
          paper.paint(name, from, stop - 1);
        }
      }
      const drawn = new Paper(rules.exclusions.excludes);
      const isDouble: boolean[] = [];
      const isOff: boolean[] = [];
      for (const each of hands.bouts) {
        const [from, stop] = [firstFrameOf(each, clock), stopFrameOf(each, clock)];
        const isPoint = each.endSec === each.startSec;
        isOff.push(each.startSec !== timeOf(from, clock) || !(isPoint || each.endSec === endOfFrame(stop - 1, clock)));
        for (let at = from; at < stop; at++) {
          const set = (isPoint ? drawn.points : drawn.frames)[at] as Set<string>;
          isDouble.push(set.has(each.behavior));
          set.add(each.behavior);
        }
      }
      expect(drawn.text()).toBe(paper.text());
      expect(isDouble.includes(true) || isOff.includes(true)).toBe(false);
      expect(hands.open).toEqual(paper.open);
      expect(new Set(hands.bouts.map(({ id }) => id)).size).toBe(hands.bouts.length);
      expect(hands.bouts.every(({ startSec }, i) => i === 0 || startSec >= (hands.bouts[i - 1]?.startSec ?? 0))).toBe(
        true,
      );
    }
  }
});

test('exclusions reach what is part of a behavior, and the default is one at a time', () => {
  const parts = createEthogram([
    { name: 'investigation', exclusiveWith: ['attack'] },
    { name: 'sniff', partOf: 'investigation' },
    { name: 'attack' },
  ]).behaviors;
  const stated = createExclusions(parts, 'ethogram');
  expect(stated.excludes('sniff', 'attack')).toBe(true);
  expect(stated.excludes('sniff', 'investigation')).toBe(false);
  const silent = createExclusions(createEthogram([{ name: 'a' }, { name: 'b' }]).behaviors, 'ethogram');
  expect(silent.excludes('a', 'b')).toBe(true);
  expect(silent.sentence).toMatch(/^One behavior at a time/);
  expect(silent.excludes('a', 'a')).toBe(false);
  expect(createExclusions(parts, 'many').excludes('sniff', 'attack')).toBe(false);
});
