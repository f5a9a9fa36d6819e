import { majoritySpans } from './compare-scorings.js';
import { behaviorSpans, type ScoredRecording } from './scored-recording.js';
import type { Spans } from './spans.js';

/** Rows of an ethogram raster: plain data for a figure. */
export interface AnnotationRaster {
  readonly recording: string;
  readonly startSec: number;
  readonly endSec: number;
  readonly rows: readonly {
    readonly name: string;
    readonly bouts: readonly { readonly startSec: number; readonly endSec: number; readonly behavior: string }[];
  }[];
}

/**
 * Returns one row for each annotator of a recording with the bouts of the given behaviors, by start, and a last row
 * `majority` with what half or more of those who scored a behavior saw. Bouts without length are kept in the annotators' rows.
 */
export function annotationRaster(
  recording: ScoredRecording,
  { behaviors, majorityName = 'majority' }: { behaviors: readonly string[]; majorityName?: string },
): AnnotationRaster {
  const { scored, annotations } = recording;
  const seen = annotations.map((scoring) => ({
    name: scoring.annotator,
    of: behaviors.map((behavior) => behaviorSpans(recording, scoring, { behavior })),
  }));
  const boutsOf = (spans: Spans | undefined, behavior: string) =>
    Array.from({ length: (spans?.length ?? 0) / 2 }, (_, i) => ({
      startSec: spans?.[2 * i] as number,
      endSec: spans?.[2 * i + 1] as number,
      behavior,
    }));
  type Bout = AnnotationRaster['rows'][number]['bouts'][number];
  const sorted = (bouts: readonly Bout[]) => bouts.toSorted((a, b) => a.startSec - b.startSec || a.endSec - b.endSec);
  const rows = seen.map(({ name, of }) => ({
    name,
    bouts: sorted(
      behaviors.flatMap((behavior, b) => [
        ...boutsOf(of[b]?.spans, behavior),
        ...Array.from(of[b]?.eventsSec ?? [], (sec) => ({ startSec: sec, endSec: sec, behavior })),
      ]),
    ),
  }));
  const majority = behaviors.flatMap((behavior, b) => {
    const lists = seen.flatMap(({ of }) => (of[b] === undefined ? [] : [of[b].spans]));
    return lists.length < 2 ? [] : boutsOf(majoritySpans(lists), behavior);
  });
  return {
    recording: recording.recording,
    startSec: scored.startSec,
    endSec: scored.endSec,
    rows: [...rows, { name: majorityName, bouts: sorted(majority) }],
  };
}
