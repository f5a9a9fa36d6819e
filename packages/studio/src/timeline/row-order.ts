import type { StreamKey, StreamView, TraceView } from 'zoopraxis';

/** What a user chose of the rows; ids of rows that are not there now are kept for when they are. */
export interface RowChoice {
  readonly hidden: readonly string[];
  /** Ids of traces (list), or null for those that the page chooses. */
  readonly traces: readonly string[] | null;
  /** Ids of rows that were moved, with all that stood around them then. */
  readonly order: readonly string[];
  readonly heights: Readonly<Record<string, number>>;
  /** Ids of the rows of curves whose scale goes by what is seen; the others go by the whole recording. */
  readonly fitted: readonly string[];
}

/** What is chosen before a user chooses. */
export const noChoice: RowChoice = { hidden: [], traces: null, order: [], heights: {}, fitted: [] };

/** Heights that a row can have, px. */
export const rowHeights = { least: 24, most: 320 } as const;

/** Returns an id of a stream's row that is the same in every recording of the project. */
export const streamRowId = ({ set, subject, target, annotator, channel }: StreamKey): string =>
  `bouts ${JSON.stringify([set, subject, target ?? null, annotator, channel])}`;

/** Returns the id of a trace's row. */
export const traceRowId = ({ id }: Pick<TraceView, 'id'>): string => `trace ${id}`;

/** How near a pointer must be to a bout's edge or a tick, CSS px. */
export const reachPx = 6;

/** Id of the row of labeled and suggested frames. */
export const labelRowId = 'labels';

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Returns streams by subject, humans before models, each by target, set, annotator and channel; list. */
export function orderStreams<Stream extends StreamView>(streams: readonly Stream[]): Stream[] {
  return [...streams].sort(
    (a, b) =>
      compare(a.subject, b.subject) ||
      Number(b.isHuman) - Number(a.isHuman) ||
      compare(a.target ?? '', b.target ?? '') ||
      compare(a.set, b.set) ||
      compare(a.annotator, b.annotator) ||
      compare(a.channel, b.channel),
  );
}

/** Returns the traces shown before a user chose any: up to three probabilities, and a speed of two animals; list. */
export function chooseTraces(list: readonly TraceView[]): TraceView[] {
  const words = ({ group, title, id }: TraceView) => `${group} ${title} ${id}`.toLowerCase();
  const shares = list.filter((trace) => /probabilit/.test(words(trace))).slice(0, 3);
  const speeds = list.filter((trace) => /speed|velocity/.test(words(trace)) && !shares.includes(trace));
  const first = speeds.filter(({ subject }, at) => speeds.findIndex((other) => other.subject === subject) === at);
  return [...shares, ...first.slice(0, 2)];
}

/** Returns ids in the order that a user gave them; those that were never moved stay behind the one before them. */
export function orderIds(ids: readonly string[], order: readonly string[]): string[] {
  const place = new Map(order.map((id, at) => [id, at]));
  const known = ids.filter((id) => place.has(id)).sort((a, b) => (place.get(a) as number) - (place.get(b) as number));
  const result = [...known];
  ids.forEach((id, at) => {
    if (place.has(id)) return;
    const before = ids.slice(0, at).findLast((other) => result.includes(other));
    result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, id);
  });
  return result;
}

/** Returns the order after a row was moved by places among those that are shown. */
export function moveId(shown: readonly string[], id: string, by: number): string[] {
  const from = shown.indexOf(id);
  if (from < 0) return [...shown];
  const rest = shown.filter((other) => other !== id);
  rest.splice(Math.max(0, Math.min(rest.length, from + by)), 0, id);
  return rest;
}

/** Returns a choice read from text of an earlier visit; what is not understood is left out. */
export function parseChoice(text: string | null): RowChoice {
  if (text === null) return noChoice;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return noChoice;
  }
  if (typeof value !== 'object' || value === null) return noChoice;
  const { hidden, traces, order, heights, fitted } = value as Partial<Record<keyof RowChoice, unknown>>;
  const texts = (list: unknown): string[] =>
    Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
  const sizes = Object.entries(typeof heights === 'object' && heights !== null ? heights : {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  return {
    hidden: texts(hidden),
    traces: Array.isArray(traces) ? texts(traces) : null,
    order: texts(order),
    heights: Object.fromEntries(sizes.map(([id, height]) => [id, keepHeight(height)])),
    fitted: texts(fitted),
  };
}

/** Returns a height inside what a row can have, whole px. */
export const keepHeight = (heightPx: number): number =>
  Math.round(Math.max(rowHeights.least, Math.min(rowHeights.most, heightPx)));
