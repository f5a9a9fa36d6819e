import type { FrameTruth } from '@zoopraxis/behavior';
import { expect, test } from 'vitest';
import { chooseExamples, type ExampleRecording } from './choose-examples.js';

const behaviors = ['attack', 'other'];
/** Labels from letters: `a` attack, `b` other, `.` not scored. */
const labels = (text: string): FrameTruth => ({
  behaviors,
  label: Uint8Array.from(text, (letter) => (letter === '.' ? 255 : letter.charCodeAt(0) - 97)),
});

/** A recording whose model gives the behavior it predicts this probability, in tenths, frame by frame. */
function recording(name: string, truth: string, predicted: string, tenths?: string): ExampleRecording {
  const said = labels(predicted);
  const probability = Float32Array.from(
    [...(tenths ?? '')].flatMap((digit, frame) => {
      const own = Number(digit) / 10;
      return said.label[frame] === 0 ? [own, 1 - own] : [1 - own, own];
    }),
  );
  return {
    ...{ name, truth: labels(truth), predicted: said, fps: 10 },
    ...(tenths === undefined ? {} : { scores: { behaviors, probability } }),
  };
}
const told = (recordings: ExampleRecording[], options = {}) =>
  chooseExamples(recordings, { behaviors: ['attack'], ...options }).map(
    ({ kind, recording: own, startFrame, endFrame, margin }) =>
      `${kind} ${own} ${startFrame}-${endFrame} ${margin === null ? '' : margin.toFixed(2)}`,
  );

test('found, wrong and missed bouts are chosen, the surest first', () => {
  const one = recording('m1', 'aaaabbbbbbbbaaabbaaa', 'aaaabbaaabbbbbbbbbbb', '88889977799966699888');
  expect(told([one])).toEqual([
    'true positive m1 0-4 0.60',
    'false positive m1 6-9 0.40',
    'false negative m1 17-20 0.60',
    'false negative m1 12-15 0.20',
  ]);
});

test('a second example of one recording comes after the first of every other', () => {
  const sure = recording('m1', 'aaabaaabaaa', 'aaabaaabaaa', '99989998999');
  const unsure = recording('m2', 'bbbaaabbbbb', 'bbbaaabbbbb', '66666666666');
  expect(told([sure, unsure])).toEqual([
    'true positive m1 0-3 0.80',
    'true positive m2 3-6 0.20',
    'true positive m1 4-7 0.80',
  ]);
  expect(told([sure, unsure], { perKind: 1 })).toEqual(['true positive m1 0-3 0.80']);
  expect(() => told([sure], { perKind: 0 })).toThrow('perKind must be a whole number from 1, got 0');
});

test('unscored frames are no mistake, short bouts come last, and without scores the longest come first', () => {
  const one = recording('m1', '....bbbabbbbbbbbb', 'aaaabbbbbaaaabaaa');
  expect(told([one])).toEqual(['false positive m1 9-13 ', 'false positive m1 14-17 ', 'false negative m1 7-8 ']);
  // Touching bouts that overlap too little are of no kind: neither found nor clearly wrong.
  expect(told([recording('m2', 'aaaaaaaaab', 'bbbbbbbaaa')])).toEqual([]);
});
