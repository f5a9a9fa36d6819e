import { type Annotations, createAnnotations, frameAtSeconds, secondsOfFrame, type TimeBase } from '@zoopraxis/core';

/** Part of the other animal's body that a nose is at; `unknown` where points are missing. */
export type BodyPart = 'face' | 'body' | 'genital' | 'unknown';

const partNames: readonly BodyPart[] = ['face', 'body', 'genital', 'unknown'];

/** One frame's points, px or cm: x and y, shape `[2]`; NaN = missing. */
export interface EncounterPoints {
  /** Nose of the animal that investigates; shape `[2]`. */
  readonly residentNose: readonly [number, number];
  /** Points of the other animal; each of shape `[2]`. */
  readonly nose: readonly [number, number];
  readonly neck: readonly [number, number];
  readonly leftHip: readonly [number, number];
  readonly rightHip: readonly [number, number];
  readonly tailBase: readonly [number, number];
}

/**
 * Returns the part of the intruder that the resident's nose is at, by two boundaries across the intruder's body: through
 * the middle of nose and neck (before it: face), and through the middle of the tail base and the center of the hips
 * (behind it: genital); each is a straight line at right angles to the line between its two points. A curled animal can
 * have a nose beyond both: then the nearer of its nose and tail base decides.
 * (Segalin et al. 2021, eLife 10:e63720, use case 1, gives the two points of the boundaries; their direction is ours.)
 */
export function bodyPartAt(points: EncounterPoints): BodyPart {
  const { residentNose: at, nose, neck, leftHip, rightHip, tailBase } = points;
  const hips = middle(leftHip, rightHip);
  const front = beyond(at, middle(nose, neck), neck, nose);
  const rear = beyond(at, middle(tailBase, hips), hips, tailBase);
  if (Number.isNaN(front) || Number.isNaN(rear)) return 'unknown';
  if (front > 0 && rear > 0) return distance(at, nose) <= distance(at, tailBase) ? 'face' : 'genital';
  if (front > 0) return 'face';
  return rear > 0 ? 'genital' : 'body';
}

type Point = readonly [number, number];
const middle = ([ax, ay]: Point, [bx, by]: Point): Point => [(ax + bx) / 2, (ay + by) / 2];
const distance = ([ax, ay]: Point, [bx, by]: Point) => Math.hypot(bx - ax, by - ay);

/** Returns above 0 where a point lies beyond a boundary through `through`, in the direction from `from` to `to`. */
function beyond(point: Point, through: Point, from: Point, to: Point): number {
  const value = (point[0] - through[0]) * (to[0] - from[0]) + (point[1] - through[1]) * (to[1] - from[1]);
  // Two points in one place have no direction.
  return from[0] === to[0] && from[1] === to[1] ? Number.NaN : value;
}

/** How bouts are divided by body part. */
export interface BodyPartOptions {
  /** Behavior that is divided, such as `close investigation`; the others stay as they are. */
  readonly behavior: string;
  readonly timeBase: TimeBase;
  /**
   * `frame`: a bout is cut where the part changes. `bout`: a bout goes whole to the part that most of its known frames
   * are at, of equal ones to the first of face, body, genital. Default `frame`.
   */
  readonly by?: 'frame' | 'bout';
  /** Returns the name of the new behavior; default `<behavior>: <part>`. */
  readonly nameOf?: (behavior: string, part: BodyPart) => string;
}

/**
 * Returns annotations in which one behavior is divided into face, body, genital and unknown. `pointsAt` gives the points
 * of a frame. All four new behaviors count as scored, so that what never happened is 0.
 * @throws RangeError where the behavior was not scored, or a new name is taken.
 */
export function relabelByBodyPart(
  annotations: Annotations,
  pointsAt: (frame: number) => EncounterPoints,
  { behavior, timeBase, by = 'frame', nameOf = (name, part) => `${name}: ${part}` }: BodyPartOptions,
): Annotations {
  const divided = annotations.behaviors.indexOf(behavior);
  if (divided < 0) {
    throw new RangeError(`body parts: behavior must be one of ${annotations.behaviors.join(', ')}, got ${behavior}`);
  }
  const kept = annotations.behaviors.filter((name) => name !== behavior);
  const behaviors = [...kept, ...partNames.map((part) => nameOf(behavior, part))];
  const rows: { bout: number; startSec: number; endSec: number; behavior: number }[] = [];
  for (let bout = 0; bout < annotations.startSec.length; bout++) {
    const [startSec, endSec] = [annotations.startSec[bout] as number, annotations.endSec[bout] as number];
    const which = annotations.behavior[bout] as number;
    if (which !== divided) {
      rows.push({ bout, startSec, endSec, behavior: behaviors.indexOf(annotations.behaviors[which] as string) });
      continue;
    }
    const pieces = piecesOf(startSec, endSec, timeBase, pointsAt);
    const named = by === 'frame' ? pieces : [{ startSec, endSec, part: mostOf(pieces) }];
    for (const { part, ...span } of named)
      rows.push({ bout, ...span, behavior: kept.length + partNames.indexOf(part) });
  }
  const { modifiers, probability } = annotations;
  return createAnnotations({
    ...annotations,
    behaviors,
    startSec: Float64Array.from(rows, (row) => row.startSec),
    endSec: Float64Array.from(rows, (row) => row.endSec),
    behavior: Int32Array.from(rows, (row) => row.behavior),
    ...(modifiers && { modifiers: rows.map((row) => modifiers[row.bout] ?? []) }),
    ...(probability && { probability: Float32Array.from(rows, (row) => probability[row.bout] as number) }),
  });
}

interface Piece {
  readonly startSec: number;
  endSec: number;
  readonly part: BodyPart;
}

function piecesOf(
  startSec: number,
  endSec: number,
  timeBase: TimeBase,
  pointsAt: (frame: number) => EncounterPoints,
): Piece[] {
  const pieces: Piece[] = [];
  for (let frame = frameAtSeconds(timeBase, startSec), from = startSec; ; frame++) {
    const isPast = frame >= timeBase.frameCount;
    // What lies after the last frame that was tracked is not known.
    const part = isPast ? 'unknown' : bodyPartAt(pointsAt(frame));
    const until = isPast ? endSec : Math.min(endSec, secondsOfFrame(timeBase, frame + 1));
    const last = pieces.at(-1);
    if (last?.part === part) last.endSec = Math.max(until, from);
    else if (until > from || pieces.length === 0) pieces.push({ startSec: from, endSec: Math.max(until, from), part });
    from = Math.max(until, from);
    if (isPast || until >= endSec) return pieces;
  }
}

function mostOf(pieces: readonly Piece[]): BodyPart {
  const sec = partNames.map((name) =>
    pieces.reduce((sum, piece) => (piece.part === name ? sum + piece.endSec - piece.startSec : sum), 0),
  );
  const known = sec.slice(0, 3);
  const most = Math.max(...known);
  // Sums of frames differ in their last bits, and equal ones must be equal.
  if (most > 0) return partNames[known.findIndex((value) => value >= most - 1e-9)] as BodyPart;
  return pieces.find(({ part }) => part !== 'unknown')?.part ?? 'unknown';
}
