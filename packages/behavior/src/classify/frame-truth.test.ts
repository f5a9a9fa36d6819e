import { createAnnotations, createEthogram } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { foldTruth } from './fold-behaviors.js';
import { type FrameTruthOptions, frameTruth } from './frame-truth.js';

const fps = 10;
const timeBase = { fps, frameCount: 20 };

/** Bouts as frames: first, one after the last, name. */
const scored = (bouts: readonly (readonly [number, number, string])[], frameBase?: { fps: number }) => {
  const behaviors = [...new Set(bouts.map(([, , name]) => name))];
  return createAnnotations({
    subject: 'a',
    annotator: 'human',
    channel: 'default',
    behaviors,
    startSec: Float64Array.from(bouts, ([first]) => first / fps),
    endSec: Float64Array.from(bouts, ([, end]) => end / fps),
    behavior: Int32Array.from(bouts, ([, , name]) => behaviors.indexOf(name)),
    ...(frameBase === undefined ? {} : { frameBase: { fps: frameBase.fps, firstFrame: 0, endIncluded: false } }),
  });
};
const truthOf = (bouts: Parameters<typeof scored>[0], options: Partial<FrameTruthOptions> = {}) =>
  frameTruth([scored(bouts)], { timeBase, ...options });
const text = ({ behaviors, label }: { behaviors: readonly string[]; label: Uint8Array }) =>
  Array.from(label, (own) => (own === 255 ? '-' : (behaviors[own] as string)[0])).join('');

test('bouts are half-open, and frames without a bout are background', () => {
  const { truth, notes } = truthOf([
    [2, 5, 'bite'],
    [5, 6, 'chase'],
  ]);
  expect(truth.behaviors).toEqual(['bite', 'chase', 'other']);
  expect(text(truth)).toBe('oobbbcoooooooooooooo');
  expect(notes).toEqual([]);
});

test('base is not scored, nor is what lies outside the watched stretch', () => {
  const bouts = [
    [0, 4, 'base'],
    [4, 8, 'bite'],
    [8, 16, 'chase'],
    [16, 20, 'base'],
  ] as const;
  expect(text(truthOf(bouts, { unscored: ['base'] }).truth)).toBe('----bbbbcccccccc----');
  const { truth, notes } = truthOf(bouts.slice(1, 3), { watchedSec: [0.4, 1.6] });
  expect(text(truth)).toBe('----bbbbcccccccc----');
  expect(notes.map(({ kind, frameCount }) => [kind, frameCount])).toEqual([['annotation shorter than tracks', 4]]);
  expect(text(truthOf(bouts.slice(1, 2), { background: null }).truth)).toBe('----bbbb------------');
});

test('overlaps go to the bout that started last, and are counted', () => {
  const { truth, notes } = truthOf([
    [0, 10, 'bite'],
    [4, 6, 'chase'],
  ]);
  expect(text(truth)).toBe('bbbbccbbbboooooooooo');
  expect(notes).toMatchObject([{ kind: 'overlap', frameCount: 2 }]);
});

test('fine behaviors fold into those asked for, and the rest is told', () => {
  const ethogram = createEthogram([{ name: 'sniff' }, { name: 'sniff face', partOf: 'sniff' }, { name: 'rear' }]);
  const bouts = [
    [0, 2, 'sniff face'],
    [2, 4, 'sniff'],
    [4, 6, 'rear'],
    [6, 8, 'yawn'],
  ] as const;
  const { truth, notes } = truthOf(bouts, { ethogram, behaviors: ['sniff'] });
  expect(text(truth)).toBe('ssssoo--oooooooooooo');
  expect(notes).toMatchObject([
    { kind: 'unknown behavior', frameCount: 2 },
    { kind: 'behavior left out', frameCount: 2 },
  ]);
  expect(text(truthOf(bouts, { behaviors: ['sniff'], coarse: { 'sniff face': 'sniff', yawn: 'sniff' } }).truth)).toBe(
    'ssssoossoooooooooooo',
  );
});

test('labels that are there already fold too', () => {
  const { truth } = truthOf([
    [0, 2, 'bite'],
    [2, 4, 'chase'],
  ]);
  const coarse = { bite: 'aggression' };
  const folded = foldTruth(truth, { behaviors: ['aggression', 'other'], background: 'other', coarse });
  expect(text(folded)).toBe('aaoooooooooooooooooo');
  expect(text(foldTruth(truth, { behaviors: ['aggression'], coarse }))).toBe('aa------------------');
});

test('an annotation that runs past the tracks is cut and told, by one frame with a suspicion', () => {
  const { truth, notes } = truthOf([[15, 25, 'bite']]);
  expect(text(truth)).toBe('ooooooooooooooobbbbb');
  expect(notes).toMatchObject([{ kind: 'annotation longer than tracks', frameCount: 5 }]);
  expect(truthOf([[15, 21, 'bite']]).notes.map(({ kind }) => kind)).toEqual([
    'annotation longer than tracks',
    'ends one frame late',
  ]);
});

test('bouts with one frame between or shared are suspected of another way of counting', () => {
  const chain = (step: number) =>
    Array.from({ length: 6 }, (_, i) => [3 * i, 3 * i + 3 - step, i % 2 === 0 ? 'bite' : 'chase'] as const);
  expect(truthOf(chain(0)).notes).toEqual([]);
  expect(truthOf(chain(1)).notes.map(({ kind }) => kind)).toEqual(['one frame between bouts']);
  expect(truthOf(chain(-1)).notes.map(({ kind }) => kind)).toContain('one frame shared by bouts');
});

test('point events and other frame rates are told', () => {
  const { truth, notes } = truthOf([[3, 3, 'bite']]);
  expect(new Set(truth.label)).toEqual(new Set([1]));
  expect(notes.map(({ kind }) => kind)).toEqual(['point event']);
  const other = frameTruth([scored([[0, 2, 'bite']], { fps: 25 })], { timeBase });
  expect(other.notes.map(({ kind }) => kind)).toEqual(['other frame rate']);
});
