import { expect, test } from 'vitest';
import type { ProjectView, TracksView } from 'zoopraxis';
import {
  classifyForm,
  evaluateBehaviorForm,
  trackSources,
  tracksOfSource,
  trainBehaviorForm,
  withFirstStream,
} from './behavior-forms.js';
import { formProblems, hintOf, newName, said, shownFields } from './form.js';
import { startForms } from './forms.js';
import { inspect } from './inspect-store.js';
import { trackForm, trainPoseForm } from './pose-forms.js';

const empty: ProjectView = {
  name: 'p',
  folder: 'p',
  programVersion: '0',
  place: '',
  revision: 1,
  annotator: 'ann',
  skeletons: [],
  ethogram: { behaviors: [] },
  videos: [],
  recordings: [],
  tracks: [],
  annotations: [],
  models: [],
  labeledFrameCount: 0,
  labelSummary: { annotators: [], individuals: [], groups: [], severalAnimalImageCount: 0, points: {} },
  warnings: [],
  conflictCount: 0,
  damage: [],
};

const video = (id: string) => ({
  id,
  fileName: `${id}.mp4`,
  view: 'top' as const,
  widthPx: 640,
  heightPx: 480,
  frameCount: 100,
  fps: 30,
  isVariableRate: false,
  isThere: true,
  pxPerCm: null,
});

const recording = (id: string) => ({
  id,
  videos: [`${id}-top`, `${id}-side`],
  offsetsSec: {},
  subjects: [],
  conditions: {},
  tracks: [],
  arena: null,
  regions: [],
  outlineSteps: { canUndo: false, canRedo: false },
  durationSec: 10,
});

const tracks = (name: string, of: string, source: string): TracksView => ({
  name,
  recording: of,
  video: `${of}-top`,
  frameCount: 100,
  fps: 30,
  individuals: ['a'],
  keypoints: ['nose'],
  edges: [],
  source,
  exchanges: [],
});

const stream = (set: string, of: string, subject: string, boutCount: number, isHuman = true) => ({
  set,
  recording: of,
  subject,
  annotator: isHuman ? 'ann' : 'social',
  channel: 'default',
  isHuman,
  behaviors: ['attack'],
  boutCount,
});

const model = (name: string, kind: 'pose' | 'behavior', madeAt: string) => ({
  name,
  kind,
  madeAt,
  classes: [],
  headline: '',
  network: kind === 'pose' ? 'unet' : null,
  heldOutCount: kind === 'pose' ? 12 : 0,
});

const full: ProjectView = {
  ...empty,
  skeletons: [{ name: 's', keypoints: ['nose'], edges: [], symmetries: [], roles: {} }],
  labeledFrameCount: 60,
  videos: ['r1-top', 'r1-side', 'r2-top', 'r2-side'].map(video),
  recordings: [recording('r1'), recording('r2')],
  tracks: [tracks('r1-first', 'r1', 'first'), tracks('r2-first', 'r2', 'first')],
  annotations: [
    stream('scored', 'r1', 'm1', 3),
    stream('scored', 'r1', 'm2', 9),
    stream('social', 'r1', 'm1', 5, false),
  ],
  models: [
    model('first', 'pose', '2026-01-01'),
    model('second', 'pose', '2026-02-01'),
    model('social', 'behavior', '2026-01-01'),
  ],
};

test('an empty project is told what it lacks and the way to it; a full one starts everything', () => {
  const said = startForms.map((form) => form.missing(empty)?.sentence ?? null);
  expect(said.filter((sentence) => sentence === null)).toHaveLength(1);
  expect(trainBehaviorForm.missing(empty)?.way).toMatchObject({ id: 'start-track' });
  expect(trainBehaviorForm.missing({ ...full, annotations: [] })?.way).toMatchObject({ mode: 'annotate' });
  expect(trainPoseForm.missing({ ...full, labeledFrameCount: 3 })?.way).toMatchObject({ mode: 'label' });
  expect(evaluateBehaviorForm.missing({ ...full, annotations: full.annotations.slice(0, 2) })?.way).toMatchObject({
    id: 'start-classify',
  });
  expect(startForms.map((form) => form.missing(full))).toEqual(startForms.map(() => null));
});

test('ways that are forms lead to forms that there are', () => {
  const ids = new Set(startForms.map(({ id }) => id));
  for (const project of [empty, full, { ...full, models: [] }]) {
    for (const form of startForms) {
      const way = form.missing(project)?.way;
      if (way?.kind === 'form') expect(ids).toContain(way.id);
    }
  }
});

test('what a form holds at first is right', () => {
  for (const form of startForms) expect(formProblems(form, form.start(full, 'r1'), full)).toEqual({});
});

test('training takes a time or steps, never both, and only what was said', () => {
  const start = trainPoseForm.start(full, null);
  expect(trainPoseForm.input(start, full)).toEqual({
    name: 'pose',
    network: 'unet',
    start: 'model',
    startModel: 'second',
    timeBudget: '1200s',
    heldOutOf: 'second',
    seed: 1,
  });
  const other = { ...start, limit: 'steps', start: 'model:a: b', heldOut: 'share', heldOutPercent: 0 };
  expect(trainPoseForm.input(other, full)).toMatchObject({
    steps: 2000,
    start: 'model',
    startModel: 'a: b',
    heldOutShare: 0,
  });
  expect(trainPoseForm.input(other, full)).not.toHaveProperty('timeBudget');
  const names = shownFields(trainPoseForm, other, full).map(({ name }) => name);
  expect(names).toContain('steps');
  expect(names).not.toContain('minutes');
});

test('names that cannot be folders and numbers that cannot be are said', () => {
  const start = trainPoseForm.start(full, null);
  for (const name of ['', ' a', 'a/b', '..', 'a:b', 'x'.repeat(101)])
    expect(Object.keys(formProblems(trainPoseForm, { ...start, name }, full))).toEqual(['name']);
  expect(Object.keys(formProblems(trainPoseForm, { ...start, minutes: 0, seed: 1.5 }, full))).toEqual([
    'minutes',
    'seed',
  ]);
  expect(Object.keys(formProblems(trainPoseForm, { ...start, start: 'published' }, full))).toEqual(['start']);
  expect(formProblems(trainPoseForm, { ...start, network: 'resnet50', start: 'published' }, full)).toEqual({});
});

test('tracking sends the videos of the chosen recordings, or none for all', () => {
  const start = trackForm.start(full, 'r2');
  expect(trackForm.input(start, full)).toEqual({
    model: 'second',
    videos: ['r2-top', 'r2-side'],
    precision: 'fp32',
    overwrite: false,
  });
  expect(trackForm.input({ ...start, recordings: [] }, full)).not.toHaveProperty('videos');
});

test('tracks are named only where a recording has several, and the edited ones count', () => {
  expect(tracksOfSource(full, 'first')).toBeNull();
  const more = {
    ...full,
    tracks: [...full.tracks, tracks('r1-first-edited', 'r1', 'first'), tracks('r1-second', 'r1', 'second')],
  };
  expect(tracksOfSource(more, 'first')).toEqual(['r1-first-edited', 'r2-first']);
  expect(trackSources(more)).toEqual(['first', 'second']);
  expect(classifyForm.input({ model: 'social', recordings: [], source: 'second' }, more)).toEqual({
    model: 'social',
    tracks: ['r1-second', 'r2-first'],
  });
});

test('a set of several animals names the animal, first the one with most bouts', () => {
  const start = trainBehaviorForm.start(full, null);
  expect(start.subject).toBe('m2');
  expect(trainBehaviorForm.input(start, full)).toEqual({
    name: 'behavior',
    set: 'scored',
    subject: 'm2',
    featureSet: 'general',
    family: 'trees',
    folds: 5,
    seed: 1,
  });
  const one = { ...full, annotations: full.annotations.slice(0, 1) };
  expect(trainBehaviorForm.input(withFirstStream(start, one), one)).not.toHaveProperty('subject');
});

test('new names are free, and empty fields are not sent', () => {
  expect([newName('pose', []), newName('pose', ['pose', 'pose-2'])]).toEqual(['pose', 'pose-3']);
  expect(said({ a: null, b: '', c: [], d: 0, e: false, f: undefined })).toEqual({ d: 0, e: false });
});

test('a first training begins with nothing and holds out a share; one that was asked for goes on from its model', () => {
  const none = { ...full, models: [] };
  expect(trainPoseForm.input(trainPoseForm.start(none, null), none)).toMatchObject({
    start: 'random',
    heldOutShare: 0.2,
  });
  inspect.setState({ trainFrom: 'first' });
  expect(trainPoseForm.start(full, null)).toMatchObject({ start: 'model:first', heldOut: 'model:first' });
  inspect.setState({ trainFrom: null });
});

test('labels of all who labeled are learned from, those of who works first; some can be chosen', () => {
  const annotators = ['ann', 'truth', 'zoe'].map((name, i) => ({ name, imageCount: i + 1 }));
  const project = { ...full, annotator: 'zoe', labelSummary: { ...full.labelSummary, annotators } };
  const start = trainPoseForm.start(project, null);
  expect(trainPoseForm.input(start, project).annotator).toEqual(['zoe', 'ann', 'truth']);
  expect(trainPoseForm.input({ ...start, labelsOf: ['truth'] }, project).annotator).toEqual(['truth']);
  expect(shownFields(trainPoseForm, start, project).map(({ name }) => name)).toContain('labelsOf');
  expect(shownFields(trainPoseForm, start, full).map(({ name }) => name)).not.toContain('labelsOf');
});

test('learning on from a model while measuring on other images is warned of', () => {
  const start = trainPoseForm.start(full, null);
  const field = trainPoseForm.fields.find(({ name }) => name === 'start');
  if (field === undefined) throw new Error('no field');
  expect(hintOf(field, start, full)).not.toContain('smaller than it is');
  expect(hintOf(field, { ...start, heldOut: 'share' }, full)).toContain('smaller than it is');
});

test('a name that a model has is refused before anything is sent', () => {
  const start = trainPoseForm.start(full, null);
  expect(formProblems(trainPoseForm, { ...start, name: 'first' }, full)).toHaveProperty('name');
});

test('points that many labels lack are told, and what that teaches is asked', () => {
  const points = { s: { animalCount: 60, keypoints: { nose: 50 } } };
  const project = { ...full, labelSummary: { ...full.labelSummary, points } };
  const start = trainPoseForm.start(project, null);
  expect(trainPoseForm.notes?.(project, start)).toEqual([expect.stringContaining('nose in 10 of 60')]);
  const names = (of: ProjectView) => shownFields(trainPoseForm, start, of).map(({ name }) => name);
  expect(names(project)).toContain('absent');
  expect(names(full)).not.toContain('absent');
  expect(trainPoseForm.input({ ...start, absent: 'ignored' }, project)).toMatchObject({ absent: 'ignored' });
});

test('videos to measure on can be chosen, and at least one must be', () => {
  const groups = ['a', 'b'].map((name) => ({ name, imageCount: 5 }));
  const project = { ...full, labelSummary: { ...full.labelSummary, groups } };
  const start = { ...trainPoseForm.start(project, null), heldOut: 'groups' };
  expect(formProblems(trainPoseForm, start, project)).toHaveProperty('testGroups');
  const chosen = { ...start, testGroups: ['b'] };
  expect(formProblems(trainPoseForm, chosen, project)).toEqual({});
  const input = trainPoseForm.input(chosen, project);
  expect(input).toMatchObject({ testGroups: ['b'] });
  expect(input).not.toHaveProperty('heldOutOf');
  expect(input).not.toHaveProperty('heldOutShare');
});
