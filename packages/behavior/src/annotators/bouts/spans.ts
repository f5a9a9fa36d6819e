import type { TimeBase } from '@zoopraxis/core';

/**
 * Spans of one behavior, ascending and apart (touching is apart), ends not included: start and end of each, shape
 * `[span, 2]`; in seconds or in frames.
 */
export type Spans = Float64Array;

/** Returns the length of spans together, in their unit. */
export function lengthOfSpans(spans: Spans): number {
  let sum = 0;
  for (let i = 0; i < spans.length; i += 2) sum += (spans[i + 1] as number) - (spans[i] as number);
  return sum;
}

/** Returns what lies in both, shape `[span, 2]`; what has no length is left out. */
export function intersectSpans(a: Spans, b: Spans): Spans {
  const both: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const start = Math.max(a[i] as number, b[j] as number);
    const end = Math.min(a[i + 1] as number, b[j + 1] as number);
    if (end > start) both.push(start, end);
    if ((a[i + 1] as number) < (b[j + 1] as number)) i += 2;
    else j += 2;
  }
  return Float64Array.from(both);
}

/** Returns what lies in `atLeast` of several lists or more, touching spans joined, shape `[span, 2]`. */
export function spansOfMany(lists: readonly Spans[], atLeast: number): Spans {
  const edges = lists.flatMap((spans) => {
    const own: [number, number][] = [];
    for (let i = 0; i < spans.length; i += 2) {
      if ((spans[i + 1] as number) > (spans[i] as number))
        own.push([spans[i] as number, 1], [spans[i + 1] as number, -1]);
    }
    return own;
  });
  // Starts come before ends of the same instant, so that touching spans join.
  edges.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const found: number[] = [];
  let depth = 0;
  for (const [at, step] of edges) {
    const before = depth;
    depth += step;
    if (before < atLeast && depth >= atLeast) found.push(at);
    if (before >= atLeast && depth < atLeast) {
      if (at > (found.at(-1) as number)) found.push(at);
      else found.pop();
    }
  }
  return Float64Array.from(found);
}

/** Returns the first frame whose middle of its time on screen is not before `sec`; `frameCount` where there is none. */
function frameFrom(base: TimeBase, sec: number): number {
  const { frameCount, fps, timesSec } = base;
  if (timesSec === undefined) return Math.min(Math.max(Math.ceil(sec * fps - 0.5 - 1e-6), 0), frameCount);
  const middle = (frame: number) => {
    const start = timesSec[frame] as number;
    const end = frame + 1 < frameCount ? (timesSec[frame + 1] as number) : start + 1 / fps;
    return (start + end) / 2;
  };
  let [low, high] = [0, frameCount];
  while (low < high) {
    const at = (low + high) >> 1;
    if (middle(at) < sec) low = at + 1;
    else high = at;
  }
  return low;
}

/**
 * Returns spans of seconds as spans of frames, shape `[span, 2]`, whole numbers: a frame counts where the middle of its time
 * on screen lies in the span, so a time that a file rounded gives its frame back. Spans that hold no such middle are left
 * out.
 */
export function spansInFrames(spans: Spans, base: TimeBase): Spans {
  const frames: number[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    const [start, end] = [frameFrom(base, spans[i] as number), frameFrom(base, spans[i + 1] as number)];
    if (end > start) frames.push(start, end);
  }
  return Float64Array.from(frames);
}
