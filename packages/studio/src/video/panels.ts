import type { Panel } from '../page/panel.js';
import { CamerasPanel } from './cameras-panel.js';
import { GoToFrame } from './go-to-frame.js';

/** Panels of this folder. */
export const videoPanels: readonly Panel[] = [
  { id: 'cameras', title: 'Cameras', place: 'right', Component: CamerasPanel },
  { id: 'go-to-frame', title: 'Go to frame', place: 'dialog', Component: GoToFrame },
];
