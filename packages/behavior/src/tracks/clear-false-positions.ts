import { createPoseTracks, type PoseTracks, type Provenance } from '@zoopraxis/core';

/** How many points were taken away, and why; each point counts once. */
export interface FalsePositionCounts {
  /** Points at exactly (0, 0) of the image: what some programs write for "not found". */
  readonly atOrigin: number;
  /** Points that have a confidence and no position: their confidence is gone, so that it counts for nothing. */
  readonly withoutPosition: number;
  /** Points with a coordinate that is missing or infinite beside one that is a number. */
  readonly halfKnown: number;
  /** Points that stay. */
  readonly known: number;
}

/** Tracks without false positions, and what was taken away. */
export interface ClearedTracks {
  readonly tracks: PoseTracks;
  readonly counts: FalsePositionCounts;
}

/**
 * Returns tracks in which every point is either known or missing (NaN in all coordinates and in confidence), with counts
 * of what was false. Exact zeros are taken away in the image only: in an arena (0, 0) is a place.
 */
export function clearFalsePositions(
  tracks: PoseTracks,
  { versions = {} }: { readonly versions?: Provenance['versions'] } = {},
): ClearedTracks {
  const { dimensions, space } = tracks;
  const position = tracks.position.slice();
  const confidence = tracks.confidence.slice();
  let [atOrigin, withoutPosition, halfKnown, known] = [0, 0, 0, 0];
  for (let point = 0; point < confidence.length; point++) {
    let [finite, zeros] = [0, 0];
    for (let at = point * dimensions; at < (point + 1) * dimensions; at++) {
      if (Number.isFinite(position[at])) finite++;
      if (position[at] === 0) zeros++;
    }
    if (finite === dimensions && (zeros < dimensions || space !== 'image')) {
      known++;
      continue;
    }
    if (finite === dimensions) atOrigin++;
    else if (finite > 0) halfKnown++;
    else if (!Number.isNaN(confidence[point])) withoutPosition++;
    position.fill(Number.NaN, point * dimensions, (point + 1) * dimensions);
    confidence[point] = Number.NaN;
  }
  const counts = { atOrigin, withoutPosition, halfKnown, known };
  return {
    tracks: createPoseTracks({
      ...tracks,
      position,
      confidence,
      provenance: derived(tracks, 'clear false positions', { ...counts }, versions),
    }),
    counts,
  };
}

/** Returns the provenance of tracks made from others. */
export function derived(
  { provenance }: Pick<PoseTracks, 'provenance'>,
  operation: string,
  parameters: Provenance['parameters'],
  versions: Provenance['versions'],
): Provenance {
  return {
    operation,
    versions,
    inputs: [],
    parameters,
    parents: [provenance],
    ...(provenance.synthetic !== undefined && { synthetic: provenance.synthetic }),
  };
}
