import { frameAtSeconds, secondsOfFrame, type TimeBase } from '@zoopraxis/core';
import type { Bout } from '@zoopraxis/io';

/** Half of the millisecond that programs round to, with room for the arithmetic. */
const roundingSec = 0.0005 + 1e-7;

/** Returns where the frame begins that a time in whole milliseconds was rounded from, else the time itself; seconds. */
export function unroundedSec(sec: number, base: TimeBase): number {
  if (Math.abs(sec * 1000 - Math.round(sec * 1000)) > 1e-6) return sec;
  const frame = frameAtSeconds(base, sec);
  for (const near of [frame, frame + 1]) {
    const begins = secondsOfFrame(base, near);
    if (Math.abs(begins - sec) <= roundingSec) return begins;
  }
  return sec;
}

/** Returns bouts whose edges lie on frames again where a program such as BORIS rounded them, and how many edges that were. */
export function withUnroundedEdges(
  bouts: readonly Bout[],
  base: TimeBase,
): { readonly bouts: Bout[]; readonly movedCount: number } {
  let movedCount = 0;
  const edge = (sec: number) => {
    const begins = unroundedSec(sec, base);
    if (Math.abs(begins - sec) > 1e-9) movedCount++;
    return begins;
  };
  return {
    bouts: bouts.map((bout) => ({ ...bout, startSec: edge(bout.startSec), endSec: edge(bout.endSec) })),
    movedCount,
  };
}
