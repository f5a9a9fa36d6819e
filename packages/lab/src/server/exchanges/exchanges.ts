import { z } from 'zod';

/** Schema of one exchange of two animals. */
export const exchangeSchema = z.object({
  first: z.string().min(1),
  second: z.string().min(1),
  fromFrame: z.int().min(0),
  /** Frame past the last one; left out = to the end. */
  toFrame: z.int().min(0).optional(),
});

/** One exchange of two animals, by their names at that time: those after all exchanges before it. */
export type Exchange = z.output<typeof exchangeSchema>;

const sameExchange = (a: Exchange, b: Exchange): boolean =>
  ((a.first === b.first && a.second === b.second) || (a.first === b.second && a.second === b.first)) &&
  a.fromFrame === b.fromFrame &&
  a.toFrame === b.toFrame;

/** Returns a list of exchanges with one more; where it is the one made last, that is taken back. */
export function withExchange(exchanges: readonly Exchange[], next: Exchange): Exchange[] {
  const last = exchanges.at(-1);
  return last !== undefined && sameExchange(last, next) ? exchanges.slice(0, -1) : [...exchanges, next];
}

/**
 * Returns where each animal is found in the original tracks, by stretch: `order[animal]`, frames ascending and without
 * gaps up to `frameCount`.
 */
export function stretchesOfExchanges(
  individuals: readonly string[],
  exchanges: readonly Exchange[],
  frameCount: number,
): { readonly startFrame: number; readonly endFrame: number; readonly order: readonly number[] }[] {
  const cuts = new Set([0, frameCount]);
  for (const { fromFrame, toFrame = frameCount } of exchanges) {
    for (const cut of [fromFrame, toFrame]) cuts.add(Math.min(Math.max(cut, 0), frameCount));
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((startFrame, i) => {
    const endFrame = sorted[i + 1] as number;
    const order = [...individuals.keys()];
    for (const { first, second, fromFrame, toFrame = frameCount } of exchanges) {
      if (startFrame < fromFrame || endFrame > toFrame) continue;
      const [a, b] = [individuals.indexOf(first), individuals.indexOf(second)];
      if (a < 0 || b < 0) continue;
      [order[a], order[b]] = [order[b] as number, order[a] as number];
    }
    return { startFrame, endFrame, order };
  });
}

/**
 * Writes the rows of animals of consecutive frames in another order, in place.
 * @param values shape `[frame, individual, width]`, the first frame being `firstFrame` of the tracks
 */
export function exchangeRows(
  values: Float32Array,
  options: {
    readonly width: number;
    readonly animals: number;
    readonly firstFrame: number;
    readonly stretches: ReturnType<typeof stretchesOfExchanges>;
  },
): void {
  const { width, animals, firstFrame, stretches } = options;
  const perFrame = animals * width;
  const frames = values.length / perFrame;
  const row = new Float32Array(perFrame);
  for (const { startFrame, endFrame, order } of stretches) {
    if (order.every((from, to) => from === to)) continue;
    const [from, to] = [Math.max(startFrame - firstFrame, 0), Math.min(endFrame - firstFrame, frames)];
    for (let frame = from; frame < to; frame++) {
      const base = frame * perFrame;
      row.set(values.subarray(base, base + perFrame));
      for (let animal = 0; animal < animals; animal++) {
        const source = (order[animal] as number) * width;
        for (let k = 0; k < width; k++) values[base + animal * width + k] = row[source + k] as number;
      }
    }
  }
}
