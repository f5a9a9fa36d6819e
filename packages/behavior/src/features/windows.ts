import type { TimeBase } from '@zoopraxis/core';
import type { FeatureBlock, FeatureInfo, FeatureSource } from './feature-block.js';
import { createWindowScratch, windowStatistics } from './window-statistics.js';

/** What a window tells of a column. `std` is the SD of the population. */
export type WindowStatistic = 'min' | 'max' | 'mean' | 'std';

/** All statistics, in the order of the columns. */
export const windowStatisticNames: readonly WindowStatistic[] = ['min', 'max', 'mean', 'std'];

/** A window around each frame; plain data. */
export interface WindowSpec {
  /** Width in frames, odd; or `radiusSec`. */
  readonly frames?: number;
  /** How far it reaches to each side in seconds, rounded to whole frames of the mean rate, at least one. */
  readonly radiusSec?: number;
  /** What it is called in the names of columns; default the frames (`11`), else the seconds with their unit (`0.167s`). */
  readonly label?: string;
  /** List of statistics; default all, in this order. */
  readonly statistics?: readonly WindowStatistic[];
  /** Whether the column of the mean holds the value of the frame itself, as MARS has it at 3 frames. Default false. */
  readonly meanIsRaw?: boolean;
}

/** How columns are windowed. */
export interface WindowOptions {
  /** Columns whose values stand before their windows, under their own name. Default none. */
  readonly keepRaw?: boolean | ((column: FeatureInfo) => boolean);
}

/** Features in double precision, for what is computed from them. */
export interface ExactFeatureBlock {
  readonly firstFrame: number;
  readonly frameCount: number;
  /** Shape `[column, frame]`; NaN = not known. */
  readonly values: Float64Array;
}

/** A source that gives its features before they are rounded, too. */
export interface ExactFeatureSource extends FeatureSource {
  /** As `blocks`, before rounding to single precision. */
  exactBlocks(options?: { readonly signal?: AbortSignal }): AsyncIterable<ExactFeatureBlock>;
}

interface PlannedWindow {
  readonly label: string;
  readonly radius: number;
  readonly statistics: readonly WindowStatistic[];
  readonly meanIsRaw: boolean;
}

const words: Readonly<Record<WindowStatistic, string>> = {
  min: 'smallest value',
  max: 'largest value',
  mean: 'mean',
  std: 'standard deviation',
};

/**
 * Returns the width of a window in frames, odd, at least 3.
 * @throws RangeError for a width that is even or below 3, for a reach that is not above 0, for both and for neither.
 */
export function windowFrames(window: WindowSpec, timeBase: Pick<TimeBase, 'fps'>): number {
  const { frames, radiusSec } = window;
  if ((frames === undefined) === (radiusSec === undefined)) {
    throw new RangeError('window: give either frames or radiusSec');
  }
  if (frames !== undefined) {
    if (!Number.isSafeInteger(frames) || frames < 3 || frames % 2 === 0) {
      throw new RangeError(`window: frames must be odd, from 3, got ${frames}`);
    }
    return frames;
  }
  if (!((radiusSec as number) > 0) || !Number.isFinite(radiusSec)) {
    throw new RangeError(`window: radiusSec must be above 0, got ${radiusSec}`);
  }
  return 2 * Math.max(1, Math.round((radiusSec as number) * timeBase.fps)) + 1;
}

function plan(windows: readonly WindowSpec[], timeBase: TimeBase): PlannedWindow[] {
  const labels = new Set<string>();
  return windows.map((window) => {
    const width = windowFrames(window, timeBase);
    const { statistics = windowStatisticNames, meanIsRaw = false } = window;
    const label = window.label ?? (window.frames === undefined ? `${window.radiusSec}s` : `${window.frames}`);
    if (label === '' || labels.has(label)) throw new RangeError(`window: ${label} must be there once, with a name`);
    labels.add(label);
    const strange = statistics.find((name) => !windowStatisticNames.includes(name));
    if (strange !== undefined || new Set(statistics).size !== statistics.length || statistics.length === 0) {
      throw new RangeError(
        `window: statistics must be of min, max, mean, std, each once, got ${statistics.join(', ')}`,
      );
    }
    return { label, radius: (width - 1) / 2, statistics, meanIsRaw };
  });
}

/** Returns the mirrored frame inside a recording: -1 is 1, the frame after the last is the one before it. */
function mirrored(frame: number, frameCount: number): number {
  if (frameCount === 1) return 0;
  const period = 2 * (frameCount - 1);
  const at = ((frame % period) + period) % period;
  return at < frameCount ? at : period - at;
}

/**
 * Returns the statistics of each column in windows around each frame: column by column, in it window by window, named
 * `<column>_<window>_<statistic>`. Edges are mirrored without the edge itself, as MARS does. NaN is left out, and a
 * window without a number is NaN. Only the longest window and one block are held; the bits do not depend on the blocks.
 * Windows count frames: where the frame rate varies, they follow its mean.
 * @throws RangeError for a window that cannot be, or one label twice.
 */
export function windowedFeatures(
  source: FeatureSource,
  windows: readonly WindowSpec[],
  options: WindowOptions = {},
): ExactFeatureSource {
  const { timeBase } = source;
  const planned = plan(windows, timeBase);
  const { keepRaw = false } = options;
  const rawKept = source.columns.map((column) => (typeof keepRaw === 'function' ? keepRaw(column) : keepRaw));
  const columns = source.columns.flatMap((column, at) => [
    ...(rawKept[at] ? [column] : []),
    ...planned.flatMap(({ label, radius, statistics, meanIsRaw }) =>
      statistics.map((name) => ({
        ...column,
        name: `${column.name}_${label}_${name}`,
        definition:
          meanIsRaw && name === 'mean'
            ? `${column.definition} (the value itself, as MARS has it in the place of this mean)`
            : `${words[name]} within ${radius} ${radius === 1 ? 'frame' : 'frames'} to each side: ${column.definition}`,
      })),
    ),
  ]);
  return {
    timeBase,
    columns,
    blocks: ({ signal } = {}) => windowBlocks(source, planned, rawKept, columns.length, makeSingle, signal),
    exactBlocks: ({ signal } = {}) => windowBlocks(source, planned, rawKept, columns.length, makeDouble, signal),
  };
}

const makeSingle = (length: number) => new Float32Array(length);
const makeDouble = (length: number) => new Float64Array(length);

async function* windowBlocks<Values extends Float32Array | Float64Array>(
  source: FeatureSource,
  windows: readonly PlannedWindow[],
  rawKept: readonly boolean[],
  outColumns: number,
  make: (length: number) => Values,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ firstFrame: number; frameCount: number; values: Values }> {
  const { frameCount } = source.timeBase;
  const columns = source.columns.length;
  const reach = windows.reduce((most, { radius }) => Math.max(most, radius), 0);
  const scratch = createWindowScratch(2 * reach + 1);
  const options = signal === undefined ? {} : { signal };
  const blocks: AsyncIterable<FeatureBlock | ExactFeatureBlock> =
    'exactBlocks' in source ? (source as ExactFeatureSource).exactBlocks(options) : source.blocks(options);
  let history = new Float64Array(0);
  let room = 0;
  // Frame of the first place of each line; frames before 0 are the mirrored edge.
  let origin = -reach;
  let [received, written] = [0, 0];
  let out = make(0);

  for await (const block of blocks) {
    signal?.throwIfAborted();
    const { frameCount: added, firstFrame, values } = block;
    if (firstFrame !== received || values.length < added * columns) {
      throw new RangeError(`windows: blocks must follow each other, got frame ${firstFrame} after ${received} frames`);
    }
    // Lines hold what the windows of the next frame need, this block and the mirrored edge after the last.
    const keepFrom = written === 0 ? -reach : written - reach;
    const needed = received + added + reach - keepFrom;
    if (needed > room) {
      const larger = new Float64Array(columns * needed);
      for (let column = 0; column < columns; column++) {
        const from = column * room + keepFrom - origin;
        larger.set(history.subarray(from, from + Math.max(0, received - keepFrom)), column * needed);
      }
      history = larger;
      room = needed;
    } else {
      for (let column = 0; column < columns; column++) {
        const from = column * room + keepFrom - origin;
        history.copyWithin(column * room, from, from + Math.max(0, received - keepFrom));
      }
    }
    origin = keepFrom;
    for (let column = 0; column < columns; column++) {
      const to = column * room + received - origin;
      const from = column * added;
      for (let frame = 0; frame < added; frame++) history[to + frame] = values[from + frame] as number;
    }
    received += added;
    const isLast = received === frameCount;
    const end = isLast ? frameCount : received - reach;
    if (end <= written) continue;
    const edges = [written === 0 ? [-reach, 0] : [0, 0], isLast ? [frameCount, frameCount + reach] : [0, 0]];
    for (const [from, to] of edges as [number, number][]) {
      for (let frame = from; frame < to; frame++) {
        const twin = mirrored(frame, frameCount) - origin;
        for (let line = 0; line < history.length; line += room) {
          history[line + frame - origin] = history[line + twin] as number;
        }
      }
    }
    const count = end - written;
    if (out.length < count * outColumns) out = make(count * outColumns);
    fillBlock(history, room, origin, written, end, windows, rawKept, out, scratch);
    yield { firstFrame: written, frameCount: count, values: out.subarray(0, count * outColumns) as Values };
    written = end;
  }
  if (received !== frameCount) throw new RangeError(`windows: ${frameCount} frames must come, got ${received}`);
}

function fillBlock(
  history: Float64Array,
  room: number,
  origin: number,
  start: number,
  end: number,
  windows: readonly PlannedWindow[],
  rawKept: readonly boolean[],
  out: Float32Array | Float64Array,
  scratch: ReturnType<typeof createWindowScratch>,
): void {
  const count = end - start;
  const rows = { out, min: -1, max: -1, mean: -1, std: -1 };
  const line = { values: history, base: 0 };
  let row = 0;
  const writeRaw = (to: number, base: number) => {
    for (let frame = start; frame < end; frame++) out[to + frame - start] = history[base + frame] as number;
  };
  for (let column = 0; column < rawKept.length; column++) {
    line.base = column * room - origin;
    if (rawKept[column]) writeRaw(row++ * count, line.base);
    for (const { radius, statistics, meanIsRaw } of windows) {
      rows.min = -1;
      rows.max = -1;
      rows.mean = -1;
      rows.std = -1;
      for (const name of statistics) {
        const to = row++ * count;
        if (name === 'mean' && meanIsRaw) writeRaw(to, line.base);
        else rows[name] = to;
      }
      windowStatistics(line, start, end, radius, rows, scratch);
    }
  }
}
