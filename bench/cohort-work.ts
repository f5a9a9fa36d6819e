import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createAnnotations, createRecording } from '@zoopraxis/core';
import { createProjectFolder, openProjectFolder } from '@zoopraxis/io/node';
import { aggregateBouts, cohortStreams, openQueries } from 'zoopraxis/node';
import { expectSame, type MeasureTimes, runPeer, timeRuns } from './time-runs.js';

const folder = '.cache/bench/cohort-10m';
const recordingCount = 500;
const boutsEach = 20_000;
const behaviors = ['attack', 'mount', 'investigation', 'groom', 'rear'];
const observedSec = boutsEach * 0.5;

/** Start, end and number of the behavior of each bout of a recording, the same for all recordings. */
function boutColumns() {
  const startSec = Float64Array.from({ length: boutsEach }, (_, i) => i * 0.5);
  return {
    startSec,
    endSec: startSec.map((sec, i) => sec + 0.1 + (i % 7) * 0.05),
    behavior: Int32Array.from({ length: boutsEach }, (_, i) => (i * 3 + (i >> 3)) % behaviors.length),
  };
}

/** Makes a project of ten million synthetic bouts, unless it is there already. */
async function makeProject(): Promise<void> {
  const there = await openProjectFolder(folder, { mode: 'read' }).catch(() => undefined);
  const isWhole = (await there?.listAnnotations())?.includes('synthetic') === true;
  await there?.close();
  if (isWhole) return;
  process.stderr.write('bench measures: making ten million bouts, once\n');
  const project =
    there === undefined
      ? await createProjectFolder(folder, { name: 'cohort bench' })
      : await openProjectFolder(folder, { mode: 'write' });
  const ids = Array.from({ length: recordingCount }, (_, i) => `r${i}`);
  await project.updateRecordings(() =>
    ids.map((id, i) =>
      createRecording({ id, conditions: { animal: `m${i >> 1}`, genotype: i % 4 < 2 ? 'wt' : 'ko' } }),
    ),
  );
  const annotations = createAnnotations({
    subject: 'mouse',
    annotator: 'program',
    channel: 'default',
    behaviors,
    ...boutColumns(),
  });
  await project.writeAnnotations('synthetic', {
    streams: ids.map((recording) => ({ recording, annotations, observedSec: [0, observedSec] as const })),
    provenance: { operation: 'bench', versions: {}, inputs: [], parameters: {}, synthetic: true },
  });
  await project.close();
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);

/** Writes one column of numbers as NumPy's file format, version 1.0; the part of a recording again for each recording. */
async function writeColumn(name: string, type: '<f8' | '<i4', part: (recording: number) => Float64Array | Int32Array) {
  const description = `{'descr': '${type}', 'fortran_order': False, 'shape': (${recordingCount * boutsEach},), }`;
  const header = Buffer.alloc(128, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(118, 8);
  header.write(`${description.padEnd(117)}\n`, 10, 'latin1');
  const file = await open(join(folder, `${name}.npy`), 'w');
  try {
    await file.write(header);
    for (let recording = 0; recording < recordingCount; recording++) await file.write(bytesOf(part(recording)));
  } finally {
    await file.close();
  }
}

/** Returns the seconds of each run of the aggregation that `zoopraxis cohort` makes, and of pandas on the same bouts. */
export async function timeCohort(): Promise<MeasureTimes> {
  await makeProject();
  const project = await openProjectFolder(folder, { mode: 'read' });
  const queries = await openQueries(folder);
  let found = [0, 0, 0, 0];
  let ours: number[];
  try {
    const { streams } = await cohortStreams(project, project.recordings(), { queries });
    ours = await timeRuns(async () => {
      const measures = (await aggregateBouts(queries, streams)).flatMap((one) => one.measures);
      const sum = (value: (one: (typeof measures)[number]) => number) =>
        measures.reduce((all, one) => all + value(one), 0);
      found = [
        sum((one) => one.boutCount),
        sum((one) => one.timeSec),
        sum((one) => one.meanBoutSec ?? 0),
        sum((one) => one.latencySec),
      ];
      if (found[0] !== recordingCount * boutsEach) throw new Error(`bench measures: ${found[0]} bouts came`);
    });
  } finally {
    await queries.close();
    await project.close();
  }
  const { startSec, endSec, behavior } = boutColumns();
  await writeColumn('recording', '<i4', (recording) => new Int32Array(boutsEach).fill(recording));
  await writeColumn('behavior', '<i4', () => behavior);
  await writeColumn('start', '<f8', () => startSec);
  await writeColumn('end', '<f8', () => endSec);
  const peer = await runPeer<{ boutCount: number; timeSec: number; meanBoutSec: number; latencySec: number }>(
    'pandas',
    'pandas_cohort.py',
    [folder, observedSec],
  );
  if (peer === undefined) return { ours };
  expectSame('cohort', found, [peer.boutCount, peer.timeSec, peer.meanBoutSec, peer.latencySec]);
  return { ours, peer: { name: `pandas ${peer.version}, columns in memory`, seconds: peer.seconds } };
}
