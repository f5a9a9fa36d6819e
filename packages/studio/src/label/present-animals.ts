import type { Skeleton } from '@zoopraxis/core';
import type { LabelRow, TracksView } from 'zoopraxis';
import { applyLabelEdits, type LabelsState, labels } from '../state/labels.js';
import { openTracks, type StudioState, studio } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';
import { type FrameAnimals, individualsOf, predictedAnimals, rowsOfFrame } from './animals.js';
import { type LabelingState, labeling } from './label-store.js';

/** The stores that say what is labeled. */
export interface LabelSources {
  readonly state: StudioState;
  readonly labeled: LabelsState;
  readonly own: LabelingState;
}

/** Returns the stores as they are now. */
export const presentSources = (state: StudioState = studio.getState()): LabelSources => ({
  state,
  labeled: labels.getState(),
  own: labeling.getState(),
});

/** Returns the skeleton that is labeled by, or undefined where the project has none. */
export function labelSkeleton({ state, labeled }: LabelSources): Skeleton | undefined {
  const skeletons = state.project?.skeletons ?? [];
  return skeletons.find(({ name }) => name === labeled.skeleton) ?? skeletons[0];
}

/** Returns the shown tracks of the video that is labeled, list. */
export function suggestingTracks({ state, labeled, own }: LabelSources): TracksView[] {
  if (!own.suggestionsShown) return [];
  return openTracks(state).filter(
    ({ name, video }) => state.shownTracks.includes(name) && (video === null || video === labeled.video),
  );
}

/** Returns the animals of the video in the order of their number keys, list. */
export function presentIndividuals(sources: LabelSources): readonly string[] {
  const { labeled, own } = sources;
  const tracked = suggestingTracks(sources).flatMap(({ individuals }) => individuals);
  return individualsOf(labeled.rows, {
    added: own.added[labeled.video ?? ''] ?? [],
    tracked: [...new Set(tracked)],
    elsewhere: sources.state.project?.labelSummary.individuals ?? [],
  });
}

/** Returns the animal that is being labeled. */
export function chosenIndividual(sources: LabelSources): string {
  const all = presentIndividuals(sources);
  const { individual } = sources.own;
  return individual !== null && all.includes(individual) ? individual : (all[0] as string);
}

/** Returns what a frame shows, with the gesture that is under way. */
export function animalsOf(frame: number, sources: LabelSources): FrameAnimals {
  const { state, labeled, own } = sources;
  let rows: readonly LabelRow[] = rowsOfFrame(labeled.rows, frame);
  if (own.draft?.frame === frame) rows = applyLabelEdits(rows, state.annotator, own.draft.gesture.edits);
  const names = presentIndividuals(sources);
  const predicted = suggestingTracks(sources).flatMap((tracks) => {
    const pose = trackWindows.frame(tracks, frame);
    return pose === undefined ? [] : predictedAnimals(tracks, pose, names);
  });
  return {
    own: rows.filter(({ annotator }) => annotator === state.annotator),
    others: rows.filter(({ annotator }) => annotator !== state.annotator),
    predicted,
  };
}
