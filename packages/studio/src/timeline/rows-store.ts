import { createStore } from 'zustand/vanilla';
import type { RowSource, TimelineRow } from '../page/row.js';
import { tellProblem } from '../page/tell.js';
import { bouts, streamId } from '../state/bouts.js';
import { frameTimes } from '../state/frame-clock.js';
import { labels } from '../state/labels.js';
import { studio } from '../state/studio-store.js';
import { traceWindows } from '../state/trace-windows.js';
import { loadTraces, traces } from '../state/traces.js';
import { differingOf } from './disagreement.js';
import { labelRow, labelTimesOf } from './label-row.js';
import { openClock } from './open-clock.js';
import type { PlacedRow } from './plot.js';
import { chooseTraces, keepHeight, orderIds, orderStreams, traceRowId } from './row-order.js';
import { streamRow } from './stream-row.js';
import { timeline } from './timeline-store.js';
import { traceRow } from './trace-row.js';

/** The rows that there are. */
export interface RowsState {
  /** In order, with those that are hidden; traces that were not chosen are not among them. */
  readonly all: readonly TimelineRow[];
  readonly shown: readonly PlacedRow[];
  readonly heightPx: number;
}

/** The store of rows; {@link startRows} fills it. */
export const rowsStore = createStore<RowsState>(() => ({ all: [], shown: [], heightPx: 0 }));

function place(rows: readonly TimelineRow[], ofOthers: ReadonlySet<string>): PlacedRow[] {
  const { heights } = timeline.getState().choice;
  let topPx = 0;
  return rows.map((row, at) => {
    const heightPx = keepHeight(heights[row.id] ?? row.heightPx);
    const next = rows[at + 1];
    const endsGroup = next !== undefined && (next.group ?? '') !== (row.group ?? '');
    const placed = { row, topPx, heightPx, followsClock: ofOthers.has(row.id), endsGroup };
    topPx += heightPx;
    return placed;
  });
}

interface OwnRows {
  readonly key: readonly unknown[];
  readonly ticks: readonly TimelineRow[];
  readonly strips: readonly { readonly stream: string; readonly row: TimelineRow }[];
  readonly curves: readonly TimelineRow[];
}

let made: OwnRows | undefined;

/** Returns the rows of the timeline itself; made anew only where what they show changed. */
function ownRows(recordingId: string): OwnRows {
  const state = studio.getState();
  const { streams } = bouts.getState();
  const { images, rows } = labels.getState();
  const { list } = traces.getState();
  const { choice } = timeline.getState();
  const { annotator, project } = state;
  const key = [recordingId, project, streams, images, rows, list, choice.traces, annotator, frameTimes.getState()];
  if (made?.key.every((part, at) => part === key[at])) return made;
  const clock = openClock(state);
  const compared = { annotator, atLeastSec: clock === undefined ? 0 : 0.5 / clock.fps };
  const times = labelTimesOf({ images, rows }, clock);
  const chosen = choice.traces === null ? chooseTraces(list) : list.filter(({ id }) => choice.traces?.includes(id));
  made = {
    key,
    ticks: times.labeled.length + times.suggested.length > 0 ? [labelRow(times)] : [],
    strips: orderStreams(streams).map((stream) => ({
      stream: streamId(stream),
      row: streamRow(stream, differingOf(stream, streams, compared), streams),
    })),
    curves: chosen.map((trace, at) => traceRow(trace, recordingId, at)),
  };
  return made;
}

function makeRows(sources: readonly RowSource[]): RowsState {
  const state = studio.getState();
  if (state.recordingId === null) return { all: [], shown: [], heightPx: 0 };
  const { choice } = timeline.getState();
  const others = sources.flatMap((source) => source.rows(state));
  const covered = new Set(others.flatMap(({ covers }) => covers ?? []));
  const { ticks, strips, curves } = ownRows(state.recordingId);
  const natural = [
    ...others.filter(({ isFirst }) => isFirst),
    ...ticks,
    ...strips.filter(({ stream }) => !covered.has(stream)).map(({ row }) => row),
    ...curves,
    ...others.filter(({ isFirst }) => !isFirst),
  ];
  const byId = new Map(natural.map((row) => [row.id, row]));
  const all = orderIds([...byId.keys()], choice.order).map((id) => byId.get(id) as TimelineRow);
  const hidden = new Set(choice.hidden);
  const shown = place(
    all.filter(({ id }) => !hidden.has(id)),
    new Set(others.map(({ id }) => id)),
  );
  return { all, shown, heightPx: shown.reduce((sum, { heightPx }) => sum + heightPx, 0) };
}

/** Returns the ids of the traces that are chosen now, by the user or by the page; list. */
export const chosenTraces = (): readonly string[] =>
  timeline.getState().choice.traces ?? chooseTraces(traces.getState().list).map(({ id }) => id);

/** Returns whether a trace has a row that is shown. */
export const isTraceShown = (id: string): boolean =>
  chosenTraces().includes(id) && !timeline.getState().choice.hidden.includes(traceRowId({ id }));

/** Keeps the rows as bouts, labels, traces, other folders and the user's choice want them; returns the way to stop. */
export function startRows(sources: readonly RowSource[]): () => void {
  let isWaiting = false;
  const change = () => {
    if (isWaiting) return;
    isWaiting = true;
    queueMicrotask(() => {
      isWaiting = false;
      rowsStore.setState(makeRows(sources));
    });
  };
  let opened: string | null = null;
  let tracked = '';
  const open = () => {
    const { project, recordingId } = studio.getState();
    const now = JSON.stringify([
      project?.tracks.filter(({ recording }) => recording === recordingId),
      project?.models.map(({ name, madeAt }) => [name, madeAt]),
      project?.annotations.filter(({ recording, isHuman }) => recording === recordingId && !isHuman),
    ]);
    if (recordingId === opened && now === tracked) return;
    if (recordingId === opened) traceWindows.forget();
    [opened, tracked] = [recordingId, now];
    void loadTraces().catch(tellProblem);
  };
  open();
  change();
  const stops = [
    bouts.subscribe(change),
    labels.subscribe(change),
    traces.subscribe(change),
    frameTimes.subscribe(change),
    timeline.subscribe((state, before) => state.choice !== before.choice && change()),
    studio.subscribe((state, before) => {
      const isOther =
        state.annotator !== before.annotator ||
        state.mode !== before.mode ||
        state.activeStream !== before.activeStream;
      if (isOther) change();
      if (state.project === before.project && state.recordingId === before.recordingId) return;
      open();
      change();
    }),
    ...sources.map((source) => source.subscribe(change)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
