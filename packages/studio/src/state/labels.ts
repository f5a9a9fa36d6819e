import type { LabelEditView, LabelImage, LabelRow, LabelsView, PointView, Saved } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { call } from '../server/client.js';
import { saveEdit } from './saver.js';
import { openVideos, studio } from './studio-store.js';

/** Labels of one video of the open recording: the one that frames are counted in, unless another was chosen. */
export interface LabelsState extends LabelsView {
  readonly video: string | null;
  readonly isLoading: boolean;
}

const none: LabelsState = { video: null, isLoading: false, skeleton: '', images: [], rows: [], version: '' };

/** The store of labels; {@link editLabels} changes it. */
export const labels = createStore<LabelsState>(() => none);

/** Returns a part of the labels; the component renders again when it changes. */
export function useLabels<Part>(pick: (state: LabelsState) => Part): Part {
  return useStore(labels, pick);
}

/** Returns the rows of an edit's frame and animal after it; pure: what is shown before the server answers. */
export function applyLabelEdits(
  rows: readonly LabelRow[],
  annotator: string,
  edits: readonly LabelEditView[],
): LabelRow[] {
  let result = [...rows];
  for (const { frame, individual, points } of edits) {
    const isIt = (row: LabelRow) => row.frame === frame && row.individual === individual && row.annotator === annotator;
    const before = result.find(isIt);
    result = result.filter((row) => !isIt(row));
    if (points === null) continue;
    const merged: Record<string, PointView> = { ...before?.points };
    for (const [keypoint, point] of Object.entries(points)) {
      if (point === null) delete merged[keypoint];
      else merged[keypoint] = point;
    }
    result.push({ frame, individual, annotator, points: merged });
  }
  return result.sort((a, b) => a.frame - b.frame);
}

/** Returns the images with those of an edit's frames that are none yet; the server names them when it has made them. */
function withImages(images: readonly LabelImage[], edits: readonly LabelEditView[]): readonly LabelImage[] {
  const known = new Set(images.map(({ frame }) => frame));
  const frames = [...new Set(edits.map(({ frame }) => frame))].filter((frame) => !known.has(frame));
  return frames.length === 0 ? images : [...images, ...frames.map((frame) => ({ frame, group: '', file: '' }))];
}

/** An edit that the server's answer to a question may not hold yet. */
interface RecentEdit {
  readonly video: string;
  readonly skeleton: string;
  readonly annotator: string;
  readonly edits: readonly LabelEditView[];
  isSaved: boolean;
}

let recent: readonly RecentEdit[] = [];
let loading: AbortController | undefined;

/** What the server said last, without edits that are on their way: what changed is added to it. */
let base: { readonly video: string; readonly view: LabelsView } | undefined;

const keyOf = ({ frame, individual, annotator }: Omit<LabelRow, 'points'>): string =>
  JSON.stringify([frame, individual, annotator]);

/** Returns labels with what changed in them; pure. An answer that holds all is returned as it is. */
export function mergeLabels(before: LabelsView, answer: LabelsView): LabelsView {
  if (answer.changedSince === undefined) return answer;
  const { skeleton, version, rows, images, removed = [] } = answer;
  if (rows.length + images.length + removed.length === 0) return { ...before, version };
  const changed = new Set([...rows, ...removed].map(keyOf));
  // Few frames change: looking at their rows alone is fast however many there are.
  const frames = new Set([...rows, ...removed].map(({ frame }) => frame));
  const stays = (row: LabelRow) => !frames.has(row.frame) || !changed.has(keyOf(row));
  const newImages = new Set(images.map(({ frame }) => frame));
  return {
    skeleton,
    version,
    rows: [...before.rows.filter(stays), ...rows].sort((a, b) => a.frame - b.frame),
    images: [...before.images.filter(({ frame }) => !newImages.has(frame)), ...images].sort(
      (a, b) => a.frame - b.frame,
    ),
  };
}

/** Shows images that the server has taken out of the video. */
export function takeImages(images: readonly LabelImage[]): void {
  if (base !== undefined && base.video === labels.getState().video) base = { ...base, view: { ...base.view, images } };
  labels.setState({ images });
}

let wish: { readonly video?: string; readonly skeleton?: string } = {};

/** Chooses which of the open recording's videos is labeled, and by which skeleton; at first it is the first of both. */
export function chooseLabels(next: { readonly video?: string; readonly skeleton?: string }): Promise<void> {
  wish = { ...wish, ...next };
  return loadLabels();
}

/**
 * Reads the labels of a video of the open recording from the server, by default of the first; edits that are on their way stay on the page, for
 * the answer may be from before them.
 */
export async function loadLabels(): Promise<void> {
  const videos = openVideos();
  const video = videos.find(({ id }) => id === wish.video) ?? videos[0];
  const isThere = studio.getState().project?.skeletons.some(({ name }) => name === wish.skeleton) ?? false;
  const wanted = isThere && wish.skeleton !== undefined ? { skeleton: wish.skeleton } : {};
  loading?.abort();
  if (video === undefined || studio.getState().project?.skeletons.length === 0) {
    labels.setState(none);
    return;
  }
  loading = new AbortController();
  const { signal } = loading;
  recent = recent.filter(({ isSaved }) => !isSaved);
  const before = labels.getState();
  const isSame = before.video === video.id && before.skeleton === (wanted.skeleton ?? before.skeleton);
  labels.setState({ ...(isSame ? {} : none), video: video.id, isLoading: true });
  const known = isSame && base?.video === video.id && base.view.skeleton === before.skeleton ? base.view : undefined;
  const query = { ...wanted, ...(known === undefined ? {} : { since: known.version }) };
  const answer = await call('GET /api/labels/:video', { path: { video: video.id }, query, signal }).catch((error) => {
    // A newer question took its place.
    if (signal.aborted) return undefined;
    labels.setState({ isLoading: false });
    throw error;
  });
  if (answer === undefined || signal.aborted) return;
  const view = known === undefined ? answer : mergeLabels(known, answer);
  base = { video: video.id, view };
  let { rows } = view;
  let { images } = view;
  for (const edit of recent) {
    if (edit.video !== video.id || edit.skeleton !== view.skeleton) continue;
    rows = applyLabelEdits(rows, edit.annotator, edit.edits);
    images = withImages(images, edit.edits);
  }
  labels.setState({ ...view, images, rows, isLoading: false });
}

/** Changes labels of the present annotator: shown at once, then sent; one call is one step of undo. */
export async function editLabels(title: string, edits: readonly LabelEditView[]): Promise<Saved | undefined> {
  const { annotator } = studio.getState();
  const { video, skeleton } = labels.getState();
  if (video === null) throw new RangeError('editLabels: a recording with a video must be open');
  labels.setState(({ rows, images }) => ({
    rows: applyLabelEdits(rows, annotator, edits),
    images: withImages(images, edits),
  }));
  studio.setState({ lastEdited: 'labels' });
  const isNew = labels.getState().images.some(({ frame, file }) => file === '' && edits.some((e) => e.frame === frame));
  const edit: RecentEdit = { video, skeleton, annotator, edits, isSaved: false };
  recent = [...recent, edit];
  const body = { skeleton, annotator, title, edits };
  let saved: Saved;
  try {
    saved = await saveEdit('POST /api/labels/:video', { path: { video }, body });
  } catch (error) {
    recent = recent.filter((other) => other !== edit);
    await loadLabels();
    throw error;
  }
  edit.isSaved = true;
  if (isNew) await loadLabels();
  return saved;
}

/** What ends gestures that are shown but not sent yet; called before an edit is taken back. */
export const gestureEnds = new Set<() => void>();

/** Takes back the annotator's last edit of labels, or does it again. */
export async function undoLabels(direction: 'undo' | 'redo'): Promise<void> {
  for (const end of gestureEnds) end();
  const { annotator } = studio.getState();
  await saveEdit('POST /api/labels-undo', { body: { annotator, direction } });
  await loadLabels();
}
