import type { Annotations, TimeBase } from '@zoopraxis/core';

/** A sign that frames of bouts were counted in another way than the reader took them. */
export interface EdgeNote {
  readonly kind:
    | 'one frame between bouts'
    | 'one frame shared by bouts'
    | 'ends one frame late'
    | 'starts before the tracks';
  readonly message: string;
}

/** Fewer neighbors than this prove nothing. */
const leastNeighbors = 5;
/** Share of neighboring bouts that must show the sign. */
const mostly = 0.8;

/**
 * Returns signs that annotations are off by one frame: bouts that follow each other at a distance of exactly one frame
 * (their last frame belongs to them, but was read as left out) or share exactly one (the reverse), an end one frame past the
 * tracks, a start before them. They are told, not mended: only the person who made the file knows how it counts.
 *
 * @param beyond frames by which the annotation runs past the tracks
 */
export function suspectEdges(
  { startSec, endSec }: Annotations,
  { timeBase, beyond }: { readonly timeBase: TimeBase; readonly beyond: number },
): EdgeNote[] {
  const notes: EdgeNote[] = [];
  const { fps } = timeBase;
  let [apart, shared, near] = [0, 0, 0];
  for (let bout = 1; bout < startSec.length; bout++) {
    const step = ((startSec[bout] as number) - (endSec[bout - 1] as number)) * fps;
    if (Math.abs(step) > 2.5) continue;
    near++;
    if (Math.abs(step - 1) < 0.1) apart++;
    if (Math.abs(step + 1) < 0.1) shared++;
  }
  if (near >= leastNeighbors && apart >= mostly * near) {
    notes.push({
      kind: 'one frame between bouts',
      message: `${apart} of ${near} bouts that follow each other leave exactly one frame free: is the last frame of a bout part of it? Then every bout is a frame too short here: tables are read so with --end-included, other files must be written again`,
    });
  }
  if (near >= leastNeighbors && shared >= mostly * near) {
    notes.push({
      kind: 'one frame shared by bouts',
      message: `${shared} of ${near} bouts that follow each other share exactly one frame: is the last frame of a bout not part of it? Then every bout is a frame too long here: take a frame off the ends in the file, or write it as a table, whose ends are left out`,
    });
  }
  if (beyond === 1) {
    notes.push({
      kind: 'ends one frame late',
      message:
        'the annotation ends exactly one frame after the tracks: do its frames count from 0, or from 1? Tables that count from 1 are read with --first-frame 1',
    });
  }
  if (startSec.length > 0 && (startSec[0] as number) * fps < -0.5) {
    notes.push({
      kind: 'starts before the tracks',
      message: `the first bout starts ${(-(startSec[0] as number) * fps).toFixed(1)} frames before the tracks: do its frames count from 0, or from 1?`,
    });
  }
  return notes;
}
