import type { BehaviorModel } from './behavior-model.js';
import { type ClassifyOptions, classifyRecording } from './classify-recording.js';
import type { FoldResult } from './fold-file.js';
import type { TrainingRecording } from './training-recording.js';

/** Returns what a model says of recordings that it did not learn from. */
export async function predictFold(
  model: BehaviorModel,
  recordings: readonly TrainingRecording[],
  { seed, fold, temporal, signal }: Pick<FoldResult, 'seed' | 'fold'> & Pick<ClassifyOptions, 'temporal' | 'signal'>,
): Promise<FoldResult> {
  const tests: FoldResult['tests'][number][] = [];
  for (const { id, group, features } of recordings) {
    const { labels, scores } = await classifyRecording(model, features, {
      ...(temporal === undefined ? {} : { temporal }),
      ...(signal === undefined ? {} : { signal }),
    });
    tests.push({ id, group, predicted: labels, probability: scores.probability });
  }
  const { counts, inner, training, notes, groups } = model.card;
  return {
    seed,
    fold,
    behaviors: model.behaviors,
    trainGroups: groups,
    testGroups: [...new Set(tests.map(({ group }) => group))].sort(),
    card: { counts, inner, training, smoother: model.decision.smoother.kind, offsets: model.decision.offsets },
    notes,
    tests,
  };
}
