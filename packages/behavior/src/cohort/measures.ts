import type { BoutMeasures } from './bout-measures.js';
import type { CohortRow } from './design.js';

/** A number that cohorts are compared by, made from bouts. */
export interface BoutMeasure {
  readonly name: BoutMeasureName;
  /** In words, such as `behavior time`. */
  readonly title: string;
  readonly unit: string;
  /** How the mean over several recordings of one animal is made, in words. */
  readonly overRecordings: string;
}

/** Names of the measures of bouts. */
export type BoutMeasureName = 'time' | 'share' | 'count' | 'rate' | 'bout-duration' | 'latency';

const plainMean = 'the mean of the recordings';

/** The measures of bouts, in the order of reports. */
export const boutMeasureTable: readonly BoutMeasure[] = [
  { name: 'time', title: 'time', unit: 's', overRecordings: plainMean },
  { name: 'share', title: 'share of the time', unit: '%', overRecordings: 'time of all recordings over their length' },
  { name: 'count', title: 'bouts', unit: '', overRecordings: plainMean },
  {
    name: 'rate',
    title: 'bouts per minute',
    unit: '1/min',
    overRecordings: 'bouts of all recordings over their length',
  },
  {
    name: 'bout-duration',
    title: 'mean bout duration',
    unit: 's',
    overRecordings: 'time of all recordings over their bouts',
  },
  { name: 'latency', title: 'latency', unit: 's', overRecordings: plainMean },
];

/** A value with its weight, or why there is none. */
export type MeasuredValue = Pick<CohortRow, 'value' | 'weight' | 'isCensored'> | { readonly reason: string };

/**
 * Returns one measure of one recording: a value and how much it weighs in the mean over recordings of an animal, or the
 * reason why there is none (nothing analyzed; a mean duration without bouts).
 */
export function boutMeasureValue(measure: BoutMeasureName, measures: Omit<BoutMeasures, 'meanBoutSec'>): MeasuredValue {
  const { observedSec, timeSec, boutCount, latencySec, isCensored } = measures;
  if (!(observedSec > 0)) return { reason: 'nothing of it is analyzed' };
  switch (measure) {
    case 'time':
      return { value: timeSec, weight: 1 };
    case 'share':
      return { value: (100 * timeSec) / observedSec, weight: observedSec };
    case 'count':
      return { value: boutCount, weight: 1 };
    case 'rate':
      return { value: (60 * boutCount) / observedSec, weight: observedSec };
    case 'bout-duration':
      return boutCount === 0 ? { reason: 'no bout' } : { value: timeSec / boutCount, weight: boutCount };
    case 'latency':
      return { value: latencySec, weight: 1, isCensored };
  }
}
