import type { LabelEditView, LabelRow, PointView } from 'zoopraxis';
import { type FrameAnimals, openSuggestions, ownPoints } from './animals.js';

/** One gesture: its words for the menu of undo, and what it changes. */
export interface LabelGesture {
  readonly title: string;
  readonly edits: readonly LabelEditView[];
}

/** Where a point belongs. */
export interface PointPlace {
  readonly frame: number;
  readonly individual: string;
  readonly keypoint: string;
}

/** Returns the gesture that sets one point; its visibility stays where it had one. */
export function placePoint(
  { frame, individual, keypoint }: PointPlace,
  at: { readonly x: number; readonly y: number },
  before: PointView | undefined,
): LabelGesture {
  const point: PointView = { x: at.x, y: at.y, visibility: before?.visibility ?? 'visible' };
  const title = `${before === undefined ? 'Place' : 'Move'} ${keypoint} of ${individual}`;
  return { title, edits: [{ frame, individual, points: { [keypoint]: point } }] };
}

/** Returns the gesture that marks a point as occluded, or as visible where it was. */
export function toggleOccluded({ frame, individual, keypoint }: PointPlace, before: PointView): LabelGesture {
  const visibility = before.visibility === 'visible' ? 'occluded' : 'visible';
  const points = { [keypoint]: { ...before, visibility } as const };
  return { title: `Mark ${keypoint} of ${individual} ${visibility}`, edits: [{ frame, individual, points }] };
}

/** Returns the gesture that removes a point, and the row with its last one. */
export function removePoint({ frame, individual, keypoint }: PointPlace, frameAnimals: FrameAnimals): LabelGesture {
  const title = `Remove ${keypoint} of ${individual}`;
  const isLast = Object.keys(ownPoints(frameAnimals, individual)).every((name) => name === keypoint);
  return { title, edits: [{ frame, individual, points: isLast ? null : { [keypoint]: null } }] };
}

/** Returns the gesture that removes all of one's own points of an animal in a frame. */
export function removeRow(frame: number, individual: string): LabelGesture {
  return { title: `Remove all points of ${individual}`, edits: [{ frame, individual, points: null }] };
}

/** Returns the gesture that sets several points of one animal at once. */
export function setPoints(
  title: string,
  frame: number,
  individual: string,
  points: Readonly<Record<string, PointView>>,
): LabelGesture {
  return { title, edits: [{ frame, individual, points }] };
}

/**
 * Returns the gesture that takes suggestions over as labels, or null where there are none: of keypoints that have no label
 * yet, that the skeleton has, and that the model is at least as sure of as `cutoff` (0..1; NaN counts as sure: files without
 * confidence). The prediction itself stays as it is.
 */
export function acceptSuggestions(
  frame: number,
  animals: FrameAnimals,
  options: {
    readonly individuals: readonly string[];
    readonly keypoints: readonly string[];
    readonly cutoff: number;
  },
): LabelGesture | null {
  const edits = options.individuals.flatMap((individual): LabelEditView[] => {
    const points: Record<string, PointView> = {};
    for (const { keypoint, x, y, confidence } of openSuggestions(animals, individual)) {
      if (confidence < options.cutoff || !options.keypoints.includes(keypoint)) continue;
      points[keypoint] = { x: thousandths(x), y: thousandths(y), visibility: 'visible' };
    }
    return Object.keys(points).length === 0 ? [] : [{ frame, individual, points }];
  });
  if (edits.length === 0) return null;
  const count = edits.reduce((sum, { points }) => sum + Object.keys(points ?? {}).length, 0);
  const whose = edits.length === 1 ? edits[0]?.individual : `${edits.length} animals`;
  return { title: `Accept ${count} ${count === 1 ? 'suggestion' : 'suggestions'} of ${whose}`, edits };
}

const thousandths = (value: number) => Math.round(value * 1000) / 1000;

/** Returns the nearest frame before `frame` in which an annotator has labels, or null. */
export function labeledFrameBefore(rows: readonly LabelRow[], annotator: string, frame: number): number | null {
  let found = -1;
  for (const row of rows) {
    if (row.annotator === annotator && row.frame < frame && row.frame > found) found = row.frame;
  }
  return found < 0 ? null : found;
}

/**
 * Returns the gesture that copies an annotator's points of an earlier frame to where this frame has none, or null where
 * there is nothing to copy. Points that are here stay.
 */
export function copyPoints(
  frame: number,
  animals: FrameAnimals,
  earlier: readonly LabelRow[],
  only?: string,
): LabelGesture | null {
  const edits = earlier.flatMap(({ individual, points }): LabelEditView[] => {
    if (only !== undefined && individual !== only) return [];
    const here = ownPoints(animals, individual);
    const missing = Object.entries(points).filter(([keypoint]) => here[keypoint] === undefined);
    return missing.length === 0 ? [] : [{ frame, individual, points: Object.fromEntries(missing) }];
  });
  return edits.length === 0 ? null : { title: `Copy points of frame ${earlier[0]?.frame}`, edits };
}

/** Returns the gesture that copies the points of others in a frame to where one has none, or null where there is nothing to copy. */
export function copyFromOthers(frame: number, animals: FrameAnimals): LabelGesture | null {
  const merged = new Map<string, Record<string, PointView>>();
  for (const { individual, points } of animals.others) {
    const here = ownPoints(animals, individual);
    const found = merged.get(individual) ?? {};
    for (const [keypoint, point] of Object.entries(points)) {
      if (here[keypoint] === undefined && found[keypoint] === undefined) found[keypoint] = point;
    }
    merged.set(individual, found);
  }
  const edits = [...merged].flatMap(([individual, points]): LabelEditView[] =>
    Object.keys(points).length === 0 ? [] : [{ frame, individual, points }],
  );
  const people = [...new Set(animals.others.map(({ annotator }) => annotator))].join(', ');
  return edits.length === 0 ? null : { title: `Copy points of ${people}`, edits };
}

/**
 * Returns the gesture that gives an animal of one annotator another name in all frames, or null where it has no labels.
 * @throws RangeError naming the frame where both names have labels, for one of them would be lost.
 */
export function renameIndividual(
  rows: readonly LabelRow[],
  annotator: string,
  { from, to }: { readonly from: string; readonly to: string },
): LabelGesture | null {
  const own = rows.filter((row) => row.annotator === annotator);
  const taken = new Set(own.filter(({ individual }) => individual === to).map(({ frame }) => frame));
  const edits = own.flatMap(({ frame, individual, points }): LabelEditView[] => {
    if (individual !== from) return [];
    if (taken.has(frame)) throw new RangeError(`${from} cannot become ${to}: both have labels in frame ${frame}`);
    return [
      { frame, individual: from, points: null },
      { frame, individual: to, points },
    ];
  });
  return edits.length === 0 ? null : { title: `Rename ${from} to ${to}`, edits };
}

/** Returns the gesture that removes all labels of an animal by one annotator, or null where it has none. */
export function removeIndividual(
  rows: readonly LabelRow[],
  annotator: string,
  individual: string,
): LabelGesture | null {
  const edits = rows
    .filter((row) => row.annotator === annotator && row.individual === individual)
    .map(({ frame }): LabelEditView => ({ frame, individual, points: null }));
  return edits.length === 0 ? null : { title: `Remove ${individual} from ${edits.length} frames`, edits };
}
