/** Score maps of a batch, with what lies beside them: one map for each picture and keypoint. */
export interface PeakMaps {
  /** Shape `[map, row, column]`, 0..1. */
  readonly scores: Float32Array;
  /** Shape `[map, 2, row, column]`: offset along x, then along y; only where the network gives offsets. */
  readonly locref?: Float32Array;
  readonly mapCount: number;
  readonly rows: number;
  readonly columns: number;
}

/** The best cell of each map and what is needed to find the point near it. */
export interface Peaks {
  readonly rows: number;
  readonly columns: number;
  /** Cell as `row * columns + column`, the first of equals, shape `[map]`. */
  readonly index: Int32Array;
  /** Score of the cell, shape `[map]`. */
  readonly score: Float32Array;
  /** Shape `[map, 2]`: x and y offset at the cell. */
  readonly offset?: Float32Array;
  /** Scores around the cell, shape `[map, WINDOW * WINDOW]`; cells outside the map hold any number. */
  readonly window?: Float32Array;
}

/** Cells along each side of the window around a heatmap's peak. */
export const WINDOW = 5;

/** Returns positions in a flat map (list, row by row) of the window's cells relative to its middle. */
export function windowSteps(columns: number): number[] {
  const reach = (WINDOW - 1) / 2;
  return Array.from(
    { length: WINDOW * WINDOW },
    (_, at) => (Math.floor(at / WINDOW) - reach) * columns + (at % WINDOW) - reach,
  );
}

/**
 * Returns the peak of each map, read from whole maps: offsets where the maps have them, else windows.
 * The network for inference finds the same in its graph, so that whole maps need not be fetched.
 */
export function findPeaks(maps: PeakMaps): Peaks {
  const { scores, locref, mapCount, rows, columns } = maps;
  const cells = rows * columns;
  const index = new Int32Array(mapCount);
  const score = new Float32Array(mapCount);
  const offset = locref && new Float32Array(2 * mapCount);
  const window = locref ? undefined : new Float32Array(WINDOW * WINDOW * mapCount);
  const steps = windowSteps(columns);
  for (let map = 0; map < mapCount; map++) {
    const from = map * cells;
    let best = from;
    let value = scores[from] as number;
    for (let at = from + 1; at < from + cells; at++) {
      const candidate = scores[at] as number;
      if (candidate > value) {
        value = candidate;
        best = at;
      }
    }
    const cell = best - from;
    index[map] = cell;
    score[map] = value;
    if (offset && locref) {
      offset[2 * map] = locref[2 * from + cell] as number;
      offset[2 * map + 1] = locref[2 * from + cells + cell] as number;
    }
    if (window) {
      for (const [at, step] of steps.entries()) {
        const near = Math.min(Math.max(cell + step, 0), cells - 1);
        window[map * steps.length + at] = scores[from + near] as number;
      }
    }
  }
  return { rows, columns, index, score, ...(offset ? { offset } : {}), ...(window ? { window } : {}) };
}
