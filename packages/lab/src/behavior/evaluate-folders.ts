import { basename, dirname } from 'node:path';
import type { BehaviorEvaluation, FrameTruth } from '@zoopraxis/behavior';
import { DomainError, type FrameScores, frameAtSeconds, StorageError, type TimeBase } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';
import { type ClassifiedRecord, readClassifiedRecord, readScores } from './classified-files.js';
import { listBoutFiles } from './match-files.js';
import { pairFiles } from './pair-files.js';
import { peopleLabels } from './people-labels.js';
import { readBouts } from './read-bouts.js';
import { backgroundName, readTruthFolder, type TruthSettings, truthOf } from './truth-folder.js';

/** Settings of {@link evaluateFolders}. */
export interface EvaluateFoldersOptions extends TruthSettings {
  /** Frames per second, for files that count in frames where no record of `classify` says it. */
  readonly fps?: number;
  readonly toleranceSec?: number;
  readonly minimumOverlap?: number;
  readonly resampleCount?: number;
  readonly seed?: number;
  readonly groupOf?: (stem: string) => string;
  /** Folders of other people's annotations of the same recordings. */
  readonly people?: readonly string[];
  readonly report: (problem: FileProblem) => void;
  readonly signal: AbortSignal;
  readonly onRecording?: (done: number, total: number) => void;
}

/** One recording that was compared. */
export interface ComparedRecording {
  readonly stem: string;
  readonly truth: FrameTruth;
  /** Behaviors that were looked for; undefined: all. */
  readonly scoredBehaviors?: readonly string[];
  readonly predicted: FrameTruth;
  readonly timeBase: TimeBase;
  readonly scores?: FrameScores;
  readonly record?: ClassifiedRecord;
}

/** How well a folder of predictions meets a folder of truth. */
export interface FoldersEvaluation {
  readonly evaluation: BehaviorEvaluation;
  readonly recordings: readonly ComparedRecording[];
  readonly predictedAlone: readonly string[];
  readonly truthAlone: readonly string[];
  /** Recordings that the model was trained on: their scores are no test; list of stems. */
  readonly trainedOn: readonly string[];
  /** Sentences about single recordings. */
  readonly notes: readonly string[];
  readonly failed: readonly {
    readonly path: string;
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
  }[];
}

/** Returns an error as plain data. */
export function failureOf(path: string, error: unknown): FoldersEvaluation['failed'][number] {
  if (!(error instanceof DomainError)) {
    return { path, code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
  }
  return { path, code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}

/**
 * Returns how well predicted bouts meet true ones, file by file of one stem.
 * @throws StorageError where nothing belongs together, or a rate is needed that nobody says.
 */
export async function evaluateFolders(
  predictedPath: string,
  truthPath: string,
  options: EvaluateFoldersOptions,
): Promise<FoldersEvaluation> {
  const { report, signal } = options;
  const [{ evaluateBehavior, frameTruth }, { FolderStore }] = await Promise.all([
    import('@zoopraxis/behavior'),
    import('@zoopraxis/io/node'),
  ]);
  const [predictedFiles, truthFiles] = await Promise.all([listBoutFiles([predictedPath]), listBoutFiles([truthPath])]);
  const { pairs, tracksAlone, annotationsAlone } = await pairFiles(predictedFiles, truthFiles, options.fps ?? 30);
  if (pairs.length === 0) {
    const [a, b] = [predictedFiles[0]?.path ?? '', truthFiles[0]?.path ?? ''];
    throw new StorageError(
      `no prediction has the name of a truth (${basename(a)} and ${basename(b)}, for instance): ${predictedPath}`,
      { hint: 'Files of one recording need one name, such as session01.csv and session01.txt.' },
    );
  }
  const records = new Map<string, ClassifiedRecord>();
  for (const { stem, tracks: path } of pairs) {
    const own = predictedFiles.find((file) => file.path === path)?.stem ?? stem;
    const record = await readClassifiedRecord(new FolderStore(dirname(path)), own);
    if (record !== undefined) records.set(stem, record);
  }
  const fpsOf = (stem: string) => options.fps ?? records.get(stem)?.sourceFps;
  const truthFolder = await readTruthFolder(
    pairs.map(({ stem, annotations }) => ({ stem, path: annotations })),
    options,
    { fpsOf, report, signal },
  );
  const failed = truthFolder.failures.map(({ path, error }) => failureOf(path, error));
  const notes: string[] = [];
  const recordings: ComparedRecording[] = [];
  for (const [i, { stem, tracks: path }] of pairs.entries()) {
    signal.throwIfAborted();
    options.onRecording?.(i, pairs.length);
    const own = truthFolder.bouts.get(stem);
    if (own === undefined) continue;
    try {
      const record = records.get(stem);
      const fps = fpsOf(stem);
      const predicted = await readBouts(path, {
        stem,
        report,
        signal,
        ...(options.stream === undefined ? {} : { stream: options.stream }),
        ...(fps === undefined ? {} : { fps }),
        ...(options.unit === undefined || record !== undefined ? {} : { unit: options.unit }),
      });
      const rate = fps ?? own.fps ?? predicted.fps;
      if (rate === undefined) {
        throw new StorageError(
          `neither truth nor prediction says the frame rate, and frames are what is compared: ${path}`,
          {
            hint: 'Give it with --fps, such as --fps 30.',
          },
        );
      }
      const scores =
        record?.files.scores === undefined
          ? undefined
          : await readScores(new FolderStore(dirname(path)), record.files.scores, signal);
      const timeBase = scores?.timeBase ?? {
        fps: rate,
        frameCount: record?.frameCount ?? lengthOf([own, predicted], rate),
      };
      const truth = await truthOf(truthFolder, own, { timeBase, settings: options });
      const said = frameTruth([predicted.annotations], {
        timeBase,
        behaviors: [...new Set([...predicted.annotations.behaviors, ...(record?.behaviors ?? [])])]
          .filter((name) => name !== backgroundName)
          .sort(),
        // A model that names every frame leaves none out; of others a frame without a bout is the background.
        background: record !== undefined && record.background === undefined ? null : backgroundName,
        ...(options.coarse === undefined ? {} : { coarse: options.coarse }),
      });
      notes.push(...truth.notes.map(({ message }) => `${stem}: ${message}`));
      recordings.push({
        stem,
        truth: truth.truth,
        ...(truth.scoredBehaviors === undefined ? {} : { scoredBehaviors: truth.scoredBehaviors }),
        predicted: said.truth,
        timeBase,
        ...(scores === undefined ? {} : { scores }),
        ...(record === undefined ? {} : { record }),
      });
    } catch (error) {
      signal.throwIfAborted();
      failed.push(failureOf(path, error));
    }
  }
  if (recordings.length === 0) {
    const [first] = failed;
    throw new StorageError(`nothing could be compared: ${first?.message ?? predictedPath}`, {
      ...(first?.hint === undefined ? {} : { hint: first.hint }),
    });
  }
  const everywhere = new Set(
    recordings.flatMap(({ truth, predicted }) => [...truth.behaviors, ...predicted.behaviors]),
  );
  const annotators = await peopleLabels(options.people ?? [], recordings, { settings: options, report, signal });
  const evaluation = evaluateBehavior(
    recordings.map(({ truth }) => truth),
    recordings.map(({ predicted }) => predicted),
    {
      recordings: recordings.map(({ stem }) => stem),
      ...(options.groupOf === undefined
        ? {}
        : { groups: recordings.map(({ stem }) => options.groupOf?.(stem) ?? stem) }),
      timeBases: recordings.map(({ timeBase }) => timeBase),
      scores: recordings.map(({ scores }) => scores),
      scoredBehaviors: recordings.map(({ scoredBehaviors }) => scoredBehaviors),
      annotators,
      background: everywhere.has(backgroundName) ? [backgroundName] : [],
      ...(options.toleranceSec === undefined ? {} : { tolerance: { sec: options.toleranceSec } }),
      ...(options.minimumOverlap === undefined ? {} : { minimumOverlap: options.minimumOverlap }),
      ...(options.resampleCount === undefined ? {} : { resampleCount: options.resampleCount }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      signal,
    },
  );
  return {
    evaluation,
    recordings,
    predictedAlone: tracksAlone,
    truthAlone: annotationsAlone,
    trainedOn: recordings.flatMap(({ stem, record }) =>
      record?.model.trainedOn.some(({ contentHash }) => contentHash === record.tracksHash) ? [stem] : [],
    ),
    notes,
    failed,
  };
}

/** Returns how many frames the longest of several lists of bouts reaches over. */
function lengthOf(
  lists: readonly {
    readonly annotations: { readonly endSec: Float64Array };
    readonly observedSec?: readonly [number, number];
  }[],
  fps: number,
): number {
  const last = Math.max(
    0,
    ...lists.flatMap(({ annotations: { endSec }, observedSec }) => [
      observedSec?.[1] ?? 0,
      endSec.reduce((a, b) => Math.max(a, b), 0),
    ]),
  );
  return frameAtSeconds({ frameCount: Number.MAX_SAFE_INTEGER, fps }, last + 0.5 / fps);
}
