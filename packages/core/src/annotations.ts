import { type Ethogram, lineage } from './ethogram.js';

/** Annotator of what is known and not seen: labels and bouts of synthetic recordings. No person works under this name. */
export const truthAnnotator = 'truth';

/** How the file that bouts came from counts frames; what was scored in seconds has none. */
export interface FrameBase {
  readonly fps: number;
  /** Number of the first frame. */
  readonly firstFrame: 0 | 1;
  /** True where the last frame of a bout belongs to it; in Zoopraxis ends are always left out. */
  readonly endIncluded: boolean;
}

/** Bouts of behavior of one animal, as one observer or program saw them. */
export interface Annotations {
  /** The animal that acts. */
  readonly subject: string;
  /** The animal it acts on. */
  readonly target?: string;
  /** Person or model. */
  readonly annotator: string;
  /** One of several parallel streams of one annotator; default name `default`. */
  readonly channel: string;
  readonly frameBase?: FrameBase;
  /** Names that `behavior` points into. */
  readonly behaviors: readonly string[];
  /** Seconds in the recording, ascending, shape `[bout]`. */
  readonly startSec: Float64Array;
  /** Shape `[bout]`; bouts are half-open, point events end where they start. */
  readonly endSec: Float64Array;
  /** Index into `behaviors`, shape `[bout]`. */
  readonly behavior: Int32Array;
  /** Free words for each bout, list. */
  readonly modifiers?: readonly (readonly string[])[];
  /** 0..1, shape `[bout]`; NaN = not given. */
  readonly probability?: Float32Array;
}

/** Returns an array with its items in another order. */
function reorder<List extends Float64Array | Float32Array | Int32Array>(values: List, order: readonly number[]): List {
  return values.map((_, i) => values[order[i] as number] as number) as List;
}

/**
 * Returns annotations after checking them, bouts sorted by start, then end, then behavior.
 * @throws RangeError naming the array, bout and value that cannot be.
 */
export function createAnnotations(annotations: Annotations): Annotations {
  const { behaviors, startSec, endSec, behavior, modifiers, probability, frameBase } = annotations;
  const count = startSec.length;
  const columns: [string, ArrayLike<unknown> | undefined][] = [
    ['endSec', endSec],
    ['behavior', behavior],
    ['modifiers', modifiers],
    ['probability', probability],
  ];
  for (const [name, column] of columns) {
    if (column !== undefined && column.length !== count) {
      throw new RangeError(`annotations: ${name} must have ${count} bouts, got ${column.length}`);
    }
  }
  if (new Set(behaviors).size !== behaviors.length)
    throw new RangeError('annotations: behaviors must be different names');
  if (frameBase !== undefined && !(frameBase.fps > 0 && Number.isFinite(frameBase.fps))) {
    throw new RangeError(`annotations: fps must be above 0, got ${frameBase.fps}`);
  }
  for (let bout = 0; bout < count; bout++) {
    const [start, end] = [startSec[bout] as number, endSec[bout] as number];
    if (!Number.isFinite(start) || !Number.isFinite(end) || end < start) {
      throw new RangeError(`annotations: a bout must end after it starts, got ${start} to ${end} s in bout ${bout}`);
    }
    const which = behavior[bout] as number;
    if (which < 0 || which >= behaviors.length) {
      throw new RangeError(`annotations: behavior must be below ${behaviors.length}, got ${which} in bout ${bout}`);
    }
    const chance = probability?.[bout];
    if (chance !== undefined && !Number.isNaN(chance) && !(chance >= 0 && chance <= 1)) {
      throw new RangeError(`annotations: probability must be in 0..1, got ${chance} in bout ${bout}`);
    }
  }
  const order = Array.from(startSec, (_, bout) => bout).sort(
    (a, b) =>
      (startSec[a] as number) - (startSec[b] as number) ||
      (endSec[a] as number) - (endSec[b] as number) ||
      (behavior[a] as number) - (behavior[b] as number) ||
      a - b,
  );
  return {
    ...annotations,
    startSec: reorder(startSec, order),
    endSec: reorder(endSec, order),
    behavior: reorder(behavior, order),
    ...(modifiers && { modifiers: order.map((bout) => modifiers[bout] as readonly string[]) }),
    ...(probability && { probability: reorder(probability, order) }),
  };
}

/** What is odd about a bout. */
export interface AnnotationConflict {
  readonly bout: number;
  /** The bout it collides with, if it is about two. */
  readonly other?: number;
  readonly problem:
    | 'unknown behavior'
    | 'point with duration'
    | 'state without duration'
    | 'overlaps itself'
    | 'exclusive';
}

/**
 * Returns what in annotations does not fit a catalogue, in order of bouts: behaviors that it lacks, points that last and
 * states that do not, and bouts of one behavior or of two exclusive ones (or finer kinds of them) at the same time. Human
 * scorings have such things, so they are told, not refused.
 */
export function findAnnotationConflicts(annotations: Annotations, ethogram: Ethogram): AnnotationConflict[] {
  const { behaviors, startSec, endSec, behavior } = annotations;
  const known = new Map(ethogram.behaviors.map((item) => [item.name, item]));
  const lines = behaviors.map((name) => (known.has(name) ? lineage(ethogram, name) : [name]));
  const excludes = (a: number, b: number) =>
    lines[a]?.some((name) => lines[b]?.some((other) => known.get(name)?.exclusiveWith.includes(other)));
  const conflicts: AnnotationConflict[] = [];
  let open: number[] = [];
  for (let bout = 0; bout < startSec.length; bout++) {
    const which = behavior[bout] as number;
    const kind = known.get(behaviors[which] as string)?.kind;
    const lasts = (endSec[bout] as number) > (startSec[bout] as number);
    if (kind === undefined) conflicts.push({ bout, problem: 'unknown behavior' });
    if (kind === 'point' && lasts) conflicts.push({ bout, problem: 'point with duration' });
    if (kind === 'state' && !lasts) conflicts.push({ bout, problem: 'state without duration' });
    open = open.filter((other) => (endSec[other] as number) > (startSec[bout] as number));
    for (const other of open) {
      const before = behavior[other] as number;
      if (before === which) conflicts.push({ bout, other, problem: 'overlaps itself' });
      else if (excludes(before, which)) conflicts.push({ bout, other, problem: 'exclusive' });
    }
    open.push(bout);
  }
  return conflicts;
}
