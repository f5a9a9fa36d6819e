import { createStore } from 'zustand/vanilla';
import type { Mode } from '../state/studio-store.js';
import { studio } from '../state/studio-store.js';
import type { Panel } from './panel.js';

/** Panel ids that are in front, by side and mode as `left/view`. */
export const shownPanels = createStore<Readonly<Record<string, string>>>(() => ({}));

/** Returns the key of a side in a mode. */
export const panelKey = (place: Panel['place'], mode: Mode): string => `${place}/${mode}`;

/** Brings a panel of a side column to the front, in the mode that is on. */
export function showPanel(place: 'left' | 'right', id: string): void {
  shownPanels.setState({ [panelKey(place, studio.getState().mode)]: id });
}
