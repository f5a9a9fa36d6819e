import { createElement } from 'react';
import type { Panel } from '../page/panel.js';
import { ArenaPanel } from './arena-panel.js';
import { CompareDialog } from './compare-dialog.js';
import { startForms } from './forms.js';
import { JobsDialog } from './jobs-dialog.js';
import { LookAtPanel } from './look-at-panel.js';
import { ModelsPanel } from './models-panel.js';
import { ReportDialog } from './report-dialog.js';
import { StartDialog } from './start-dialog.js';
import { SwapPanel } from './swap-panel.js';

/** Panels of this folder. */
export const inspectPanels: readonly Panel[] = [
  { id: 'look-at', title: 'Look at', place: 'left', Component: LookAtPanel },
  { id: 'models', title: 'Models', place: 'right', Component: ModelsPanel },
  { id: 'arena', title: 'Arena', place: 'right', Component: ArenaPanel },
  { id: 'identities', title: 'Identities', place: 'right', Component: SwapPanel },
  { id: 'jobs', title: 'Jobs', place: 'dialog', Component: JobsDialog },
  { id: 'report', title: 'Page of a model', place: 'dialog', Component: ReportDialog },
  { id: 'compare-models', title: 'Compare models', place: 'dialog', Component: CompareDialog },
  ...startForms.map(
    (form): Panel => ({
      id: form.id,
      title: form.title,
      place: 'dialog',
      Component: () => createElement(StartDialog, { form }),
    }),
  ),
];
