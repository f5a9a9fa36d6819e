import { UnavailableError } from '@zoopraxis/core';
import { type FrameTruth, unscoredLabel } from '../evaluate/frame-truth-type.js';
import type { FeatureSource } from '../features/feature-block.js';
import { predictTemporal } from '../temporal/predict-temporal.js';
import type { TemporalModel } from '../temporal/temporal-model.js';
import type { TemporalRecording } from '../temporal/temporal-recording.js';
import type { TemporalRuntime } from '../temporal/temporal-runtime.js';
import { type TrainTemporalOptions, trainTemporalNetwork } from '../temporal/train-temporal.js';
import type { FamilyContext } from './fit-family.js';
import { pickColumns } from './read-rows.js';
import type { ScoreOptions, TemporalScorer } from './scorer.js';

/** Settings of temporal networks; plain data. */
export type TemporalSettings = Pick<
  TrainTemporalOptions,
  | 'architecture'
  | 'dropout'
  | 'noise'
  | 'classWeights'
  | 'windowFrames'
  | 'batchSize'
  | 'epochs'
  | 'learningRate'
  | 'weightDecay'
  | 'patience'
>;

/** What fitting temporal networks needs. */
export interface TemporalContext extends FamilyContext {
  readonly temporal: TemporalRuntime;
  /** Keeps what a network says of the inner fold that it did not learn from. */
  readonly scoreFold: (scorer: TemporalScorer, fold: number) => Promise<void>;
}

/**
 * Returns temporal networks, one for each inner fold: each learns from the others and stops by its own, so that all of them
 * together have seen everything and each has a fold that it has not. Their mean is the classifier; none is trained again.
 */
export async function fitTemporal(
  { settings = {} }: { readonly settings?: TemporalSettings },
  context: TemporalContext,
): Promise<{ scorer: TemporalScorer; summary: Record<string, unknown> }> {
  const { plan, inner, ids, sources, columns, temporal: runtime, seed, signal, onStep, scoreFold } = context;
  const isComplete = plan.isScored.every((scored) => scored.every(Boolean));
  const output = isComplete ? 'softmax' : 'sigmoid';
  const features = sources.map((source) => pickColumns(source, columns));
  const part = (isWanted: (fold: number) => boolean): TemporalRecording[] =>
    features.flatMap((source, index) => {
      const fold = inner.fold[index] as Uint8Array;
      const label = (plan.labels[index] as Uint8Array).map((own, frame) =>
        isWanted(fold[frame] as number) ? own : unscoredLabel,
      );
      if (label.every((own) => own === unscoredLabel)) return [];
      const truth: FrameTruth = { behaviors: plan.classes, label };
      const scored = (plan.isScored[index] as readonly boolean[]).flatMap((is, c) => (is ? [c] : []));
      return [{ id: ids[index] as string, features: source, truth, ...(output === 'sigmoid' ? { scored } : {}) }];
    });
  const networks: TemporalModel[] = [];
  const other = plan.background === undefined ? {} : { other: plan.background };
  for (let fold = 0; fold < inner.count; fold++) {
    const step = `temporal network ${fold + 1} of ${inner.count}`;
    onStep(step, fold / inner.count);
    const validation = part((own) => own === fold);
    const training = await trainTemporalNetwork(
      part((own) => own !== fold && own < inner.count),
      {
        ...settings,
        runtime,
        seed: seed * 100 + fold,
        output,
        ...(validation.length === 0 ? {} : { validation }),
        onProgress: ({ step: done, steps, macroF1 }) => {
          if (macroF1 === undefined) return;
          const text = `${step}: step ${done} of ${steps}, inner macro F1 ${macroF1.toFixed(3)}`;
          onStep(text, (fold + done / steps) / inner.count);
        },
        ...(signal === undefined ? {} : { signal }),
      },
    );
    if (training.ended === 'aborted') {
      signal?.throwIfAborted();
      throw new UnavailableError('the training of a temporal network was stopped');
    }
    networks.push(training.model);
    await scoreFold({ kind: 'temporal', ...other, networks: [training.model] }, fold);
  }
  return {
    scorer: { kind: 'temporal', ...other, networks },
    summary: { family: { kind: 'temporal', settings }, networks: networks.map(({ card }) => card.training) },
  };
}

/** Returns the mean of what networks say of a recording, shape `[frame, class]`. */
export async function scoreTemporal(
  { networks, other }: TemporalScorer,
  source: FeatureSource,
  { columns, temporal, signal, onFrames }: ScoreOptions,
): Promise<Float32Array> {
  if (temporal === undefined) {
    throw new UnavailableError('the model is a temporal network, and no engine for networks was given', {
      hint: 'Pass a temporal runtime.',
    });
  }
  const features = pickColumns(source, columns);
  const width = networks[0]?.card.behaviors.length ?? 0;
  const out = new Float32Array(source.timeBase.frameCount * width);
  for (const [index, model] of networks.entries()) {
    const options = {
      backend: temporal.backend,
      threads: temporal.threads,
      ...(signal === undefined ? {} : { signal }),
    };
    for await (const { firstFrame, frameCount, probability } of predictTemporal(model, features, options)) {
      const at = firstFrame * width;
      for (let i = 0; i < probability.length; i++) {
        out[at + i] = (out[at + i] as number) + (probability[i] as number) / networks.length;
      }
      onFrames?.(Math.floor(((firstFrame + frameCount) * (index + 1)) / networks.length));
    }
  }
  if (other !== undefined && networks.some(({ card }) => card.output === 'sigmoid')) {
    for (let at = 0; at < out.length; at += width) {
      let highest = 0;
      for (let c = 0; c < width; c++) if (c !== other) highest = Math.max(highest, out[at + c] as number);
      out[at + other] = 1 - highest;
    }
  }
  return out;
}
