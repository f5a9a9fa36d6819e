import { tell } from '../page/tell.js';
import { call } from '../server/client.js';
import { labels, takeImages } from '../state/labels.js';
import { openTracks, studio } from '../state/studio-store.js';
import { rowsOfFrame } from './animals.js';
import {
  choose,
  dropDraft,
  endDraft,
  knownPlace,
  type Labeled,
  labeledIn,
  nextPlace,
  placeNext,
  send,
  showDraft,
} from './gestures.js';
import { placingModes, stepKeypoint } from './keypoint-order.js';
import {
  acceptSuggestions,
  copyFromOthers,
  copyPoints,
  labeledFrameBefore,
  placePoint,
  removeIndividual,
  removePoint,
  removeRow,
  renameIndividual,
  toggleOccluded,
} from './label-edits.js';
import { labeling, setLabeling } from './label-store.js';
import { clampToPicture, type PictureSize } from './move-points.js';
import { chosenIndividual, labelSkeleton, presentIndividuals, presentSources } from './present-animals.js';
import { goToFrame, labeledVideo, presentFrame } from './present-frame.js';
import { nextItem, type TodoItem, todoItems } from './todo-list.js';

/** Returns what is labeled in the frame that is on the screen, or null where nothing can be. */
export function presentLabeled(): Labeled | null {
  const frame = labeling.getState().shownFrame ?? presentFrame();
  return frame === null ? null : labeledIn(frame);
}

const pictureSize = (): PictureSize => labeledVideo() ?? { widthPx: 0, heightPx: 0 };

/** Chooses the keypoint `step` places on; a crosshair goes to its point. */
export function chooseKeypoint(step: number): void {
  const labeled = presentLabeled();
  if (labeled === null) return;
  const keypoint = stepKeypoint(step, { keypoints: labeled.placing.keypoints, current: labeled.keypoint });
  if (keypoint === null) return;
  choose(labeled.individual, keypoint);
  aimCrosshair(keypoint);
}

function aimCrosshair(keypoint: string): void {
  if (labeling.getState().crosshair === null) return;
  const labeled = presentLabeled();
  if (labeled === null) return;
  const at = knownPlace(labeled, keypoint);
  if (at !== null) labeling.setState({ crosshair: at });
}

/** Shows the keyboard's cross, at the chosen point, its suggestion, the pointer or the middle; or puts it away. */
export function toggleCrosshair(): void {
  const { crosshair, pointer } = labeling.getState();
  if (crosshair !== null) {
    labeling.setState({ crosshair: null });
    return;
  }
  const labeled = presentLabeled();
  if (labeled === null) return;
  const { widthPx, heightPx } = pictureSize();
  const keypoint = nextPlace(labeled)?.keypoint ?? labeled.keypoint;
  const known = keypoint === null ? null : knownPlace(labeled, keypoint);
  const last = Object.values(labeled.points).at(-1);
  const at = known ?? last ?? pointer ?? { x: (widthPx - 1) / 2, y: (heightPx - 1) / 2 };
  labeling.setState({ crosshair: clampToPicture(at.x, at.y, { widthPx, heightPx }), isHeld: false });
}

/** Places the next keypoint at the keyboard's cross; the cross goes on to where the one after it is known to be. */
export function placeAtCrosshair(): void {
  const { crosshair } = labeling.getState();
  const labeled = presentLabeled();
  if (crosshair === null || labeled === null) return;
  if (!placeNext(labeled.frame, crosshair, pictureSize())) {
    if (labeled.keypoint === null) return;
    // All are there: Enter moves the chosen one to the cross.
    const place = { frame: labeled.frame, individual: labeled.individual, keypoint: labeled.keypoint };
    send(placePoint(place, crosshair, labeled.point));
    return;
  }
  const { keypoint } = labeling.getState();
  if (keypoint !== null) aimCrosshair(keypoint);
}

/** Tells whether arrows move something: the cross, or a point that is held. */
export const arrowsMove = (): boolean => {
  const { crosshair, isHeld } = labeling.getState();
  return crosshair !== null || (isHeld && presentLabeled()?.point !== undefined);
};

/** Moves the keyboard's cross, or the point that is held, by px of the picture. */
export function nudge(dx: number, dy: number): void {
  const { crosshair } = labeling.getState();
  if (crosshair !== null) {
    labeling.setState({ crosshair: clampToPicture(crosshair.x + dx, crosshair.y + dy, pictureSize()) });
    return;
  }
  const labeled = presentLabeled();
  if (labeled?.point === undefined || labeled.keypoint === null) return;
  const { frame, individual, keypoint, point } = labeled;
  const at = clampToPicture(point.x + dx, point.y + dy, pictureSize());
  showDraft('keys', frame, placePoint({ frame, individual, keypoint }, at, point));
}

/** Lets the chosen point be moved by arrows, or lets it go. */
export function toggleHeld(): void {
  const labeled = presentLabeled();
  if (labeled?.keypoint == null) return;
  choose(labeled.individual, labeled.keypoint, { isHeld: !labeling.getState().isHeld && labeled.point !== undefined });
}

/** Calls off a drag, then puts the cross away, then lets the point go: what keys have moved stays. */
export function letGo(): void {
  const { draft, crosshair } = labeling.getState();
  if (draft?.kind === 'drag') {
    dropDraft();
    return;
  }
  endDraft();
  if (crosshair !== null) labeling.setState({ crosshair: null });
  else labeling.setState({ isHeld: false });
}

/** Marks the chosen point as occluded or visible. */
export function toggleChosenOccluded(): void {
  endDraft();
  const labeled = presentLabeled();
  if (labeled?.point === undefined || labeled.keypoint === null) return;
  const { frame, individual, keypoint, point } = labeled;
  send(toggleOccluded({ frame, individual, keypoint }, point));
}

/** Removes the chosen point, or all points of the chosen animal. */
export function removeChosen(what: 'point' | 'row'): void {
  endDraft();
  const labeled = presentLabeled();
  if (labeled === null) return;
  const { frame, individual, keypoint, point, points, animals } = labeled;
  if (what === 'row') {
    if (Object.keys(points).length > 0) send(removeRow(frame, individual));
    labeling.setState({ keypoint: null });
  } else if (point !== undefined && keypoint !== null) send(removePoint({ frame, individual, keypoint }, animals));
  labeling.setState({ isHeld: false });
}

/** Takes suggestions over as labels: of the chosen keypoint, of the chosen animal, or of all animals. */
export function accept(what: 'point' | 'animal' | 'all'): void {
  endDraft();
  const labeled = presentLabeled();
  if (labeled === null) return;
  const { frame, individual, keypoint, animals, placing } = labeled;
  const all = [...new Set(animals.predicted.map((animal) => animal.individual))];
  const gesture = acceptSuggestions(frame, animals, {
    individuals: what === 'all' ? all : [individual],
    keypoints: what === 'point' ? (keypoint === null ? [] : [keypoint]) : placing.keypoints,
    cutoff: what === 'point' ? 0 : studio.getState().confidenceCutoff,
  });
  if (gesture !== null) send(gesture);
  else tell('There is no suggestion here that is at least as sure as the cutoff.', { topic: 'labeling' });
}

/** Copies the points of the nearest earlier frame that I labeled to where this frame has none. */
export function copyEarlier(): void {
  endDraft();
  const labeled = presentLabeled();
  if (labeled === null) return;
  const { annotator } = studio.getState();
  const { rows } = labels.getState();
  const earlier = labeledFrameBefore(rows, annotator, labeled.frame);
  if (earlier === null) {
    tell('No earlier frame has labels of yours.', { topic: 'labeling' });
    return;
  }
  const from = rowsOfFrame(rows, earlier).filter((row) => row.annotator === annotator);
  const gesture = copyPoints(labeled.frame, labeled.animals, from);
  if (gesture === null) tell(`All points of frame ${earlier} are here already.`, { topic: 'labeling' });
  else send(gesture);
}

/** Copies the points that others placed in this frame to where I placed none; of several people the first who has them. */
export function copyOthers(): void {
  endDraft();
  const labeled = presentLabeled();
  if (labeled === null) return;
  const { frame, animals } = labeled;
  const gesture = copyFromOthers(frame, animals);
  if (gesture === null) tell('Others placed no point here that you have not placed.', { topic: 'labeling' });
  else send(gesture);
}

/** Goes from one way of placing to the next. */
export function nextMode(): void {
  const at = placingModes.indexOf(labeling.getState().mode);
  const mode = placingModes[(at + 1) % placingModes.length] ?? 'sequential';
  setLabeling({ mode });
  tell(`Placing: ${mode}`, { topic: 'placing' });
}

/** Chooses an animal by its place, from 0, or the one after the chosen one. */
export function chooseIndividual(which: number | 'next'): void {
  endDraft();
  const sources = presentSources();
  const all = presentIndividuals(sources);
  const at = which === 'next' ? (all.indexOf(chosenIndividual(sources)) + 1) % all.length : which;
  const individual = all[at];
  if (individual === undefined) return;
  choose(individual, null);
  const labeled = presentLabeled();
  const next = labeled === null ? null : nextPlace(labeled);
  if (next !== null) {
    choose(individual, next.keypoint);
    aimCrosshair(next.keypoint);
  }
}

/** Adds an animal to the video; it stays once it has labels. */
export function addIndividual(name: string): void {
  const sources = presentSources();
  const all = presentIndividuals(sources);
  if (name.trim() === '') throw new RangeError('An animal needs a name.');
  if (all.includes(name)) throw new RangeError(`There is already an animal named ${name}.`);
  const video = sources.labeled.video ?? '';
  const { added } = labeling.getState();
  // What stood there by itself is kept beside the new one.
  labeling.setState({ added: { ...added, [video]: [...new Set([...(added[video] ?? []), ...all, name])] } });
  chooseIndividual(all.length);
}

/** Returns a free name for one more animal: `mouse3` after `mouse2`. */
export function freeName(all: readonly string[]): string {
  const last = /^(.*?)(\d+)$/.exec(all.at(-1) ?? '');
  const [stem, from] = last === null ? [`${all.at(-1) ?? 'animal'}`, 1] : [last[1] ?? '', Number(last[2])];
  for (let n = from + 1; ; n++) if (!all.includes(`${stem}${n}`)) return `${stem}${n}`;
}

/** Gives the animal another name in all of my labels of the video. */
export function renameChosen(from: string, to: string): void {
  endDraft();
  const name = to.trim();
  if (name === '' || name === from) return;
  const { rows, video } = labels.getState();
  const gesture = renameIndividual(rows, studio.getState().annotator, { from, to: name });
  const { added } = labeling.getState();
  const key = video ?? '';
  const names = (added[key] ?? []).map((other) => (other === from ? name : other));
  labeling.setState({ added: { ...added, [key]: names.includes(name) ? names : [...names, name] } });
  if (gesture !== null) send(gesture);
  choose(name, labeling.getState().keypoint);
}

/** Removes an animal and all of my labels of it in the video. */
export function removeAnimal(individual: string): void {
  endDraft();
  const { rows, video } = labels.getState();
  const gesture = removeIndividual(rows, studio.getState().annotator, individual);
  const { added } = labeling.getState();
  const key = video ?? '';
  labeling.setState({ added: { ...added, [key]: (added[key] ?? []).filter((name) => name !== individual) } });
  if (gesture !== null) send(gesture);
  labeling.setState({ individual: null });
}

/** Returns the images of the video and how far they are labeled. */
export function presentItems(): TodoItem[] {
  const sources = presentSources();
  const keypointCount = labelSkeleton(sources)?.keypoints.length ?? 0;
  const { images, rows } = sources.labeled;
  return todoItems(images, rows, { annotator: sources.state.annotator, keypointCount });
}

/** Goes to the next or previous image that is wanted; says so where there is none. */
export function goToItem(direction: 1 | -1, words: string, isWanted?: (item: TodoItem) => boolean): void {
  const frame = presentFrame();
  if (frame === null) return;
  endDraft();
  const item = nextItem(presentItems(), frame, direction, isWanted);
  if (item === null)
    tell(`There is no ${words} ${direction === 1 ? 'after' : 'before'} this frame.`, { topic: 'labeling' });
  else goToFrame(item.frame);
}

/** Goes to the first image without labels of mine. */
export function goToFirstUnlabeled(): void {
  endDraft();
  const item = presentItems().find(({ state }) => state !== 'mine');
  if (item === undefined) tell('All images of this video have labels of yours.', { topic: 'labeling' });
  else goToFrame(item.frame);
}

/** How frames are chosen for labeling. */
export type FrameMethod = 'uniform' | 'kmeans' | 'uncertain' | 'outlier';

/**
 * Puts frames on the list of things to label: the present one, or some that a method chooses. Returns how many came, and why
 * they are fewer than were wanted (null where they are not).
 */
export async function takeFrames(
  wish: 'present' | { readonly method: FrameMethod; readonly count: number },
  signal?: AbortSignal,
): Promise<{ readonly came: number; readonly note: string | null }> {
  const { video, images, rows } = labels.getState();
  const { timeSec } = studio.getState();
  const frame = labeling.getState().shownFrame ?? presentFrame();
  if (video === null || frame === null) return { came: 0, note: null };
  const own = openTracks().filter((tracks) => tracks.video === video);
  const { shownTracks } = studio.getState();
  const tracks = own.find(({ name }) => shownTracks.includes(name))?.name;
  const body = wish === 'present' ? { frames: [frame] } : { ...wish, ...(tracks === undefined ? {} : { tracks }) };
  const options = { path: { video }, body, ...(signal === undefined ? {} : { signal }) };
  const { images: now, taken } = await call('POST /api/labels/:video/frames', options);
  const before = new Set(images.map((image) => image.frame));
  if (labels.getState().video === video) {
    // Who went on working in the meantime is not taken away from it: clicks would land on another frame.
    const isWaiting = studio.getState().timeSec === timeSec && labels.getState().rows === rows;
    takeImages(now);
    const first = now.find((image) => !before.has(image.frame));
    if (wish !== 'present' && isWaiting && first !== undefined) goToFrame(first.frame);
  }
  return { came: now.filter((image) => !before.has(image.frame)).length, note: taken.note };
}
