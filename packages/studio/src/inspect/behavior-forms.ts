import type { ProjectView, TracksView } from 'zoopraxis';
import {
  choicesOf,
  type FieldValue,
  type FormField,
  type FormValues,
  type Missing,
  newName,
  type StartForm,
  said,
} from './form.js';

const humanSets = ({ annotations }: ProjectView) => [
  ...new Set(annotations.filter(({ isHuman }) => isHuman).map(({ set }) => set)),
];
const behaviorModels = ({ models }: ProjectView) => models.filter(({ kind }) => kind === 'behavior');
const streamsOf = ({ annotations }: ProjectView, { set }: FormValues) =>
  annotations.filter((stream) => stream.set === set);

const byRecording = ({ tracks }: ProjectView): Map<string, TracksView[]> => {
  const found = new Map<string, TracksView[]>();
  for (const view of tracks)
    if (view.recording !== null) found.set(view.recording, [...(found.get(view.recording) ?? []), view]);
  return found;
};

/** Returns where tracks come from in recordings that have tracks of several sources, each once; list. */
export function trackSources(project: ProjectView): string[] {
  const several = [...byRecording(project).values()].filter((own) => new Set(own.map(({ source }) => source)).size > 1);
  return [...new Set(several.flatMap((own) => own.map(({ source }) => source)))];
}

/**
 * Returns the names of the tracks that stand for the recordings: those of a source where a recording has some of it, and of
 * tracks and their edited copy the edited ones. Null where no recording has several to choose from.
 */
export function tracksOfSource(project: ProjectView, source: string | null): string[] | null {
  const found = [...byRecording(project).values()];
  if (found.every(({ length }) => length < 2)) return null;
  return found.flatMap((own) => {
    const ofSource = own.filter((view) => view.source === source);
    const names = (ofSource.length > 0 ? ofSource : own).map(({ name }) => name);
    const [first] = names;
    return names.find((name) => name === `${first}-edited`) ?? first ?? [];
  });
}

const sourceOf = ({ source }: { readonly source?: FieldValue | undefined }) =>
  typeof source === 'string' ? source : null;

const sourceField: FormField = {
  kind: 'choice',
  name: 'source',
  label: 'Tracks made by',
  choices: (project) => choicesOf(trackSources(project)),
  when: (_, project) => trackSources(project).length > 1,
};

const recordingsField = (
  all: string,
  pick: (project: ProjectView, values: FormValues) => readonly string[],
): FormField => ({
  kind: 'choices',
  name: 'recordings',
  label: 'Recordings',
  all,
  choices: (project, values) => choicesOf(pick(project, values)),
});

const tracked = ({ recordings, tracks }: ProjectView) =>
  recordings.filter(({ id }) => tracks.some(({ recording }) => recording === id)).map(({ id }) => id);

const setField: FormField = {
  kind: 'choice',
  name: 'set',
  label: 'Annotations',
  choices: (project) => choicesOf(humanSets(project)),
};

const oneOf = (label: string, name: 'annotator' | 'channel' | 'subject'): FormField => ({
  kind: 'choice',
  name,
  label,
  choices: (project, values) => choicesOf(streamsOf(project, values).map((stream) => stream[name])),
  when: (values, project) => new Set(streamsOf(project, values).map((stream) => stream[name])).size > 1,
});

const streamFields = [
  oneOf('Annotator', 'annotator'),
  oneOf('Channel', 'channel'),
  { ...oneOf('Whose behavior', 'subject'), hint: 'One classifier learns one animal’s behavior.' },
];

/** Returns the named parts of a stream that must be said because the set has several of them. */
function streamInput(values: FormValues, project: ProjectView): Record<string, unknown> {
  const streams = streamsOf(project, values);
  const several = (name: 'annotator' | 'channel' | 'subject') =>
    new Set(streams.map((stream) => stream[name])).size > 1;
  return Object.fromEntries(
    (['annotator', 'channel', 'subject'] as const).flatMap((name) => (several(name) ? [[name, values[name]]] : [])),
  );
}

/** Returns the values with the first stream of a set: what its fields hold until others are chosen. */
export function withFirstStream(values: FormValues, project: ProjectView): FormValues {
  const [first] = [...streamsOf(project, values)].sort((a, b) => b.boutCount - a.boutCount);
  return {
    ...values,
    annotator: first?.annotator ?? null,
    channel: first?.channel ?? null,
    subject: first?.subject ?? null,
  };
}

function missingTracks(project: ProjectView): Missing | null {
  if (tracked(project).length > 0) return null;
  return {
    sentence: 'No recording has tracks: behavior is read from where the body points are.',
    way: { kind: 'form', id: 'start-track', title: 'Track recordings' },
  };
}

function missingAnnotations(project: ProjectView): Missing | null {
  const bouts = project.annotations.filter(({ isHuman }) => isHuman).reduce((sum, { boutCount }) => sum + boutCount, 0);
  if (bouts > 0) return null;
  return {
    sentence: 'No bout is annotated yet: a classifier learns from what people annotated.',
    way: { kind: 'mode', mode: 'annotate', title: 'Annotate' },
  };
}

/** Returns what to say where there is no behavior classifier yet, or null. */
export const missingBehaviorModel = (project: ProjectView): Missing | null =>
  behaviorModels(project).length > 0
    ? null
    : {
        sentence: 'The project has no behavior classifier yet.',
        way: { kind: 'form', id: 'start-train-behavior', title: 'Train a behavior classifier' },
      };

const newestModel = (project: ProjectView) =>
  [...behaviorModels(project)].sort((a, b) => ((a.madeAt ?? '') < (b.madeAt ?? '') ? 1 : -1))[0]?.name ?? null;

const modelField: FormField = {
  kind: 'choice',
  name: 'model',
  label: 'Classifier',
  choices: (project) =>
    behaviorModels(project).map(({ name, classes }) => ({ value: name, title: `${name} (${classes.join(', ')})` })),
};

/** Returns the recordings that have tracks and bouts of the stream that is chosen, list of ids. */
function learnedFrom(project: ProjectView, values: FormValues): string[] {
  const annotated = new Set(streamsOf(project, values).map(({ recording }) => recording));
  return tracked(project).filter((id) => annotated.has(id));
}

/** Trains a classifier of behavior. */
export const trainBehaviorForm: StartForm = {
  id: 'start-train-behavior',
  recipe: 'train behavior',
  title: 'Train a behavior classifier',
  lead: 'Learns to name behavior from your annotations and the tracks. It is tested on whole recordings that it did not see.',
  action: 'Start training',
  fields: [
    { kind: 'text', name: 'name', label: 'Name of the new classifier' },
    setField,
    ...streamFields,
    recordingsField('all that are annotated and tracked', learnedFrom),
    sourceField,
    {
      kind: 'choice',
      name: 'features',
      label: 'Features',
      choices: () => [
        { value: 'general', title: 'general: any body points, any number of animals' },
        { value: 'mars', title: 'MARS: two mice with seven points, seen from above' },
      ],
    },
    {
      kind: 'choice',
      name: 'family',
      label: 'Kind of classifier',
      choices: () => [
        { value: 'trees', title: 'boosted trees' },
        { value: 'forest', title: 'random forest' },
        { value: 'logistic', title: 'logistic regression' },
        { value: 'temporal', title: 'temporal network' },
        { value: 'mean', title: 'mean of boosted trees and temporal network' },
      ],
    },
    {
      kind: 'number',
      name: 'folds',
      label: 'Cross-validation',
      unit: 'parts',
      min: 0,
      max: 100,
      isWhole: true,
      isRare: true,
      hint: '0 leaves the test out. It needs several recordings.',
    },
    {
      kind: 'choices',
      name: 'learningCurve',
      label: 'What more scoring would bring',
      all: 'not measured',
      choices: () => [
        { value: 'recordings', title: 'by growing parts of the recordings' },
        { value: 'bouts', title: 'by growing parts of the bouts' },
      ],
      isRare: true,
      hint: 'Takes some minutes more, and three recordings at least. The page of the model shows the curves.',
    },
    { kind: 'number', name: 'seed', label: 'Seed', min: 0, max: 0xffffffff, isWhole: true, isRare: true },
  ],
  notes: (project, values) => {
    const { recordings } = values;
    const count =
      Array.isArray(recordings) && recordings.length > 0 ? recordings.length : learnedFrom(project, values).length;
    if (count === 0) return ['No recording has both bouts of this choice and tracks.'];
    if (count > 1) return [];
    return [
      'It learns from one recording alone, so that nothing can tell how good it is in others. Annotate a second one for that.',
    ];
  },
  missing: (project) => missingTracks(project) ?? missingAnnotations(project),
  start: (project) =>
    withFirstStream(
      {
        name: newName(
          'behavior',
          project.models.map(({ name }) => name),
        ),
        set: humanSets(project)[0] ?? null,
        recordings: [],
        source: trackSources(project)[0] ?? null,
        features: 'general',
        family: 'trees',
        folds: 5,
        learningCurve: [],
        seed: 1,
      },
      project,
    ),
  input: (values, project) => ({
    ...said({
      name: values.name,
      set: values.set,
      ...streamInput(values, project),
      recordings: values.recordings,
      tracks: tracksOfSource(project, sourceOf(values)),
      family: values.family,
      learningCurve: values.learningCurve,
    }),
    featureSet: values.features,
    folds: values.folds,
    seed: values.seed,
  }),
};

/** Names the behavior in tracks. */
export const classifyForm: StartForm = {
  id: 'start-classify',
  recipe: 'classify',
  title: 'Classify behavior',
  lead: 'Names the behavior in every frame. Bouts and probabilities then stand on the timeline beside those of people.',
  action: 'Classify',
  fields: [modelField, recordingsField('all that are tracked', tracked), sourceField],
  missing: (project) => missingBehaviorModel(project) ?? missingTracks(project),
  start: (project, recordingId) => ({
    model: newestModel(project),
    recordings: recordingId !== null && tracked(project).includes(recordingId) ? [recordingId] : [],
    source: trackSources(project)[0] ?? null,
  }),
  input: ({ model, recordings, source }, project) =>
    said({ model, recordings, tracks: tracksOfSource(project, sourceOf({ source })) }),
};

/** Measures a classifier. */
export const evaluateBehaviorForm: StartForm = {
  id: 'start-evaluate-behavior',
  recipe: 'evaluate behavior',
  title: 'Evaluate a classifier',
  lead: 'Compares what the classifier named with what people annotated, frame by frame and bout by bout.',
  action: 'Evaluate',
  fields: [
    modelField,
    setField,
    ...streamFields,
    {
      kind: 'number',
      name: 'tolerance',
      label: 'Ends of bouts may differ by',
      unit: 's',
      min: 0.01,
      max: 60,
      isRare: true,
    },
  ],
  missing: (project) => {
    const missing = missingBehaviorModel(project) ?? missingAnnotations(project);
    if (missing !== null) return missing;
    if (project.annotations.some(({ isHuman }) => !isHuman)) return null;
    return {
      sentence: 'The classifier has not named the behavior of any recording yet.',
      way: { kind: 'form', id: 'start-classify', title: 'Classify behavior' },
    };
  },
  start: (project) =>
    withFirstStream({ model: newestModel(project), set: humanSets(project)[0] ?? null, tolerance: 0.5 }, project),
  input: (values, project) =>
    said({
      model: values.model,
      set: values.set,
      ...streamInput(values, project),
      tolerance: values.tolerance,
    }),
};

/** Writes a page about the project or tracks. */
export const reportForm: StartForm = {
  id: 'start-report',
  recipe: 'report',
  title: 'Write a report',
  lead: 'Writes one HTML page with figures that can be kept or sent, into the folder of the project.',
  action: 'Write',
  fields: [
    {
      kind: 'choice',
      name: 'tracks',
      label: 'About',
      choices: ({ tracks }) => [
        { value: '', title: 'the whole project' },
        ...tracks.map(({ name }) => ({ value: name, title: `the tracks ${name}` })),
      ],
    },
    {
      kind: 'number',
      name: 'cutoff',
      label: 'Use points with a confidence from',
      min: 0,
      max: 1,
      when: ({ tracks }) => tracks !== '',
    },
  ],
  missing: () => null,
  start: () => ({ tracks: '', cutoff: 0.6 }),
  input: ({ tracks, cutoff }) => (tracks === '' ? {} : said({ tracks, cutoff })),
};
