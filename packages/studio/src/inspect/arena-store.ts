import type { Region, RegionShape } from '@zoopraxis/core';
import type { RecordingView } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { tell, tellProblem } from '../page/tell.js';
import { call } from '../server/client.js';
import { showProject } from '../state/session.js';
import { openRecording, openVideos, type StudioState, studio } from '../state/studio-store.js';
import type { ScaleLine } from './calibration.js';
import { freeName, type PicturePoint } from './region-geometry.js';

/** What a press in the picture draws. */
export type ArenaTool = 'none' | 'scale' | 'polygon' | 'rectangle' | 'circle';

/** Arena and regions of a recording. */
export type Outlines = Pick<RecordingView, 'arena' | 'regions'>;

/** What is drawn and what was drawn before. */
export interface ArenaState {
  readonly tool: ArenaTool;
  /** What a finished outline becomes: the arena, or a new region. */
  readonly becomes: 'arena' | 'region';
  /** Name that a new region gets. */
  readonly name: string;
  /** Whether outlines can be grabbed: the panel is open. */
  readonly isOpen: boolean;
  /** Whether outlines are drawn while the panel is not open. */
  readonly isShown: boolean;
  /** Points of the outline that is being drawn; the last one follows the pointer. List. */
  readonly points: readonly PicturePoint[];
  /** The line of known length, in px of the picture of `video`. */
  readonly line: ScaleLine | null;
  readonly video: string | null;
  /** What is shown until the server has it, while something is dragged too. */
  readonly draft: { readonly recording: string; readonly outlines: Outlines } | null;
}

/** The store of arena and regions. */
export const arena = createStore<ArenaState>(() => ({
  tool: 'none',
  becomes: 'region',
  name: 'region',
  isOpen: false,
  isShown: true,
  points: [],
  line: null,
  video: null,
  draft: null,
}));

/** Returns a part of what is drawn; the component renders again when it changes. */
export function useArena<Part>(pick: (state: ArenaState) => Part): Part {
  return useStore(arena, pick);
}

/** Name that the outline of the arena has in the project. */
export const arenaName = 'arena';

/** Returns arena and regions of the open recording as they are shown. */
export function shownOutlines(state: StudioState = studio.getState(), own: ArenaState = arena.getState()): Outlines {
  const recording = openRecording(state);
  if (recording === undefined) return { arena: null, regions: [] };
  if (own.draft?.recording === recording.id) return own.draft.outlines;
  return { arena: recording.arena, regions: recording.regions };
}

/** Returns the outlines that lie in the picture of a video: the arena first; list. */
export function outlinesIn(video: string, state?: StudioState, own?: ArenaState): Region[] {
  const outlines = shownOutlines(state, own);
  const [first] = openVideos(state);
  return [...(outlines.arena === null ? [] : [outlines.arena]), ...outlines.regions].filter(
    ({ space, video: of }) => space === 'image' && (of ?? first?.id) === video,
  );
}

/** Returns outlines in which one has another shape; regions are known by their names, the arena by being it. */
export function withShape(outlines: Outlines, region: Region, shape: RegionShape): Outlines {
  if (outlines.arena !== null && outlines.arena.name === region.name) {
    return { ...outlines, arena: { ...outlines.arena, shape } };
  }
  const regions = outlines.regions.map((other) => (other.name === region.name ? { ...other, shape } : other));
  return { ...outlines, regions };
}

/** Shows outlines without keeping them: what is dragged. */
export function draftOutlines(outlines: Outlines): void {
  const recording = studio.getState().recordingId;
  if (recording !== null) arena.setState({ draft: { recording, outlines } });
}

let sending: Promise<void> = Promise.resolve();

/** Keeps outlines of the open recording, one step of undo; shows those of the server again where it refuses. */
export function saveOutlines(outlines: Outlines): Promise<void> {
  const recording = openRecording();
  if (recording === undefined) return Promise.resolve();
  const { id } = recording;
  arena.setState({ draft: { recording: id, outlines } });
  studio.setState({ lastEdited: 'outlines' });
  // One after the other: a later outline must not be overtaken by an earlier one.
  sending = sending.then(async () => {
    try {
      const { arena: outline, regions } = outlines;
      showProject(
        await call('PATCH /api/recordings/:recording', { path: { recording: id }, body: { arena: outline, regions } }),
      );
    } catch (error) {
      tellProblem(error);
    } finally {
      if (arena.getState().draft?.outlines === outlines) arena.setState({ draft: null });
    }
  });
  return sending;
}

/** Takes back the last change of arena and regions of the open recording, also one of an earlier day, or does it again. */
export function undoOutlines(direction: 'undo' | 'redo' = 'undo'): Promise<void> {
  const id = studio.getState().recordingId;
  if (id === null) return Promise.resolve();
  sending = sending.then(async () => {
    const steps = openRecording()?.outlineSteps;
    if (steps === undefined || !(direction === 'undo' ? steps.canUndo : steps.canRedo)) {
      tell(`There is no change of arena and regions to ${direction === 'undo' ? 'take back' : 'do again'}.`);
      return;
    }
    try {
      const path = { recording: id };
      showProject(await call('POST /api/recordings/:recording/outlines-undo', { path, body: { direction } }));
      tell(direction === 'undo' ? 'Arena and regions: taken back' : 'Arena and regions: done again');
    } catch (error) {
      tellProblem(error);
    }
  });
  return sending;
}

/** Keeps a finished outline as the arena or as a new region, and selects it. */
export function addOutline(shape: RegionShape, video: string): Promise<void> {
  const { becomes, name } = arena.getState();
  const outlines = shownOutlines();
  const all = [...(outlines.arena === null ? [] : [outlines.arena]), ...outlines.regions];
  arena.setState({ tool: 'none', points: [] });
  if (becomes === 'arena') {
    const region: Region = { name: outlines.arena?.name ?? arenaName, space: 'image', video, shape };
    studio.setState({ selection: { kind: 'region', name: region.name } });
    return saveOutlines({ ...outlines, arena: region });
  }
  const region: Region = { name: freeName(name.trim() || 'region', all), space: 'image', video, shape };
  studio.setState({ selection: { kind: 'region', name: region.name } });
  return saveOutlines({ ...outlines, regions: [...outlines.regions, region] });
}
