import type { RowSource } from '../page/row.js';
import { annotateRow, followRow } from './annotate-row.js';

/** Rows of annotating. */
export const annotateRows: readonly RowSource[] = [
  {
    rows() {
      const row = annotateRow();
      return row === null ? [] : [row];
    },
    subscribe: followRow,
  },
];
