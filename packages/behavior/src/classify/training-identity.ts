import { hashOf, stableJson } from './fingerprint.js';
import { settingsOf, type TrainingOptions } from './train-behavior-model.js';
import type { TrainingRecording } from './training-recording.js';

/**
 * Returns a hash (hex) that tells the work of some trainings from all other: settings, recordings, labels, and what `more`
 * says (plain JSON data).
 */
export function trainingIdentity(
  recordings: readonly TrainingRecording[],
  training: TrainingOptions,
  more: Readonly<Record<string, unknown>>,
): string {
  const parts = recordings.map(({ id, group, features, truth, scoredBehaviors }) => ({
    id,
    group,
    frames: features.timeBase.frameCount,
    fps: features.timeBase.fps,
    columns: hashOf(stableJson(features.columns)),
    behaviors: truth.behaviors,
    labels: hashOf(truth.label),
    scoredBehaviors: scoredBehaviors ?? null,
  }));
  const { featureSpec, tracks } = training;
  return hashOf(
    stableJson({ version: 1, settings: settingsOf(training), featureSpec, tracks, ...more, recordings: parts }),
  );
}
