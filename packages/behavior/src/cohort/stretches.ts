/** A span of a recording in seconds, its end not included. */
export interface Stretch {
  readonly startSec: number;
  readonly endSec: number;
}

/**
 * Returns the parts of a span that are analyzed: the span without what is excluded, ascending and apart, none of them
 * empty.
 * @throws RangeError where the span ends before it starts or is not finite.
 */
export function analyzedStretches(span: Stretch, exclusions: readonly Stretch[] = []): Stretch[] {
  const { startSec, endSec } = span;
  if (!(Number.isFinite(startSec) && Number.isFinite(endSec) && endSec >= startSec)) {
    throw new RangeError(`analyzed stretches: the span must end after it starts, got ${startSec} to ${endSec} s`);
  }
  const stretches: Stretch[] = [];
  let from = startSec;
  for (const exclusion of exclusions.toSorted((a, b) => a.startSec - b.startSec)) {
    const until = Math.min(exclusion.startSec, endSec);
    if (until > from) stretches.push({ startSec: from, endSec: until });
    from = Math.max(from, exclusion.endSec);
  }
  if (endSec > from) stretches.push({ startSec: from, endSec });
  return stretches;
}

/** Returns the seconds of stretches together. */
export function secondsOfStretches(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { startSec, endSec }) => sum + (endSec - startSec), 0);
}

/** Returns the index of the first stretch that ends after a time; the number of stretches where none does. */
export function stretchAfter(stretches: readonly Stretch[], sec: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle] as Stretch).endSec > sec) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What of a bout lies in the analyzed stretches. */
export interface AnalyzedPart {
  /** First analyzed instant. */
  readonly startSec: number;
  /** Seconds in all stretches together; 0 for a point event. */
  readonly sec: number;
  /** Indices of the stretches in which it begins and ends. */
  readonly firstStretch: number;
  readonly lastStretch: number;
  /** True where a part of it is not analyzed. */
  readonly isCut: boolean;
}

/** Returns what of a bout is analyzed; undefined where nothing is. A point event counts where its instant is analyzed. */
export function analyzedPart(
  startSec: number,
  endSec: number,
  stretches: readonly Stretch[],
): AnalyzedPart | undefined {
  const firstStretch = stretchAfter(stretches, startSec);
  const first = stretches[firstStretch];
  if (first === undefined) return undefined;
  if (startSec === endSec) {
    if (first.startSec > startSec) return undefined;
    return { startSec, sec: 0, firstStretch, lastStretch: firstStretch, isCut: false };
  }
  let [sec, lastStretch] = [0, -1];
  for (let at = firstStretch; at < stretches.length; at++) {
    const stretch = stretches[at] as Stretch;
    if (stretch.startSec >= endSec) break;
    sec += Math.min(endSec, stretch.endSec) - Math.max(startSec, stretch.startSec);
    lastStretch = at;
  }
  if (lastStretch < 0) return undefined;
  const last = stretches[lastStretch] as Stretch;
  const isCut = first.startSec > startSec || last.endSec < endSec || lastStretch > firstStretch;
  return { startSec: Math.max(startSec, first.startSec), sec, firstStretch, lastStretch, isCut };
}

/** Returns the analyzed seconds before a time: what a clock shows that stands still while nothing is analyzed. */
export function analyzedSecondsBefore(sec: number, stretches: readonly Stretch[]): number {
  let sum = 0;
  for (const { startSec, endSec } of stretches) {
    if (startSec >= sec) break;
    sum += Math.min(endSec, sec) - startSec;
  }
  return sum;
}
