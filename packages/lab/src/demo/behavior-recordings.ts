import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Annotations, createAnnotations, truthAnnotator } from '@zoopraxis/core';
import { writeTracksFile } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { createPhantom, type Phantom } from '@zoopraxis/phantom';
import { boutsCsv } from '../behavior/classified-files.js';
import { isFile } from '../jobs/is-file.js';
import type { OperationContext } from '../jobs/operation-context.js';
import { type Degradation, degradeTracks } from './degrade-tracks.js';

/** How large the behavior part of a demo is. */
export interface BehaviorDemoSize {
  readonly trainingRecordings: number;
  readonly testRecordings: number;
  readonly framesEach: number;
  /** Boosted trees. */
  readonly trees: number;
}

/** The behavior part as it runs by default: 24 minutes to learn from, 6 to be tested on. */
export const fullBehaviorDemo: BehaviorDemoSize = {
  trainingRecordings: 8,
  testRecordings: 2,
  framesEach: 5400,
  trees: 40,
};

/** The smallest one that still does everything: for tests. */
export const tinyBehaviorDemo: BehaviorDemoSize = {
  trainingRecordings: 2,
  testRecordings: 1,
  framesEach: 1800,
  trees: 4,
};

/** Behaviors of the resident that the demo's classifier learns, and what the phantom calls them. */
export const demoBehaviors: Readonly<Record<string, string>> = {
  attack: 'attack',
  mount: 'mount',
  investigate: 'investigation',
};

/** Frames per second and seeds of the recordings; no training recording has the seed of a test. */
const fps = 30;
const trainingSeed = 500_000;
const testSeed = 88_000_000;

/** How much worse than the truth the tracks are: of points of a mouse of about 80 px. */
export const demoDegradation: Omit<Degradation, 'seed'> = {
  noisePx: 1.5,
  gapShare: 0.05,
  gapSec: 0.3,
  swapsPerMinute: 0.5,
};

/** Folders of the recordings of the behavior part. */
export interface BehaviorFolders {
  readonly trainTracks: string;
  readonly trainAnnotations: string;
  readonly testTracks: string;
  readonly testAnnotations: string;
  readonly pxPerCm: number;
}

/** Returns two phantom mice; for most the pixels are never drawn. */
function twoMice(seed: number, frameCount: number): Phantom {
  return createPhantom({
    scene: 'open-field',
    seed,
    frameCount,
    fps,
    widthPx: 320,
    heightPx: 240,
    mice: [{}, {}],
    arena: { shape: 'rectangle', widthCm: 30, heightCm: 22.5, wallHeightCm: 10, objects: [] },
  });
}

/** Returns the first recording of the test, with its pixels. */
export function testPhantom(seed: number, { framesEach }: BehaviorDemoSize): Phantom {
  return twoMice(testSeed + seed * 100, framesEach);
}

/** Returns what the resident does to the intruder, of the behaviors that are learned. */
export function residentBouts({ bouts, tracks }: Pick<Phantom, 'bouts' | 'tracks'>): Annotations {
  const names = Object.values(demoBehaviors).sort();
  const rows = Array.from(bouts.startSec.keys()).filter(
    (bout) =>
      bouts.subject[bout] === 0 &&
      Object.hasOwn(demoBehaviors, bouts.behaviors[bouts.behavior[bout] as number] as string),
  );
  return createAnnotations({
    subject: tracks.individuals[0] as string,
    target: tracks.individuals[1] as string,
    annotator: truthAnnotator,
    channel: 'default',
    behaviors: names,
    startSec: Float64Array.from(rows, (bout) => bouts.startSec[bout] as number),
    endSec: Float64Array.from(rows, (bout) => bouts.endSec[bout] as number),
    behavior: Int32Array.from(rows, (bout) =>
      names.indexOf(demoBehaviors[bouts.behaviors[bouts.behavior[bout] as number] as string] as string),
    ),
  });
}

/** Makes tracks and annotations of two phantom mice; what an interrupted demo has made already is taken over. */
export async function makeBehaviorRecordings(
  folder: string,
  { seed, size }: { seed: number; size: BehaviorDemoSize },
  { signal, progress }: OperationContext,
): Promise<BehaviorFolders> {
  const jobs = [
    ...Array.from({ length: size.trainingRecordings }, (_, i) => ({
      part: 'train',
      seed: trainingSeed + seed * 100 + i,
      i,
    })),
    ...Array.from({ length: size.testRecordings }, (_, i) => ({ part: 'test', seed: testSeed + seed * 100 + i, i })),
  ];
  const folders = (part: string) => ({
    tracks: join(folder, part, 'tracks'),
    annotations: join(folder, part, 'annotations'),
  });
  let pxPerCm = Number.NaN;
  for (const [done, job] of jobs.entries()) {
    signal.throwIfAborted();
    progress({ kind: 'work', task: 'making two phantom mice', done, total: jobs.length, unit: 'recordings' });
    const { tracks, annotations } = folders(job.part);
    const stem = `pair-${job.part}-${String(job.i + 1).padStart(2, '0')}`;
    if (job !== jobs[0] && (await isFile(join(tracks, `${stem}.parquet`)))) continue;
    const phantom = twoMice(job.seed, size.framesEach);
    if (phantom.calibration.kind === 'plane') pxPerCm = phantom.calibration.pxPerCm;
    if (await isFile(join(tracks, `${stem}.parquet`))) continue;
    await mkdir(annotations, { recursive: true });
    const text = boutsCsv(residentBouts(phantom), { recording: stem, timeBase: phantom.tracks.timeBase });
    await new FolderStore(annotations).write(`${stem}.csv`, new TextEncoder().encode(text));
    const degraded = degradeTracks(phantom.tracks, { ...demoDegradation, seed: job.seed });
    await mkdir(tracks, { recursive: true });
    await writeTracksFile(new FolderStore(tracks), `${stem}.parquet`, degraded);
    await phantom.source.close();
  }
  return {
    trainTracks: folders('train').tracks,
    trainAnnotations: folders('train').annotations,
    testTracks: folders('test').tracks,
    testAnnotations: folders('test').annotations,
    pxPerCm,
  };
}
