// A small classifier of two made animals, and what it says of a recording: to compare machines, threads and versions of Node.
import { createHash } from 'node:crypto';
import {
  type BehaviorModel,
  classifyRecording,
  createFeatureSource,
  type FeatureSpec,
  type FrameTruth,
  trainBehaviorModel,
} from '@zoopraxis/behavior';
import { threadedTrees } from '@zoopraxis/behavior/node';
import { createPoseTracks, createSkeleton, type PoseTracks, Random } from '@zoopraxis/core';

const frameCount = 300;
const behaviors = ['chase', 'rest', 'together'];
const spec: FeatureSpec = { set: 'general', symmetric: true, windows: [{ radiusSec: 0.2 }] };

/** Returns tracks of two animals whose behavior is known, with gaps. */
function madeSession(seed: number): { tracks: PoseTracks; truth: FrameTruth } {
  const random = new Random(seed);
  const keypoints = ['nose', 'center', 'tailbase'];
  const label = new Uint8Array(frameCount);
  for (let at = 0; at < frameCount; ) {
    const end = at + 15 + random.integer(35);
    label.fill(random.integer(3), at, end);
    at = end;
  }
  const position = new Float32Array(frameCount * 2 * keypoints.length * 2);
  let [x, apart] = [100, 150];
  for (let frame = 0; frame < frameCount; frame++) {
    const own = behaviors[label[frame] as number];
    x += own === 'chase' ? 9 : 0.5;
    apart += 0.3 * ((own === 'together' ? 20 : 150) - apart);
    for (let animal = 0; animal < 2; animal++) {
      for (let point = 0; point < keypoints.length; point++) {
        const at = ((frame * 2 + animal) * keypoints.length + point) * 2;
        const isGap = random.uniform() < 0.05;
        const place = [x - 14 * point + 2 * random.normal(), 80 + animal * apart + 2 * random.normal()];
        position.set(isGap ? [Number.NaN, Number.NaN] : place, at);
      }
    }
  }
  const tracks = createPoseTracks({
    skeleton: createSkeleton({ name: 'made', keypoints }),
    individuals: ['a', 'b'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps: 30 },
    position,
    confidence: Float32Array.from({ length: position.length / 2 }, () => 1),
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {}, synthetic: true },
  });
  return { tracks, truth: { behaviors, label } };
}

/** Returns the classifier, trained with that many threads. */
export function trainSameModel(threads: number): Promise<BehaviorModel> {
  const recordings = [1, 2, 3].map((seed) => {
    const { tracks, truth } = madeSession(seed);
    return { id: `s${seed}`, group: `s${seed}`, features: createFeatureSource(tracks, spec), truth };
  });
  return trainBehaviorModel(recordings, {
    family: { kind: 'trees', settings: { rounds: 12, maxDepth: 3, learningRate: 0.3 } },
    featureSpec: spec,
    trees: threadedTrees(threads),
    seed: 7,
  });
}

const hashOf = (values: Float32Array | Uint8Array) =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

/** What a model says of a recording that it has not seen. */
export interface SameOutput {
  /** SHA-256 of the features, 32-bit floats, little-endian; missing ones as one bit pattern. */
  readonly features: string;
  /** Likewise of the probabilities of all frames. */
  readonly probabilities: string;
  /** Of the labels of all frames. */
  readonly labels: string;
  /** Probabilities of every fiftieth frame, to see how far others are off. */
  readonly some: readonly number[];
  /** Behavior, start and end in seconds. */
  readonly bouts: readonly (readonly [string, number, number])[];
}

/** Returns what a model says of one recording. */
export async function outputOf(model: BehaviorModel): Promise<SameOutput> {
  const { tracks } = madeSession(4);
  const source = createFeatureSource(tracks, spec);
  const hash = createHash('sha256');
  for await (const { values, frameCount: count } of source.blocks()) {
    // The bits of NaN are nobody's promise.
    hash.update(
      Float32Array.from(values.subarray(0, source.columns.length * count), (v) => (Number.isNaN(v) ? -1e30 : v)),
    );
  }
  const { scores, labels, annotations } = await classifyRecording(model, source);
  const width = scores.behaviors.length;
  return {
    features: hash.digest('hex'),
    probabilities: hashOf(scores.probability),
    labels: hashOf(labels.label),
    some: [...scores.probability].filter((_, i) => Math.floor(i / width) % 50 === 0),
    bouts: Array.from(annotations.startSec, (start, i) => [
      annotations.behaviors[annotations.behavior[i] as number] as string,
      start,
      annotations.endSec[i] as number,
    ]),
  };
}
