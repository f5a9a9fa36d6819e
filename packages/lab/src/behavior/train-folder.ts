import { rm } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type {
  BehaviorEvaluation,
  BehaviorModel,
  CrossValidation,
  FamilyOptions,
  FeatureSpec,
  FrameTruth,
  TrainingOptions,
} from '@zoopraxis/behavior';
import { type FrameScores, IntegrityError, StorageError, type TimeBase } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';
import { z } from 'zod';
import type { OperationContext } from '../jobs/operation-context.js';
import { programVersion, programVersions } from '../jobs/program-version.js';
import { hashRequest } from '../track/track-record.js';
import type { ExampleClips } from './example-clips.js';
import { explainRows, type ModelExplanation } from './explain-model.js';
import { hasNetwork } from './family-options.js';
import { plainChoice } from './feature-options.js';
import { curveShares, type LearningCurve, learningCurveSchema, measureLearningCurves } from './learning-curves.js';
import { type LoadedTraining, loadTraining, type TrainingFolders } from './load-training.js';

/** Settings of {@link trainFolder}. */
export interface TrainFolderOptions extends TrainingFolders {
  /** Folder of the model. */
  readonly out: string;
  readonly family: FamilyOptions;
  readonly smoothers?: TrainingOptions['smoothers'];
  readonly folds: number;
  /** Learning curves that are measured. */
  readonly learningCurves: readonly LearningCurve['by'][];
  readonly seed: number;
  readonly threads?: number;
  /** Clips of each kind and behavior that are cut where `videos` are given; 0 leaves them out. */
  readonly clips: number;
  /** True where a model of other settings or files is replaced. */
  readonly overwrite: boolean;
  readonly report: (problem: FileProblem) => void;
  /** Writes `report.html`. */
  readonly writePage: (path: string, data: TrainingPageData) => Promise<void>;
}

/** One recording as pages draw it. */
export interface DrawnRecording {
  readonly name: string;
  readonly truth: FrameTruth;
  readonly predicted: FrameTruth;
  readonly timeBase: TimeBase;
  readonly scores: Pick<FrameScores, 'behaviors' | 'probability'>;
}

/** What the page of a training shows. */
export interface TrainingPageData {
  readonly name: string;
  readonly model: BehaviorModel;
  readonly record: TrainingRecord;
  /** Undefined where no honest test was possible. */
  readonly evaluation: BehaviorEvaluation | undefined;
  /** What features add to the scores of some training frames; classifiers without trees have none. */
  readonly explanation?: ModelExplanation & { readonly rowCount: number };
  /** Cut where videos were given. */
  readonly clips?: ExampleClips;
  /** By cross-validation. */
  readonly recordings: readonly DrawnRecording[];
  readonly spec: FeatureSpec;
}

/** Name of the record in a model's folder. */
export const trainingRecordName = 'training.json';

/** Schema of `training.json`: what a model was trained on, and how well it did on what it was not. */
export const trainingRecordSchema = z.object({
  format: z.literal('zoopraxis behavior training'),
  version: z.literal(1),
  /** Hash of all that was asked for. */
  request: z.string(),
  inputs: z.array(
    z.object({
      id: z.string(),
      group: z.string(),
      tracks: z.string(),
      tracksHash: z.string(),
      annotations: z.string(),
      annotationsHash: z.string(),
      videoHash: z.string().optional(),
      /** Scale, arena and regions that its features were computed with. */
      place: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
  /** Null where no honest test was possible. */
  crossValidation: z
    .object({ folds: z.int(), seed: z.int(), groups: z.int(), evaluation: z.record(z.string(), z.unknown()) })
    .nullable(),
  /** Those that were asked for. */
  learningCurves: z.array(learningCurveSchema).default([]),
  leaks: z.array(z.string()),
  notes: z.array(z.string()),
  tracksAlone: z.array(z.string()),
  annotationsAlone: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
  synthetic: z.boolean(),
});

/** What a model was trained on, and how well it did on what it was not. */
export type TrainingRecord = z.output<typeof trainingRecordSchema>;

/** A model that was trained, and what is told of it. */
export interface TrainedFolder {
  readonly out: string;
  readonly record: TrainingRecord;
  readonly model: BehaviorModel;
  readonly failed: LoadedTraining['failed'];
  /** True where the same had been trained before. */
  readonly isUnchanged: boolean;
  readonly report: string;
}

/** What tracks must be for a model, as its card keeps it. */
export interface ModelTracks {
  readonly keypoints: readonly string[];
  readonly individuals: readonly string[];
  readonly fps: number;
  readonly filter: TrainingFolders['filter'] | null;
  readonly repairsSwaps: boolean;
  /** Scale of recordings that have none of their own; null: lengths are not in cm, or each recording needs one. */
  readonly pxPerCm: number | null;
  /** True where lengths are in cm and each recording was trained on with a scale of its own. */
  readonly ownScales?: boolean | undefined;
  readonly resident: string | null;
  /** Coat of the resident, where that told who it is. */
  readonly coat?: 'darker' | 'brighter' | undefined;
  readonly inputs: readonly { readonly id: string; readonly contentHash: string }[];
  readonly synthetic: boolean;
}

/** Schema of {@link ModelTracks} as it stands in a model's card. */
export const modelTracksSchema = z.object({
  keypoints: z.array(z.string()),
  individuals: z.array(z.string()),
  fps: z.number().positive(),
  filter: z.array(z.looseObject({ kind: z.string() })).nullable(),
  repairsSwaps: z.boolean(),
  pxPerCm: z.number().positive().nullable(),
  ownScales: z.boolean().optional(),
  resident: z.string().nullable(),
  coat: z.enum(['darker', 'brighter']).optional(),
  inputs: z.array(z.object({ id: z.string(), contentHash: z.string() })),
  synthetic: z.boolean(),
});

/** Folder of finished folds while a training is under way. */
const workFolder = 'folds';

/** Training frames that are explained on the page, of all behaviors together. */
const explainedRows = 400;

/** Share of the memory of the machine that features may take. */
const memoryShare = 0.4;

/**
 * Trains a classifier of behavior on tracks and annotations and writes it with its record and page. With two groups or more
 * it is cross-validated first, fold by fold, and an interrupted training goes on behind the last finished fold.
 * @throws StorageError where nothing can be learned from; IntegrityError where the folder holds another model.
 */
export async function trainFolder(
  options: TrainFolderOptions,
  { signal, progress }: OperationContext,
): Promise<TrainedFolder> {
  const out = resolve(options.out);
  const [behavior, { nodeTemporalRuntime, threadedTrees }, { FolderStore, takeLock }] = await Promise.all([
    import('@zoopraxis/behavior'),
    import('@zoopraxis/behavior/node'),
    import('@zoopraxis/io/node'),
  ]);
  const store = new FolderStore(out);
  const lock = await takeLock(join(out, '.lock'));
  try {
    const loaded = await loadTraining(options, {
      report: options.report,
      signal,
      onRecording: (done, total) =>
        progress({ kind: 'work', task: 'reading tracks and annotations', done, total, unit: 'recordings' }),
    });
    const groups = new Map(loaded.recordings.map(({ id, group }) => [id, group]));
    const inputs = loaded.inputs.map((input) => ({
      ...input,
      group: groups.get(input.id) ?? input.id,
      place: { ...input.place },
    }));
    const { family, smoothers, folds, learningCurves, seed } = options;
    const { scored } = options.truth;
    const request = await hashRequest({
      inputs,
      truth: { ...options.truth, ...(scored === undefined ? {} : { scored: [...scored] }) },
      labels: loaded.recordings.map(({ truth }) => truth.behaviors),
      spec: loaded.spec,
      features: plainChoice(options.features),
      fps: options.fps,
      filter: options.filter ?? null,
      repairsSwaps: options.repairsSwaps,
      family,
      smoothers: smoothers ?? null,
      folds,
      ...(learningCurves.length === 0 ? {} : { learningCurves }),
      seed,
      ...(options.videos === undefined || options.clips === 0 ? {} : { clips: options.clips }),
      version: programVersion,
    });
    const before = await readTrainingRecord(store);
    const reportPath = join(out, 'report.html');
    if (before?.request === request) {
      const model = await behavior.behaviorModelFromFiles(store);
      return { out, record: before, model, failed: loaded.failed, isUnchanged: true, report: reportPath };
    }
    if (before !== undefined && !options.overwrite) {
      throw new IntegrityError(`the folder holds a model of other settings, files or versions: ${out}`, {
        hint: 'Choose another --out, or replace it with --overwrite.',
      });
    }
    const tracks: ModelTracks = {
      keypoints: loaded.skeleton.keypoints,
      individuals: loaded.individuals,
      fps: options.fps,
      filter: options.filter ?? null,
      repairsSwaps: options.repairsSwaps,
      pxPerCm: options.features.pxPerCm ?? null,
      ...(options.features.pxPerCm === undefined && loaded.inputs.some(({ place }) => place.pxPerCm !== undefined)
        ? { ownScales: true }
        : {}),
      resident: options.features.resident ?? null,
      ...(options.features.coat === undefined ? {} : { coat: options.features.coat }),
      inputs: inputs.map(({ id, tracksHash }) => ({ id, contentHash: tracksHash })),
      synthetic: loaded.synthetic,
    };
    const threads = options.threads ?? cpus().length;
    const groupCount = new Set(groups.values()).size;
    if (learningCurves.length > 0 && groupCount < 3) {
      throw new StorageError(
        `a learning curve needs recordings of at least three animals or sessions, and there are ${groupCount}: ${options.annotations[0]}`,
        { hint: 'Score more recordings, or leave --learning-curve out.' },
      );
    }
    const testCount = groupCount < 2 ? 0 : Math.min(folds, groupCount);
    /** All trainings, and how long each takes beside one of all recordings: a part of the recordings takes that part. */
    const trainings = [
      ...Array.from({ length: testCount }, (_, i) => ({ name: `test fold ${i + 1} of ${testCount}`, cost: 1 })),
      { name: 'all recordings', cost: 1 },
      ...learningCurves.flatMap((by) =>
        curveShares.map((share) => ({ name: `learning curve, ${100 * share} % of the ${by}`, cost: share })),
      ),
    ];
    const costOf = (list: typeof trainings) => list.reduce((sum, { cost }) => sum + cost, 0);
    let [done, within] = [0, 0];
    const step = (what: string, share = within) => {
      within = share;
      const own = trainings[Math.min(done, trainings.length - 1)] as (typeof trainings)[number];
      const part = (costOf(trainings.slice(0, done)) + within * own.cost) / costOf(trainings);
      progress({
        ...{ kind: 'work', task: 'training', done: 100 * Math.min(1, part), total: 100, unit: '%' },
        detail: `${own.name}, ${what}`,
      });
    };
    const training: TrainingOptions = {
      family,
      ...(smoothers === undefined ? {} : { smoothers }),
      featureSpec: loaded.spec,
      tracks,
      provenance: {
        operation: 'train behavior',
        versions: programVersions(),
        inputs: inputs.flatMap((input) => [
          { name: input.tracks, contentHash: input.tracksHash },
          { name: input.annotations, contentHash: input.annotationsHash },
        ]),
        parameters: { fps: options.fps, family, folds, seed },
        ...(loaded.synthetic ? { synthetic: true } : {}),
      },
      trees: threadedTrees(threads),
      ...(hasNetwork(family) ? { temporal: await nodeTemporalRuntime({ threads }) } : {}),
      // Kept here, for folds, model and explanation together.
      keepBytes: 0,
      signal,
      onStep: step,
    };
    const sources = behavior.keepWithin(
      loaded.recordings.map(({ features }) => features),
      Math.floor(totalmem() * memoryShare),
    );
    const recordings = loaded.recordings.map((recording, i) => ({
      ...recording,
      features: sources[i] as (typeof sources)[number],
    }));
    checkClasses(behavior, recordings);
    let validated: CrossValidation | undefined;
    if (groupCount >= 2 && folds > 0) {
      const validating = behavior.crossValidate(recordings, {
        ...training,
        folds,
        seeds: [seed],
        store: new FolderStore(join(out, workFolder)),
        onFold: (_, { done: finished }) => {
          done = finished;
        },
      });
      validated = await validating.catch((error: unknown) => {
        if (!(error instanceof RangeError && error.message.startsWith('behaviors:'))) throw error;
        throw new StorageError(
          `a part of the recordings without the others has too little to learn from: ${error.message}`,
          {
            hint: 'Score more recordings, hold out fewer at a time with more --folds, or leave the test out with --folds 0.',
          },
        );
      });
    }
    const model = await behavior.trainBehaviorModel(recordings, { ...training, seed });
    [done, within] = [testCount + 1, 0];
    const curves = await measureLearningCurves(behavior, recordings, {
      kinds: learningCurves,
      training: { ...training, seed },
      store: new FolderStore(join(out, workFolder)),
      onPoint: (finished) => {
        [done, within] = [testCount + 1 + finished, 0];
      },
    });
    const judged =
      validated === undefined
        ? undefined
        : judge(behavior, loaded, validated, { learned: model.behaviors, signal, seed });
    const evaluation = judged?.evaluation;
    const leaks = leakSentences(loaded, { isGrouped: options.groupOf !== undefined, groupCount, folds });
    const record: TrainingRecord = {
      format: 'zoopraxis behavior training',
      version: 1,
      request,
      inputs,
      crossValidation:
        evaluation === undefined || validated === undefined
          ? null
          : { folds: validated.foldCount, seed, groups: groupCount, evaluation: plainEvaluation(evaluation) },
      learningCurves: curves,
      leaks,
      notes: [...loaded.notes, ...model.card.notes, ...foldNotes(validated, model.card.notes)],
      tracksAlone: [...loaded.tracksAlone],
      annotationsAlone: [...loaded.annotationsAlone],
      versions: programVersions(),
      synthetic: loaded.synthetic,
    };
    signal.throwIfAborted();
    step('explanation', 1);
    const sample = await behavior.sampleModelRows(recordings, model, { rowCount: explainedRows, seed, signal });
    const explanation = explainRows(model, sample.values, { rowCount: sample.rowCount });
    signal.throwIfAborted();
    const clips =
      options.videos === undefined || options.clips === 0 || judged === undefined
        ? undefined
        : await (await import('./clip-videos.js')).cutExamples(
            judged.recordings.map(({ name, ...own }) => ({ stem: name, ...own })),
            {
              videos: options.videos,
              folder: join(out, 'report-clips'),
              background: judged.evaluation.background,
              perKind: options.clips,
              synthetic: loaded.synthetic,
              signal,
              onClip: (cut, all) =>
                progress({ kind: 'work', task: 'cutting clips', done: cut, total: all, unit: 'clips' }),
            },
          );
    await behavior.behaviorModelToFiles(model, store);
    await options.writePage(reportPath, {
      name: basename(out),
      model,
      record,
      evaluation,
      ...(explanation === undefined ? {} : { explanation: { ...explanation, rowCount: sample.rowCount } }),
      ...(clips === undefined ? {} : { clips }),
      recordings: judged?.recordings ?? [],
      spec: loaded.spec,
    });
    await store.write(trainingRecordName, new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`));
    await rm(join(out, workFolder), { recursive: true, force: true });
    return { out, record, model, failed: loaded.failed, isUnchanged: false, report: reportPath };
  } finally {
    await lock.release();
  }
}

/** Returns the record in a model's folder, or undefined where there is none that can be read; bytes of a store. */
export async function readTrainingRecord(store: {
  read(name: string): Promise<Uint8Array | undefined>;
}): Promise<TrainingRecord | undefined> {
  const bytes = await store.read(trainingRecordName);
  if (bytes === undefined) return undefined;
  try {
    return trainingRecordSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Refuses recordings in which there are not two things to tell apart. */
function checkClasses(
  { planClasses }: typeof import('@zoopraxis/behavior'),
  recordings: LoadedTraining['recordings'],
): void {
  const { classes, notes } = planClasses(recordings);
  if (classes.length >= 2) return;
  throw new StorageError(
    `there is nothing to tell apart: two behaviors with two bouts each are needed, and the annotations have ${classes.join(', ') || 'none'}${notes.map((note) => `; ${note}`).join('')}`,
    {
      hint: 'Score more bouts. Frames without a behavior count as one (other) where they were watched: --unscored takes them away.',
    },
  );
}

/** Returns what folds say beyond what the model on all recordings says, list of sentences. */
function foldNotes(validated: CrossValidation | undefined, said: readonly string[]): string[] {
  return [...new Set(validated?.notes ?? [])]
    .filter((note) => !said.includes(note) && !note.startsWith('There is one group'))
    .map((note) => `within the cross-validation: ${note}`);
}

/** Returns how well folds predicted what they did not learn from. */
function judge(
  { evaluateBehavior }: typeof import('@zoopraxis/behavior'),
  { recordings }: LoadedTraining,
  { folds }: CrossValidation,
  {
    learned,
    signal,
    seed,
  }: { readonly learned: readonly string[]; readonly signal: AbortSignal; readonly seed: number },
): { evaluation: BehaviorEvaluation; recordings: DrawnRecording[] } {
  const tests = new Map(
    folds.flatMap((fold) => fold.tests.map((test) => [test.id, { ...test, behaviors: fold.behaviors }])),
  );
  const known = recordings.filter(({ id }) => tests.has(id));
  const predicted = known.map(({ id }) => tests.get(id) as NonNullable<ReturnType<(typeof tests)['get']>>);
  const names = new Set([
    ...known.flatMap(({ truth }) => truth.behaviors),
    ...predicted.flatMap(({ behaviors }) => behaviors),
  ]);
  const evaluation = evaluateBehavior(
    known.map(({ truth }) => truth),
    predicted.map((test) => test.predicted),
    {
      recordings: known.map(({ id }) => id),
      groups: known.map(({ group }) => group),
      timeBases: known.map(({ features }) => features.timeBase),
      scores: predicted.map(({ behaviors, probability }) => ({ behaviors, probability })),
      scoredBehaviors: known.map(({ scoredBehaviors }) => scoredBehaviors),
      // What could not be learned is shown, and enters no mean: the model has no such class.
      background: [...names].filter((name) => name === 'other' || !learned.includes(name)).sort(),
      seed,
      signal,
    },
  );
  return {
    evaluation,
    recordings: known.map(({ id, truth, features }, i) => ({
      name: id,
      truth,
      predicted: (predicted[i] as (typeof predicted)[number]).predicted,
      timeBase: features.timeBase,
      scores: predicted[i] as (typeof predicted)[number],
    })),
  };
}

/** Returns an evaluation as plain data without the lists that only figures need. */
function plainEvaluation(evaluation: BehaviorEvaluation): Record<string, unknown> {
  const { curves: _curves, distributions: _distributions, ...rest } = evaluation;
  return JSON.parse(JSON.stringify(rest)) as Record<string, unknown>;
}

/** Returns what is known of frames that training and test share, list of sentences. */
function leakSentences(
  { recordings, notes }: LoadedTraining,
  {
    isGrouped,
    groupCount,
    folds,
  }: { readonly isGrouped: boolean; readonly groupCount: number; readonly folds: number },
): string[] {
  const copies = notes.filter((note) => note.startsWith('LEAK'));
  if (groupCount < 2) {
    const all =
      recordings.length === 1 ? 'there is one recording' : `all ${recordings.length} recordings are of one group`;
    return [...copies, `${all}, so no frame can be tested on honestly`];
  }
  if (folds === 0) return [...copies, 'nothing was held out: the classifier was not tested (--folds 0)'];
  return [
    ...copies,
    isGrouped
      ? `whole groups were held out (${groupCount} animals or cages, ${recordings.length} recordings): no test frame is of a group that was trained on`
      : `whole recordings were held out (${recordings.length}): no test frame is of a recording that was trained on. Each counts as another animal; where one animal is in several, name the animals with --groups, or the scores are too good`,
  ];
}

/**
 * Returns a model folder's classifier, what its tracks must be, and a hash of it.
 * @throws StorageError where the folder holds none, FormatError where it is damaged.
 */
export async function openBehaviorModel(folder: string): Promise<{
  readonly model: BehaviorModel;
  readonly tracks: ModelTracks;
  readonly name: string;
  readonly hash: string;
}> {
  const [{ behaviorModelFromFiles }, { hashBytes }, { FolderStore }] = await Promise.all([
    import('@zoopraxis/behavior'),
    import('@zoopraxis/io'),
    import('@zoopraxis/io/node'),
  ]);
  const path = resolve(folder);
  const store = new FolderStore(path);
  const card = await store.read('model.json').catch(() => undefined);
  if (card === undefined) {
    throw new StorageError(`the folder holds no classifier of behavior (model.json): ${path}`, {
      hint: 'Name a folder that `zoopraxis train behavior` wrote.',
    });
  }
  const model = await behaviorModelFromFiles(store);
  const tracks = modelTracksSchema.safeParse(model.card.tracks);
  if (!tracks.success) {
    throw new StorageError(`the classifier does not say what tracks it needs: ${path}`, {
      hint: 'Train it again with `zoopraxis train behavior`.',
    });
  }
  return {
    model,
    tracks: tracks.data as ModelTracks,
    name: basename(path) || basename(dirname(path)),
    hash: await hashBytes(card),
  };
}
