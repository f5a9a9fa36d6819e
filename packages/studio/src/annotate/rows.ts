import type { RowSource } from '../page/row.js';
import { annotateRow, followRow } from './annotate-row.js';
import { rulePreviewRow } from './rule-row.js';
import { rules } from './rules-store.js';

/** Rows of annotating. */
export const annotateRows: readonly RowSource[] = [
  {
    rows: () => [annotateRow(), rulePreviewRow()].filter((row) => row !== null),
    subscribe(changed) {
      const stop = [followRow(changed), rules.subscribe(changed)];
      return () => {
        for (const each of stop) each();
      };
    },
  },
];
