import { type LabeledFrames, type LabeledImage, type Skeleton, visibilities } from '@zoopraxis/core';
import { EntryBuilder, mergePoints, rowsOf, samePoint } from '../labels/entry-builder.js';
import type { LabelEntry, PointData } from '../labels/label-entry.js';
import { imageKey, type LabelState, type RowKey } from '../labels/label-state.js';
import type { NewEntry } from '../labels/label-store.js';

/** Labels of one file of another program, and what it was edited from. */
export interface ForeignLabels {
  readonly source: string;
  readonly group: string;
  readonly annotator: string;
  /** The file as it is. */
  readonly theirs: LabeledFrames;
  /** The file as we wrote it; undefined where we never did. */
  readonly base: LabeledFrames | undefined;
  /** Our name of an individual of the file. */
  readonly individualOf: (name: string) => string;
}

type Points = ReadonlyMap<string, PointData>;

interface Difference {
  readonly image: LabeledImage;
  readonly individual: string;
  readonly keypoint: string;
  readonly theirs: PointData | undefined;
  readonly base: PointData | undefined;
}

/** Tells whether two points are in one place; programs round when they write text. */
function near(a: PointData | undefined, b: PointData | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const close = (x: number, y: number) => Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(x));
  return close(a[0], b[0]) && close(a[1], b[1]);
}

/** Returns the points that the other program changed, from its file and ours before. */
function differencesOf({ theirs, base, group, individualOf }: ForeignLabels): Difference[] {
  const rows = new Map<string, { image: LabeledImage; individual: string; theirs?: Points; base?: Points }>();
  for (const [side, labels] of [['theirs', theirs] as const, ['base', base] as const]) {
    if (labels === undefined) continue;
    for (const row of rowsOf(labels)) {
      if (row.image.group !== group) continue;
      const individual = individualOf(row.individual);
      const key = JSON.stringify([row.image.file, individual]);
      rows.set(key, { ...(rows.get(key) ?? { image: row.image, individual }), [side]: row.points });
    }
  }
  const keypoints = theirs.skeleton.keypoints;
  return [...rows.values()].flatMap(({ image, individual, theirs: after, base: before }) =>
    keypoints.flatMap((keypoint) => {
      const [t, b] = [after?.get(keypoint), before?.get(keypoint)];
      return near(t, b) ? [] : [{ image, individual, keypoint, theirs: t, base: b }];
    }),
  );
}

const placeKey = (image: LabeledImage, individual: string, keypoint: string): string =>
  JSON.stringify([imageKey(image), individual, keypoint]);

/**
 * Returns the earlier places of points in our history, by place key: a file that brings one of them back was perhaps
 * loaded before our change and saved after it.
 */
function earlierPoints(
  history: readonly LabelEntry[],
  skeleton: string,
  annotator: string,
  wanted: ReadonlySet<string>,
): Map<string, PointData[]> {
  const found = new Map<string, PointData[]>();
  for (const entry of history) {
    if (entry.skeleton !== skeleton) continue;
    for (const row of entry.rows) {
      const image = entry.images[row.image];
      if (image === undefined || row.annotator !== annotator) continue;
      for (const points of [row.before, row.points]) {
        for (const [keypoint, point] of Object.entries(points ?? {})) {
          const key = placeKey(image, row.individual, keypoint);
          if (point !== null && wanted.has(key)) found.set(key, [...(found.get(key) ?? []), point]);
        }
      }
    }
  }
  return found;
}

/** What a merge will do, made from the state at that moment. */
export type Merge = (state: LabelState) => NewEntry | undefined;

/**
 * Returns the merge of another program's edits: a point that only it changed is taken; one that we changed too, that it
 * removed, or that it set back to where it once was, is a conflict, and ours is kept until a human decides.
 * Undefined where the file holds nothing new.
 */
export async function planMerge(
  foreign: ForeignLabels,
  skeleton: Skeleton,
  history: () => Promise<readonly LabelEntry[]>,
): Promise<Merge | undefined> {
  const { annotator, source, theirs, group } = foreign;
  const differences = differencesOf(foreign);
  const images = theirs.images.filter((image) => image.group === group);
  const wanted = new Set(differences.map(({ image, individual, keypoint }) => placeKey(image, individual, keypoint)));
  const earlier =
    wanted.size === 0
      ? new Map<string, PointData[]>()
      : earlierPoints(await history(), skeleton.name, annotator, wanted);
  return (state) => {
    const builder = new EntryBuilder(state, skeleton.name);
    // Frames of a foreign file are guesses from names: they count for images that are new here.
    const known = (image: LabeledImage): LabeledImage => state.image(imageKey(image)) ?? image;
    for (const image of images) builder.addImage(known(image));
    const open = state.conflicts();
    for (const { image, individual, keypoint, theirs: t, base: b } of differences) {
      const key: RowKey = { skeleton: skeleton.name, image: imageKey(image), individual, annotator };
      const ours = state.points(key)?.get(keypoint);
      if (near(t, ours)) continue;
      const setBack =
        t === undefined || (earlier.get(placeKey(image, individual, keypoint)) ?? []).some((p) => near(p, t));
      if (near(ours, b) && !setBack) {
        const [x, y] = t as PointData;
        const point: PointData = [x, y, ours?.[2] ?? visibilities.visible];
        builder.change(known(image), individual, annotator, (points) => mergePoints(points, { [keypoint]: point }));
        continue;
      }
      const listed = open.some(
        (conflict) =>
          imageKey(conflict.image) === imageKey(image) &&
          conflict.individual === individual &&
          conflict.annotator === annotator &&
          conflict.keypoint === keypoint &&
          samePoint(conflict.ours, ours) &&
          samePoint(conflict.theirs, t),
      );
      if (!listed)
        builder.addConflict({
          image: known(image),
          individual,
          annotator,
          keypoint,
          ours: ours ?? null,
          theirs: t ?? null,
        });
    }
    return builder.build({ kind: 'merge', by: annotator, source });
  };
}
