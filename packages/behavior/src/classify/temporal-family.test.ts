import { MemoryStore, UnavailableError } from '@zoopraxis/core';
import { directBackend } from '@zoopraxis/nn/node';
import { expect, test } from 'vitest';
import { frameMacroF1 } from '../smooth/smoothing-data.js';
import { directTemporalRuntime } from '../temporal/temporal-runtime.js';
import { classifyRecording } from './classify-recording.js';
import type { FamilyOptions } from './families.js';
import { behaviorModelFromFiles, behaviorModelToFiles } from './model-files.js';
import { madeRecordings } from './recordings.test.kit.js';
import { trainBehaviorModel } from './train-behavior-model.js';

const network: FamilyOptions = {
  kind: 'temporal',
  settings: { architecture: { channels: 8, layers: 3 }, windowFrames: 64, batchSize: 8, epochs: 4, learningRate: 0.02 },
};
const trees: FamilyOptions = { kind: 'trees', settings: { rounds: 20, maxDepth: 3 } };

test('temporal networks and their mean with trees learn, and come back from their files bit for bit', async () => {
  const temporal = directTemporalRuntime(directBackend('cpu'));
  const recordings = madeRecordings(4, { frames: 1000, noise: 0.7 });
  const [unseen] = madeRecordings(1, { frames: 1000, noise: 0.7, session: 80 });
  const options = { family: { kind: 'mean', members: [trees, network] }, inner: { count: 2 }, temporal } as const;
  const model = await trainBehaviorModel(recordings, options);
  const { labels, scores } = await classifyRecording(model, unseen!.features, { temporal });
  expect(frameMacroF1(unseen!.label, labels.label, 3)).toBeGreaterThan(0.8);
  const store = new MemoryStore();
  await behaviorModelToFiles(model, store);
  const read = await behaviorModelFromFiles(store);
  const again = await classifyRecording(read, unseen!.features, { temporal });
  expect(again.scores.probability).toEqual(scores.probability);
  await expect(classifyRecording(read, unseen!.features)).rejects.toThrow(UnavailableError);
  // Recordings that were not scored for everything: each behavior for itself.
  const partly = recordings.map((recording, index) =>
    index > 0 ? recording : { ...recording, scoredBehaviors: ['chase', 'other'] },
  );
  const separate = await trainBehaviorModel(partly, { family: network, inner: { count: 2 }, temporal });
  const other = await classifyRecording(separate, unseen!.features, { temporal });
  expect(frameMacroF1(unseen!.label, other.labels.label, 3)).toBeGreaterThan(0.7);
});
