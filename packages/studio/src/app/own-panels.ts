import type { Panel } from '../page/panel.js';
import { KeysDialog } from './keys-dialog.js';
import { PaletteDialog } from './palette-dialog.js';
import { RecordingsPanel } from './recordings-panel.js';

/** Panels of the page itself. */
export const appPanels: readonly Panel[] = [
  { id: 'recordings', title: 'Recordings', place: 'left', Component: RecordingsPanel },
  { id: 'palette', title: 'Commands and recordings', place: 'dialog', Component: PaletteDialog },
  { id: 'keys', title: 'Keys', place: 'dialog', Component: KeysDialog },
];
