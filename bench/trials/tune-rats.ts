import { join } from 'node:path';
import {
  type FamilyOptions,
  keepFeatures,
  type TrainingRecording,
  type TreeSettings,
  trainBehaviorModel,
} from '@zoopraxis/behavior';
import { threadedTrees } from '@zoopraxis/behavior/node';
import { foldsByGroup, Random } from '@zoopraxis/core';
import { boosted } from './rat-methods.js';
import { readRats } from './rat-recordings.js';

/** Changes to the settings of the trial, each tried alone. */
const changes: readonly TreeSettings[] = [
  {},
  { maxDepth: 4 },
  { maxDepth: 7 },
  { minChildWeight: 5 },
  { minChildWeight: 60 },
  { columnSample: 0.1 },
  { learningRate: 0.04 },
];

/**
 * Prints the macro F1 of inner folds for changes of settings, on the training sessions of the first fold of seed 1: test
 * sessions are never read. Arguments: sessions, frames (default all and 60,000).
 */
async function tune([sessions, frames = '60000']: readonly string[]): Promise<void> {
  const data = join(process.env.ZOOPRAXIS_DATA ?? '../shared/data', 'rat-resident-intruder');
  const { recordings } = await readRats(data, 'S1', sessions === undefined ? {} : { only: Number(sessions) });
  const groups = recordings.map(({ group }) => group);
  const [split] = foldsByGroup(groups, { count: 5, random: new Random(1).fork('folds') });
  const train = (split?.train ?? []).map((index): TrainingRecording => {
    const recording = recordings[index] as TrainingRecording;
    return { ...recording, features: keepFeatures(recording.features) };
  });
  for (const change of changes) {
    const family: FamilyOptions = { ...boosted, settings: { ...boosted.settings, ...change } };
    const { card } = await trainBehaviorModel(train, {
      family,
      sampling: { maxFrames: Number(frames) },
      smoothers: ['none', 'min-bout', 'semi-markov'],
      seed: 101,
      trees: threadedTrees(2),
      keepBytes: 0,
    });
    const { rounds } = card.training as { rounds: readonly number[] };
    process.stdout.write(`${JSON.stringify({ change, rounds, tried: card.inner.tried })}\n`);
  }
}

await tune(process.argv.slice(2));
