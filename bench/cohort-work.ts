import { createAnnotations, createRecording } from '@zoopraxis/core';
import { createProjectFolder, openProjectFolder } from '@zoopraxis/io/node';
import { aggregateBouts, cohortStreams, openQueries } from 'zoopraxis/node';

const folder = '.cache/bench/cohort-10m';
const recordingCount = 500;
const boutsEach = 20_000;
const behaviors = ['attack', 'mount', 'investigation', 'groom', 'rear'];

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
  const startSec = Float64Array.from({ length: boutsEach }, (_, i) => i * 0.5);
  const annotations = createAnnotations({
    subject: 'mouse',
    annotator: 'program',
    channel: 'default',
    behaviors,
    startSec,
    endSec: startSec.map((sec, i) => sec + 0.1 + (i % 7) * 0.05),
    behavior: Int32Array.from({ length: boutsEach }, (_, i) => (i * 3 + (i >> 3)) % behaviors.length),
  });
  await project.writeAnnotations('synthetic', {
    streams: ids.map((recording) => ({ recording, annotations, observedSec: [0, boutsEach * 0.5] as const })),
    provenance: { operation: 'bench', versions: {}, inputs: [], parameters: {}, synthetic: true },
  });
  await project.close();
}

/** Returns the seconds of each run of the aggregation that `zoopraxis cohort` makes, after one to warm up. */
export async function timeCohort(timeRuns: (work: () => unknown) => Promise<number[]>): Promise<number[]> {
  await makeProject();
  const project = await openProjectFolder(folder, { mode: 'read' });
  const queries = await openQueries(folder);
  try {
    const { streams } = await cohortStreams(project, project.recordings(), { queries });
    return await timeRuns(async () => {
      const measured = await aggregateBouts(queries, streams);
      const bouts = measured.reduce((sum, one) => one.measures.reduce((all, { boutCount }) => all + boutCount, sum), 0);
      if (bouts !== recordingCount * boutsEach) throw new Error(`bench measures: ${bouts} bouts came`);
    });
  } finally {
    await queries.close();
    await project.close();
  }
}
