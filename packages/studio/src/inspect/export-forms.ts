import type { ProjectView } from 'zoopraxis';
import { studio } from '../state/studio-store.js';
import { choicesOf, type StartForm, said } from './form.js';
import { labelersInOrder, labelersOf, labelsOfField } from './pose-forms.js';

/** Writes labels for other programs. */
export const exportLabelsForm: StartForm = {
  id: 'start-export-labels',
  recipe: 'export',
  menu: 'File',
  title: 'Export labels',
  lead: 'Writes all labels of the project into the folder “exports” in the project’s folder. What an earlier export wrote there is replaced.',
  action: 'Export',
  fields: [
    {
      kind: 'choice',
      name: 'format',
      label: 'For',
      choices: () => [
        { value: 'deeplabcut', title: 'DeepLabCut: a project folder with images, CSV and HDF5' },
        { value: 'slp', title: 'SLEAP (.slp)' },
        { value: 'coco', title: 'COCO (JSON)' },
      ],
    },
    labelsOfField('Labels of'),
    {
      kind: 'text',
      name: 'scorer',
      label: 'Name of the scorer',
      when: ({ format }) => format === 'deeplabcut',
      hint: 'DeepLabCut keeps the labels of one scorer: files are named CollectedData_<scorer>.',
    },
  ],
  missing: ({ labeledFrameCount }) =>
    labeledFrameCount > 0
      ? null
      : { sentence: 'No frame is labeled yet.', way: { kind: 'mode', mode: 'label', title: 'Label frames' } },
  start: (project) => ({
    format: 'deeplabcut',
    labelsOf: [],
    scorer: labelersInOrder(project, studio.getState().annotator)[0] ?? project.annotator,
  }),
  input: ({ format, labelsOf, scorer }, project) => ({
    ...said({ format, ...(format === 'deeplabcut' ? { scorer } : {}) }),
    ...(project.labelSummary.annotators.length > 1
      ? { annotator: labelersOf(project, { labelsOf: labelsOf ?? [] }) }
      : {}),
  }),
};

const tracksHere = ({ tracks }: ProjectView, recordingId: string | null) =>
  tracks.find(({ recording }) => recording !== null && recording === recordingId) ?? tracks[0];

/** Writes tracks for other programs. */
export const exportTracksForm: StartForm = {
  id: 'start-export-tracks',
  recipe: 'export',
  menu: 'File',
  title: 'Export tracks',
  lead: 'Writes tracks into the folder “exports” in the project’s folder. What an earlier export wrote there is replaced.',
  action: 'Export',
  fields: [
    {
      kind: 'choice',
      name: 'tracks',
      label: 'Tracks',
      choices: ({ tracks }) => choicesOf(tracks.map(({ name }) => name)),
    },
    {
      kind: 'choice',
      name: 'format',
      label: 'For',
      choices: () => [
        { value: 'csv', title: 'DeepLabCut (CSV)' },
        { value: 'h5', title: 'DeepLabCut (HDF5)' },
        { value: 'sleap-analysis', title: 'SLEAP analysis (HDF5)' },
        { value: 'parquet', title: 'a table (Parquet)' },
      ],
    },
  ],
  missing: ({ tracks }) =>
    tracks.length > 0
      ? null
      : {
          sentence: 'The project has no tracks yet.',
          way: { kind: 'form', id: 'start-track', title: 'Track recordings' },
        },
  start: (project, recordingId) => ({ tracks: tracksHere(project, recordingId)?.name ?? null, format: 'csv' }),
  input: ({ tracks, format }) => said({ tracks, format }),
};
