import { z } from 'zod';

/** Schema of a point in the journal and the snapshot. */
export const pointSchema = z.tuple([z.number(), z.number(), z.union([z.literal(1), z.literal(2)])]);
/** A point of a row: x, y in px of the image and a value of `visibilities` (1 occluded, 2 visible); list of three. */
export type PointData = z.output<typeof pointSchema>;

/** Points by keypoint, lists of three; null is absent. */
export type PointChanges = Readonly<Record<string, PointData | null>>;

const isPoint = (value: unknown): value is PointData =>
  Array.isArray(value) &&
  value.length === 3 &&
  Number.isFinite(value[0]) &&
  Number.isFinite(value[1]) &&
  (value[2] === 1 || value[2] === 2);

const isRecordOf = (value: unknown, isIt: (item: unknown) => boolean): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isIt);

// Checked by hand: a schema for each of a million points takes seconds to open a project, most of them for copies.
/** Schema of points by keypoint. */
export const pointsSchema = z.custom<Record<string, PointData>>((value) => isRecordOf(value, isPoint));
const changes = z.custom<Record<string, PointData | null>>((value) =>
  isRecordOf(value, (item) => item === null || isPoint(item)),
);
/** Schema of an image in the journal and the snapshot. */
export const imageSchema = z.object({ group: z.string(), file: z.string(), frame: z.int().min(0).optional() });

const rowSchema = z.object({
  /** Index into the entry's images. */
  image: z.int().min(0),
  individual: z.string(),
  annotator: z.string(),
  /** The points that change; null removes the row. */
  points: changes.nullable(),
  /** The same points as they were; null where there was no row. */
  before: changes.nullable(),
});

const conflictSchema = z.object({
  /** Index into the entry's images. */
  image: z.int().min(0),
  individual: z.string(),
  annotator: z.string(),
  keypoint: z.string(),
  /** The point in the project; null is absent. */
  ours: pointSchema.nullable(),
  /** The point in the other program's file. */
  theirs: pointSchema.nullable(),
});

/** Schema of one entry of the journal: all or nothing of it happened. */
export const labelEntrySchema = z.object({
  seq: z.int().min(1),
  /** When, in ISO 8601. */
  at: z.string(),
  /**
   * What: labels set by an annotator, taken from a file, brought back or repeated; edits of DeepLabCut merged;
   * a conflict decided; images added; keypoints of the skeleton renamed; an entry that was lost to damage.
   */
  kind: z.enum(['edit', 'import', 'undo', 'redo', 'merge', 'resolve', 'images', 'rename', 'lost']),
  /** Who did it, where one annotator did. */
  by: z.string().optional(),
  /** Name that its sender gave it: sent again, it is the same entry. */
  id: z.string().max(200).optional(),
  /** Skeleton whose keypoints the rows name. */
  skeleton: z.string().optional(),
  /** File or program that the rows come from. */
  source: z.string().optional(),
  /** Entry that an undo or redo is about. */
  target: z.int().min(1).optional(),
  images: z.array(imageSchema).default([]),
  /** Individuals in the order of the source, where it has one. */
  individuals: z.array(z.string()).default([]),
  rows: z.array(rowSchema).default([]),
  /** Points of a merge for a human to decide; the project keeps its own until then. */
  conflicts: z.array(conflictSchema).default([]),
  /** Ids of conflicts that are decided. */
  resolved: z.array(z.string()).default([]),
  note: z.string().optional(),
});

/** One entry of the journal of labels. */
export type LabelEntry = z.output<typeof labelEntrySchema>;

/** What one entry does to one row. */
export type LabelRowChange = LabelEntry['rows'][number];
