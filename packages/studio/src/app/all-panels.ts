import { annotatePanels } from '../annotate/panels.js';
import { inspectPanels } from '../inspect/panels.js';
import { labelPanels } from '../label/panels.js';
import { overlayPanels } from '../overlay/panels.js';
import type { Panel } from '../page/panel.js';
import { timelinePanels } from '../timeline/panels.js';
import { videoPanels } from '../video/panels.js';
import { appPanels } from './own-panels.js';

/** All panels, in the order of their tabs. */
export const panels: readonly Panel[] = [
  ...appPanels,
  ...overlayPanels,
  ...labelPanels,
  ...annotatePanels,
  ...timelinePanels,
  ...inspectPanels,
  ...videoPanels,
];
