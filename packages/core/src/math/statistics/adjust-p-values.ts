/** How p values of several tests are corrected; `benjamini-hochberg` bounds the false discovery rate, the others any error. */
export type Correction = 'holm' | 'bonferroni' | 'benjamini-hochberg' | 'none';

/** Names of corrections as a methods section says them. */
export const correctionNames: Readonly<Record<Correction, string>> = {
  holm: 'Holm',
  bonferroni: 'Bonferroni',
  'benjamini-hochberg': 'Benjamini-Hochberg',
  none: 'none',
};

/**
 * Returns p values corrected for the number of tests, in the given order, shape `[test]`.
 * @param count Number of tests, where more were made than are listed. Not below the number of p values.
 * @throws RangeError for a p outside 0..1 or an unknown correction.
 */
export function adjustPValues(
  pValues: ArrayLike<number>,
  correction: Correction = 'holm',
  count = pValues.length,
): number[] {
  if (!(correction in correctionNames)) {
    throw new RangeError(
      `adjustPValues: correction must be one of ${Object.keys(correctionNames).join(', ')}, got ${correction}`,
    );
  }
  const size = pValues.length;
  if (!(Number.isInteger(count) && count >= size)) {
    throw new RangeError(
      `adjustPValues: count must be a whole number from ${size} (the number of p values), got ${count}`,
    );
  }
  const p = Array.from(pValues);
  p.forEach((value, i) => {
    if (!(value >= 0 && value <= 1))
      throw new RangeError(`adjustPValues: p values must be in 0..1, got ${value} at place ${i}`);
  });
  if (correction === 'none') return p;
  if (correction === 'bonferroni') return p.map((value) => Math.min(1, value * count));
  const order = p.map((_, i) => i).sort((a, b) => (p[a] as number) - (p[b] as number) || a - b);
  const adjusted = new Array<number>(size);
  if (correction === 'holm') {
    let largest = 0;
    order.forEach((at, rank) => {
      largest = Math.max(largest, Math.min(1, (count - rank) * (p[at] as number)));
      adjusted[at] = largest;
    });
    return adjusted;
  }
  let smallest = 1;
  for (let rank = size - 1; rank >= 0; rank--) {
    const at = order[rank] as number;
    smallest = Math.min(smallest, (count / (rank + 1)) * (p[at] as number));
    adjusted[at] = smallest;
  }
  return adjusted;
}
