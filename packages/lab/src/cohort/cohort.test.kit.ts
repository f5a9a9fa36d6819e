import { createAnnotations, createRecording, type Random, type RecordingOptions } from '@zoopraxis/core';
import type { Project, RecordedAnnotations } from '@zoopraxis/io';

/** Provenance of what tests make. */
export const madeByTest = { operation: 'test', versions: {}, inputs: [], parameters: {}, synthetic: true };

/** Bouts of one stream, as `[behavior, startSec, endSec]`. */
export interface TestStream {
  readonly recording: string;
  readonly bouts: readonly (readonly [string, number, number])[];
  readonly behaviors: readonly string[];
  readonly subject?: string;
  readonly annotator?: string;
  readonly channel?: string;
  readonly target?: string;
  readonly observedSec?: readonly [number, number];
}

/** Returns a stream as io stores it. */
export function recordedOf(stream: TestStream): RecordedAnnotations {
  const { recording, bouts, behaviors, observedSec, target } = stream;
  return {
    recording,
    annotations: createAnnotations({
      subject: stream.subject ?? 'mouse',
      ...(target === undefined ? {} : { target }),
      annotator: stream.annotator ?? 'ann',
      channel: stream.channel ?? 'default',
      behaviors,
      startSec: Float64Array.from(bouts, (bout) => bout[1]),
      endSec: Float64Array.from(bouts, (bout) => bout[2]),
      behavior: Int32Array.from(bouts, ([name]) => behaviors.indexOf(name)),
    }),
    ...(observedSec === undefined ? {} : { observedSec }),
  };
}

/** Returns bouts at random on tenths of seconds: overlapping, touching, of no length, before and after the recording. */
export function randomBouts(random: Random, count: number, behaviors: readonly string[]): [string, number, number][] {
  return Array.from({ length: count }, () => {
    const start = (random.integer(1100) - 50) / 10;
    const lasts = random.uniform() < 0.15 ? 0 : random.integer(60) / 10;
    return [behaviors[random.integer(behaviors.length)] as string, start, start + lasts];
  });
}

/** Returns bouts that follow one another: of the same behaviors in turn, each of a random length. */
export function bouts(
  random: Random,
  { count, behavior, meanSec, lengthSec }: { count: number; behavior: string; meanSec: number; lengthSec: number },
): [string, number, number][] {
  const slot = lengthSec / count;
  return Array.from({ length: count }, (_, i) => {
    const lasts = Math.min(slot * 0.9, meanSec * (0.5 + random.uniform()));
    const start = i * slot + random.uniform() * (slot - lasts);
    return [behavior, start, start + lasts];
  });
}

/** Fills a project with recordings and one file of annotations. */
export async function fillProject(
  project: Project,
  recordings: readonly RecordingOptions[],
  streams: readonly TestStream[],
  name = 'scored',
): Promise<void> {
  await project.updateRecordings(() => recordings.map((recording) => createRecording(recording)));
  await project.writeAnnotations(name, { streams: streams.map(recordedOf), provenance: madeByTest });
}
