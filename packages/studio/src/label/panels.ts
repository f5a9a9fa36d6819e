import type { Panel } from '../page/panel.js';
import { AgreementDialog } from './agreement-dialog.js';
import { ConflictsDialog } from './conflicts-dialog.js';
import { KeypointsPanel } from './keypoints-panel.js';
import { SkeletonDialog } from './skeleton-dialog.js';
import { ToLabelPanel } from './to-label-panel.js';

/** Panels of this folder. */
export const labelPanels: readonly Panel[] = [
  { id: 'to-label', title: 'To label', place: 'left', modes: ['label'], Component: ToLabelPanel },
  { id: 'keypoints', title: 'Keypoints', place: 'right', modes: ['label'], Component: KeypointsPanel },
  { id: 'label-agreement', title: 'Compare annotators', place: 'dialog', Component: AgreementDialog },
  { id: 'skeleton', title: 'Skeleton', place: 'dialog', Component: SkeletonDialog },
  { id: 'label-conflicts', title: 'Conflicts with DeepLabCut', place: 'dialog', Component: ConflictsDialog },
];
