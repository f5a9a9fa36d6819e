import { createLabeledFrames, type LabeledFrames, type LabeledImage, type Skeleton } from '@zoopraxis/core';
import { z } from 'zod';
import {
  imageSchema,
  type LabelEntry,
  type PointChanges,
  type PointData,
  pointSchema,
  pointsSchema,
} from './label-entry.js';

interface Row {
  readonly skeleton: string;
  readonly image: string;
  readonly individual: string;
  readonly annotator: string;
  readonly points: ReadonlyMap<string, PointData>;
}

/** Schema of a conflict in the snapshot. */
const conflictSchema = z.object({
  id: z.string(),
  /** When it was met, in ISO 8601. */
  at: z.string(),
  /** File that was edited by another program. */
  source: z.string(),
  image: imageSchema,
  skeleton: z.string(),
  individual: z.string(),
  annotator: z.string(),
  keypoint: z.string(),
  ours: pointSchema.nullable(),
  theirs: pointSchema.nullable(),
});

/**
 * A point that another program changed as well as we, or set back: the project keeps `ours` until a human decides.
 * Points are lists of x, y (px) and visibility; null is absent.
 */
export type LabelConflict = z.output<typeof conflictSchema>;

/** Schema of all labels at one moment, as the snapshot holds them. */
export const labelStateSchema = z.object({
  images: z.array(imageSchema),
  individuals: z.array(z.string()),
  annotators: z.array(z.string()),
  rows: z.array(
    z.object({
      skeleton: z.string(),
      /** Indices into the lists above. */
      image: z.int().min(0),
      individual: z.int().min(0),
      annotator: z.int().min(0),
      points: pointsSchema,
    }),
  ),
  conflicts: z.array(conflictSchema).default([]),
});

/** All labels at one moment as plain data. */
export type LabelStateData = z.output<typeof labelStateSchema>;

/** Which row: skeleton, image as `group/file`, individual, annotator. */
export type RowKey = Readonly<Record<'skeleton' | 'image' | 'individual' | 'annotator', string>>;

const keyOf = ({ skeleton, image, individual, annotator }: RowKey): string =>
  JSON.stringify([skeleton, image, individual, annotator]);

/** Returns the name of an image inside a project: `group/file`. */
export const imageKey = ({ group, file }: LabeledImage): string => `${group}/${file}`;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Who labeled how much, of all skeletons; rows without a point do not count. */
export interface LabelSummary {
  /** By name. */
  readonly annotators: readonly { readonly name: string; readonly imageCount: number }[];
  /** Names of the animals that have labels, sorted list. */
  readonly individuals: readonly string[];
  /** Groups (videos) with labels, by name. */
  readonly groups: readonly { readonly name: string; readonly imageCount: number }[];
  /** Images in which one annotator labeled several animals. */
  readonly severalAnimalImageCount: number;
  /** By skeleton: labeled animals in images, and in how many of them each keypoint is there (visible or occluded). */
  readonly points: Readonly<
    Record<string, { readonly animalCount: number; readonly keypoints: Readonly<Record<string, number>> }>
  >;
}

/** Counts of the rows of one skeleton that have a point. */
interface PointCounts {
  animals: number;
  readonly keypoints: Map<string, number>;
}

/** All labels at one moment; entries of the journal move it on. */
export class LabelState {
  readonly #images = new Map<string, LabeledImage>();
  #sorted: readonly LabeledImage[] | undefined;
  readonly #individuals = new Set<string>();
  readonly #annotators = new Set<string>();
  readonly #rows = new Map<string, Row>();
  readonly #conflicts = new Map<string, LabelConflict>();
  /** Number of rows by name of the image; images without rows are left out. */
  readonly #rowCounts = new Map<string, number>();

  #summary: LabelSummary | undefined;
  readonly #pointCounts = new Map<string, PointCounts>();

  /** Starts empty, or from what {@link LabelState.data} gave. */
  constructor(data?: LabelStateData) {
    if (data === undefined) return;
    for (const { group, file, frame } of data.images) this.#addImage(group, file, frame);
    for (const name of data.individuals) this.#individuals.add(name);
    for (const name of data.annotators) this.#annotators.add(name);
    for (const conflict of data.conflicts) this.#conflicts.set(conflict.id, conflict);
    for (const row of data.rows) {
      const image = data.images[row.image];
      const [individual, annotator] = [data.individuals[row.individual], data.annotators[row.annotator]];
      if (image === undefined || individual === undefined || annotator === undefined) {
        throw new RangeError(
          `labels: a row names image ${row.image}, individual ${row.individual}, annotator ${row.annotator}`,
        );
      }
      const key: RowKey = { skeleton: row.skeleton, image: imageKey(image), individual, annotator };
      this.#setRow({ ...key, points: new Map(Object.entries(row.points)) });
    }
  }

  /** Number of images that carry labels. */
  get labeledImageCount(): number {
    return this.#rowCounts.size;
  }

  /** Returns who labeled how much; made anew after an edit only. */
  summary(): LabelSummary {
    if (this.#summary !== undefined) return this.#summary;
    const byAnnotator = new Map<string, Map<string, number>>();
    const individuals = new Set<string>();
    const several = new Set<string>();
    const images = new Set<string>();
    for (const { skeleton, image, individual, annotator, points } of this.#rows.values()) {
      if (points.size === 0) continue;
      individuals.add(individual);
      images.add(image);
      const own = byAnnotator.get(annotator) ?? new Map<string, number>();
      byAnnotator.set(annotator, own);
      const key = `${skeleton}\n${image}`;
      const animals = (own.get(key) ?? 0) + 1;
      own.set(key, animals);
      if (animals > 1) several.add(image);
    }
    const groups = new Map<string, number>();
    for (const image of images) {
      const group = this.#images.get(image)?.group ?? '';
      groups.set(group, (groups.get(group) ?? 0) + 1);
    }
    this.#summary = {
      annotators: [...byAnnotator]
        .map(([name, own]) => ({ name, imageCount: own.size }))
        .sort((a, b) => byText(a.name, b.name)),
      individuals: [...individuals].sort(byText),
      groups: [...groups].map(([name, imageCount]) => ({ name, imageCount })).sort((a, b) => byText(a.name, b.name)),
      severalAnimalImageCount: several.size,
      points: Object.fromEntries(
        [...this.#pointCounts]
          .filter(([, { animals }]) => animals > 0)
          .map(([skeleton, { animals, keypoints }]) => [
            skeleton,
            { animalCount: animals, keypoints: Object.fromEntries(keypoints) },
          ]),
      ),
    };
    return this.#summary;
  }

  /** Returns all as plain data. */
  data(): LabelStateData {
    const [images, individuals, annotators] = [[...this.#images.keys()], [...this.#individuals], [...this.#annotators]];
    const at = (names: readonly string[]) => new Map(names.map((name, i) => [name, i]));
    const [imageAt, individualAt, annotatorAt] = [at(images), at(individuals), at(annotators)];
    return {
      images: [...this.#images.values()],
      individuals,
      annotators,
      rows: [...this.#rows.values()].map((row) => ({
        skeleton: row.skeleton,
        image: imageAt.get(row.image) as number,
        individual: individualAt.get(row.individual) as number,
        annotator: annotatorAt.get(row.annotator) as number,
        points: Object.fromEntries(row.points) as LabelStateData['rows'][number]['points'],
      })),
      conflicts: this.conflicts(),
    };
  }

  /** Returns the points of a row by keypoint, or undefined where there is no such row. */
  points(key: RowKey): ReadonlyMap<string, PointData> | undefined {
    return this.#rows.get(keyOf(key))?.points;
  }

  /** Returns the image of a name `group/file`, or undefined. */
  image(key: string): LabeledImage | undefined {
    return this.#images.get(key);
  }

  /** Returns all images, by group and file; the same list until one is added. */
  images(): readonly LabeledImage[] {
    this.#sorted ??= [...this.#images.values()].sort((a, b) => byText(a.group, b.group) || byText(a.file, b.file));
    return this.#sorted;
  }

  /** Returns the conflicts that nobody has decided, in the order in which they were met. */
  conflicts(): LabelConflict[] {
    return [...this.#conflicts.values()];
  }

  /** Returns the annotators, list in the order of their first appearance. */
  annotators(): string[] {
    return [...this.#annotators];
  }

  /** Returns the individuals, list in the order of their first appearance. */
  individuals(): string[] {
    return [...this.#individuals];
  }

  /** Takes an entry of the journal into the state. */
  apply(entry: LabelEntry): void {
    this.#summary = undefined;
    for (const { group, file, frame } of entry.images) this.#addImage(group, file, frame);
    for (const name of entry.individuals) this.#individuals.add(name);
    for (const id of entry.resolved) this.#conflicts.delete(id);
    for (const [i, { image: index, ...rest }] of entry.conflicts.entries()) {
      const image = entry.images[index];
      if (image === undefined || entry.skeleton === undefined) continue;
      const id = `${entry.seq}.${i}`;
      const { at, skeleton, source = '' } = entry;
      this.#conflicts.set(id, { id, at, source, image, skeleton, ...rest });
    }
    for (const change of entry.rows) {
      const image = entry.images[change.image];
      if (image === undefined || entry.skeleton === undefined) continue;
      const { individual, annotator } = change;
      const key: RowKey = { skeleton: entry.skeleton, image: imageKey(image), individual, annotator };
      const id = keyOf(key);
      if (change.points === null) {
        this.#countPoints(this.#rows.get(id), -1);
        if (this.#rows.delete(id)) this.#countRow(key.image, -1);
        continue;
      }
      this.#individuals.add(individual);
      this.#annotators.add(annotator);
      this.#setRow({ ...key, points: withChanges(this.#rows.get(id)?.points, change.points) });
    }
  }

  /** Returns the labels of one skeleton: images by group and file, names in the order of their first appearance. */
  labels(skeleton: Skeleton): LabeledFrames {
    const images = this.images();
    const [individuals, annotators] = [[...this.#individuals], [...this.#annotators]];
    const imageAt = new Map(images.map((image, i) => [imageKey(image), i]));
    const individualAt = new Map(individuals.map((name, i) => [name, i]));
    const annotatorAt = new Map(annotators.map((name, i) => [name, i]));
    const rows = [...this.#rows.values()]
      .filter((row) => row.skeleton === skeleton.name)
      .map((row) => ({
        image: imageAt.get(row.image) as number,
        individual: individualAt.get(row.individual) as number,
        annotator: annotatorAt.get(row.annotator) as number,
        points: row.points,
      }))
      .sort((a, b) => a.image - b.image || a.individual - b.individual || a.annotator - b.annotator);
    const count = skeleton.keypoints.length;
    const position = new Float64Array(rows.length * count * 2).fill(Number.NaN);
    const visibility = new Uint8Array(rows.length * count);
    for (const [r, { points }] of rows.entries()) {
      for (const [k, keypoint] of skeleton.keypoints.entries()) {
        const found = points.get(keypoint);
        if (found === undefined) continue;
        position.set([found[0], found[1]], 2 * (r * count + k));
        visibility[r * count + k] = found[2];
      }
    }
    return createLabeledFrames({
      skeleton,
      individuals,
      annotators,
      images,
      image: Int32Array.from(rows, (row) => row.image),
      individual: Int32Array.from(rows, (row) => row.individual),
      annotator: Int32Array.from(rows, (row) => row.annotator),
      position,
      visibility,
    });
  }

  #setRow(row: Row): void {
    const id = keyOf(row);
    if (!this.#rows.has(id)) this.#countRow(row.image, 1);
    this.#countPoints(this.#rows.get(id), -1);
    this.#countPoints(row, 1);
    this.#rows.set(id, row);
  }

  #countPoints(row: Row | undefined, change: 1 | -1): void {
    if (row === undefined || row.points.size === 0) return;
    const counts = this.#pointCounts.get(row.skeleton) ?? { animals: 0, keypoints: new Map<string, number>() };
    this.#pointCounts.set(row.skeleton, counts);
    counts.animals += change;
    for (const name of row.points.keys()) {
      const count = (counts.keypoints.get(name) ?? 0) + change;
      if (count === 0) counts.keypoints.delete(name);
      else counts.keypoints.set(name, count);
    }
  }

  #countRow(image: string, change: 1 | -1): void {
    const count = (this.#rowCounts.get(image) ?? 0) + change;
    if (count === 0) this.#rowCounts.delete(image);
    else this.#rowCounts.set(image, count);
  }

  #addImage(group: string, file: string, frame: number | undefined): void {
    const key = imageKey({ group, file });
    const known = this.#images.get(key);
    if (known === undefined || (frame !== undefined && known.frame !== frame)) {
      this.#sorted = undefined;
      this.#images.set(key, { group, file, ...(frame === undefined ? {} : { frame }) });
    }
  }
}

function withChanges(old: ReadonlyMap<string, PointData> | undefined, changes: PointChanges): Map<string, PointData> {
  const points = new Map(old);
  for (const [keypoint, value] of Object.entries(changes)) {
    if (value === null) points.delete(keypoint);
    else points.set(keypoint, value);
  }
  return points;
}
