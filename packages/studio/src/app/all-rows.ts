import { annotateRows } from '../annotate/rows.js';
import { inspectRows } from '../inspect/rows.js';
import type { RowSource } from '../page/row.js';

/** Rows that folders add to the timeline, from the top. */
export const rowSources: readonly RowSource[] = [...annotateRows, ...inspectRows];
