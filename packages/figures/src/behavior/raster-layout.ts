/** A bout as figures take it. */
export interface FigureBout {
  readonly startSec: number;
  /** Equal to `startSec` for point events. */
  readonly endSec: number;
  readonly behavior: string;
}

/** A block of one color in a row of a raster. */
export interface RasterBlock {
  readonly behavior: number;
  /** Lane of the row, counted from the top; more than one where bouts of a row overlap. */
  readonly lane: number;
  readonly fromPx: number;
  readonly toPx: number;
  /** Share of the block's time that the behavior fills, 0..1. */
  readonly share: number;
}

/** Blocks of one row. */
export interface RasterRow {
  readonly blocks: readonly RasterBlock[];
  readonly laneCount: number;
  /** True where blocks stand for several bouts. */
  readonly thinned: boolean;
}

const mostLanes = 6;

/**
 * Returns the blocks of a row: every bout on its own while there are at most `most`, else columns of half a px, each
 * with the behavior that fills most of it. Bouts that overlap are laid into lanes; bouts of behaviors that are not named
 * are left out.
 */
export function layoutRow(
  bouts: readonly FigureBout[],
  {
    behaviors,
    toPx,
    most,
    endPx,
  }: {
    readonly behaviors: ReadonlyMap<string, number>;
    readonly toPx: (sec: number) => number;
    readonly most: number;
    readonly endPx: number;
  },
): RasterRow {
  const known: { from: number; to: number; behavior: number }[] = [];
  for (const { startSec, endSec, behavior } of bouts) {
    const index = behaviors.get(behavior);
    const [from, to] = [toPx(startSec), toPx(endSec)];
    if (index !== undefined && Number.isFinite(from) && Number.isFinite(to) && to >= from) {
      known.push({ from, to, behavior: index });
    }
  }
  known.sort((a, b) => a.from - b.from || a.to - b.to);
  const ends: number[] = [];
  const placed = known.map((bout) => {
    let lane = ends.findIndex((end) => end <= bout.from + 1e-6);
    if (lane < 0) lane = Math.min(ends.length, mostLanes - 1);
    ends[lane] = Math.max(ends[lane] ?? Number.NEGATIVE_INFINITY, bout.to);
    return { ...bout, lane };
  });
  const laneCount = Math.max(1, ends.length);
  if (placed.length <= most) {
    const blocks = placed.map(({ from, to, behavior, lane }) => ({
      behavior,
      lane,
      fromPx: from,
      toPx: Math.max(to, from + 0.6),
      share: 1,
    }));
    return { blocks, laneCount, thinned: false };
  }
  const startPx = toPx(0);
  const columns = Math.max(1, Math.ceil((endPx - startPx) * 2));
  const blocks: RasterBlock[] = [];
  for (let lane = 0; lane < laneCount; lane++) {
    const filled = new Float64Array(columns * behaviors.size);
    for (const bout of placed) {
      if (bout.lane !== lane) continue;
      const [from, to] = [
        (bout.from - startPx) * 2,
        Math.max((bout.to - startPx) * 2, (bout.from - startPx) * 2 + 1e-6),
      ];
      for (let column = Math.max(0, Math.floor(from)); column < Math.min(columns, to); column++) {
        const at = column * behaviors.size + bout.behavior;
        filled[at] = (filled[at] as number) + Math.min(to, column + 1) - Math.max(from, column);
      }
    }
    blocks.push(...columnBlocks(filled, { columns, behaviors: behaviors.size, lane, startPx }));
  }
  return { blocks, laneCount, thinned: true };
}

/** Returns runs of columns that show the same behavior with about the same share. */
function columnBlocks(
  filled: Float64Array,
  { columns, behaviors, lane, startPx }: { columns: number; behaviors: number; lane: number; startPx: number },
): RasterBlock[] {
  const blocks: RasterBlock[] = [];
  let open: { behavior: number; from: number; share: number } | undefined;
  for (let column = 0; column <= columns; column++) {
    let [behavior, share] = [-1, 0];
    for (let i = 0; i < behaviors && column < columns; i++) {
      const value = filled[column * behaviors + i] as number;
      if (value > share) [behavior, share] = [i, value];
    }
    // Four steps of paleness: a run of columns then stays one block.
    const step = Math.min(1, Math.ceil(share * 4) / 4);
    if (open !== undefined && open.behavior === behavior && open.share === step) continue;
    if (open !== undefined && open.behavior >= 0) {
      const { behavior: shown, from, share: shownShare } = open;
      blocks.push({ behavior: shown, lane, fromPx: startPx + from / 2, toPx: startPx + column / 2, share: shownShare });
    }
    open = { behavior, from: column, share: step };
  }
  return blocks;
}
