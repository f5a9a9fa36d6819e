import type { LabelRow } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { type PlacingMode, placingModes } from './keypoint-order.js';
import type { LabelGesture } from './label-edits.js';

/** How labels are shown and placed; remembered by the browser. */
export interface LabelSettings {
  readonly mode: PlacingMode;
  readonly colorBy: 'keypoint' | 'individual';
  readonly edgesShown: boolean;
  readonly namesShown: boolean;
  readonly othersShown: boolean;
  readonly suggestionsShown: boolean;
  readonly loupeShown: boolean;
  /** Whether a click on empty ground places a point; else it moves the view. */
  readonly isPlacing: boolean;
  /** Radius of points, CSS px. */
  readonly pointRadiusPx: number;
}

/** A place in a picture, px. */
export interface PicturePlace {
  readonly x: number;
  readonly y: number;
}

/** A gesture that is under way: shown, not yet sent. */
export interface Draft {
  /** `drag` ends with the pointer's release, `keys` and `wheel` end by themselves. */
  readonly kind: 'drag' | 'keys' | 'wheel';
  readonly frame: number;
  readonly gesture: LabelGesture;
  /** The animal's own row as it was, or undefined where it had none. */
  readonly before: LabelRow | undefined;
}

/** What labeling alone needs to know. */
export interface LabelingState extends LabelSettings {
  /** The animal whose points are placed; null = the first. */
  readonly individual: string | null;
  /** The keypoint that is placed next; null = the first. */
  readonly keypoint: string | null;
  /** Whether the chosen point is held: arrows then move it, not the time. */
  readonly isHeld: boolean;
  /** The frame that is on the screen, which may lag behind the clock; null = none is. Labels go to what is seen. */
  readonly shownFrame: number | null;
  /** Cross of the keyboard; null = put away. */
  readonly crosshair: PicturePlace | null;
  /** Where the pointer is in the picture, while it is over the pane; a loupe follows it. */
  readonly pointer: PicturePlace | null;
  readonly draft: Draft | null;
  /** Names of animals that have no labels yet, by video. */
  readonly added: Readonly<Record<string, readonly string[]>>;
}

const storedAt = 'zoopraxis.labeling';

const usual: LabelSettings = {
  mode: 'sequential',
  colorBy: 'keypoint',
  edgesShown: true,
  namesShown: false,
  othersShown: false,
  suggestionsShown: true,
  loupeShown: true,
  isPlacing: true,
  pointRadiusPx: 5,
};

/** Returns settings from what the browser kept; what is not understood is as usual. */
export function settingsFrom(text: string | null): LabelSettings {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? '{}');
  } catch {
    return usual;
  }
  if (typeof kept !== 'object' || kept === null) return usual;
  const given = kept as Partial<Record<keyof LabelSettings, unknown>>;
  const flag = (name: 'edgesShown' | 'namesShown' | 'othersShown' | 'suggestionsShown' | 'loupeShown' | 'isPlacing') =>
    typeof given[name] === 'boolean' ? (given[name] as boolean) : usual[name];
  const { mode, colorBy, pointRadiusPx } = given;
  return {
    mode: placingModes.find((known) => known === mode) ?? usual.mode,
    colorBy: colorBy === 'individual' ? 'individual' : 'keypoint',
    edgesShown: flag('edgesShown'),
    namesShown: flag('namesShown'),
    othersShown: flag('othersShown'),
    suggestionsShown: flag('suggestionsShown'),
    loupeShown: flag('loupeShown'),
    isPlacing: flag('isPlacing'),
    pointRadiusPx:
      typeof pointRadiusPx === 'number' && pointRadiusPx >= 2 && pointRadiusPx <= 12
        ? pointRadiusPx
        : usual.pointRadiusPx,
  };
}

/** The store of labeling. */
export const labeling = createStore<LabelingState>(() => ({
  ...settingsFrom(typeof localStorage === 'undefined' ? null : localStorage.getItem(storedAt)),
  individual: null,
  keypoint: null,
  isHeld: false,
  shownFrame: null,
  crosshair: null,
  pointer: null,
  draft: null,
  added: {},
}));

/** Changes settings and keeps them in the browser. */
export function setLabeling(settings: Partial<LabelSettings>): void {
  labeling.setState(settings);
  const { mode, colorBy, edgesShown, namesShown, othersShown } = labeling.getState();
  const { suggestionsShown, loupeShown, isPlacing, pointRadiusPx } = labeling.getState();
  const kept: LabelSettings = {
    mode,
    colorBy,
    edgesShown,
    namesShown,
    othersShown,
    suggestionsShown,
    loupeShown,
    isPlacing,
    pointRadiusPx,
  };
  localStorage.setItem(storedAt, JSON.stringify(kept));
}

/** Returns a part of the state of labeling; the component renders again when it changes. */
export function useLabeling<Part>(pick: (state: LabelingState) => Part): Part {
  return useStore(labeling, pick);
}
