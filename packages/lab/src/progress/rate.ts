/** Speed of a countable work over its last seconds. */
export interface Rate {
  /** Adds a count at a time in seconds. */
  add(done: number, atSec: number): void;
  /** Forgets everything: a new work begins, whose speed is taken over as many seconds; over all of it with infinity. */
  restart(windowSec?: number): void;
  /** Returns the count per second, NaN before there are two moments. */
  perSec(): number;
  /** Returns the seconds left until `total`, NaN while unknown. */
  leftSec(total: number | undefined): number;
}

/** Returns a rate over a sliding window of seconds; a count that falls back begins a new work. */
export function createRate(usualSec = 15): Rate {
  let windowSec = usualSec;
  let points: { done: number; atSec: number }[] = [];
  const perSec = () => {
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined || last.atSec <= first.atSec) return Number.NaN;
    return (last.done - first.done) / (last.atSec - first.atSec);
  };
  return {
    add(done, atSec) {
      if (done < (points.at(-1)?.done ?? 0)) points = [];
      points.push({ done, atSec });
      while (points.length > 2 && atSec - (points[1] as { atSec: number }).atSec > windowSec) points.shift();
      // A fast work reports thousands of times a second; the ends of the window are what counts.
      if (points.length > 512) points = points.filter((_, i) => i === 0 || i % 2 === 1 || i === points.length - 1);
    },
    restart(sec = usualSec) {
      points = [];
      windowSec = sec;
    },
    perSec,
    leftSec(total) {
      const done = points.at(-1)?.done ?? 0;
      return total === undefined ? Number.NaN : (total - done) / perSec();
    },
  };
}
