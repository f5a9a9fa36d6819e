import type { ProjectView } from 'zoopraxis';
import { choicesOf, type FormValues, type Missing, newName, type StartForm, said } from './form.js';

/** Labeled images below which training gives nothing worth having. */
export const fewestImages = 4;

const poseModels = ({ models }: ProjectView) => models.filter(({ kind }) => kind === 'pose');

const poseModelChoices = (project: ProjectView) =>
  poseModels(project).map(({ name, headline }) => ({ value: name, title: `${name} (${headline})` }));

/** Returns what to say where there is no pose model yet, or null. */
export const missingPoseModel = (project: ProjectView): Missing | null =>
  poseModels(project).length > 0
    ? null
    : {
        sentence: 'The project has no pose model yet.',
        way: { kind: 'form', id: 'start-train-pose', title: 'Train a pose model' },
      };

const newest = (project: ProjectView) =>
  [...poseModels(project)].sort((a, b) => ((a.madeAt ?? '') < (b.madeAt ?? '') ? 1 : -1))[0]?.name ?? null;

/** Whether the architecture begins with weights that were published. */
const isPublished = ({ network }: FormValues) => network !== 'unet';

/** Trains a pose model. */
export const trainPoseForm: StartForm = {
  id: 'start-train-pose',
  recipe: 'train pose',
  title: 'Train a pose model',
  lead: 'Learns to find the body points from the labeled images of this project. You can go on working meanwhile, and end it at any time with the best model so far.',
  action: 'Start training',
  fields: [
    { kind: 'text', name: 'name', label: 'Name of the new model' },
    {
      kind: 'choice',
      name: 'limit',
      label: 'Train',
      choices: () => [
        { value: 'time', title: 'for a time' },
        { value: 'steps', title: 'for a number of steps' },
      ],
    },
    {
      kind: 'number',
      name: 'minutes',
      label: 'Time',
      unit: 'minutes',
      min: 0.5,
      max: 10_000,
      when: ({ limit }) => limit === 'time',
      hint: 'More is better until the held-out error no longer falls. 20 to 60 minutes suit a first model.',
    },
    {
      kind: 'number',
      name: 'steps',
      label: 'Steps',
      min: 1,
      max: 10_000_000,
      isWhole: true,
      when: ({ limit }) => limit === 'steps',
    },
    {
      kind: 'choice',
      name: 'network',
      label: 'Network',
      choices: () => [
        { value: 'unet', title: 'compact: small and fast, learns from nothing' },
        { value: 'resnet50', title: 'ResNet-50: larger, as DeepLabCut’s default' },
        { value: 'resnet101', title: 'ResNet-101' },
        { value: 'resnet152', title: 'ResNet-152: the largest' },
        { value: 'mobilenet_v2', title: 'MobileNet V2: large but quick' },
        { value: 'efficientnet_b0', title: 'EfficientNet-B0' },
        { value: 'efficientnet_b3', title: 'EfficientNet-B3' },
      ],
    },
    {
      kind: 'choice',
      name: 'start',
      label: 'Start from',
      choices: (project, values) => [
        ...(isPublished(values) ? [{ value: 'published', title: 'published weights' }] : []),
        { value: 'random', title: 'nothing' },
        ...poseModels(project).map(({ name }) => ({ value: `model:${name}`, title: `the model ${name}` })),
      ],
      hint: 'A model of the same network learns on from where it was.',
    },
    {
      kind: 'number',
      name: 'heldOutPercent',
      label: 'Held out',
      unit: '% of the images',
      min: 0,
      max: 90,
      hint: 'Never learned from; they tell how good the model is on images that it has not seen.',
    },
    {
      kind: 'number',
      name: 'longSide',
      label: 'Scale images to',
      unit: 'px along the longer side',
      min: 64,
      max: 4096,
      isWhole: true,
      isOptional: true,
      isRare: true,
      hint: 'Smaller is faster and less exact. Empty: chosen by the size of the animals.',
    },
    {
      kind: 'number',
      name: 'batchSize',
      label: 'Images in a step',
      min: 1,
      max: 256,
      isWhole: true,
      isOptional: true,
      isRare: true,
    },
    {
      kind: 'number',
      name: 'patience',
      label: 'Stop after',
      unit: 'measurements without a smaller error',
      min: 1,
      max: 1000,
      isWhole: true,
      isOptional: true,
      isRare: true,
    },
    { kind: 'number', name: 'seed', label: 'Seed', min: 0, max: 0xffffffff, isWhole: true, isRare: true },
  ],
  missing: ({ skeletons, labeledFrameCount }) => {
    const way = { kind: 'mode', mode: 'label', title: 'Label frames' } as const;
    if (skeletons.length === 0) return { sentence: 'The project has no skeleton: there are no body points to label.' };
    if (labeledFrameCount >= fewestImages) return null;
    const have = labeledFrameCount === 0 ? 'No frame is labeled' : `Only ${labeledFrameCount} frames are labeled`;
    return {
      sentence: `${have}. Label ${fewestImages} or more, better 50 to 200 of different videos and postures.`,
      way,
    };
  },
  start: ({ models }) => ({
    name: newName(
      'pose',
      models.map(({ name }) => name),
    ),
    limit: 'time',
    minutes: 20,
    steps: 2000,
    network: 'unet',
    start: 'random',
    heldOutPercent: 20,
    longSide: null,
    batchSize: null,
    patience: null,
    seed: 1,
  }),
  input: ({ name, limit, minutes, steps, network, start, heldOutPercent, ...rest }) => {
    const [from, model] = /^(model):(.+)$/s.exec(String(start))?.slice(1) ?? [start];
    return said({
      name,
      network,
      start: from,
      startModel: model,
      ...(limit === 'time' ? { timeBudget: `${Math.round(Number(minutes) * 60)}s` } : { steps }),
      heldOutShare: Number(heldOutPercent) / 100,
      longSide: rest.longSide,
      batchSize: rest.batchSize,
      patience: rest.patience,
      seed: rest.seed,
    });
  },
};

/** Finds the body points in videos. */
export const trackForm: StartForm = {
  id: 'start-track',
  recipe: 'track',
  title: 'Track recordings',
  lead: 'Finds the body points in every frame. What is tracked already with the same model is left as it is.',
  action: 'Start tracking',
  fields: [
    { kind: 'choice', name: 'model', label: 'Model', choices: poseModelChoices },
    {
      kind: 'choices',
      name: 'recordings',
      label: 'Recordings',
      all: 'all recordings',
      choices: ({ recordings }) => choicesOf(recordings.map(({ id }) => id)),
    },
    {
      kind: 'toggle',
      name: 'isFast',
      label: 'Faster and a little less exact (8-bit numbers)',
    },
    {
      kind: 'toggle',
      name: 'follows',
      label: 'Look only at a box that follows the animal',
      hint: 'Faster with one animal that is small in the picture.',
      isRare: true,
    },
    { kind: 'toggle', name: 'overwrite', label: 'Track again what is tracked with this model', isRare: true },
  ],
  missing: (project) => {
    const model = missingPoseModel(project);
    if (model !== null) return model;
    const { videos } = project;
    if (videos.length === 0) return { sentence: 'The project has no video. Add some with `zoopraxis import`.' };
    if (!videos.some(({ isThere }) => isThere))
      return { sentence: 'None of the video files is where the project says. Bring the disk back, or import again.' };
    return null;
  },
  start: (project, recordingId) => ({
    model: newest(project),
    recordings: recordingId === null ? [] : [recordingId],
    isFast: false,
    follows: false,
    overwrite: false,
  }),
  input: ({ model, recordings, isFast, follows, overwrite }, project) => ({
    ...said({ model, videos: videosOf(project, recordings as readonly string[]) }),
    precision: isFast === true ? 'int8' : 'fp32',
    ...(follows === true ? { follow: 'auto' } : {}),
    overwrite: overwrite === true,
  }),
};

/** Returns the ids of the videos of recordings, each once; none for none. */
function videosOf({ recordings }: ProjectView, ids: readonly string[]): string[] {
  return [...new Set(recordings.filter(({ id }) => ids.includes(id)).flatMap(({ videos }) => videos))];
}

/** Measures a pose model. */
export const evaluatePoseForm: StartForm = {
  id: 'start-evaluate-pose',
  recipe: 'evaluate pose',
  title: 'Evaluate a pose model',
  lead: 'Measures the error on the images that training held out, and writes a page with curves and the worst images.',
  action: 'Evaluate',
  fields: [
    { kind: 'choice', name: 'model', label: 'Model', choices: poseModelChoices },
    {
      kind: 'number',
      name: 'cutoff',
      label: 'Confidence cutoff',
      min: 0,
      max: 1,
      isRare: true,
      hint: 'Errors are told twice: of all points, and of those that are this sure.',
    },
  ],
  missing: missingPoseModel,
  start: (project) => ({ model: newest(project), cutoff: 0.6 }),
  input: ({ model, cutoff }) => said({ model, cutoff }),
};
