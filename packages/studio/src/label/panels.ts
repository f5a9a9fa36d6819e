import type { Panel } from '../page/panel.js';

/** Panels of this folder. */
export const labelPanels: readonly Panel[] = [];
