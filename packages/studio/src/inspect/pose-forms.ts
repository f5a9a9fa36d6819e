import type { ModelView, ProjectView } from 'zoopraxis';
import { jobs } from '../state/jobs.js';
import { studio } from '../state/studio-store.js';
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
import { inspect } from './inspect-store.js';

/** Patience with which a training goes to its end and yet keeps its best weights: more measurements than are ever made. */
const neverStops = 1_000_000;

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

const byAge = (project: ProjectView): ModelView[] =>
  [...poseModels(project)].sort((a, b) => ((a.madeAt ?? '') < (b.madeAt ?? '') ? 1 : -1));

const newest = (project: ProjectView) => byAge(project)[0]?.name ?? null;

/** Returns what a training of a network begins with by itself: the newest model of the network, else published weights. */
export function startOfNetwork(project: ProjectView, network: string): string {
  const model = byAge(project).find((other) => other.network === network);
  return model === undefined ? (isPublished({ network }) ? 'published' : 'random') : `model:${model.name}`;
}

/** Returns people who labeled, in the order in which their labels of one image are preferred: oneself, the project's own, others. */
export function labelersInOrder(project: ProjectView, annotator: string): string[] {
  const used = project.labelSummary.annotators.map(({ name }) => name);
  return [...new Set([annotator, project.annotator].filter((name) => used.includes(name)).concat(used))];
}

const imagesText = (count: number) => (count === 1 ? '1 image' : `${count} images`);

/** Returns the people whose labels a form means, in the order in which they are preferred; none chosen = all. */
export const labelersOf = (project: ProjectView, { labelsOf }: FormValues): string[] => {
  const chosen = labelsOf as readonly string[];
  const all = labelersInOrder(project, studio.getState().annotator);
  return chosen.length === 0 ? all : all.filter((name) => chosen.includes(name));
};

/** Returns the points that labels lack, those that most lack first, list; of the skeleton that is learned. */
function missingPoints({ skeletons, labelSummary }: ProjectView): { readonly name: string; readonly count: number }[] {
  const [skeleton] = skeletons;
  const counts = skeleton === undefined ? undefined : labelSummary.points[skeleton.name];
  if (skeleton === undefined || counts === undefined) return [];
  return skeleton.keypoints
    .map((name) => ({ name, count: counts.animalCount - (counts.keypoints[name] ?? 0) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

const modelNamed = (project: ProjectView, value: FieldValue | undefined) => {
  const name = /^model:(.+)$/s.exec(String(value))?.[1];
  return poseModels(project).find((model) => model.name === name);
};

/** Names of trainings that are not models yet: a new one of the same name would be taken for them. */
const namesInTraining = () =>
  jobs
    .getState()
    .list.flatMap(({ recipe, state, input }) =>
      recipe === 'train pose' && state !== 'done' && typeof input.name === 'string' ? [input.name] : [],
    );

/** Whether the architecture begins with weights that were published. */
const isPublished = ({ network }: FormValues) => network !== 'unet';

/** Returns the field that chooses whose labels are meant. */
export const labelsOfField = (label: string): FormField => ({
  kind: 'choices',
  name: 'labelsOf',
  label,
  all: 'everyone',
  choices: (project) =>
    labelersInOrder(project, studio.getState().annotator).map((value) => {
      const count = project.labelSummary.annotators.find(({ name }) => name === value)?.imageCount ?? 0;
      return { value, title: `${value} (${imagesText(count)})` };
    }),
  when: (_, { labelSummary }) => labelSummary.annotators.length > 1,
  hint: (values, project) => {
    const names = labelersOf(project, values);
    return names.length < 2
      ? undefined
      : `An image that several of them labeled counts as labeled by the first of: ${names.join(', ')}.`;
  },
});

/** Trains a pose model. */
export const trainPoseForm: StartForm = {
  id: 'start-train-pose',
  recipe: 'train pose',
  title: 'Train a pose model',
  lead: 'Learns to find the body points from the labeled images of this project. You can go on working meanwhile, and end it at any time with the best model so far.',
  action: 'Start training',
  fields: [
    {
      kind: 'text',
      name: 'name',
      label: 'Name of the new model',
      taken: ({ models }) => [...models.map(({ name }) => name), ...namesInTraining()],
    },
    labelsOfField('Learns from labels of'),
    {
      kind: 'choice',
      name: 'absent',
      label: 'A point without label',
      choices: () => [
        { value: 'hidden', title: 'is not to be seen in the image' },
        { value: 'ignored', title: 'was not labeled: it says nothing' },
      ],
      when: (_, project) => missingPoints(project).length > 0,
      hint: 'Where points were left out because they were hard to see or came into the skeleton later, choose the second.',
    },
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
        { value: 'unet', title: 'compact: small and fast, needs no published weights' },
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
      hint: ({ start, heldOut }, project) =>
        modelNamed(project, start) !== undefined && heldOut !== start
          ? 'That model may have learned from images that are held out now: the error would look smaller than it is. Measure it on the images that it held out.'
          : poseModels(project).length === 0
            ? undefined
            : 'A model of the same network learns on from where it was; the model itself stays as it is.',
    },
    {
      kind: 'choice',
      name: 'heldOut',
      label: 'Measured on',
      choices: (project) => [
        ...byAge(project)
          .filter(({ heldOutCount }) => heldOutCount > 0)
          .map(({ name, heldOutCount }) => ({
            value: `model:${name}`,
            title: `the ${imagesText(heldOutCount)} that ${name} held out`,
          })),
        { value: 'share', title: 'a share of the images, chosen anew' },
        ...(project.labelSummary.groups.length > 1 ? [{ value: 'groups', title: 'videos that I choose' }] : []),
      ],
      hint: ({ heldOut }, project) => {
        const model = modelNamed(project, heldOut);
        return `These images are never learned from; they tell how good the model is on what it has not seen.${
          model === undefined ? '' : ` Errors of ${model.name} and of the new model are then of the same images.`
        }`;
      },
    },
    {
      kind: 'choices',
      name: 'testGroups',
      label: 'Videos to measure on',
      all: 'none',
      isNeeded: true,
      choices: ({ labelSummary }) =>
        labelSummary.groups.map(({ name, imageCount }) => ({
          value: name,
          title: `${name} (${imagesText(imageCount)})`,
        })),
      when: ({ heldOut }) => heldOut === 'groups',
      hint: 'None of their images is learned from: the error is that on a new video.',
    },
    {
      kind: 'number',
      name: 'heldOutPercent',
      label: 'Held out',
      unit: '% of the images',
      min: 0,
      max: 90,
      when: ({ heldOut }) => heldOut === 'share',
      hint: 'Whole videos where several are labeled, for frames of one video are alike: it may be a video with few labels. The job tells which.',
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
      hint: ({ start }, project) =>
        modelNamed(project, start) === undefined
          ? 'Smaller is faster and less exact. Empty: chosen by the size of the animals.'
          : 'Empty: as the model that it starts from, which knows animals of that size.',
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
      kind: 'choice',
      name: 'keep',
      label: 'Keep',
      choices: () => [
        { value: 'end', title: 'the weights at the end' },
        { value: 'best', title: 'the weights with the smallest held-out error' },
      ],
      isRare: true,
      hint: 'The weights at the end have an honest error. The best ones are chosen by the held-out images, so their error on new images is larger than told.',
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
      hint: 'Empty: never. A training that may stop early keeps its best weights.',
    },
    { kind: 'number', name: 'seed', label: 'Seed', min: 0, max: 0xffffffff, isWhole: true, isRare: true },
  ],
  missing: ({ skeletons, labeledFrameCount }) => {
    const way = { kind: 'mode', mode: 'label', title: 'Label frames' } as const;
    if (skeletons.length === 0)
      return { sentence: 'The project has no skeleton yet: make one in Label, then label frames.', way };
    if (labeledFrameCount >= fewestImages) return null;
    const have = labeledFrameCount === 0 ? 'No frame is labeled' : `Only ${labeledFrameCount} frames are labeled`;
    return {
      sentence: `${have}. Label ${fewestImages} or more, better 50 to 200 of different videos and postures.`,
      way,
    };
  },
  notes: (project) => {
    const { severalAnimalImageCount: several, points } = project.labelSummary;
    const missing = missingPoints(project);
    const animals = points[project.skeletons[0]?.name ?? '']?.animalCount ?? 0;
    const lacking = missing.slice(0, 3).map(({ name, count }) => `${name} in ${count} of ${animals}`);
    return [
      ...(several === 0
        ? []
        : [
            `${imagesText(several)} with several labeled animals ${several === 1 ? 'is' : 'are'} left out: a model learns to find one animal so far.`,
          ]),
      ...(lacking.length === 0
        ? []
        : [
            `Points without label: ${lacking.join(', ')}${missing.length > 3 ? `, and ${missing.length - 3} more` : ''}. What that teaches is chosen below.`,
          ]),
    ];
  },
  start: (project) => {
    const wished = inspect.getState().trainFrom;
    const models = byAge(project);
    const before = models.find(({ name }) => name === wished) ?? models[0];
    const network = before?.network ?? 'unet';
    const held = before !== undefined && before.heldOutCount > 0 ? `model:${before.name}` : 'share';
    return {
      name: newName('pose', [...project.models.map(({ name }) => name), ...namesInTraining()]),
      labelsOf: [],
      absent: 'hidden',
      keep: 'end',
      limit: 'time',
      minutes: 20,
      steps: 2000,
      network,
      start: before?.network == null ? startOfNetwork(project, network) : `model:${before.name}`,
      heldOut: held,
      testGroups: [],
      heldOutPercent: 20,
      longSide: null,
      batchSize: null,
      patience: null,
      seed: 1,
    };
  },
  input: (
    { name, absent, keep, limit, minutes, steps, network, start, heldOut, heldOutPercent, labelsOf, ...rest },
    project,
  ) => {
    const [from, model] = /^(model):(.+)$/s.exec(String(start))?.slice(1) ?? [start];
    const several = project.labelSummary.annotators.length > 1;
    const heldOutOf = modelNamed(project, heldOut)?.name;
    return said({
      name,
      network,
      start: from,
      startModel: model,
      ...(several ? { annotator: labelersOf(project, { labelsOf: labelsOf ?? [] }) } : {}),
      ...(limit === 'time' ? { timeBudget: `${Math.round(Number(minutes) * 60)}s` } : { steps }),
      ...(heldOutOf !== undefined
        ? { heldOutOf }
        : heldOut === 'groups'
          ? { testGroups: rest.testGroups }
          : { heldOutShare: Number(heldOutPercent) / 100 }),
      longSide: rest.longSide,
      ...(absent === 'ignored' && missingPoints(project).length > 0 ? { absent } : {}),
      batchSize: rest.batchSize,
      patience:
        rest.patience ?? (keep === 'best' && (heldOut !== 'share' || Number(heldOutPercent) > 0) ? neverStops : null),
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
