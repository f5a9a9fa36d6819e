import { type Annotations, createFrameScores, type FrameScores, type Provenance } from '@zoopraxis/core';
import type { FrameTruth } from '../evaluate/frame-truth-type.js';
import type { FeatureSource } from '../features/feature-block.js';
import type { TemporalRuntime } from '../temporal/temporal-runtime.js';
import type { BehaviorModel } from './behavior-model.js';
import { applyDecision } from './decision.js';
import { labelsToAnnotations } from './labels-to-annotations.js';
import { findColumns } from './read-rows.js';
import { isExclusive, scoreRecording } from './scorer.js';

/** What a recording is classified with. */
export interface ClassifyOptions {
  /** The animal that acts. Default `animal`. */
  readonly subject?: string;
  readonly target?: string;
  /** Name of the model in the annotations. Default `model`. */
  readonly annotator?: string;
  readonly channel?: string;
  readonly provenance?: Provenance;
  /** Runs temporal networks; needed for them only. */
  readonly temporal?: TemporalRuntime;
  readonly signal?: AbortSignal;
  /** Called with the frames that are done. */
  readonly onFrames?: (frameCount: number) => void;
}

/** What a classifier says of a recording. */
export interface ClassifiedRecording {
  /** Bouts of all behaviors but the background. */
  readonly annotations: Annotations;
  /** Smoothed probabilities, as the decision saw them. */
  readonly scores: FrameScores;
  /** One label for each frame, the background among them. */
  readonly labels: FrameTruth;
  /** What a user should know, list of sentences. */
  readonly notes: readonly string[];
}

/**
 * Returns the behavior in a recording. Features stream through in blocks; kept are the probabilities, four bytes for each
 * frame and class, so ten hours of video take some megabytes. The same model and features give the same bits everywhere.
 *
 * @throws FormatError where a column that the model reads is missing.
 */
export async function classifyRecording(
  model: BehaviorModel,
  features: FeatureSource,
  options: ClassifyOptions = {},
): Promise<ClassifiedRecording> {
  const { behaviors, background, decision, scorer, fps } = model;
  const { subject = 'animal', target, annotator = 'model', channel, signal } = options;
  const { timeBase } = features;
  const columns = findColumns(features.columns, model.columns, 'columns');
  const raw = await scoreRecording(scorer, features, {
    columns,
    signal,
    temporal: options.temporal,
    ...(options.onFrames === undefined ? {} : { onFrames: options.onFrames }),
  });
  const { labels, probability } = applyDecision(decision, raw, { behaviors, isExclusive: isExclusive(scorer) });
  for (let i = 0; i < probability.length; i++) {
    probability[i] = Math.min(1, Math.max(0, probability[i] as number));
  }
  const truth: FrameTruth = { behaviors, label: labels };
  const notes: string[] = [];
  if (Math.abs(timeBase.fps / fps - 1) > 0.02) {
    notes.push(
      `the model was trained at ${fps} frames per second and this recording has ${timeBase.fps}: durations and windows in frames do not fit; resample the tracks`,
    );
  }
  const name = { subject, ...(target === undefined ? {} : { target }) };
  return {
    annotations: labelsToAnnotations(truth, {
      timeBase,
      ...name,
      annotator,
      ...(channel === undefined ? {} : { channel }),
      ...(background === undefined ? {} : { background }),
      probability,
    }),
    scores: createFrameScores({
      behaviors,
      ...name,
      timeBase,
      probability,
      provenance: options.provenance ?? { operation: 'classify', versions: {}, inputs: [], parameters: {} },
    }),
    labels: truth,
    notes,
  };
}
