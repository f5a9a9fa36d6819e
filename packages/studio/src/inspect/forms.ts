import { classifyForm, evaluateBehaviorForm, reportForm, trainBehaviorForm } from './behavior-forms.js';
import { exportLabelsForm, exportTracksForm } from './export-forms.js';
import type { StartForm } from './form.js';
import { evaluatePoseForm, trackForm, trainPoseForm } from './pose-forms.js';

/** All dialogs that start work, in the order of the menu. */
export const startForms: readonly StartForm[] = [
  trainPoseForm,
  trackForm,
  evaluatePoseForm,
  trainBehaviorForm,
  classifyForm,
  evaluateBehaviorForm,
  reportForm,
  exportLabelsForm,
  exportTracksForm,
];
