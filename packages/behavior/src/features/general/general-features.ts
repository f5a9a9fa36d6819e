import {
  type Calibration,
  type LengthUnit,
  type PoseTracks,
  pxPerCmOf,
  type Region,
  type RegionShape,
  UnavailableError,
} from '@zoopraxis/core';
import { shapeInUnit } from '../../cohort/regions.js';
import { arenaFromPercentiles } from '../../tracks/arena.js';
import { bodyLengthOf } from '../../tracks/body-length.js';
import { linkAnimals } from '../../tracks/link-animals.js';
import type { FeatureBlock, FeatureSource } from '../feature-block.js';
import { BlockView, type PreparedTracks } from './block-view.js';
import type { NamedShape } from './measure.js';
import { layoutOf, type PlannedColumn, planColumns, planGeneralFeatures } from './plan.js';
import type { GeneralFeatureSpec } from './spec.js';

/** What is known of a recording beyond its tracks. */
export interface GeneralFeatureContext {
  readonly calibration?: Calibration | undefined;
  /** Outline of the arena; without it walls are guessed from where the animals went. */
  readonly arena?: Region | undefined;
  readonly regions?: readonly Region[] | undefined;
  /** Length of the animals in the unit of the tracks; default measured (nose or head to tail base, median). */
  readonly bodyLength?: number | undefined;
  /** Frames computed at once; changes no bit of the result. Default 1,024. */
  readonly blockFrames?: number | undefined;
}

/** How lengths of tracks become those of features. */
interface Lengths {
  readonly unit: LengthUnit;
  readonly factor: number;
}

/** Returns the median body length: between the roles at both ends of the body, else the given one. */
function bodyLength(tracks: PoseTracks, spec: GeneralFeatureSpec, given: number | undefined): number {
  if (given !== undefined) {
    if (!(given > 0)) throw new RangeError(`features: bodyLength must be above 0, got ${given}`);
    return given;
  }
  const { roles } = layoutOf(spec, tracks.skeleton);
  const [front, rear] = [roles.nose ?? roles.head ?? roles.neck, roles.tailBase];
  const { minimumConfidence = 0 } = spec;
  if (front === undefined || rear === undefined)
    return bodyLengthOf({ ...tracks, skeleton: { ...tracks.skeleton, roles: {} } }).length;
  return bodyLengthOf(tracks, { between: [front, rear], minimumConfidence }).length;
}

function lengthsOf(tracks: PoseTracks, spec: GeneralFeatureSpec, context: GeneralFeatureContext): Lengths {
  const { lengths = 'auto' } = spec;
  const own = tracks.space === 'image' ? 'px' : 'cm';
  const unit =
    lengths !== 'auto' ? lengths : own === 'cm' || context.calibration?.kind === 'plane' ? 'cm' : 'body lengths';
  if (unit === own) return { unit, factor: 1 };
  if (unit === 'body lengths') return { unit, factor: 1 / bodyLength(tracks, spec, context.bodyLength) };
  if (unit === 'cm') return { unit, factor: 1 / pxPerCmOf(context.calibration, 'features in cm') };
  throw new UnavailableError('features in px: the tracks are in cm', { hint: 'Choose cm or body lengths.' });
}

/** Returns an outline times a factor. */
function scaled(shape: RegionShape, factor: number): RegionShape {
  if (factor === 1) return shape;
  return shape.kind === 'circle'
    ? { kind: 'circle', center: [shape.center[0] * factor, shape.center[1] * factor], radius: shape.radius * factor }
    : { kind: 'polygon', corners: shape.corners.map(([x, y]) => [x * factor, y * factor] as const) };
}

/**
 * Returns features of any skeleton and any number of animals, before windows; see `docs/features.md` for the groups.
 * Computed block by block: each value depends on the frames within its span alone, so block sizes change no bit.
 *
 * Where `symmetric`, names of individuals are not used at all: animals are followed by where they are
 * ({@link linkAnimals}), and columns are statistics over them. So whoever exchanges names at any frame gets the same bits.
 * @throws UnavailableError for what cannot be computed (cm without calibration, a group without its roles, too many columns).
 */
export function generalFeatures(
  tracks: PoseTracks,
  spec: GeneralFeatureSpec,
  context: GeneralFeatureContext = {},
): FeatureSource {
  if (tracks.dimensions !== 2) {
    throw new UnavailableError('features: the general set is for tracks of 2 coordinates, and these have 3', {
      hint: 'Project the tracks onto the floor of the arena first.',
    });
  }
  const { skeleton, individuals, timeBase } = tracks;
  const own = tracks.space === 'image' ? 'px' : 'cm';
  const { unit, factor } = lengthsOf(tracks, spec, context);
  const place = (region: Region) => scaled(shapeInUnit(region, own, context.calibration), factor);
  const wantsWalls =
    spec.groups === undefined || spec.groups.some((group) => group === 'walls' || group === 'position');
  const arena =
    context.arena === undefined ? (wantsWalls ? guessedArena(tracks, factor) : undefined) : place(context.arena);
  const regions = (context.regions ?? []).map((region): NamedShape => ({ name: region.name, shape: place(region) }));
  const known = {
    lengthUnit: unit,
    ...(arena && { arena }),
    arenaIsGuessed: context.arena === undefined,
    regions,
  };
  planGeneralFeatures(spec, skeleton, individuals, known);
  const { columns, layout } = planColumns(spec, skeleton, individuals, known);
  const halfFrames = layout.spansSec.map((sec) => Math.max(1, Math.round((sec * timeBase.fps) / 2)));
  let links: Uint8Array | undefined;
  const prepare = (): PreparedTracks => {
    if (spec.symmetric === true && individuals.length > 1) {
      links ??= linkAnimals(tracks, { stepLength: stepLength(tracks, spec, context) });
    }
    return {
      tracks,
      links,
      factor,
      minimumConfidence: spec.minimumConfidence ?? 0,
      roles: layout.roles,
      bodyPoints: layout.body,
      headingPairs: layout.headingPairs,
      halfFrames,
    };
  };
  const { blockFrames = 1024 } = context;
  if (!Number.isSafeInteger(blockFrames) || blockFrames < 1) {
    throw new RangeError(`features: blockFrames must be a whole number from 1, got ${blockFrames}`);
  }
  return {
    timeBase,
    columns: columns.map(({ info }) => info),
    blocks: ({ signal } = {}) => blocksOf(prepare(), columns, { blockFrames, signal }),
  };
}

/** Returns about how far a point goes in a frame: a twentieth of the body, a fiftieth of the arena without one. */
function stepLength(tracks: PoseTracks, spec: GeneralFeatureSpec, context: GeneralFeatureContext): number {
  try {
    return bodyLength(tracks, spec, context.bodyLength) / 20;
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    const guess = guessedArena(tracks, 1);
    if (guess?.kind !== 'polygon') return 1;
    const [[left, top], , [right, bottom]] = guess.corners as unknown as [[number, number], unknown, [number, number]];
    return Math.hypot(right - left, bottom - top) / 200;
  }
}

function guessedArena(tracks: PoseTracks, factor: number): RegionShape | undefined {
  try {
    return scaled(arenaFromPercentiles(tracks).shape, factor);
  } catch (error) {
    if (error instanceof UnavailableError) return undefined;
    throw error;
  }
}

async function* blocksOf(
  prepared: PreparedTracks,
  columns: readonly PlannedColumn[],
  { blockFrames, signal }: { blockFrames: number; signal: AbortSignal | undefined },
): AsyncGenerator<FeatureBlock> {
  const { frameCount } = prepared.tracks.timeBase;
  const size = Math.min(blockFrames, Math.max(frameCount, 1));
  const view = new BlockView(prepared, size, Math.max(1, ...prepared.halfFrames));
  const values = new Float32Array(columns.length * size);
  const scratch: Float64Array[] = [];
  for (let first = 0; first < frameCount; first += size) {
    signal?.throwIfAborted();
    const count = Math.min(size, frameCount - first);
    view.load(first, count);
    let computed: PlannedColumn | undefined;
    for (const [at, column] of columns.entries()) {
      const { measure, from, statistic, isAbsolute } = column;
      // Statistics of one measure follow each other and share its values.
      if (computed?.measure !== measure || statistic === undefined) {
        for (const [i, [animal, partner]] of from.entries()) {
          scratch[i] ??= new Float64Array(size);
          const into = scratch[i] as Float64Array;
          measure.compute(view, into, animal, partner);
          if (isAbsolute) {
            for (let f = 0; f < count; f++) into[f] = Math.abs(into[f] as number);
          }
        }
      }
      computed = column;
      const out = values.subarray(at * count, (at + 1) * count);
      if (statistic === undefined) copyKnown(scratch[0] as Float64Array, out);
      else reduce(scratch, from.length, statistic, out);
    }
    yield { firstFrame: first, frameCount: count, values: values.subarray(0, columns.length * count) };
  }
}

/** Copies numbers, all missing ones as one NaN: the bits of a computed NaN differ between processors and compilers. */
function copyKnown(from: Float64Array, out: Float32Array): void {
  for (let f = 0; f < out.length; f++) {
    const value = from[f] as number;
    out[f] = Number.isNaN(value) ? Number.NaN : value;
  }
}

/** Writes a statistic over the known ones of `many` lists into `out`; NaN where none is known, range where only one is. */
function reduce(
  lists: readonly Float64Array[],
  many: number,
  statistic: NonNullable<PlannedColumn['statistic']>,
  out: Float32Array,
): void {
  for (let f = 0; f < out.length; f++) {
    let least = Number.POSITIVE_INFINITY;
    let largest = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let known = 0;
    for (let i = 0; i < many; i++) {
      const value = (lists[i] as Float64Array)[f] as number;
      if (Number.isNaN(value)) continue;
      if (value < least) least = value;
      if (value > largest) largest = value;
      sum += value;
      known++;
    }
    if (known === 0) out[f] = Number.NaN;
    else if (statistic === 'min') out[f] = least;
    else if (statistic === 'max') out[f] = largest;
    else if (statistic === 'mean') out[f] = sum / known;
    else out[f] = known > 1 ? largest - least : Number.NaN;
  }
}
