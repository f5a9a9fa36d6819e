import { FormatError, type LabeledFrames, type LabeledImage, type Skeleton, visibilities } from '@zoopraxis/core';
import type { LabelEntry, LabelRowChange, PointChanges, PointData } from './label-entry.js';
import { imageKey, type LabelState, type RowKey } from './label-state.js';
import type { NewEntry } from './label-store.js';

/** A point as an edit gives it: px of the image, center of the top-left pixel at (0, 0). */
export interface EditedPoint {
  readonly x: number;
  readonly y: number;
  /** Default `visible`. */
  readonly visibility?: 'visible' | 'occluded';
}

/** What one annotator changes about one animal in one image. */
export interface LabelEdit {
  readonly image: LabeledImage;
  readonly individual: string;
  /** Points by keypoint that are set, or null where they are absent; others stay. Null instead removes the row. */
  readonly points: Readonly<Record<string, EditedPoint | null>> | null;
}

type Points = ReadonlyMap<string, PointData>;

/** Returns what leads from old points to new ones, or undefined where nothing does; undefined points are no row. */
function difference(
  before: Points | undefined,
  after: Points | undefined,
): Pick<LabelRowChange, 'points' | 'before'> | undefined {
  if (after === undefined)
    return before === undefined ? undefined : { points: null, before: Object.fromEntries(before) };
  const keypoints = [...new Set([...(before?.keys() ?? []), ...after.keys()])].filter(
    (keypoint) => !samePoint(before?.get(keypoint), after.get(keypoint)),
  );
  if (before !== undefined && keypoints.length === 0) return undefined;
  const pick = (points: Points) =>
    Object.fromEntries(keypoints.map((keypoint) => [keypoint, points.get(keypoint) ?? null]));
  return { points: pick(after), before: before === undefined ? null : pick(before) };
}

/** Tells whether two points are the same in place and visibility. */
export function samePoint(a: PointData | null | undefined, b: PointData | null | undefined): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

type NewConflict = Omit<LabelEntry['conflicts'][number], 'image'> & { readonly image: LabeledImage };

/** Collects changes of rows and makes one entry of them; rows that end as they were are left out. */
export class EntryBuilder {
  readonly #state: LabelState;
  readonly #skeleton: string;
  readonly #images = new Map<string, LabeledImage>();
  readonly #rows = new Map<string, { key: RowKey; before: Points | undefined; after: Points | undefined }>();

  readonly #conflicts: NewConflict[] = [];

  /** Starts from a state, for rows of one skeleton. */
  constructor(state: LabelState, skeleton: string) {
    this.#state = state;
    this.#skeleton = skeleton;
  }

  /** Makes an image known, with its frame where that is known. */
  addImage(image: LabeledImage): void {
    const key = imageKey(image);
    const known = this.#images.get(key) ?? this.#state.image(key);
    this.#images.set(key, image.frame === undefined && known !== undefined ? known : image);
  }

  /** Replaces the points of a row by what a function makes of them; undefined is no row. */
  change(
    image: LabeledImage,
    individual: string,
    annotator: string,
    make: (points: Points | undefined) => Points | undefined,
  ): void {
    this.addImage(image);
    const key: RowKey = { skeleton: this.#skeleton, image: imageKey(image), individual, annotator };
    const id = JSON.stringify(key);
    const before = this.#state.points(key);
    const now = this.#rows.get(id);
    this.#rows.set(id, { key, before, after: make(now === undefined ? before : now.after) });
  }

  /** Adds a conflict that a human decides. */
  addConflict(conflict: NewConflict): void {
    this.addImage(conflict.image);
    this.#conflicts.push(conflict);
  }

  /** Returns the entry, or undefined where nothing changes. */
  build(head: Omit<NewEntry, 'images' | 'rows' | 'skeleton' | 'conflicts'>): NewEntry | undefined {
    const changed = new Map<string, LabeledImage>();
    for (const [key, image] of this.#images) {
      const known = this.#state.image(key);
      if (known === undefined || (image.frame !== undefined && image.frame !== known.frame)) changed.set(key, image);
    }
    const rows: (Omit<LabelRowChange, 'image'> & { image: string })[] = [];
    for (const { key, before, after } of this.#rows.values()) {
      const change = difference(before, after);
      if (change === undefined) continue;
      rows.push({ image: key.image, individual: key.individual, annotator: key.annotator, ...change });
      changed.set(key.image, this.#images.get(key.image) as LabeledImage);
    }
    for (const { image } of this.#conflicts)
      changed.set(imageKey(image), this.#images.get(imageKey(image)) as LabeledImage);
    const decided = head.resolved !== undefined && head.resolved.length > 0;
    if (rows.length === 0 && changed.size === 0 && !decided) return undefined;
    const names = [...changed.keys()];
    const at = new Map(names.map((name, i) => [name, i]));
    return {
      ...head,
      skeleton: this.#skeleton,
      images: names.map((name) => {
        const { group, file, frame } = changed.get(name) as LabeledImage;
        return { group, file, ...(frame === undefined ? {} : { frame }) };
      }),
      rows: rows.map((row) => ({ ...row, image: at.get(row.image) as number })),
      conflicts: this.#conflicts.map((conflict) => ({
        ...conflict,
        image: at.get(imageKey(conflict.image)) as number,
      })),
    };
  }
}

/** Returns points with changes taken in. */
export function mergePoints(points: Points | undefined, changes: PointChanges): Points {
  const merged = new Map(points);
  for (const [keypoint, value] of Object.entries(changes)) {
    if (value === null) merged.delete(keypoint);
    else merged.set(keypoint, value);
  }
  return merged;
}

/** Returns the checked changes of an edit; throws RangeError naming the keypoint or value that cannot be. */
export function changesOf(edit: LabelEdit, skeleton: Skeleton): PointChanges | null {
  if (edit.points === null) return null;
  const changes: Record<string, PointData | null> = {};
  for (const [keypoint, point] of Object.entries(edit.points)) {
    if (!skeleton.keypoints.includes(keypoint)) {
      throw new RangeError(`label edit: keypoint must be of skeleton ${skeleton.name}, got ${keypoint}`);
    }
    if (point !== null && !(Number.isFinite(point.x) && Number.isFinite(point.y))) {
      throw new RangeError(`label edit: ${keypoint} must be a point or null, got (${point.x}, ${point.y})`);
    }
    changes[keypoint] =
      point === null
        ? null
        : [point.x, point.y, point.visibility === 'occluded' ? visibilities.occluded : visibilities.visible];
  }
  return changes;
}

/** Yields the rows of labels as maps from keypoint to point. */
export function* rowsOf(
  labels: LabeledFrames,
): Generator<{ image: LabeledImage; individual: string; annotator: string; points: Points }> {
  const { skeleton, position, visibility } = labels;
  const count = skeleton.keypoints.length;
  for (let row = 0; row < labels.image.length; row++) {
    const points = new Map<string, PointData>();
    for (const [k, keypoint] of skeleton.keypoints.entries()) {
      const at = row * count + k;
      const seen = visibility[at];
      if (seen !== visibilities.occluded && seen !== visibilities.visible) continue;
      points.set(keypoint, [position[2 * at] as number, position[2 * at + 1] as number, seen]);
    }
    yield {
      image: labels.images[labels.image[row] as number] as LabeledImage,
      individual: labels.individuals[labels.individual[row] as number] as string,
      annotator: labels.annotators[labels.annotator[row] as number] as string,
      points,
    };
  }
}

/** Throws FormatError where labels have keypoints that a skeleton has not. */
export function checkKeypoints(labels: LabeledFrames, skeleton: Skeleton, source: string): void {
  const unknown = labels.skeleton.keypoints.filter((keypoint) => !skeleton.keypoints.includes(keypoint));
  if (unknown.length > 0) {
    throw new FormatError({
      format: 'labels',
      path: source,
      where: 'the keypoints',
      expected: `those of skeleton ${skeleton.name} (${skeleton.keypoints.join(', ')})`,
      found: unknown.join(', '),
      hint: 'Rename the keypoints, or add them to the skeleton of the project.',
    });
  }
}
