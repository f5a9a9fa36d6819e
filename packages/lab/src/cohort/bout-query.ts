import {
  analyzedSecondsBefore,
  analyzedStretches,
  type BoutMeasures,
  type BoutOptions,
  checkBoutOptions,
  type Stretch,
  secondsOfStretches,
} from '@zoopraxis/behavior';
import type { Queries, QueryValue } from '../query/queries.js';
import { quoteName, quoteText } from '../query/quote.js';
import type { CohortStream } from './cohort-streams.js';

/** Bouts of streams, aggregated. */
export interface StreamMeasures {
  readonly stream: CohortStream;
  /** One for each of the stream's behaviors, in their order. */
  readonly measures: readonly BoutMeasures[];
}

/** Returns a number as SQL has doubles; written plainly it would become a decimal, and lose its last bit on the way back. */
const double = (value: number) => value.toExponential();

/** Returns the SQL of the bouts with their streams' numbers; overlapping and close bouts made one where needed. */
function boutsSql(
  view: string,
  on: string,
  { options, isDisjoint }: { options: BoutOptions; isDisjoint: boolean },
): string {
  const { mergeGapSec, minimumBoutSec = 0 } = options;
  const rows = `SELECT w.stream, b.behavior, b.start_sec, b.end_sec FROM ${view} b JOIN wanted w ON ${on}`;
  const long = minimumBoutSec > 0 ? ` WHERE end_sec - start_sec >= ${double(minimumBoutSec)}` : '';
  if (isDisjoint && mergeGapSec === undefined) return `SELECT * FROM (${rows})${long}`;
  const begins = mergeGapSec === undefined ? 'start_sec >= until' : `start_sec - until > ${double(mergeGapSec)}`;
  return `SELECT stream, behavior, start_sec, end_sec FROM (
    SELECT stream, behavior, min(start_sec) AS start_sec, max(end_sec) AS end_sec FROM (
      SELECT *, sum(begins::INTEGER) OVER (PARTITION BY stream, behavior ORDER BY start_sec, end_sec, begins DESC ROWS UNBOUNDED PRECEDING) AS island FROM (
        SELECT *, until IS NULL OR ${begins} AS begins FROM (
          SELECT *, max(end_sec) OVER (PARTITION BY stream, behavior ORDER BY start_sec, end_sec ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until FROM (${rows})
        )
      )
    ) GROUP BY stream, behavior, island
  )${long}`;
}

function tableSql(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return `SELECT * FROM (VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}) AS v(${columns.join(', ')})`;
}

/** Returns the query for the bouts of one file. */
function measuresSql(
  streams: readonly CohortStream[],
  stretches: readonly (readonly Stretch[])[],
  { options, behaviors }: { options: BoutOptions; behaviors: readonly string[] },
): string {
  const { file, tellingColumns: telling } = streams[0] as CohortStream;
  const wanted = streams.map((stream, i) => [`${i}`, ...telling.map((key) => quoteText(stream[key] ?? ''))]);
  const pieces = stretches.flatMap((list, stream) =>
    list.map(({ startSec, endSec }, i) => [
      `${stream}`,
      `${i}`,
      double(startSec),
      double(endSec),
      `${i === 0 ? 'NULL' : double((list[i - 1] as Stretch).endSec)}::DOUBLE`,
    ]),
  );
  const on = telling.map((key) =>
    key === 'target' ? `coalesce(b.target, '') = w.target` : `b.${quoteName(key)} = w.${quoteName(key)}`,
  );
  on.push(`b.behavior IN (${behaviors.map(quoteText).join(', ')})`);
  const isDisjoint = streams.every((stream) => stream.isDisjoint);
  return `WITH wanted AS (${tableSql(['stream', ...telling], wanted)}),
stretches AS (${tableSql(['stream', 'place', 'from_sec', 'until_sec', 'before_sec'], pieces)}),
bouts AS (${boutsSql(`annotations.${quoteName(file)}`, on.join(' AND '), { options, isDisjoint })}),
pieces AS (SELECT b.stream, b.behavior, b.start_sec, b.end_sec, place, from_sec, until_sec,
  b.start_sec < until_sec AND (b.end_sec > from_sec OR b.start_sec >= from_sec) AS inside,
  before_sec IS NULL OR b.start_sec >= before_sec AS is_first
  FROM bouts b JOIN stretches s ON s.stream = b.stream)
SELECT stream, behavior,
  count(*) FILTER (place = 0) AS bouts,
  count(*) FILTER (inside AND is_first) AS counted,
  count(*) FILTER (inside AND is_first AND (start_sec < from_sec OR end_sec > until_sec)) AS cut,
  coalesce(sum(least(end_sec, until_sec) - greatest(start_sec, from_sec)) FILTER (inside), 0) AS time_sec,
  min(greatest(start_sec, from_sec)) FILTER (inside) AS first_sec
FROM pieces GROUP BY stream, behavior`;
}

/**
 * Returns what `measureBouts` of `behavior` gives for each stream, computed by DuckDB over the project's Parquet files:
 * ten million bouts in about a second where no bouts of one behavior overlap (the files say so) and none are merged.
 */
export async function aggregateBouts(
  queries: Pick<Queries, 'rows'>,
  streams: readonly CohortStream[],
  options: BoutOptions & { readonly signal?: AbortSignal } = {},
): Promise<StreamMeasures[]> {
  checkBoutOptions(options);
  const measured = new Map<CohortStream, BoutMeasures[]>();
  for (const file of new Set(streams.map((stream) => stream.file))) {
    const own = streams.filter((stream) => stream.file === file);
    const stretches = own.map(({ scored, exclusions }) => analyzedStretches(scored, exclusions));
    const behaviors = [...new Set(own.flatMap((stream) => stream.behaviors))];
    const found = new Map<string, readonly QueryValue[]>();
    if (behaviors.length > 0 && stretches.some((list) => list.length > 0)) {
      const sql = measuresSql(own, stretches, { options, behaviors });
      const { signal } = options;
      const limits = { maximumRows: own.length * behaviors.length, ...(signal === undefined ? {} : { signal }) };
      for (const row of (await queries.rows(sql, limits)).rows) found.set(`${row[0]} ${row[1]}`, row);
    }
    for (const [i, stream] of own.entries()) {
      const list = stretches[i] as Stretch[];
      measured.set(
        stream,
        stream.behaviors.map((behavior) => measuresOf(behavior, list, found.get(`${i} ${behavior}`))),
      );
    }
  }
  return streams.map((stream) => ({ stream, measures: measured.get(stream) ?? [] }));
}

function measuresOf(
  behavior: string,
  stretches: readonly Stretch[],
  row: readonly QueryValue[] | undefined,
): BoutMeasures {
  const observedSec = secondsOfStretches(stretches);
  const [bouts, boutCount, cutBoutCount, timeSec] = [2, 3, 4, 5].map((i) => Number(row?.[i] ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  const firstSec = row?.[6];
  return {
    behavior,
    observedSec,
    timeSec,
    boutCount,
    meanBoutSec: boutCount === 0 ? null : timeSec / boutCount,
    latencySec: typeof firstSec === 'number' ? analyzedSecondsBefore(firstSec, stretches) : observedSec,
    isCensored: typeof firstSec !== 'number',
    cutBoutCount,
    outsideBoutCount: bouts - boutCount,
  };
}
