import type { Panel } from '../page/panel.js';

/** Panels of this folder. */
export const timelinePanels: readonly Panel[] = [];
