import { type Frame, type FrameSource, median, UnavailableError } from '@zoopraxis/core';
import { averagePoints, overlapOfBoxes } from './corrected.js';
import type { MarsMode } from './definitions.js';
import { createPointLoader, type MarsSource } from './load-points.js';
import { marsPixelFeatures } from './names.js';
import { changeBetweenBoxes, changeInBox, cutToPicture, type PixelBox } from './picture-change.js';
import { publishedOverlap, smooth, smoothPoints } from './published.js';
import type { Row } from './rows.js';
import { createPictureChange } from './whole-picture-change.js';
import { createWorkspace, featureRow, type MarsWorkspace, moveTo } from './workspace.js';

/** Features that read the video, of all frames. */
export interface PixelChanges {
  /** Writes them into the rows of a workspace. */
  write(space: MarsWorkspace): void;
}

/** Half the side of the square around a point, px. */
const reachPx = 10;
const blockFrames = 512;

/**
 * Returns what reads the video once, from its first to its last frame, when first asked, and keeps 64 bytes a frame: the
 * medians by which the changes are divided are known only at its end.
 */
export function createPixelChanges(
  frames: FrameSource,
  source: MarsSource,
  mode: MarsMode,
): (signal?: AbortSignal) => Promise<PixelChanges> {
  let done: PixelChanges | undefined;
  return async (signal) => {
    done ??= await readPixelChanges(frames, source, mode, signal);
    return done;
  };
}

/** Asks for the next frame before this one is used, so that it is decoded meanwhile. */
async function* oneAhead(source: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = iterator.next();
      // Told when it is awaited; not before, should the reader stop here.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function readPixelChanges(
  frames: FrameSource,
  source: MarsSource,
  mode: MarsMode,
  signal: AbortSignal | undefined,
): Promise<PixelChanges> {
  const { frameCount, fps } = source.tracks.timeBase;
  // Frame 0 has no frame before it: 0 in the published code.
  const none = mode === 'mars' ? 0 : Number.NaN;
  const makeRow = () => new Float32Array(frameCount).fill(none);
  const [touching, whole] = [makeRow(), makeRow()];
  const patches = [0, 1].map(() => Array.from({ length: 7 }, makeRow));
  const space = createWorkspace(Math.min(blockFrames, Math.max(frameCount, 1)), frameCount, fps);
  const load = createPointLoader(source, mode === 'mars');
  const wholeChange = createPictureChange();
  let before: Frame | undefined;
  let loadedTo = 0;
  let next = 0;
  for await (const after of oneAhead(frames.frames(0, frameCount, signal))) {
    const frame = next++;
    if (frame >= loadedTo) {
      loadedTo = Math.min(frameCount, frame + blockFrames);
      moveTo(space, frame, loadedTo);
      load(space);
      for (const mouse of [0, 1]) (mode === 'mars' ? smoothPoints : averagePoints)(space, mouse);
    }
    // Of every pair, damaged or not: what it holds of the frame before is then always that frame.
    const change = before === undefined ? Number.NaN : wholeChange(before, after);
    if (before !== undefined && (mode === 'mars' || !(before.corrupt || after.corrupt))) {
      const i = frame - space.first;
      whole[frame] = change;
      touching[frame] =
        mode === 'mars' ? publishedUnionChange(space, i, before, after) : unionChange(space, i, before, after);
      const patchChange = mode === 'mars' ? publishedPatchChange : correctedPatchChange;
      for (let mouse = 0; mouse < 2; mouse++) {
        const rows = patches[mouse] as Float32Array[];
        for (let point = 0; point < 7; point++) {
          (rows[point] as Float32Array)[frame] = patchChange(space, i, mouse, point, before, after);
        }
      }
    }
    if (before !== undefined) frames.recycle?.(before);
    before = after;
  }
  if (before !== undefined) frames.recycle?.(before);
  if (next !== frameCount) {
    throw new UnavailableError(
      `MARS features: the video should have ${frameCount} frames, and ${next} came out of it`,
      {
        hint: 'It may be damaged at its end: leave out the features that read it, or cut tracks and video before.',
      },
    );
  }

  const rowsOf = (mouse: number): readonly Float32Array[] => [touching, whole, ...(patches[mouse] as Float32Array[])];
  const finished = mode === 'mars' ? finishPublished(rowsOf) : finishCorrected(rowsOf);
  return {
    write: (target) => {
      for (let mouse = 0; mouse < 2; mouse++) {
        for (const [at, name] of marsPixelFeatures.entries()) {
          const row = (finished[mouse] as readonly Float32Array[])[at] as Float32Array;
          featureRow(target, mouse, name).set(
            row.subarray(target.first + target.from, target.first + target.to),
            target.from,
          );
        }
      }
    },
  };
}

/** Divides by the median of what is known, of frames in which the mice touch for their box. */
function finishCorrected(rowsOf: (mouse: number) => readonly Float32Array[]): (readonly Float32Array[])[] {
  const ready = new Map<Float32Array, Float32Array>();
  for (const mouse of [0, 1]) {
    for (const [at, row] of rowsOf(mouse).entries()) {
      if (ready.has(row)) continue;
      const middle = median(at === 0 ? row.filter((value) => value > 0) : row);
      ready.set(
        row,
        row.map((value) => (middle > 0 ? value / middle : value === 0 ? 0 : Number.NaN)),
      );
    }
  }
  return [0, 1].map((mouse) => rowsOf(mouse).map((row) => ready.get(row) as Float32Array));
}

/** As published: smoothed, non-numbers replaced, divided by the median of all frames, non-numbers replaced again. */
function finishPublished(rowsOf: (mouse: number) => readonly Float32Array[]): (readonly Float32Array[])[] {
  const clean = (rows: readonly Float64Array[][]): void => {
    for (const [at, own] of (rows[0] as Float64Array[]).entries()) {
      const other = (rows[1] as Float64Array[])[at] as Float64Array;
      for (let i = 0; i < own.length; i++) {
        if (!Number.isFinite(own[i])) own[i] = 0;
        if (!Number.isFinite(other[i])) other[i] = own[i] as number;
      }
    }
  };
  const rows = [0, 1].map((mouse) =>
    rowsOf(mouse).map((row) => {
      const given = Float64Array.from(row);
      const out = new Float64Array(row.length);
      smooth(given, out, 0, row.length);
      return out;
    }),
  );
  clean(rows);
  for (const own of rows) {
    for (const row of own) {
      const middle = median(row);
      for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) / middle;
    }
  }
  clean(rows);
  return rows.map((own) => own.map((row) => Float32Array.from(row)));
}

const side = (space: MarsWorkspace, mouse: number, which: number, i: number): number =>
  ((space.boxes[mouse] as readonly Row[])[which] as Row)[i] as number;

function unionBox(space: MarsWorkspace, i: number): PixelBox {
  return {
    left: Math.min(side(space, 0, 0, i), side(space, 1, 0, i)),
    top: Math.min(side(space, 0, 1, i), side(space, 1, 1, i)),
    right: Math.max(side(space, 0, 2, i), side(space, 1, 2, i)),
    bottom: Math.max(side(space, 0, 3, i), side(space, 1, 3, i)),
  };
}

const truncated = ({ left, top, right, bottom }: PixelBox): PixelBox => ({
  left: Math.trunc(left),
  top: Math.trunc(top),
  right: Math.trunc(right),
  bottom: Math.trunc(bottom),
});

function publishedUnionChange(space: MarsWorkspace, i: number, before: Frame, after: Frame): number {
  if (!(publishedOverlap(space, i - 1) > 0 || publishedOverlap(space, i) > 0)) return 0;
  const first = cutToPicture(truncated(unionBox(space, i - 1)), before);
  const second = cutToPicture(truncated(unionBox(space, i)), after);
  const sizeOf = (box: PixelBox) => [box.right - box.left, box.bottom - box.top] as const;
  const [a, b] = [sizeOf(first), sizeOf(second)];
  return changeBetweenBoxes(before, first, after, second, a[0] * a[1] > b[0] * b[1] ? a : b);
}

function unionChange(space: MarsWorkspace, i: number, before: Frame, after: Frame): number {
  const overlaps = [overlapOfBoxes(space, i - 1), overlapOfBoxes(space, i)];
  if (overlaps.some(Number.isNaN)) return Number.NaN;
  if (overlaps.every((overlap) => overlap === 0)) return 0;
  const [a, b] = [unionBox(space, i - 1), unionBox(space, i)];
  const both = {
    left: Math.floor(Math.min(a.left, b.left)),
    top: Math.floor(Math.min(a.top, b.top)),
    right: Math.ceil(Math.max(a.right, b.right)) + 1,
    bottom: Math.ceil(Math.max(a.bottom, b.bottom)) + 1,
  };
  return changeInBox(before, after, cutToPicture(both, before));
}

function pointAt(space: MarsWorkspace, mouse: number, point: number, i: number): [number, number] {
  const rows = space.features[mouse] as readonly Row[];
  return [(rows[2 * point] as Row)[i] as number, (rows[2 * point + 1] as Row)[i] as number];
}

function publishedPatchChange(
  space: MarsWorkspace,
  i: number,
  mouse: number,
  point: number,
  before: Frame,
  after: Frame,
): number {
  const boxAt = (frame: number, picture: Frame): PixelBox => {
    const [x, y] = pointAt(space, mouse, point, frame);
    const box = { left: x - reachPx, top: y - reachPx, right: x + reachPx, bottom: y + reachPx };
    return cutToPicture(truncated(box), picture);
  };
  const [first, second] = [boxAt(i - 1, before), boxAt(i, after)];
  const width = Math.max(first.right - first.left, second.right - second.left);
  const height = Math.max(first.bottom - first.top, second.bottom - second.top);
  return changeBetweenBoxes(before, first, after, second, [width, height]);
}

function correctedPatchChange(
  space: MarsWorkspace,
  i: number,
  mouse: number,
  point: number,
  before: Frame,
  after: Frame,
): number {
  const [x, y] = pointAt(space, mouse, point, i);
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  // The center of the top-left px is (0, 0): 20 px around x are those whose middles are nearer than 10.
  const [left, top] = [Math.ceil(x - reachPx), Math.ceil(y - reachPx)];
  return changeInBox(before, after, cutToPicture({ left, top, right: left + 20, bottom: top + 20 }, before));
}
