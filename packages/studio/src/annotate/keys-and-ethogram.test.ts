import { type BehaviorOptions, createEthogram, Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import type { BoutView, StreamView } from 'zoopraxis';
import { commandOf } from '../page/keys.js';
import { keyPresets, keysOf } from '../page/presets.js';
import type { BoutStream } from '../state/bouts.js';
import type { FrameClock } from '../state/clock.js';
import { studio } from '../state/studio-store.js';
import { defaultStream, nameProblem, withNextAnimal } from './active-stream.js';
import { applyChange, insertBout, insertMany } from './bout-changes.js';
import { annotateCommands } from './commands.js';
import {
  keyClashes,
  namesIn,
  problemOf,
  streamsWith,
  unknownBehaviors,
  withBehavior,
  withNames,
  withoutBehavior,
} from './ethogram-edits.js';
import { createExclusions } from './exclusions.js';
import { behaviorOfPress, type KeyPress, suggestKeys, takenBy } from './letter-keys.js';
import { boundaryTime, movedBy, nearestBoundary, snapEdge } from './snap-edge.js';

const { behaviors } = createEthogram([
  { name: 'attack', key: 'a', exclusiveWith: ['mount'] },
  { name: 'mount', key: 'm', partOf: 'social' },
  { name: 'social' },
  { name: 'bite', key: 'A', kind: 'point' },
]);

const press = (key: string, more: Partial<KeyPress> & { on?: string } = {}): KeyPress => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '',
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...more,
  getModifierState: (name) => name === more.on,
});

test('letters are found by case, without Caps Lock, and by the key where Alt types another sign', () => {
  const name = (event: KeyPress) => behaviorOfPress(event, behaviors)?.name;
  expect(name(press('a'))).toBe('attack');
  expect(name(press('A', { shiftKey: true }))).toBe('bite');
  expect(name(press('A', { on: 'CapsLock' }))).toBe('attack');
  expect(name(press('a', { on: 'CapsLock', shiftKey: true }))).toBe('bite');
  expect(name(press('a', { ctrlKey: true }))).toBeUndefined();
  expect(name(press('x'))).toBeUndefined();
  expect(name(press('å', { altKey: true, code: 'KeyA' }))).toBe('attack');
  expect(name(press('µ', { altKey: true, code: 'KeyM' }))).toBe('mount');
});

test('keys of commands are told as taken, and suggested keys are free', () => {
  expect(takenBy('[')).toMatch(/trims/);
  expect(takenBy('a')).toBeUndefined();
  expect(
    suggestKeys([{ name: 'attack' }, { name: 'approach' }, { name: 'sniff face', key: 's' }, { name: '??' }]),
  ).toEqual(['a', 'p', 's', 'b']);
  const many = suggestKeys(Array.from({ length: 40 }, (_, i) => ({ name: `b${i}` })));
  const given = many.filter((key) => key !== undefined);
  expect(new Set(given).size).toBe(given.length);
  expect(given).toHaveLength(36);
});

test('clashes in the ethogram are told while typing', () => {
  const problem = (draft: BehaviorOptions, former: string | null = 'attack') => problemOf(draft, behaviors, former);
  expect(problem({ name: 'attack', key: 'a' })).toBeNull();
  expect(problem({ name: 'mount' })).toMatch(/There is a behavior mount already/);
  expect(problem({ name: 'x', key: 'm' })).toBe('The key m is that of mount.');
  expect(problem({ name: 'x', key: 'a' }, null)).toBe('The key a is that of attack.');
  expect(problem({ name: 'x', key: ' ' })).toBe('The key Space plays and stops.');
  expect(problem({ name: ' ' })).toMatch(/needs a name/);
  expect(problem({ name: 'attack', color: 'red' })).toMatch(/#rrggbb/);
  expect(problem({ name: 'attack', partOf: 'mount', exclusiveWith: ['mount'] })).toMatch(/part of mount/);
  // A new name is no problem for those that exclude or hold the old one; a circle is.
  expect(problem({ name: 'fight', exclusiveWith: ['mount'] })).toBeNull();
  expect(problem({ name: 'contact' }, 'social')).toBeNull();
  expect(problem({ name: 'contact', partOf: 'mount' }, 'social')).toMatch(/is part of/);
});

test('a renamed behavior keeps its place, and others follow its name', () => {
  const attack = behaviors.find(({ name }) => name === 'attack');
  const renamed = withBehavior(behaviors, 'attack', { ...attack, name: 'fight' });
  expect(renamed.map(({ name }) => name)).toEqual(['fight', 'mount', 'social', 'bite']);
  expect(renamed[1]?.exclusiveWith).toEqual(['fight']);
  const social = withBehavior(behaviors, 'social', { name: 'contact' });
  expect(social[1]?.partOf).toBe('contact');
  // A mark that was taken away is gone on both sides.
  const free = withBehavior(behaviors, 'attack', { name: 'attack', exclusiveWith: [] });
  expect(free[1]?.exclusiveWith).toEqual([]);
  expect(withBehavior(behaviors, null, { name: 'rear' }).at(-1)?.name).toBe('rear');
  expect(withoutBehavior(behaviors, 'attack')[0]?.exclusiveWith).toEqual([]);
  expect(() => withoutBehavior(behaviors, 'social')).toThrow(/mount is part of social/);
});

const key = { set: 's', recording: 'r', subject: 'm1', target: 'm2', annotator: 'eva', channel: 'default' };
const bout = (id: string, startSec: number, endSec: number, behavior = 'attack'): BoutView => ({
  id,
  behavior,
  startSec,
  endSec,
});
const stream = (bouts: readonly BoutView[], more: Partial<BoutStream> = {}): BoutStream => ({
  ...key,
  isHuman: true,
  behaviors: [...new Set(bouts.map(({ behavior }) => behavior))],
  boutCount: bouts.length,
  bouts,
  ...more,
});

test('first letters are given before others, and keys that two behaviors have are told', () => {
  const names = ['aggression', 'chase', 'clinch', 'lateral threat'].map((name) => ({ name }));
  expect(suggestKeys(names)).toEqual(['a', 'c', 'i', 'l']);
  expect(keyClashes(behaviors)).toEqual([]);
  const twice = behaviors.map((behavior) => ({ ...behavior, key: behavior.name === 'social' ? 's' : 'a' }));
  expect(keyClashes(twice)).toEqual([expect.stringMatching(/^The key a is that of attack and of mount and of bite/)]);
});

test('behaviors that bouts have and the ethogram lacks are found', () => {
  const own = stream([bout('1', 0, 1), bout('2', 2, 3, 'mount'), bout('3', 4, 5)]);
  const model = stream([bout('4', 0, 1)], { isHuman: false, annotator: 'net' });
  expect(streamsWith([own, model], 'mount')).toEqual([own]);
  expect(unknownBehaviors([stream([bout('5', 0, 1, 'rear')]), own], behaviors)).toEqual(['rear']);
  expect(withNames(behaviors, ['rear', 'run']).slice(4)).toMatchObject([
    { name: 'rear', key: 'r' },
    { name: 'run', key: 'u' },
  ]);
});

test('several names are typed at once, with commas between', () => {
  expect(namesIn('chase, sniff face,,mount , chase')).toEqual(['chase', 'sniff face', 'mount']);
  expect(namesIn(' ')).toEqual([]);
});

test('animals are walked through: who acts, and toward whom', () => {
  const animals = ['m1', 'm2', 'm3'];
  const own = { ...key, subject: 'm1', target: 'm2' };
  const acts = withNextAnimal(own, animals, 'subject');
  expect(acts).toMatchObject({ subject: 'm2', target: 'm1' });
  expect(withNextAnimal(acts, animals, 'subject')).toMatchObject({ subject: 'm3', target: 'm1' });
  const toward = withNextAnimal(own, animals, 'target');
  expect(toward).toMatchObject({ subject: 'm1', target: 'm3' });
  const alone = withNextAnimal(toward, animals, 'target');
  expect([alone.subject, alone.target]).toEqual(['m1', undefined]);
  expect(withNextAnimal(alone, animals, 'target').target).toBe('m2');
});

test('letters write into the own stream of a recording, else into one like those elsewhere', () => {
  const view = ({ bouts: _, ...rest }: BoutStream): StreamView => rest;
  const project = { annotations: [view(stream([], { recording: 'other', subject: 'm2', target: 'm1', set: 'x' }))] };
  const state = { annotator: 'eva', recordingId: 'r', project: project as never };
  const own = stream([bout('1', 0, 1)]);
  expect(defaultStream(state, [stream([], { annotator: 'bob' }), own], ['m1', 'm2'])).toEqual(key);
  expect(defaultStream(state, [], ['m1', 'm2'])).toMatchObject({
    set: 'x',
    subject: 'm2',
    target: 'm1',
    recording: 'r',
  });
  // What was chosen in the recording before goes on in this one, where its animals are there.
  const before = { ...key, recording: 'before', subject: 'm2', target: 'm1', channel: 'sniffing' };
  expect(defaultStream(state, [own], ['m1', 'm2'], before)).toEqual({ ...before, recording: 'r' });
  expect(defaultStream(state, [own], ['m1', 'm3'], before)).toEqual(key);
  expect(defaultStream({ ...state, annotator: 'bob' }, [own], ['m1', 'm2'], before)?.channel).toBe('default');
  const none = { ...state, project: { annotations: [] } as never };
  expect(defaultStream(none, [], ['m1', 'm2', 'm3'])).toMatchObject({ set: 'human', subject: 'm1', target: 'm2' });
  expect(defaultStream({ ...none, recordingId: null }, [], ['m1'])).toBeNull();
});

test('names that cannot be part of a file name are told', () => {
  expect(nameProblem('Eva M.-K')).toBeNull();
  expect(nameProblem('eva/2')).toMatch(/must not have \//);
  expect(nameProblem('..')).toMatch(/dot/);
});

const variable: FrameClock = {
  frameCount: 6,
  fps: 10,
  timesSec: Float64Array.of(0, 0.1, 0.25, 0.3, 0.9, 1),
  offsetSec: 0.5,
};

test('edges snap to other edges within reach, and always lie between frames', () => {
  expect(boundaryTime(6, variable)).toBeCloseTo(0.6, 12);
  expect(nearestBoundary(-0.1, variable)).toBe(3);
  expect(nearestBoundary(0.11, variable)).toBe(4);
  expect(snapEdge(-0.27, variable, { edges: [], reachSec: 0.05 })).toBeCloseTo(-0.25, 12);
  expect(snapEdge(-0.1, variable, { edges: [0.4, -0.19], reachSec: 0.1 })).toBeCloseTo(-0.2, 12);
  expect(snapEdge(9, variable, { edges: [], reachSec: 0.1 })).toBeCloseTo(0.6, 12);
});

test('a moved bout keeps its frames and stays inside the recording', () => {
  const clock = { frameCount: 20, fps: 10 };
  expect(movedBy({ startSec: 0.5, endSec: 0.8 }, 0.24, clock)).toEqual({ startSec: 0.7, endSec: 1 });
  expect(movedBy({ startSec: 0.5, endSec: 0.8 }, -3, clock)).toEqual({ startSec: 0, endSec: 0.3 });
  expect(movedBy({ startSec: 0.5, endSec: 0.8 }, 30, clock)).toEqual({ startSec: 1.7, endSec: 2 });
  expect(movedBy({ startSec: 0.5, endSec: 0.5 }, 30, clock)).toEqual({ startSec: 1.9, endSec: 1.9 });
});

test('many bouts are added as one after the other would be', () => {
  const random = new Random(3);
  for (let round = 0; round < 60; round++) {
    let count = 0;
    const rules = {
      exclusions: createExclusions(behaviors, 'one'),
      slackSec: 0.01,
      newId: () => `n${count++}`,
    };
    const make = (size: number, prefix: string) => {
      let list: BoutView[] = [];
      for (let i = 0; i < size; i++) {
        const start = random.integer(60);
        const name = ['attack', 'mount', 'social'][random.integer(3)] as string;
        list = applyChange(
          list,
          insertBout(list, bout(`${prefix}${i}`, start, start + 1 + random.integer(8), name), rules),
        );
      }
      return list;
    };
    const [before, added] = [make(8, 'b'), make(8, 'a')];
    let slow = before;
    for (const each of added) slow = applyChange(slow, insertBout(slow, each, rules));
    const text = (list: readonly BoutView[]) => list.map((each) => [each.behavior, each.startSec, each.endSec]);
    const fast = insertMany(before, added, rules);
    expect(text(fast)).toEqual(text(slow));
    expect(new Set(fast.map(({ id }) => id)).size).toBe(fast.length);
  }
});

test('every key of a preset is that of a command with the mark of the program it comes from', () => {
  const keys = (id: string, preset: string) => {
    const command = annotateCommands.find((each) => each.id === id);
    return command === undefined ? undefined : keysOf(command, preset);
  };
  // studio.md, "What the tools do today": MATLAB BENTO goes by PgUp/PgDn, Shift = same behavior, and Del erases.
  expect(keys('bout.previous', 'BENTO')).toEqual(['PageUp']);
  expect(keys('bout.next', 'BENTO')).toEqual(['PageDown']);
  expect(keys('bout.previous-same', 'BENTO')).toEqual(['Shift+PageUp']);
  expect(keys('bout.next-same', 'BENTO')).toEqual(['Shift+PageDown']);
  expect(keys('bout.erase', 'BENTO')).toContain('Delete');
  // BORIS: Backspace is normal speed, so it must not erase; its arrows up and down go forward and back.
  expect(keys('bout.erase', 'BORIS')).toEqual(['Delete']);
  for (const id of ['bout.next', 'bout.previous']) {
    for (const taken of ['ArrowUp', 'ArrowDown']) expect(keys(id, 'BORIS')).not.toContain(taken);
  }
  const own = new Set(annotateCommands.map(({ id }) => id));
  for (const preset of keyPresets) {
    for (const id of Object.keys(preset.keys)) if (id.startsWith('bout.')) expect(own.has(id)).toBe(true);
  }
});

test('in Annotate every key of ours means one command, in every preset', () => {
  studio.setState({
    mode: 'annotate',
    recordingId: 'r',
    project: { annotations: [], ethogram: { behaviors } } as never,
  });
  const known = annotateCommands.filter(({ modes }) => modes?.includes('annotate'));
  for (const { name } of keyPresets) {
    studio.setState({ keyPreset: name });
    const all = known.flatMap((command) => keysOf(command, name).map((binding) => ({ binding, id: command.id })));
    expect(new Set(all.map(({ binding }) => binding)).size).toBe(all.length);
  }
  studio.setState({ keyPreset: 'Zoopraxis' });
  const event = (init: Partial<KeyPress>) => ({ ...press(''), ...init }) as never;
  expect(commandOf(event({ key: '[', code: 'BracketLeft' }), annotateCommands)?.id).toBe('bout.trim-start');
  expect(commandOf(event({ key: 'ü', code: 'BracketLeft' }), annotateCommands)?.id).toBe('bout.trim-start');
  expect(commandOf(event({ key: 'Backspace', code: 'Backspace' }), annotateCommands)?.id).toBe('bout.erase');
  expect(commandOf(event({ key: 'PageDown', code: 'PageDown' }), annotateCommands)?.id).toBe('bout.next');
});
