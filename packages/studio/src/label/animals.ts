import type { LabelRow, PointView, TracksView } from 'zoopraxis';

/** A point of a prediction: px of the picture, confidence 0..1. */
export interface PredictedPoint {
  readonly keypoint: string;
  readonly x: number;
  readonly y: number;
  readonly confidence: number;
}

/** An animal that a model sees in a frame, and the animal of the labels that it is taken for. */
export interface PredictedAnimal {
  /** Name of the tracks. */
  readonly tracks: string;
  readonly individual: string;
  readonly points: readonly PredictedPoint[];
}

/** What is known of one frame, sorted by whose it is. */
export interface FrameAnimals {
  /** Rows of the present annotator, one for each animal. */
  readonly own: readonly LabelRow[];
  /** Rows of all others. */
  readonly others: readonly LabelRow[];
  readonly predicted: readonly PredictedAnimal[];
}

const byFrame = new WeakMap<readonly LabelRow[], ReadonlyMap<number, readonly LabelRow[]>>();

/** Returns the rows of one frame; the list of all rows is looked through once. */
export function rowsOfFrame(rows: readonly LabelRow[], frame: number): readonly LabelRow[] {
  let index = byFrame.get(rows);
  if (index === undefined) {
    const made = new Map<number, LabelRow[]>();
    for (const row of rows) {
      const list = made.get(row.frame);
      if (list === undefined) made.set(row.frame, [row]);
      else list.push(row);
    }
    index = made;
    byFrame.set(rows, made);
  }
  return index.get(frame) ?? [];
}

/** Name of the animal where there is one alone, as in DeepLabCut's tables without individuals. */
export const onlyAnimal = 'animal';

const names = new WeakMap<readonly LabelRow[], readonly string[]>();

/**
 * Returns the animals of a video in the order in which keys choose them, list: those of the tracks, under the names that
 * they have in the labels; then others with labels by name (`mouse2` before `mouse10`), then those that were added here. Tracks
 * that have no name in common with the labels are not animals of their own, for they may be many pieces of few animals. A video
 * without labels has the names of the animals that are labeled `elsewhere`, where there are as many.
 */
export function individualsOf(
  rows: readonly LabelRow[],
  {
    added,
    tracked,
    elsewhere = [],
  }: {
    readonly added: readonly string[];
    readonly tracked: readonly string[];
    readonly elsewhere?: readonly string[];
  },
): readonly string[] {
  let labeled = names.get(rows);
  if (labeled === undefined) {
    const compare = new Intl.Collator('en', { numeric: true }).compare;
    labeled = [...new Set(rows.map(({ individual }) => individual))].sort(compare);
    names.set(rows, labeled);
  }
  const known = [...labeled, ...added.filter((name) => !labeled.includes(name))];
  if (known.length === 0) {
    const areSame = tracked.length === 0 || tracked.length === elsewhere.length;
    if (elsewhere.length > 0 && areSame && !tracked.some((name) => elsewhere.includes(name))) return elsewhere;
    return tracked.length > 0 ? tracked : [onlyAnimal];
  }
  const matched = matchIndividuals(tracked, known);
  const isSameAnimals = tracked.some((name) => known.includes(name));
  return [...new Set([...matched.filter((name) => isSameAnimals || known.includes(name)), ...known])];
}

/**
 * Returns for each animal of the tracks the animal of the labels that it is a suggestion for, list: the one of its name;
 * those left over are paired in order; where labels have fewer, the tracks' own name.
 */
export function matchIndividuals(tracked: readonly string[], labeled: readonly string[]): readonly string[] {
  const free = labeled.filter((name) => !tracked.includes(name));
  return tracked.map((name) => (labeled.includes(name) ? name : (free.shift() ?? name)));
}

/** Returns the animals of one frame of tracks that have a point, from `[individual, keypoint, 3]`; NaN = missing. */
export function predictedAnimals(
  tracks: Pick<TracksView, 'name' | 'individuals' | 'keypoints'>,
  pose: Float32Array,
  labeled: readonly string[],
): PredictedAnimal[] {
  const { keypoints, individuals } = tracks;
  const matched = matchIndividuals(individuals, labeled);
  return matched.flatMap((individual, animal) => {
    const points = keypoints.flatMap((keypoint, at) => {
      const from = (animal * keypoints.length + at) * 3;
      const [x, y, confidence] = pose.subarray(from, from + 3) as unknown as [number, number, number];
      return Number.isFinite(x) && Number.isFinite(y) ? [{ keypoint, x, y, confidence }] : [];
    });
    return points.length === 0 ? [] : [{ tracks: tracks.name, individual, points }];
  });
}

/** Returns the points of one's own row of an animal, or none. */
export function ownPoints({ own }: FrameAnimals, individual: string): Readonly<Record<string, PointView>> {
  return own.find((row) => row.individual === individual)?.points ?? {};
}

/** Returns the predictions of an animal's keypoints that have no label of one's own yet; a later model adds what is missing. */
export function openSuggestions(frame: FrameAnimals, individual: string): PredictedPoint[] {
  const labeled = ownPoints(frame, individual);
  const found = new Map<string, PredictedPoint>();
  for (const animal of frame.predicted) {
    if (animal.individual !== individual) continue;
    for (const point of animal.points) {
      if (labeled[point.keypoint] === undefined && !found.has(point.keypoint)) found.set(point.keypoint, point);
    }
  }
  return [...found.values()];
}
