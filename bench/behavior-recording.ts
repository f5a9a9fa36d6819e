import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  behaviorModelFromFiles,
  behaviorModelToFiles,
  classifyRecording,
  createFeatureSource,
  type FeatureSpec,
  trainBehaviorModel,
} from '@zoopraxis/behavior';
import { createPoseTracks, createSkeleton, type PoseTracks, Random } from '@zoopraxis/core';
import { FolderStore } from '@zoopraxis/io/node';
import { jsonLines } from './child.js';

const hours = 10;
const fps = 30;
const behaviors = ['attack', 'mount', 'investigation'] as const;
const trees = 500;
const spec: FeatureSpec = { set: 'general', windows: [{ radiusSec: 0.333, statistics: ['mean', 'std'] }] };
const script = fileURLToPath(import.meta.url);

const body = { nose: [30, 0], leftear: [20, 10], rightear: [20, -10], neck: [10, 0], tailbase: [-40, 0] } as const;

/** Two mice that wander, and how close they are: the bouts to be found. */
function wanderingMice(frameCount: number, seed: string): { tracks: PoseTracks; label: Uint8Array } {
  const random = new Random(seed);
  const shapes = Object.values(body);
  const position = new Float32Array(frameCount * 2 * shapes.length * 2);
  const label = new Uint8Array(frameCount);
  let at = 0;
  for (let frame = 0; frame < frameCount; frame++) {
    const t = frame / 40;
    const places = [0, 1].map((mouse) => {
      const own = t + 2 * mouse;
      return [500 + 300 * Math.sin(0.31 * own), 280 + 200 * Math.cos(0.23 * own), 3 * Math.sin(0.7 * own)] as const;
    });
    for (const [x, y, angle] of places) {
      for (const [along, right] of shapes) {
        position[at++] = x + along * Math.cos(angle) - right * Math.sin(angle) + 4 * random.uniform() - 2;
        position[at++] = y + along * Math.sin(angle) + right * Math.cos(angle) + 4 * random.uniform() - 2;
      }
    }
    const [[x0, y0, angle0], [x1, y1, angle1]] = places as [(typeof places)[0], (typeof places)[0]];
    const apart = Math.hypot(x0 - x1, y0 - y1);
    label[frame] = apart > 170 ? 3 : Math.abs(angle0 - angle1) < 1 ? 0 : apart < 130 ? 1 : 2;
  }
  const tracks = createPoseTracks({
    skeleton: createSkeleton({ name: 'mouse', keypoints: Object.keys(body) }),
    individuals: ['resident', 'intruder'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps },
    position,
    confidence: new Float32Array(frameCount * 2 * shapes.length).fill(1),
    provenance: { operation: 'bench', versions: {}, inputs: [], parameters: {} },
  });
  return { tracks, label };
}

interface Classified {
  readonly seconds: number;
  readonly mostMb: number;
  readonly tracksMb: number;
  readonly bouts: number;
  readonly columns: number;
}

/** Runs in a process of its own, so that its memory is that of classifying alone. */
async function classifyTenHours(folder: string): Promise<Classified> {
  const model = await behaviorModelFromFiles(new FolderStore(folder));
  const { tracks } = wanderingMice(hours * 3600 * fps, 'new');
  const begin = performance.now();
  let most = 0;
  const features = createFeatureSource(tracks, spec, {});
  const onFrames = () => {
    most = Math.max(most, process.memoryUsage().rss);
  };
  const { annotations } = await classifyRecording(model, features, { onFrames });
  onFrames();
  return {
    seconds: (performance.now() - begin) / 1000,
    mostMb: most / 2 ** 20,
    tracksMb: (tracks.position.byteLength + tracks.confidence.byteLength) / 2 ** 20,
    bouts: annotations.behavior.length,
    columns: features.columns.length,
  };
}

/** Times ten hours of two mice from tracks to bouts with three classifiers; returns a table in Markdown. */
export async function benchBehaviorRecording(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-bench-'));
  try {
    const recordings = ['a', 'b', 'c'].map((id) => {
      const { tracks, label } = wanderingMice(6000, id);
      return {
        id,
        group: id,
        features: createFeatureSource(tracks, spec, {}),
        truth: { behaviors: [...behaviors, 'other'], label },
      };
    });
    const model = await trainBehaviorModel(recordings, {
      family: {
        kind: 'trees',
        strategy: 'one-vs-rest',
        patience: trees,
        settings: { rounds: trees, maxDepth: 6, learningRate: 0.02, columnSample: 0.2 },
      },
      inner: { count: 2 },
      sampling: { maxFrames: 6000 },
    });
    const rounds = (model.card.training as { rounds: readonly number[] }).rounds;
    await behaviorModelToFiles(model, new FolderStore(folder));
    const [result] = await jsonLines<Classified>(process.execPath, [script, folder], 1800);
    if (result === undefined) throw new Error('bench behavior: nothing was measured');
    const frames = (hours * 3600 * fps).toLocaleString('en-US');
    return `### Ten hours of two mice, tracks to bouts

${frames} synthetic frames (${fps} per second, two wandering mice of ${Object.keys(body).length} points), ${result.columns} columns, ${behaviors.length} one-vs-rest classifiers of ${rounds.join(', ')} trees of depth 6, smoothing with durations; one thread; ${result.bouts} bouts. The process holds the tracks, ${Math.round(result.tracksMb)} MB.

| | measured | to reach |
| --- | --- | --- |
| time | ${result.seconds.toFixed(0)} s | below 300 s |
| memory of the process | ${Math.round(result.mostMb)} MB | below 1,000 MB |
`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === script && process.argv[2] !== undefined) {
  process.stdout.write(`${JSON.stringify(await classifyTenHours(process.argv[2]))}\n`);
}
