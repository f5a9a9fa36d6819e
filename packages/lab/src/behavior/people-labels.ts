import { basename, resolve } from 'node:path';
import type { AnnotatorLabels, FrameTruth } from '@zoopraxis/behavior';
import { StorageError, type TimeBase } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';
import { listBoutFiles, pairByStem } from './match-files.js';
import { readTruthFolder, type TruthSettings, truthOf } from './truth-folder.js';

/**
 * Returns what other people scored in the same recordings: one entry for each folder, named after it, its files matched by
 * name. Recordings that a person did not score stay undefined.
 * @throws StorageError where a folder has no file of these recordings, or one cannot be read.
 */
export async function peopleLabels(
  folders: readonly string[],
  recordings: readonly { readonly stem: string; readonly timeBase: TimeBase }[],
  {
    settings,
    report,
    signal,
  }: {
    readonly settings: TruthSettings;
    readonly report: (problem: FileProblem) => void;
    readonly signal: AbortSignal;
  },
): Promise<AnnotatorLabels[]> {
  const people: AnnotatorLabels[] = [];
  for (const folder of folders) {
    const { pairs } = pairByStem(
      recordings.map(({ stem }) => ({ stem, path: stem })),
      await listBoutFiles([folder]),
    );
    if (pairs.length === 0) {
      throw new StorageError(`nothing in the folder is of a recording that was predicted: ${resolve(folder)}`, {
        hint: 'Files of one recording need one name, such as session01.csv and session01.txt.',
      });
    }
    const read = await readTruthFolder(
      pairs.map(({ tracks: stem, annotations }) => ({ stem, path: annotations })),
      settings,
      { fpsOf: (stem) => recordings.find((of) => of.stem === stem)?.timeBase.fps, report, signal },
    );
    const [failure] = read.failures;
    if (failure !== undefined) throw failure.error;
    const labels: (FrameTruth | undefined)[] = [];
    for (const { stem, timeBase } of recordings) {
      const bouts = read.bouts.get(stem);
      labels.push(bouts === undefined ? undefined : (await truthOf(read, bouts, { timeBase, settings })).truth);
    }
    const name = basename(resolve(folder));
    // Two people may keep their files in folders of one name.
    const same = people.filter((of) => of.name === name || of.name.startsWith(`${name} (`)).length;
    people.push({ name: same === 0 ? name : `${name} (${same + 1})`, labels });
  }
  return people;
}
