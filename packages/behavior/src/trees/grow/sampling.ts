import type { Random } from '@zoopraxis/core';

/** Returns `count` of the whole numbers below `total`, list in ascending order, all choices alike likely. */
export function chooseSome(total: number, count: number, random: Random): Uint32Array {
  const chosen = new Uint32Array(count);
  let taken = 0;
  for (let i = 0; taken < count; i++) {
    // Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S).
    if ((total - i) * random.uniform() < count - taken) chosen[taken++] = i;
  }
  return chosen;
}

/** Returns 1 for each column that was chosen, shape `[column]`; at least one is. */
export function chooseColumns(from: Uint8Array, share: number, random: Random): Uint8Array {
  if (share >= 1) return from;
  const columns: number[] = [];
  from.forEach((used, column) => {
    if (used === 1) columns.push(column);
  });
  const mask = new Uint8Array(from.length);
  for (const index of chooseSome(columns.length, Math.max(1, Math.round(share * columns.length)), random))
    mask[columns[index] as number] = 1;
  return mask;
}
