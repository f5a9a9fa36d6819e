import type { RowSource } from '../page/row.js';

/** Rows of this folder. */
export const inspectRows: readonly RowSource[] = [];
