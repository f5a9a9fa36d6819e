import { lengthOfSpans, type Spans, spansOfMany } from '@zoopraxis/behavior';
import { type Annotations, createAnnotations } from '@zoopraxis/core';
import type { RecordedAnnotations } from '@zoopraxis/io';

/** Who must have seen a behavior for it to count: anyone, half or more, all. */
export const mergeRules = ['union', 'majority', 'intersection'] as const;

/** One of the rules by which scorings become one. */
export type MergeRule = (typeof mergeRules)[number];

/** Two behaviors that a merged scoring has at the same time. */
export interface MergeConflict {
  readonly recording: string;
  readonly subject: string;
  readonly behaviors: readonly [string, string];
  readonly startSec: number;
  readonly endSec: number;
}

/** What came of a behavior in a merge, over all recordings. */
export interface MergedBehavior {
  readonly behavior: string;
  readonly bouts: number;
  readonly timeSec: number;
  /** Time that anyone saw, and that all saw who scored the behavior. */
  readonly anySec: number;
  readonly allSec: number;
  /** Most scorings that had to decide on it in one recording. */
  readonly scorings: number;
}

/** Scorings that became one for each recording and animal. */
export interface MergedStreams {
  readonly streams: readonly RecordedAnnotations[];
  readonly behaviors: readonly MergedBehavior[];
  readonly conflicts: readonly MergeConflict[];
  /** Bouts whose modifiers or probability the merged ones do not have. */
  readonly plainBouts: number;
}

/** How scorings are merged. */
export interface MergeOptions {
  readonly rule: MergeRule;
  /** Name of who scored the merged bouts. */
  readonly annotator: string;
  readonly channel: string;
  /** Furthest that events without duration of two scorings lie apart and are the same, seconds. Default 0.5. */
  readonly toleranceSec?: number;
}

/**
 * Returns one stream for each recording, animal and target: at each moment a behavior goes on that enough of the scorings
 * saw which scored it at all. Bouts of one behavior that overlap or touch become one. Events without duration are the same
 * where they lie within the tolerance, and take the median time.
 */
export function mergeStreams(streams: readonly RecordedAnnotations[], options: MergeOptions): MergedStreams {
  const { rule, annotator, channel, toleranceSec = 0.5 } = options;
  const groups = new Map<string, RecordedAnnotations[]>();
  for (const stream of streams) {
    const key = JSON.stringify([stream.recording, stream.annotations.subject, stream.annotations.target ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), stream]);
  }
  const totals = new Map<
    string,
    { bouts: number; timeSec: number; anySec: number; allSec: number; scorings: number }
  >();
  const conflicts: MergeConflict[] = [];
  let plainBouts = 0;
  const merged = [...groups.values()].map((group): RecordedAnnotations => {
    const [first] = group as [RecordedAnnotations];
    const { subject, target } = first.annotations;
    const names = [...new Set(group.flatMap(({ annotations }) => annotations.behaviors))].sort();
    const bouts: { behavior: number; startSec: number; endSec: number }[] = [];
    for (const [behavior, name] of names.entries()) {
      const seen = group.flatMap(({ annotations }) => {
        const which = annotations.behaviors.indexOf(name);
        return which < 0 ? [] : [boutsOf(annotations, which)];
      });
      const needed = rule === 'union' ? 1 : rule === 'majority' ? Math.ceil(seen.length / 2) : seen.length;
      const lists = seen.map(({ spans }) => spans);
      const kept = spansOfMany(lists, needed);
      for (let i = 0; i < kept.length; i += 2) {
        bouts.push({ behavior, startSec: kept[i] as number, endSec: kept[i + 1] as number });
      }
      const events = sharedEvents(
        seen.map((one) => one.events),
        needed,
        toleranceSec,
      );
      for (const sec of events) bouts.push({ behavior, startSec: sec, endSec: sec });
      const before = totals.get(name) ?? { bouts: 0, timeSec: 0, anySec: 0, allSec: 0, scorings: 0 };
      totals.set(name, {
        bouts: before.bouts + kept.length / 2 + events.length,
        timeSec: before.timeSec + lengthOfSpans(kept),
        anySec: before.anySec + lengthOfSpans(spansOfMany(lists, 1)),
        allSec: before.allSec + lengthOfSpans(spansOfMany(lists, lists.length)),
        scorings: Math.max(before.scorings, lists.length),
      });
    }
    for (const { annotations } of group) {
      for (let bout = 0; bout < annotations.startSec.length; bout++) {
        const chance = annotations.probability?.[bout] ?? Number.NaN;
        if ((annotations.modifiers?.[bout]?.length ?? 0) > 0 || !Number.isNaN(chance)) plainBouts++;
      }
    }
    const watched = group.flatMap(({ observedSec }) => (observedSec === undefined ? [] : [observedSec]));
    const frameBase = group.map(({ annotations }) => annotations.frameBase).find((base) => base !== undefined);
    const annotations = createAnnotations({
      ...{ subject, annotator, channel, behaviors: names },
      ...(target === undefined ? {} : { target }),
      ...(frameBase === undefined ? {} : { frameBase }),
      startSec: Float64Array.from(bouts, ({ startSec }) => startSec),
      endSec: Float64Array.from(bouts, ({ endSec }) => endSec),
      behavior: Int32Array.from(bouts, ({ behavior }) => behavior),
    });
    conflicts.push(...overlapsOf(first.recording, annotations));
    return {
      recording: first.recording,
      annotations,
      ...(watched.length === 0
        ? {}
        : { observedSec: [Math.min(...watched.map(([a]) => a)), Math.max(...watched.map(([, b]) => b))] as const }),
    };
  });
  const behaviors = [...totals].map(([behavior, of]) => ({ behavior, ...of }));
  return {
    streams: merged,
    behaviors: behaviors.sort((a, b) => (a.behavior < b.behavior ? -1 : 1)),
    conflicts,
    plainBouts,
  };
}

function boutsOf({ behavior, startSec, endSec }: Annotations, which: number): { spans: Spans; events: number[] } {
  const all: number[] = [];
  const events: number[] = [];
  for (const [bout, of] of behavior.entries()) {
    const [start, end] = [startSec[bout] as number, endSec[bout] as number];
    if (of !== which) continue;
    if (end === start) events.push(start);
    else all.push(start, end);
  }
  // Bouts of one scoring that overlap must not count as two who agree.
  return { spans: spansOfMany(toLists(all), 1), events };
}

/** Returns overlapping bouts as lists of one span each, which is what joins them. */
function toLists(all: readonly number[]): Spans[] {
  const lists: Spans[] = [];
  for (let i = 0; i < all.length; i += 2) lists.push(Float64Array.of(all[i] as number, all[i + 1] as number));
  return lists;
}

/** Returns the times of events that enough scorings have, each scoring's event in one of them at most. */
function sharedEvents(lists: readonly (readonly number[])[], needed: number, toleranceSec: number): number[] {
  const events = lists.flatMap((list, scoring) => list.map((sec) => ({ sec, scoring }))).sort((a, b) => a.sec - b.sec);
  const found: number[] = [];
  for (let at = 0; at < events.length; ) {
    const cluster: typeof events = [];
    for (let i = at; i < events.length; i++) {
      const event = events[i] as (typeof events)[number];
      const [first = event] = cluster;
      if (event.sec - first.sec > toleranceSec || cluster.some(({ scoring }) => scoring === event.scoring)) break;
      cluster.push(event);
    }
    if (cluster.length >= needed) {
      const middle = cluster.length / 2;
      const [low, high] = [cluster[Math.ceil(middle) - 1], cluster[Math.floor(middle)]];
      found.push(((low?.sec as number) + (high?.sec as number)) / 2);
      at += cluster.length;
    } else at++;
  }
  return found;
}

function overlapsOf(recording: string, annotations: Annotations): MergeConflict[] {
  const { subject, behaviors, behavior, startSec, endSec } = annotations;
  const found: MergeConflict[] = [];
  let open: number[] = [];
  for (let bout = 0; bout < startSec.length; bout++) {
    const start = startSec[bout] as number;
    open = open.filter((other) => (endSec[other] as number) > start);
    for (const other of open) {
      found.push({
        recording,
        subject,
        behaviors: [behaviors[behavior[other] as number] as string, behaviors[behavior[bout] as number] as string],
        startSec: start,
        endSec: Math.min(endSec[other] as number, endSec[bout] as number),
      });
    }
    open.push(bout);
  }
  return found;
}
