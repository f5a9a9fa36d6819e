import { createAnnotations, Random } from '@zoopraxis/core';
import type { IdentifiedAnnotations } from '@zoopraxis/io';
import { expect, test } from 'vitest';
import { changedBouts, createBoutChangeTeller } from './bout-changes.js';
import { boutViews } from './bout-views.js';

type Plain = readonly (readonly [id: string, startSec: number, behavior: number])[];

const streamOf = (bouts: Plain, annotator = 'ann'): IdentifiedAnnotations => {
  const sorted = [...bouts].sort((a, b) => a[1] - b[1]);
  return {
    recording: 'r',
    ids: sorted.map(([id]) => id),
    annotations: createAnnotations({
      ...{ subject: 'm', annotator, channel: 'default', behaviors: ['attack', 'mount'] },
      startSec: Float64Array.from(sorted, ([, start]) => start),
      endSec: Float64Array.from(sorted, ([, start]) => start + 1),
      behavior: Int32Array.from(sorted, ([, , behavior]) => behavior),
    }),
  };
};

test('what changed, added to what was, is what is', () => {
  const random = new Random(4);
  for (let turn = 0; turn < 200; turn++) {
    const before = Array.from({ length: random.integer(12) }, (_, i) => [`b${i}`, 10 * i, 0] as const);
    const after = [
      ...before
        .filter(() => random.uniform() < 0.8)
        .map(([id, start, what]) =>
          random.uniform() < 0.2
            ? ([id, start + random.integer(40), random.integer(2)] as const)
            : ([id, start, what] as const),
        ),
      ...Array.from({ length: random.integer(3) }, (_, i) => [`n${i}`, 10 * random.integer(12) + 5, 1] as const),
    ];
    const [old, now] = [streamOf(before), streamOf(after)];
    const { bouts, removed } = changedBouts(old, now);
    const gone = new Set([...removed, ...bouts.map(({ id }) => id)]);
    const merged = [...boutViews(old).filter(({ id }) => !gone.has(id)), ...bouts];
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect(merged.sort(byId)).toEqual(boutViews(now).sort(byId));
    // Nothing is told that did not change.
    expect(bouts.every((bout) => !boutViews(old).some((other) => JSON.stringify(other) === JSON.stringify(bout)))).toBe(
      true,
    );
  }
});

test('one edit of 100,000 bouts is told in some hundred bytes', () => {
  const many: Plain = Array.from({ length: 100_000 }, (_, i) => [`people.${i}`, 2 * i, i % 2] as const);
  const teller = createBoutChangeTeller();
  const place = { set: 's', recording: 'r' };
  const before = streamOf(many);
  const first = teller.tell(place, [before], () => true);
  expect(first.streams[0]).toMatchObject({ isWhole: true, boutCount: 100_000 });
  const same = teller.tell({ ...place, since: first.version }, [before], () => true);
  expect(same).toMatchObject({ version: first.version, streams: [{ isWhole: false, bouts: [], removed: [] }] });
  const edited = streamOf(many.filter(([id]) => id !== 'people.70000').concat([['new', 5, 0]]));
  const second = teller.tell({ ...place, since: first.version }, [edited], () => true);
  expect(second.streams[0]).toMatchObject({ isWhole: false, bouts: [{ id: 'new' }], removed: ['people.70000'] });
  expect(JSON.stringify(second).length).toBeLessThan(500);
  // A page that comes late, or from an earlier start, gets everything.
  expect(teller.tell({ ...place, since: 'other.1' }, [edited], () => true).streams[0]?.bouts).toHaveLength(100_000);
});
