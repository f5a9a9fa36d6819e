import { basename } from 'node:path';
import { FormatError, type FrameSource, type PoseTracks, StorageError } from '@zoopraxis/core';
import { formatNumber, formatPercent } from '@zoopraxis/figures';
import type { FileProblem } from '@zoopraxis/io';
import type { FilterStep } from '@zoopraxis/pose';
import { programVersions } from '../jobs/program-version.js';
import { readExactTracks } from '../jobs/tracks-file.js';
import { withResidentFirst } from './feature-options.js';

/** What is done to tracks before features are computed. */
export interface TrackPreparation {
  /** Frames per second as the user says it, for files that do not. */
  readonly fps?: number;
  /** Rate that is taken for files that do not say theirs where the user says none: that of a model. */
  readonly assumedFps?: number;
  /** Rate that the tracks are brought to; default as they are. */
  readonly targetFps?: number;
  /** Steps of `zoopraxis filter`. */
  readonly filter?: readonly FilterStep[];
  /** True where names that change from one animal to another are put right. Default false: they are told. */
  readonly repairsSwaps?: boolean;
  /** Tells whether it matters who of these individuals is who; default always. Where it does not, nobody looks. */
  readonly namesMatter?: (individuals: readonly string[]) => boolean;
  /** Coat of the resident, where the brightness of the coats tells who it is: the animals are then resident and intruder. */
  readonly coat?: { readonly residentIs: 'darker' | 'brighter'; readonly frames: FrameSource };
  /** Size of the video in px, for formats that hold shares of it. */
  readonly size?: { readonly widthPx: number; readonly heightPx: number };
}

/** Tracks that features can be computed from, and what was found and done. */
export interface PreparedTracks {
  readonly tracks: PoseTracks;
  /** Positions in double precision where the file has them and nothing moved them; shape `[frame, individual, keypoint, 2]`. */
  readonly exactPosition?: Float64Array;
  /** Frames per second of the file, before it was brought to another rate. */
  readonly sourceFps: number;
  readonly contentHash: string;
  /** Sentences for the user, each about this file. */
  readonly notes: readonly string[];
}

/** Rates nearer than this, relative, are the same: 29.97 and 30 are not. */
const sameRate = 1e-4;

/**
 * Returns tracks of a file made fit for features: false positions taken away, filtered, names watched, at the rate that is
 * asked for.
 * @throws StorageError where the file cannot be read or says another rate than the user; FormatError where no animal has a
 * single point, or the file holds no tracks.
 */
export async function prepareTracks(
  path: string,
  preparation: TrackPreparation,
  { report, signal }: { report: (problem: FileProblem) => void; signal: AbortSignal },
): Promise<PreparedTracks> {
  const { fps, assumedFps, targetFps, filter, repairsSwaps = false, size } = preparation;
  const [behavior, { applyFilters }, { createProvenance }, { hashFile }] = await Promise.all([
    import('@zoopraxis/behavior'),
    import('@zoopraxis/pose'),
    import('@zoopraxis/io'),
    import('@zoopraxis/io/node'),
  ]);
  const notes: string[] = [];
  const contentHash = await hashFile(path);
  signal.throwIfAborted();
  // A rate that is given goes before what NWB states, so one that is only assumed must not be given.
  const given = fps ?? (/\.nwb$/i.test(path) ? undefined : assumedFps);
  const { tracks: read, exactPosition } = await readExactTracks(path, {
    report,
    keepsExact: true,
    ...(given === undefined ? {} : { fps: given }),
    ...(size === undefined ? {} : { size }),
  });
  const sourceFps = read.timeBase.fps;
  if (fps !== undefined && Math.abs(sourceFps / fps - 1) > sameRate) {
    throw new StorageError(`the tracks say ${sourceFps} frames a second, --fps says ${fps}: ${path}`, {
      hint: 'Leave --fps out, or give the rate of the tracks.',
    });
  }
  const versions = programVersions();
  const cleared = behavior.clearFalsePositions(
    { ...read, provenance: createProvenance({ ...read.provenance, inputs: [{ name: basename(path), contentHash }] }) },
    { versions },
  );
  let { tracks } = cleared;
  const { atOrigin, withoutPosition, halfKnown, known } = cleared.counts;
  const falsePoints = atOrigin + halfKnown;
  if (falsePoints > 0) {
    notes.push(
      falsePoints === 1
        ? 'one point at (0, 0) or half known is taken as missing'
        : `${formatNumber(falsePoints)} points at (0, 0) or half known are taken as missing`,
    );
  }
  if (withoutPosition > 0) {
    notes.push(
      withoutPosition === 1
        ? 'one point has a likelihood and no position'
        : `${formatNumber(withoutPosition)} points have a likelihood and no position`,
    );
  }
  if (known === 0) {
    throw new FormatError({
      format: 'tracks',
      path,
      where: `all ${tracks.timeBase.frameCount} frames`,
      expected: 'positions of at least one animal',
      found: 'missing points alone',
      hint: 'Track the video again, or leave the file out.',
    });
  }
  const missing = missingShares(tracks);
  for (const [animal, share] of missing.entries()) {
    const name = tracks.individuals[animal];
    if (share === 1) notes.push(`${name} has no point in any frame: features about it are not known`);
    else if (share > 0.5) notes.push(`${formatPercent(share)} of the points of ${name} are missing`);
  }
  if (filter !== undefined && filter.length > 0) {
    tracks = (await applyFilters(tracks, filter, { signal, versions })).tracks;
  }
  const animals = missing.filter((share) => share < 1).length;
  const matters = repairsSwaps || (preparation.namesMatter?.(tracks.individuals) ?? true);
  if (animals > 1 && tracks.individuals.length <= 4 && matters) {
    const swaps = behavior.findIdentitySwaps(tracks, { stepLength: stepLengthOf(tracks), signal });
    if (swaps.length > 0) {
      const places = `${formatNumber(swaps.length)} ${swaps.length === 1 ? 'place' : 'places'} (the first at frame ${swaps[0]?.frame})`;
      if (repairsSwaps) tracks = behavior.repairIdentitySwaps(tracks, swaps, { versions });
      notes.push(
        repairsSwaps
          ? `the names of the animals changed bodies in ${places}: put right`
          : `the names of the animals seem to change bodies in ${places}; --repair-swaps puts them right, features that are symmetric do not mind`,
      );
    }
  }
  if (preparation.coat !== undefined) {
    const { residentIs, frames } = preparation.coat;
    const found = await behavior.residentByCoat(tracks, frames, { residentIs, signal });
    const [own, other] = found.brightness.map((value) => value.toFixed(0));
    notes.push(
      `${found.resident} is the resident by its coat (brightness ${own}, the other ${other}; ${formatPercent(found.agreement)} of ${found.frameCount} frames agree)`,
    );
    tracks = { ...withResidentFirst(tracks, found.resident, path), individuals: ['resident', 'intruder'] };
  }
  if (targetFps !== undefined && (Math.abs(sourceFps / targetFps - 1) > sameRate || tracks.timeBase.timesSec)) {
    tracks = behavior.resampleTracks(tracks, { fps: targetFps, versions });
    notes.push(`brought from ${sourceFps} to ${targetFps} frames a second`);
  }
  const exact = exactPosition === undefined ? undefined : stillExact(exactPosition, tracks);
  return { tracks, sourceFps, contentHash, notes, ...(exact === undefined ? {} : { exactPosition: exact }) };
}

/**
 * Returns positions in double precision for tracks, shape `[frame, individual, keypoint, 2]`: the exact ones where the tracks
 * hold them rounded, and else those of the tracks. Undefined where the tracks have other frames or animals.
 */
export function stillExact(exact: Float64Array, { position }: Pick<PoseTracks, 'position'>): Float64Array | undefined {
  if (exact.length !== position.length) return undefined;
  return Float64Array.from(position, (value, i) =>
    Math.fround(exact[i] as number) === value ? (exact[i] as number) : value,
  );
}

/** Returns the share of missing points of each individual, 0..1, list. */
function missingShares({ individuals, skeleton, timeBase, dimensions, position }: PoseTracks): number[] {
  const points = skeleton.keypoints.length;
  const missing = new Float64Array(individuals.length);
  for (let at = 0; at < timeBase.frameCount * individuals.length * points; at++) {
    if (!Number.isNaN(position[at * dimensions] as number)) continue;
    const animal = Math.floor(at / points) % individuals.length;
    missing[animal] = (missing[animal] as number) + 1;
  }
  return Array.from(missing, (count) => (timeBase.frameCount === 0 ? 1 : count / (timeBase.frameCount * points)));
}

/** Frames that the extent of animals is taken from. */
const sampledFrames = 2000;

/** Returns how far a point goes in a frame, about: a twentieth of the largest extent of the animals' points. */
function stepLengthOf({ individuals, skeleton, timeBase, dimensions, position }: PoseTracks): number {
  const points = skeleton.keypoints.length;
  const extents: number[] = [];
  const step = Math.max(1, Math.floor((timeBase.frameCount * individuals.length) / sampledFrames));
  for (let row = 0; row < timeBase.frameCount * individuals.length; row += step) {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let point = 0; point < points; point++) {
      const at = (row * points + point) * dimensions;
      const [x, y] = [position[at] as number, position[at + 1] as number];
      if (Number.isNaN(x)) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
    if (right > left || bottom > top) extents.push(Math.hypot(right - left, bottom - top));
  }
  extents.sort((a, b) => a - b);
  return Math.max((extents[Math.floor(0.75 * extents.length)] ?? 20) / 20, 1e-3);
}
