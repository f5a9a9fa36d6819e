import { type FrameSource, type LengthUnit, type PoseTracks, UnavailableError } from '@zoopraxis/core';
import { bodyLengthOf } from '../../tracks/body-length.js';
import type { FeatureBlock, FeatureInfo } from '../feature-block.js';
import { type ExactFeatureBlock, type ExactFeatureSource, type WindowSpec, windowedFeatures } from '../windows.js';
import { correctedFeatures } from './corrected.js';
import { defineMarsFeature, type MarsMode } from './definitions.js';
import { createPointLoader, type MarsSource } from './load-points.js';
import { keypointsOfMars, type MarsRoles, type NamedMice, residentAndIntruder } from './mice.js';
import { marsFeatureNames, marsIntruderFeatures, marsPixelFeatures } from './names.js';
import { type ArenaEdges, percentileArena } from './percentile-arena.js';
import { createPixelChanges } from './pixel-change.js';
import { publishedFeatures, publishedPxPerCm } from './published.js';
import { createWorkspace, featureRow, moveTo } from './workspace.js';

/** How MARS's features are computed. */
export interface MarsFeatureOptions extends NamedMice {
  /** `corrected` (default): the paper's definitions in right units. `mars`: the published code's numbers, defects included. */
  readonly mode?: MarsMode;
  /** Which keypoints MARS's points are, by role, where their names and the skeleton do not tell. */
  readonly roles?: MarsRoles;
  /** Px per cm, for tracks in px. In `mars` mode the default is MARS's own 37.795. */
  readonly pxPerCm?: number;
  /**
   * Unit of lengths and speeds in `corrected` mode; positions and edges are in cm or px. Default cm where px per cm is
   * known, else body lengths (median from nose to tail base over both mice).
   */
  readonly lengthUnit?: LengthUnit;
  /** Edges of the arena in the unit of the tracks. Default: the 1st and 99th percentile of the points. */
  readonly arena?: ArenaEdges;
  /** The video, for the nine features that read it; without it they are left out. */
  readonly frames?: FrameSource;
  /** `published` (default): 158 features of mouse 1 and the 104 of mouse 2 that do not repeat them. `all`: 158 of both. */
  readonly keep?: 'published' | 'all';
  /** Positions in double precision where their file has them, shape `[frame, individual, keypoint, 2]`; NaN = missing. */
  readonly position?: Float64Array;
  /** Frames computed at a time; default 512. The numbers do not depend on it. */
  readonly blockFrames?: number;
}

function checkOptions(tracks: PoseTracks, options: MarsFeatureOptions): void {
  const { pxPerCm, mode = 'corrected', position, frames, blockFrames = 512, lengthUnit, arena } = options;
  const { timeBase } = tracks;
  if (mode !== 'mars' && mode !== 'corrected') {
    throw new RangeError(`MARS features: mode must be mars or corrected, got ${mode}`);
  }
  if (tracks.dimensions !== 2) {
    throw new RangeError(`MARS features: tracks must have 2 dimensions, got ${tracks.dimensions}`);
  }
  if (pxPerCm !== undefined && !(pxPerCm > 0 && Number.isFinite(pxPerCm))) {
    throw new RangeError(`MARS features: pxPerCm must be above 0, got ${pxPerCm}`);
  }
  if (mode === 'mars' && tracks.space !== 'image') {
    throw new RangeError(`MARS features: mars mode needs tracks in px of the image, got ${tracks.space}`);
  }
  if (mode === 'mars' && lengthUnit !== undefined && lengthUnit !== 'cm') {
    throw new RangeError(`MARS features: mars mode gives its own units, got lengthUnit ${lengthUnit}`);
  }
  if (!Number.isSafeInteger(blockFrames) || blockFrames < 1) {
    throw new RangeError(`MARS features: blockFrames must be a whole number from 1, got ${blockFrames}`);
  }
  if (position !== undefined && position.length !== tracks.position.length) {
    throw new RangeError(
      `MARS features: position must have ${tracks.position.length} values as in the tracks, got ${position.length}`,
    );
  }
  if (frames !== undefined && tracks.space !== 'image') {
    throw new RangeError(`MARS features: frames need tracks in px of the image, got ${tracks.space}`);
  }
  if (frames !== undefined && frames.frameCount !== timeBase.frameCount) {
    throw new UnavailableError(
      `MARS features that read the video need as many frames in it as in the tracks, ${timeBase.frameCount}, and it has ${frames.frameCount}`,
      { hint: 'Take the tracks of this very video, cut both to the same part, or leave these features out.' },
    );
  }
  if (arena !== undefined && !(arena.right > arena.left && arena.bottom > arena.top)) {
    throw new RangeError(
      `MARS features: arena must have left < right and top < bottom, got ${arena.left}, ${arena.top}, ${arena.right}, ${arena.bottom}`,
    );
  }
}

/** Returns the unit of lengths, and how many units of the tracks it has. */
function lengthOf(
  tracks: PoseTracks,
  source: MarsSource,
  { pxPerCm, lengthUnit }: MarsFeatureOptions,
): { unit: LengthUnit; size: number } {
  const inCm = tracks.space !== 'image';
  const unit = lengthUnit ?? (inCm || pxPerCm !== undefined ? 'cm' : 'body lengths');
  if (unit === 'body lengths') {
    const between = [source.keypoints[0] as number, source.keypoints[6] as number] as const;
    return { unit, size: bodyLengthOf(tracks, { between }).length };
  }
  if (unit === 'cm') {
    if (!inCm && pxPerCm === undefined) {
      throw new RangeError('MARS features: lengthUnit cm needs pxPerCm for tracks in px');
    }
    return { unit, size: inCm ? 1 : (pxPerCm as number) };
  }
  if (inCm) throw new RangeError('MARS features: lengthUnit px needs tracks in px of the image');
  return { unit, size: 1 };
}

/**
 * Returns the features of MARS (Segalin et al. 2021) for two mice: 158 of the resident, named `1_...`, and the 104 of
 * the intruder that do not repeat them, `2_...`, in the published order; 16 fewer without the video.
 *
 * `corrected` follows the paper: points averaged over three frames, then each feature by its definition in cm, cm/s and
 * rad; where a point is missing, what needs it is NaN, and so are velocities of the first frame. `mars` gives what the
 * published code computes, mistakes included; a missing point is held from the frame before, and what is no number
 * becomes 0 for mouse 1 and the first mouse's value for mouse 2. Each column's definition names what differs.
 * @throws UnavailableError where a point, who is the resident, or the length of the body is not known, or the video has
 * another number of frames; RangeError for options that cannot be.
 */
export function marsFeatures(tracks: PoseTracks, options: MarsFeatureOptions = {}): ExactFeatureSource {
  checkOptions(tracks, options);
  const { mode = 'corrected', frames, keep = 'published', blockFrames = 512, pxPerCm = publishedPxPerCm } = options;
  const mice = residentAndIntruder(tracks, options);
  const source: MarsSource = {
    tracks,
    position: options.position ?? tracks.position,
    mice,
    keypoints: keypointsOfMars(tracks, options.roles),
  };
  const { frameCount, fps } = tracks.timeBase;
  const length = mode === 'mars' ? { unit: 'cm' as const, size: 1 } : lengthOf(tracks, source, options);
  const inCm = tracks.space !== 'image' || length.unit === 'cm';
  const units = { position: inCm ? ('cm' as const) : ('px' as const), length: length.unit };
  const chosen = [marsFeatureNames, keep === 'all' ? marsFeatureNames : marsIntruderFeatures].flatMap((names, mouse) =>
    names.filter((name) => frames !== undefined || !marsPixelFeatures.includes(name)).map((name) => ({ mouse, name })),
  );
  const nameOf = (mouse: number) => tracks.individuals[mice[mouse] as number] as string;
  const social =
    /^(rel_|dist_m1|overlap|area_ellipse_ratio|angle_between|facing|radial|tangential|resh|pixel_change_ub)/;
  const columns = chosen.map(
    ({ mouse, name }): FeatureInfo => ({
      name: `${mouse + 1}_${name}`,
      ...defineMarsFeature(name, mode, units),
      subject: nameOf(mouse),
      ...(social.test(name) && { partner: nameOf(1 - mouse) }),
    }),
  );
  // Both need a look at the whole recording, and keep little or nothing of it.
  let arena = options.arena;
  const pixels = frames === undefined ? undefined : createPixelChanges(frames, source, mode);

  async function* exactBlocks({ signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<ExactFeatureBlock> {
    arena ??= percentileArena(source);
    const changes = await pixels?.(signal);
    const space = createWorkspace(Math.min(blockFrames, frameCount), frameCount, fps);
    const load = createPointLoader(source, mode === 'mars');
    const values = new Float64Array(columns.length * Math.min(blockFrames, frameCount));
    for (let start = 0; start < frameCount; start += blockFrames) {
      signal?.throwIfAborted();
      const end = Math.min(frameCount, start + blockFrames);
      moveTo(space, start, end);
      load(space);
      if (mode === 'mars') publishedFeatures(space, pxPerCm, arena);
      else correctedFeatures(space, tracks.timeBase, { lengthSize: length.size, positionSize: positionSize(), arena });
      changes?.write(space);
      const [from, to] = [start - space.first, end - space.first];
      for (const [column, { mouse, name }] of chosen.entries()) {
        values.set(featureRow(space, mouse, name).subarray(from, to), column * (to - from));
      }
      yield { firstFrame: start, frameCount: end - start, values: values.subarray(0, columns.length * (end - start)) };
    }
  }
  const positionSize = (): number => (tracks.space === 'image' && length.unit === 'cm' ? length.size : 1);
  async function* blocks(given: { readonly signal?: AbortSignal } = {}): AsyncGenerator<FeatureBlock> {
    const rounded = new Float32Array(columns.length * Math.min(blockFrames, frameCount));
    for await (const { firstFrame, frameCount: count, values } of exactBlocks(given)) {
      rounded.set(values);
      yield { firstFrame, frameCount: count, values: rounded.subarray(0, values.length) };
    }
  }
  return { timeBase: tracks.timeBase, columns, blocks, exactBlocks };
}

/**
 * Returns MARS's three windows, named 3, 11 and 21 as published. In `mars` mode they have that many frames at any rate,
 * and the place of the mean of 3 holds the value itself; in `corrected` mode they reach 33, 167 and 333 ms.
 */
export function marsWindows(mode: MarsMode = 'corrected'): readonly WindowSpec[] {
  return [
    { frames: 3, radiusSec: 1 / 30 },
    { frames: 11, radiusSec: 5 / 30 },
    { frames: 21, radiusSec: 10 / 30 },
  ].map(({ frames, radiusSec }) => ({
    label: `${frames}`,
    ...(mode === 'mars' ? { frames, meanIsRaw: frames === 3 } : { radiusSec }),
  }));
}

/** Returns MARS's features with their windows: 12 columns for each, 3,144 with the video. As {@link marsFeatures}. */
export function marsWindowedFeatures(tracks: PoseTracks, options: MarsFeatureOptions = {}): ExactFeatureSource {
  return windowedFeatures(marsFeatures(tracks, options), marsWindows(options.mode));
}
