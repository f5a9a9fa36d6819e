import type { Panel } from '../page/panel.js';
import { GoToFrame } from './go-to-frame.js';

/** Panels of this folder. */
export const videoPanels: readonly Panel[] = [
  { id: 'go-to-frame', title: 'Go to frame', place: 'dialog', Component: GoToFrame },
];
