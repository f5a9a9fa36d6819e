import { type ByteStore, createAnnotations, createRecording, type MemoryStore } from '@zoopraxis/core';
import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import { createProject, openProject } from '../open-project.js';
import type { Project } from '../project.js';
import { tickingClock } from '../project.test.kit.js';
import type { Bout } from './bout-entry.js';

/** Recordings of the test project. */
export const recordingIds = ['r1', 'r2'] as const;

/** Makes a project with two recordings in a store, and closes it. */
export async function makeBoutProject(store: ByteStore): Promise<void> {
  const project = await createProject(store, { name: 'p', now: tickingClock() });
  await project.updateRecordings(() => recordingIds.map((id) => createRecording({ id })));
  await project.close();
}

/** Opens a project for writing; files of annotations are written on demand only. */
export const openToWrite = (store: ByteStore): Promise<Project> =>
  openProject(store, { mode: 'write', now: tickingClock(), boutDelayMs: 2 ** 30 });

/** Returns a stream of the test project. */
export const streamOf = (annotator: string, { set = 'human', recording = 'r1', subject = 'm1' } = {}) => ({
  set,
  recording,
  subject,
  annotator,
  channel: 'default',
});

/** Returns a bout. */
export const boutAt = (id: string, startSec: number, behavior = 'attack', lengthSec = 1): Bout => ({
  id,
  behavior,
  startSec,
  endSec: startSec + lengthSec,
});

/** Returns annotations as another program would have them. */
export function foreignStream(annotator: string, starts: readonly number[], behavior = 'attack'): RecordedAnnotations {
  return {
    recording: 'r1',
    annotations: createAnnotations({
      subject: 'm1',
      annotator,
      channel: 'default',
      behaviors: [behavior],
      startSec: Float64Array.from(starts),
      endSec: Float64Array.from(starts, (sec) => sec + 1),
      behavior: new Int32Array(starts.length),
    }),
  };
}

/** Returns the bouts of a set as text: one line for each stream with bouts or behaviors. */
export async function linesOf(project: Project, set: string): Promise<string[]> {
  if (!(await project.listAnnotations()).includes(set)) return [];
  return (await project.readBouts(set))
    .map(({ recording, annotations, ids }) => {
      const { subject, annotator, behaviors, behavior, startSec, endSec } = annotations;
      const bouts = ids.map((id, i) => `${id}:${behaviors[behavior[i] as number]}:${startSec[i]}-${endSec[i]}`);
      return `${recording} ${subject} ${annotator} [${[...behaviors].sort()}] ${bouts.sort().join(' ')}`;
    })
    .sort();
}

/** Returns all that a reader sees of the bouts of a project: by journal and file together, and of the history. */
export async function observeBouts(store: MemoryStore | ByteStore): Promise<string> {
  const project = await openProject(store, { mode: 'read' });
  const sets = await project.listAnnotations();
  const lines: string[] = [];
  for (const set of sets) {
    lines.push(`${set}: ${(await linesOf(project, set)).join(' | ')}`);
    const { streams } = await project.readAnnotations(set);
    lines.push(`${set}: ${streams.map(({ annotations }) => annotations.startSec.join()).join(' | ')}`);
  }
  return JSON.stringify([lines, project.boutDamage]);
}
