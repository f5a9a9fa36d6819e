import {
  type BoutMeasureName,
  type BoutMeasures,
  boutMeasureTable,
  boutMeasureValue,
  type CohortRow,
  type LeftOut,
} from '@zoopraxis/behavior';
import type { StreamMeasures } from './bout-query.js';

/** One measure of one thing, before rows become groups. */
export interface MeasureRows {
  readonly measure: string;
  /** Behavior or region; empty where the measure is of the animal alone. */
  readonly about: string;
  /** In words, such as `attack: mean bout duration`. */
  readonly title: string;
  readonly unit: string;
  /** How recordings of one animal become one value, in words. */
  readonly overRecordings: string;
  readonly rows: readonly CohortRow[];
  readonly leftOut: readonly LeftOut[];
  /** True where values can be known only to be at least so large. */
  readonly isCensorable: boolean;
}

/** Returns the rows of measures of bouts: one list for each measure and behavior, in that order. */
export function boutRows(
  streams: readonly StreamMeasures[],
  measures: readonly BoutMeasureName[],
  /** Seconds of each bout where bouts are the units, by stream and behavior. */
  boutSeconds?: (stream: StreamMeasures['stream'], behavior: string) => Iterable<number>,
): MeasureRows[] {
  const behaviors = [...new Set(streams.flatMap(({ measures: list }) => list.map(({ behavior }) => behavior)))].sort();
  const byBehavior = new Map(behaviors.map((name) => [name, [] as { one: StreamMeasures; found: BoutMeasures }[]]));
  for (const one of streams) for (const found of one.measures) byBehavior.get(found.behavior)?.push({ one, found });
  return boutMeasureTable
    .filter(({ name }) => measures.includes(name))
    .flatMap(({ name, title, unit, overRecordings }) =>
      behaviors.map((behavior): MeasureRows => {
        const rows: CohortRow[] = [];
        const leftOut: LeftOut[] = [];
        for (const { one, found } of byBehavior.get(behavior) ?? []) {
          const { recording, animal, conditions } = one.stream;
          const measured = boutMeasureValue(name, found);
          if ('reason' in measured) leftOut.push({ who: recording, reason: measured.reason });
          else if (boutSeconds === undefined) rows.push({ recording, animal, conditions, ...measured });
          else {
            for (const value of boutSeconds(one.stream, behavior)) {
              rows.push({ recording, animal, conditions, value, weight: 1 });
            }
          }
        }
        const scored = new Set(byBehavior.get(behavior)?.map(({ one }) => one.stream.recording));
        for (const recording of new Set(streams.map(({ stream }) => stream.recording))) {
          if (!scored.has(recording)) leftOut.push({ who: recording, reason: 'was not scored for it' });
        }
        return {
          measure: name,
          about: behavior,
          title: `${behavior}: ${title}`,
          unit,
          overRecordings,
          rows,
          leftOut,
          isCensorable: name === 'latency',
        };
      }),
    );
}
