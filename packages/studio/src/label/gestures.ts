import type { LabelEditView, LabelRow, PointView } from 'zoopraxis';
import { tellProblem } from '../page/tell.js';
import { editLabels, gestureEnds, labels } from '../state/labels.js';
import { type Selection, studio } from '../state/studio-store.js';
import { type FrameAnimals, ownPoints, rowsOfFrame } from './animals.js';
import { keypointAfter, keypointToPlace, loopStep, type PlacingState } from './keypoint-order.js';
import { type LabelGesture, type PointPlace, placePoint } from './label-edits.js';
import { type Draft, labeling, type PicturePlace } from './label-store.js';
import { clampToPicture, type PictureSize } from './move-points.js';
import { animalsOf, chosenIndividual, labelSkeleton, presentSources } from './present-animals.js';
import { goToFrame } from './present-frame.js';
import { todoItems } from './todo-list.js';

/** Sends a gesture: one step of undo. A gesture that is under way is sent before it. */
export function send({ title, edits }: LabelGesture): void {
  endDraft();
  editLabels(title, edits).catch(tellProblem);
}

let ending: ReturnType<typeof setTimeout> | undefined;

/** Time after which a gesture without an end of its own (keys held, wheel) counts as ended, ms. */
const restMs = 450;

/** Shows a gesture that goes on: each call takes the place of the one before, the last one is sent by {@link endDraft}. */
export function showDraft(kind: Draft['kind'], frame: number, gesture: LabelGesture): void {
  const { draft } = labeling.getState();
  const isSame = draft !== null && draft.kind === kind && draft.frame === frame && isAbout(draft, gesture);
  if (draft !== null && !isSame) endDraft();
  const individual = gesture.edits[0]?.individual;
  const before = isSame ? draft.before : ownRow(frame, individual);
  labeling.setState({ draft: { kind, frame, gesture, before } });
  clearTimeout(ending);
  if (kind !== 'drag') ending = setTimeout(endDraft, restMs);
}

const isAbout = ({ gesture }: Draft, { edits }: LabelGesture) =>
  gesture.edits[0]?.individual === edits[0]?.individual &&
  Object.keys(gesture.edits[0]?.points ?? {}).join() === Object.keys(edits[0]?.points ?? {}).join();

function ownRow(frame: number, individual: string | undefined): LabelRow | undefined {
  const { annotator } = studio.getState();
  return rowsOfFrame(labels.getState().rows, frame).find(
    (row) => row.annotator === annotator && row.individual === individual,
  );
}

/** Sends the gesture that is under way, if it changed anything. */
export function endDraft(): void {
  clearTimeout(ending);
  const { draft } = labeling.getState();
  if (draft === null) return;
  labeling.setState({ draft: null });
  const { gesture, before } = draft;
  if (gesture.edits.some((edit) => changes(edit, before))) editLabels(gesture.title, gesture.edits).catch(tellProblem);
}

gestureEnds.add(endDraft);
// What was moved last before the page is closed counts as unsaved, and the page asks.
if (typeof addEventListener === 'function') addEventListener('beforeunload', endDraft);

/** Calls the gesture off that is under way. */
export function dropDraft(): void {
  clearTimeout(ending);
  labeling.setState({ draft: null });
}

/** Tells whether an edit differs from what is there. */
export function changes({ points }: LabelEditView, before: LabelRow | undefined): boolean {
  if (points === null) return before !== undefined;
  return Object.entries(points).some(([keypoint, point]) => !isSamePoint(point ?? undefined, before?.points[keypoint]));
}

const isSamePoint = (a: PointView | undefined, b: PointView | undefined) =>
  a?.x === b?.x && a?.y === b?.y && a?.visibility === b?.visibility;

/** Chooses a keypoint of an animal; `isHeld` lets arrows move its point. */
export function choose(individual: string, keypoint: string | null, { isHeld = false } = {}): void {
  labeling.setState({ individual, keypoint, isHeld });
  chosenHere = keypoint === null ? { kind: 'individual', individual } : { kind: 'point', individual, keypoint };
  studio.setState({ selection: chosenHere });
}

/** What was chosen by labeling itself, not by a jump or another panel. */
let chosenHere: Selection | undefined;

/**
 * Takes note of another frame on the screen: labeling begins anew at its first keypoint, but `loop` keeps its own, and what a
 * jump chose together with the frame stays chosen.
 */
export function takeShownFrame(frame: number): void {
  const { mode, shownFrame } = labeling.getState();
  if (frame === shownFrame) return;
  const { selection } = studio.getState();
  labeling.setState({ shownFrame: frame });
  if (selection.kind === 'point' && selection !== chosenHere) {
    labeling.setState({ individual: selection.individual, keypoint: selection.keypoint });
  } else if (mode !== 'loop' && shownFrame !== null) {
    labeling.setState({ keypoint: null });
    if (selection === chosenHere) studio.setState({ selection: { kind: 'none' } });
  }
  const { crosshair } = labeling.getState();
  const labeled = crosshair === null ? null : labeledIn(frame);
  const next = labeled === null ? null : nextPlace(labeled);
  const at = labeled === null || next === null ? null : knownPlace(labeled, next.keypoint);
  if (at !== null) labeling.setState({ crosshair: at });
}

/** Returns where a keypoint is labeled, else where it is suggested, px of the picture; null where it is neither. */
export function knownPlace({ points, animals, individual }: Labeled, keypoint: string): PicturePlace | null {
  const suggested = animals.predicted
    .filter((animal) => animal.individual === individual)
    .flatMap((animal) => animal.points.filter((point) => point.keypoint === keypoint))[0];
  const at = points[keypoint] ?? suggested;
  return at === undefined ? null : { x: at.x, y: at.y };
}

/** What is known of the animal that is labeled in a frame. */
export interface Labeled {
  readonly frame: number;
  readonly animals: FrameAnimals;
  readonly individual: string;
  readonly points: Readonly<Record<string, PointView>>;
  readonly placing: PlacingState;
  /** The chosen keypoint, and its point where it has one; null where there is no skeleton. */
  readonly keypoint: string | null;
  readonly point: PointView | undefined;
}

/** Returns what is known of the chosen animal in a frame, or null where nothing can be labeled. */
export function labeledIn(frame: number, sources = presentSources()): Labeled | null {
  const skeleton = labelSkeleton(sources);
  // Before the labels are there, nobody knows what a click would place or move.
  if (skeleton === undefined || sources.labeled.video === null || sources.labeled.skeleton === '') return null;
  const animals = animalsOf(frame, sources);
  const individual = chosenIndividual(sources);
  const points = ownPoints(animals, individual);
  const { keypoint: current, mode } = sources.own;
  const { keypoints } = skeleton;
  const keypoint = current !== null && keypoints.includes(current) ? current : (keypoints[0] ?? null);
  const placing: PlacingState = { keypoints, placed: new Set(Object.keys(points)), current: keypoint, mode };
  return {
    frame,
    animals,
    individual,
    points,
    placing,
    keypoint,
    point: keypoint === null ? undefined : points[keypoint],
  };
}

/** Returns where a click would place a point now, or null where it would not. */
export function nextPlace(labeled: Labeled): PointPlace | null {
  const keypoint = keypointToPlace(labeled.placing);
  return keypoint === null ? null : { frame: labeled.frame, individual: labeled.individual, keypoint };
}

/** Chooses what comes after a keypoint that was just placed: in `loop` the clock goes on as well. */
export function stepAfter({ frame, individual, keypoint }: PointPlace, labeled: Labeled): void {
  if (labeled.placing.mode === 'loop') {
    const { labeled: all, state } = presentSources();
    const options = { annotator: state.annotator, keypointCount: labeled.placing.keypoints.length };
    const frames = todoItems(all.images, all.rows, options).map((item) => item.frame);
    const next = loopStep({ frame, keypoint }, frames, labeled.placing.keypoints);
    if (next !== null) {
      choose(individual, next.keypoint);
      goToFrame(next.frame);
    }
    return;
  }
  choose(individual, keypointAfter(keypoint, labeled.placing));
}

/** Places the next keypoint at a place in the picture. Returns whether there was one to place. */
export function placeNext(frame: number, at: PicturePlace, size: PictureSize): boolean {
  const labeled = labeledIn(frame);
  const place = labeled === null ? null : nextPlace(labeled);
  if (labeled === null || place === null) return false;
  send(placePoint(place, clampToPicture(at.x, at.y, size), labeled.points[place.keypoint]));
  stepAfter(place, labeled);
  return true;
}
