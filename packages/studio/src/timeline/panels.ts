import type { Panel } from '../page/panel.js';
import { BoutsPanel } from './bouts-panel.js';
import { TracesPanel } from './traces-panel.js';

/** Panels of this folder. */
export const timelinePanels: readonly Panel[] = [
  { id: 'bouts', title: 'Bouts', place: 'right', Component: BoutsPanel },
  { id: 'traces', title: 'Traces', place: 'right', Component: TracesPanel },
];
