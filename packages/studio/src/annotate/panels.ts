import type { Panel } from '../page/panel.js';

/** Panels of this folder. */
export const annotatePanels: readonly Panel[] = [];
