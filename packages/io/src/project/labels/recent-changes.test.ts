import { expect, test } from 'vitest';
import type { LabelEntry } from './label-entry.js';
import { RecentChanges } from './recent-changes.js';

const entry = (seq: number, frames: readonly number[], rowFrames: readonly number[] = frames): LabelEntry => ({
  ...{ seq, at: '', kind: 'edit', skeleton: 'mouse', individuals: [], conflicts: [], resolved: [] },
  images: frames.map((frame) => ({ group: 'g', file: `${frame}.png`, frame })),
  rows: rowFrames.map((frame) => ({
    ...{ image: frames.indexOf(frame), individual: 'm', annotator: 'ann', before: null },
    points: { nose: [1, 2, 2] },
  })),
});

test('what entries touched since a number is told once, and what is forgotten is not guessed', () => {
  const changes = new RecentChanges(10);
  changes.take(entry(11, [1, 2], [1]));
  changes.take(entry(12, [2, 3]));
  const images = (seq: number) => changes.since(seq, 12)?.images;
  const rows = (seq: number) => changes.since(seq, 12)?.rows.map(({ image }) => image);
  expect(images(10)).toEqual(['g/1.png', 'g/2.png', 'g/3.png']);
  expect(rows(10)).toEqual(['g/1.png', 'g/2.png', 'g/3.png']);
  expect(images(11)).toEqual(['g/2.png', 'g/3.png']);
  expect([images(12), rows(12)]).toEqual([[], []]);
  // Before it began, and a number that is not there yet.
  expect([images(9), images(13)]).toEqual([undefined, undefined]);
});

test('a large import is more than is remembered', () => {
  const changes = new RecentChanges(0);
  changes.take(entry(1, [1]));
  changes.take(
    entry(
      2,
      Array.from({ length: 30_000 }, (_, i) => i),
    ),
  );
  changes.take(entry(3, [7]));
  expect(changes.since(1, 3)).toBeUndefined();
  expect(changes.since(2, 3)?.images).toEqual(['g/7.png']);
});
