import { createPoseTracks, type PoseTracks, type Provenance, UnavailableError } from '@zoopraxis/core';
import { derived } from './clear-false-positions.js';
import type { IdentitySwap } from './identity-swaps.js';

const operation = 'repair identity swaps';

/** Returns the arrays of tracks with individual i of each frame taken from where `source` says: shape `[frame, individual]`. */
function reorder(tracks: PoseTracks, source: (frame: number) => readonly number[]): PoseTracks {
  const { individuals, skeleton, dimensions, timeBase } = tracks;
  const [animals, points] = [individuals.length, skeleton.keypoints.length];
  const moved = (values: Float32Array, size: number) => {
    const result = new Float32Array(values.length);
    for (let frame = 0; frame < timeBase.frameCount; frame++) {
      const from = source(frame);
      for (let animal = 0; animal < animals; animal++) {
        const first = (frame * animals + (from[animal] as number)) * size;
        result.set(values.subarray(first, first + size), (frame * animals + animal) * size);
      }
    }
    return result;
  };
  return {
    ...tracks,
    position: moved(tracks.position, points * dimensions),
    confidence: moved(tracks.confidence, points),
    ...(tracks.boxes && { boxes: moved(tracks.boxes, 4) }),
    ...(tracks.identity && { identity: moved(tracks.identity, 1) }),
  };
}

function check(swaps: readonly Pick<IdentitySwap, 'frame' | 'order'>[], { individuals, timeBase }: PoseTracks): void {
  let last = -1;
  for (const { frame, order } of swaps) {
    if (!Number.isSafeInteger(frame) || frame <= last || frame >= timeBase.frameCount) {
      throw new RangeError(
        `repair: frame of a swap must be after ${last} and below ${timeBase.frameCount}, got ${frame}`,
      );
    }
    if (order.length !== individuals.length || individuals.some((_, i) => !order.includes(i))) {
      throw new RangeError(
        `repair: order at frame ${frame} must name each of ${individuals.length} individuals once, got ${order}`,
      );
    }
    last = frame;
  }
}

/** Returns a function that says for a frame which tracked individual each animal is; list. */
function sourceOf(swaps: readonly Pick<IdentitySwap, 'frame' | 'order'>[], animals: number) {
  const spans = [{ frame: 0, order: Array.from({ length: animals }, (_, i) => i) }];
  for (const { frame, order } of swaps) {
    const before = (spans.at(-1) as (typeof spans)[number]).order;
    spans.push({ frame, order: order.map((i) => before[i] as number) });
  }
  let at = 0;
  return (frame: number): readonly number[] => {
    while (at > 0 && (spans[at] as (typeof spans)[number]).frame > frame) at--;
    while (at + 1 < spans.length && (spans[at + 1] as (typeof spans)[number]).frame <= frame) at++;
    return (spans[at] as (typeof spans)[number]).order;
  };
}

/**
 * Returns tracks in which names follow the animals: from the frame of each swap on, positions, confidences, boxes and
 * identity scores change places as it says. Every swap is in the provenance, so {@link undoIdentityRepairs} can take
 * them back.
 * @throws RangeError for swaps out of order or that name individuals not there.
 */
export function repairIdentitySwaps(
  tracks: PoseTracks,
  swaps: readonly Pick<IdentitySwap, 'frame' | 'order' | 'gain'>[],
  { versions = {} }: { readonly versions?: Provenance['versions'] } = {},
): PoseTracks {
  check(swaps, tracks);
  const recorded = swaps.map(({ frame, order, gain }) => ({ frame, order: [...order], gain }));
  return createPoseTracks({
    ...reorder(tracks, sourceOf(swaps, tracks.individuals.length)),
    provenance: derived(tracks, operation, { swaps: recorded }, versions),
  });
}

/**
 * Returns tracks as they were before {@link repairIdentitySwaps}, bit for bit, from what it wrote into the provenance.
 * @throws UnavailableError where the last thing done to the tracks was no such repair.
 */
export function undoIdentityRepairs(tracks: PoseTracks): PoseTracks {
  const { provenance } = tracks;
  const { swaps } = provenance.parameters;
  const parent = provenance.parents?.[0];
  if (provenance.operation !== operation || !Array.isArray(swaps) || parent === undefined) {
    throw new UnavailableError(`undo of identity repairs: the tracks were last changed by ${provenance.operation}`, {
      hint: 'Undo it on the tracks that the repair wrote, before anything else was done to them.',
    });
  }
  const repairs = swaps as readonly Pick<IdentitySwap, 'frame' | 'order'>[];
  check(repairs, tracks);
  const source = sourceOf(repairs, tracks.individuals.length);
  const inverse = (frame: number) => {
    const from = source(frame);
    return from.map((_, tracked) => from.indexOf(tracked));
  };
  return createPoseTracks({ ...reorder(tracks, inverse), provenance: parent });
}
