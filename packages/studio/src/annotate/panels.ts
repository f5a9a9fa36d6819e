import type { Panel } from '../page/panel.js';
import { AgreementPanel } from './agreement-panel.js';
import { AnnotatePanel } from './annotate-panel.js';
import { BehaviorDialog, EthogramPanel } from './ethogram-panel.js';
import { ExportDialog } from './export-dialog.js';
import { ImportDialog } from './import-dialog.js';
import { RelabelDialog } from './relabel-dialog.js';
import { RulesPanel } from './rules-panel.js';
import { WhoDialog } from './who-dialog.js';

/** Panels of annotating. */
export const annotatePanels: readonly Panel[] = [
  { id: 'ethogram', title: 'Ethogram', place: 'left', modes: ['annotate'], Component: EthogramPanel },
  { id: 'annotate', title: 'Annotate', place: 'right', modes: ['annotate'], Component: AnnotatePanel },
  { id: 'rules', title: 'Rules', place: 'right', modes: ['annotate'], Component: RulesPanel },
  { id: 'agreement', title: 'Agreement', place: 'right', modes: ['annotate'], Component: AgreementPanel },
  { id: 'behavior', title: 'Behavior', place: 'dialog', Component: BehaviorDialog },
  { id: 'relabel', title: 'Relabel as', place: 'dialog', Component: RelabelDialog },
  { id: 'who', title: 'Who annotates?', place: 'dialog', Component: WhoDialog },
  { id: 'import-bouts', title: 'Import bouts', place: 'dialog', Component: ImportDialog },
  { id: 'export-bouts', title: 'Export bouts', place: 'dialog', Component: ExportDialog },
];
