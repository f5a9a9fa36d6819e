import { expect, test } from 'vitest';
import type { LabelRow } from 'zoopraxis';
import { applyLabelEdits } from './labels.js';

const point = (x: number, y: number) => ({ x, y, visibility: 'visible' as const });
const rows: LabelRow[] = [
  { frame: 4, individual: 'm1', annotator: 'ann', points: { nose: point(1, 2), tail: point(3, 4) } },
  { frame: 4, individual: 'm1', annotator: 'bob', points: { nose: point(9, 9) } },
];

test('points that are not named stay, null ones go, and the other annotator keeps hers', () => {
  const edit = { frame: 4, individual: 'm1', points: { nose: point(5, 6), tail: null } };
  const after = applyLabelEdits(rows, 'ann', [edit]);
  expect(after.find(({ annotator }) => annotator === 'ann')?.points).toEqual({ nose: point(5, 6) });
  expect(after.find(({ annotator }) => annotator === 'bob')?.points).toEqual({ nose: point(9, 9) });
  expect(rows[0]?.points).toHaveProperty('tail');
});

test('null points remove the row, and new rows come in the order of frames', () => {
  const after = applyLabelEdits(rows, 'ann', [
    { frame: 4, individual: 'm1', points: null },
    { frame: 2, individual: 'm1', points: { nose: point(0, 0) } },
  ]);
  expect(after.map(({ frame, annotator }) => [frame, annotator])).toEqual([
    [2, 'ann'],
    [4, 'bob'],
  ]);
});
