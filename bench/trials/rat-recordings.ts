import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  clearFalsePositions,
  createFeatureSource,
  type FeatureSpec,
  frameTruth,
  type TrainingRecording,
} from '@zoopraxis/behavior';
import { readBoutFile, readPoseFile } from '@zoopraxis/io';

/** Frames per second that are assumed: the data do not give a rate, and it only names the unit of time. */
export const assumedFps = 30;

/** Features of two unnamed rats: the same whoever is called what, in body lengths. */
export const ratFeatures: FeatureSpec = {
  set: 'general',
  symmetric: true,
  lengths: 'body lengths',
  windows: [
    { radiusSec: 0.5, statistics: ['mean', 'std'] },
    { radiusSec: 2, statistics: ['mean'] },
  ],
};

/** What is classified. */
export type RatTask = 'S1' | 'S2';

/** Sessions of the data set, and what was odd about them. */
export interface RatRecordings {
  readonly recordings: readonly TrainingRecording[];
  /** By session, list of sentences. */
  readonly notes: Readonly<Record<string, readonly string[]>>;
  /** By session: points of both rats that are known in each frame, shape `[frame]`. */
  readonly knownPoints: ReadonlyMap<string, Uint8Array>;
}

/** Acts of S2 that have bouts in at least this many sessions are told apart; the others count as `other`. */
const leastSessions = 24;

/**
 * Returns the sessions of two rats as training recordings. S1: aggression, social, nonsocial; `base` was not scored. S2: its
 * frequent acts, and `other` for the rest of the stretch that S1 scored; sessions without S2 are left out.
 */
export async function readRats(
  data: string,
  task: RatTask,
  { only, spec = ratFeatures }: { readonly only?: number; readonly spec?: FeatureSpec } = {},
): Promise<RatRecordings> {
  const sessions = (await readdir(join(data, 'annotations')))
    .filter((file) => file.endsWith('.txt'))
    .map((file) => file.slice(0, -4))
    .sort()
    .slice(0, only);
  const read = await Promise.all(
    sessions.map(async (session) => {
      const bytes = await readFile(join(data, 'annotations', `${session}.txt`));
      const options = { recording: session, annotator: 'human', fps: assumedFps, report: () => undefined };
      const { streams } = await readBoutFile(bytes, { ...options, unscoredEnds: true });
      // With its ends, base and all, the annotation of some sessions runs past the tracks.
      const whole = await readBoutFile(bytes, options);
      const lastFrame = Math.round((whole.streams[0]?.observedSec?.[1] ?? 0) * assumedFps);
      return { session, streams, lastFrame };
    }),
  );
  const of = (streams: (typeof read)[number]['streams'], channel: string) =>
    streams.find(({ annotations }) => annotations.channel === channel);
  const seenIn = new Map<string, number>();
  for (const { streams } of read) {
    const own = of(streams, task)?.annotations;
    for (const name of new Set(Array.from(own?.behavior ?? [], (which) => own?.behaviors[which] as string))) {
      seenIn.set(name, (seenIn.get(name) ?? 0) + 1);
    }
  }
  const behaviors =
    task === 'S1'
      ? ['aggression', 'nonsocial', 'social']
      : [...seenIn]
          .filter(([, count]) => count >= Math.min(leastSessions, read.length / 2))
          .map(([name]) => name)
          .sort();
  const recordings: TrainingRecording[] = [];
  const notes: Record<string, string[]> = {};
  const knownPoints = new Map<string, Uint8Array>();
  for (const { session, streams, lastFrame } of read) {
    const stream = of(streams, task);
    const watched = of(streams, 'S1')?.observedSec;
    if (stream === undefined || stream.annotations.behavior.length === 0) {
      notes[session] = [`has no ${task}: left out`];
      continue;
    }
    const bytes = gunzipSync(await readFile(join(data, 'pose', `${session}.csv.gz`)));
    const pose = await readPoseFile(`${session}.csv`, bytes, { fps: assumedFps, report: () => undefined });
    const [file] = pose.tracks;
    if (file === undefined) throw new Error(`no tracks in ${session}`);
    const { tracks, counts } = clearFalsePositions(file.tracks);
    const { truth, notes: own } = frameTruth([stream.annotations], {
      timeBase: tracks.timeBase,
      behaviors,
      background: task === 'S1' ? null : 'other',
      ...(watched === undefined ? {} : { watchedSec: watched }),
    });
    const perFrame = tracks.individuals.length * tracks.skeleton.keypoints.length;
    knownPoints.set(
      session,
      Uint8Array.from({ length: tracks.timeBase.frameCount }, (_, frame) => {
        const known = Array.from(
          { length: perFrame },
          (__, i) => tracks.position[2 * (frame * perFrame + i)] as number,
        );
        return known.filter((x) => !Number.isNaN(x)).length;
      }),
    );
    const beyond = lastFrame - tracks.timeBase.frameCount;
    notes[session] = [
      ...(beyond > 0 ? [`the annotation with its base runs ${beyond} frames past the end of the tracks`] : []),
      ...own.map(({ message }) => message),
      ...(counts.atOrigin > 0 ? [`${counts.atOrigin} points at (0, 0) count as missing`] : []),
    ];
    recordings.push({ id: session, group: session, features: createFeatureSource(tracks, spec, {}), truth });
  }
  return { recordings, notes, knownPoints };
}
