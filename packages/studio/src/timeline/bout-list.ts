import type { BoutView } from 'zoopraxis';
import type { BoutStream } from '../state/bouts.js';

/** Bouts of several streams in the order of time, without copies of them. */
export interface BoutList {
  readonly streams: readonly BoutStream[];
  readonly length: number;
  /** Index into `streams`, shape `[bout]`. */
  readonly stream: Uint16Array;
  /** Index into the stream's bouts, shape `[bout]`. */
  readonly bout: Uint32Array;
}

/** Returns the bouts of streams by rising start; of one behavior alone where it is given. Equal ones stay in the order of the streams. */
export function listBouts(streams: readonly BoutStream[], behavior?: string): BoutList {
  const total = streams.reduce((sum, { bouts }) => sum + bouts.length, 0);
  const stream = new Uint16Array(total);
  const bout = new Uint32Array(total);
  const heads = streams.map(() => 0);
  let length = 0;
  for (;;) {
    let first = -1;
    let start = Number.POSITIVE_INFINITY;
    for (let at = 0; at < streams.length; at++) {
      const head = streams[at]?.bouts[heads[at] as number];
      if (head !== undefined && head.startSec < start) [first, start] = [at, head.startSec];
    }
    if (first < 0) break;
    const index = heads[first] as number;
    heads[first] = index + 1;
    if (behavior !== undefined && streams[first]?.bouts[index]?.behavior !== behavior) continue;
    stream[length] = first;
    bout[length] = index;
    length++;
  }
  return { streams, length, stream: stream.subarray(0, length), bout: bout.subarray(0, length) };
}

/** Returns the bout at a place of the list and its stream, or undefined outside it. */
export function boutOf(list: BoutList, at: number): { stream: BoutStream; bout: BoutView } | undefined {
  const stream = list.streams[list.stream[at] ?? -1];
  const bout = stream?.bouts[list.bout[at] ?? -1];
  return stream === undefined || bout === undefined ? undefined : { stream, bout };
}

/** Returns the place of the first bout that begins at a time or later; the length of the list where none does. */
export function placeAt(list: BoutList, timeSec: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((boutOf(list, middle)?.bout.startSec ?? 0) >= timeSec) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns which rows of equal height to make for a scrolled box: those in sight and a few around them; the end is not included. */
export function rowsInSight(
  { scrollTopPx, heightPx, rowPx }: { readonly scrollTopPx: number; readonly heightPx: number; readonly rowPx: number },
  rowCount: number,
  around = 6,
): { readonly first: number; readonly end: number } {
  const first = Math.max(0, Math.min(rowCount, Math.floor(scrollTopPx / rowPx) - around));
  const end = Math.max(first, Math.min(rowCount, Math.ceil((scrollTopPx + heightPx) / rowPx) + around));
  return { first, end };
}
