import { createPoseTracks, createSkeleton, FormatError, type PoseTracks, type Provenance } from '@zoopraxis/core';
import type { FileProblem, FileProblemCode, Report } from '../file-problem.js';
import { maxPoseValues } from '../pose-file.js';
import type { DeepLabCutColumns } from './columns.js';

/** What reading tracks takes. */
export interface TrackOptions {
  readonly path?: string;
  readonly report: Report;
  /** Frames per second of the video: the file does not state it. */
  readonly fps: number;
  /** cm in one unit of a 3-D table (its calibration board's); default 1, with a warning. */
  readonly cmPerUnit?: number;
  /** What the tracks are made from; default: an import of this file, without its hash. */
  readonly provenance?: Provenance;
  readonly signal?: AbortSignal;
}

/** Tracks of a DeepLabCut table and what else the file says. */
export interface DeepLabCutTracks {
  readonly tracks: PoseTracks;
  readonly scorer: string;
  /** Number of the first row: frame 0 of the tracks is this frame of the video. */
  readonly firstFrame: number;
  readonly multiAnimal: boolean;
  /** Keypoints that belong to the individual `single` alone. */
  readonly uniqueKeypoints: readonly string[];
}

/** Collects rows into tracks. */
export interface TrackBuilder {
  /** Adds a row: its frame number, and the number in a column (NaN = missing). */
  add(frame: number, valueAt: (column: number) => number): void;
  finish(): DeepLabCutTracks;
}

const framesPerPiece = 4096;
/** Frames without a row that one table may have, beside ten for each row: more is a damaged frame number. */
const maxMissingFrames = 1_000_000;

interface Tally {
  count: number;
  first: string;
}

/**
 * Returns a builder of tracks. Rows that miss in between become missing points, rows that come twice are left out,
 * positions that are no numbers become missing; all of it is reported once, with count and first place.
 */
export function createTrackBuilder(columns: DeepLabCutColumns, options: TrackOptions): TrackBuilder {
  const { individuals, keypoints, places, dimensions, withLikelihood, scorer } = columns;
  const pointCount = individuals.length * keypoints.length;
  const scale = dimensions === 3 ? (options.cmPerUnit ?? 1) : 1;
  const pieces: { position: Float32Array; confidence: Float32Array }[] = [];
  let [first, count, rows] = [-1, 0, 0];
  const tallies = new Map<string, Tally>();
  const tally = (name: string, where: string, by = 1) => {
    const entry = tallies.get(name);
    if (entry === undefined) tallies.set(name, { count: by, first: where });
    else entry.count += by;
  };
  const grow = (frame: number): void => {
    const missing = frame - rows;
    if (missing > maxMissingFrames + 10 * rows || (frame + 1) * pointCount * dimensions > maxPoseValues) {
      throw new FormatError({
        format: 'DeepLabCut table',
        ...(options.path === undefined ? {} : { path: options.path }),
        where: `frame ${first + frame}`,
        expected: 'frames that count up from the first row',
        found: `a table of ${frame + 1} frames with ${rows + 1} rows`,
        hint: 'Check the first column of the table.',
      });
    }
    while (pieces.length * framesPerPiece <= frame) {
      pieces.push({
        position: new Float32Array(framesPerPiece * pointCount * dimensions).fill(Number.NaN),
        confidence: new Float32Array(framesPerPiece * pointCount).fill(Number.NaN),
      });
    }
  };
  const where = (frame: number, point: number) =>
    `frame ${frame}, ${individuals[Math.floor(point / keypoints.length)]}, ${keypoints[point % keypoints.length]}`;
  const tell = (severity: FileProblem['severity'], code: FileProblemCode, at: string, message: string, hint?: string) =>
    options.report({
      severity,
      code,
      file: options.path ?? '',
      where: at,
      message,
      ...(hint === undefined ? {} : { hint }),
    });

  return {
    add(frame, valueAt) {
      if (first < 0) first = frame;
      const row = frame - first;
      if (row < count) {
        tally('duplicate', `frame ${frame}`);
        return;
      }
      grow(row);
      if (row > count) tally('gap', `frame ${first + count}`, row - count);
      count = row + 1;
      rows++;
      const { position, confidence } = pieces[Math.floor(row / framesPerPiece)] as (typeof pieces)[number];
      const base = (row % framesPerPiece) * pointCount;
      for (let point = 0; point < pointCount; point++) {
        const column = places[point * 4] as number;
        if (column < 0) continue;
        const at = (base + point) * dimensions;
        const x = Math.fround(valueAt(column) * scale);
        const y = Math.fround(valueAt(places[point * 4 + 1] as number) * scale);
        const z = dimensions === 3 ? places[point * 4 + 2] : undefined;
        const depth = z === undefined ? 0 : z < 0 ? Number.NaN : Math.fround(valueAt(z) * scale);
        if (Number.isFinite(x + y + depth)) {
          position[at] = x;
          position[at + 1] = y;
          if (dimensions === 3) position[at + 2] = depth;
          else if (x === 0 && y === 0) tally('zero', where(frame, point));
        } else if (!(Number.isNaN(x) && Number.isNaN(y) && (dimensions === 2 || Number.isNaN(depth)))) {
          tally('half', where(frame, point));
        }
        const likelihood = places[point * 4 + 3] as number;
        if (likelihood < 0) continue;
        const value = valueAt(likelihood);
        // Filters and float32 leave values a hair outside; anything else is no likelihood.
        if (value >= -1e-6 && value <= 1 + 1e-6) confidence[base + point] = Math.min(Math.max(value, 0), 1);
        else if (!Number.isNaN(value)) tally('likelihood', where(frame, point));
      }
    },
    finish() {
      const position = new Float32Array(count * pointCount * dimensions);
      const confidence = new Float32Array(count * pointCount);
      for (const [i, piece] of pieces.entries()) {
        const frames = Math.min(framesPerPiece, count - i * framesPerPiece);
        const start = i * framesPerPiece * pointCount;
        position.set(piece.position.subarray(0, frames * pointCount * dimensions), start * dimensions);
        confidence.set(piece.confidence.subarray(0, frames * pointCount), start);
        // Freed one by one, so that a long recording is not held twice.
        pieces[i] = { position: new Float32Array(), confidence: new Float32Array() };
      }
      const say = (
        name: string,
        severity: FileProblem['severity'],
        code: FileProblemCode,
        message: (n: number) => string,
      ) => {
        const entry = tallies.get(name);
        if (entry !== undefined) tell(severity, code, entry.first, message(entry.count));
      };
      say('gap', 'warning', 'frame-gap', (n) => `${n} frames have no row, the first here; they count as missing.`);
      say(
        'duplicate',
        'error',
        'duplicate-row',
        (n) => `${n} rows repeat or go back to an earlier frame and are left out.`,
      );
      say(
        'half',
        'error',
        'half-point',
        (n) => `${n} points are no positions (infinite, or one coordinate missing) and are read as missing.`,
      );
      say(
        'zero',
        'note',
        'zero-point',
        (n) => `${n} points lie at exactly (0, 0), which some programs write for missing ones; they are kept.`,
      );
      say(
        'likelihood',
        'warning',
        'out-of-range',
        (n) => `${n} likelihoods are not between 0 and 1 and are read as not given.`,
      );
      if (first > 0) {
        tell(
          'note',
          'first-frame',
          'the first row',
          `The rows begin at frame ${first}; frame 0 of the tracks is frame ${first}.`,
        );
      }
      if (dimensions === 3 && options.cmPerUnit === undefined) {
        const message = 'The file does not state the unit of its 3-D positions; one unit is taken as 1 cm.';
        tell('warning', 'not-stored', 'the header', message, 'Give the size of the calibration unit in cm.');
      }
      const tracks = createPoseTracks({
        skeleton: createSkeleton({ name: 'animal', keypoints }),
        individuals,
        space: dimensions === 3 ? 'world' : 'image',
        dimensions,
        timeBase: { frameCount: count, fps: options.fps },
        position,
        confidence,
        provenance: options.provenance ?? {
          operation: 'import',
          versions: {},
          inputs: [],
          parameters: { format: 'DeepLabCut', file: options.path ?? '', scorer, withLikelihood },
        },
      });
      return {
        tracks,
        scorer,
        firstFrame: Math.max(first, 0),
        multiAnimal: columns.multiAnimal,
        uniqueKeypoints: columns.uniqueKeypoints,
      };
    },
  };
}
