import type { Panel } from '../page/panel.js';
import { OverlayPanel } from './overlay-panel.js';

/** Panels of this folder. */
export const overlayPanels: readonly Panel[] = [
  { id: 'overlay', title: 'Overlay', place: 'right', Component: OverlayPanel },
];
