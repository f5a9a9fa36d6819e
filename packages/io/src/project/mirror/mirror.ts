import { type ByteStore, DomainError, type LabeledFrames, type Skeleton } from '@zoopraxis/core';
import { onlyIndividual, uniqueIndividual } from '../../formats/deeplabcut/columns.js';
import { writeDeepLabCutConfig } from '../../formats/deeplabcut/config.js';
import type { DeepLabCutLabels } from '../../formats/deeplabcut/label-table.js';
import { readDeepLabCutLabels } from '../../formats/deeplabcut/read-labels.js';
import { writeDeepLabCutLabelsCsv, writeDeepLabCutLabelsHdf5 } from '../../formats/deeplabcut/write-labels.js';
import { hashBytes } from '../../records/hash.js';
import { isFileName } from '../file-name.js';
import type { LabelEntry } from '../labels/label-entry.js';
import type { LabelStore } from '../labels/label-store.js';
import { type Manifest, withSkeleton } from '../manifest.js';
import { planMerge } from './merge-labels.js';
import { copyName, listMirrorFiles, type MirrorFile, readMirrorRecord, writeMirrorRecord } from './mirror-record.js';

/** What the mirror needs of a project. */
export interface MirroredProject {
  readonly store: ByteStore;
  readonly labels: LabelStore;
  readonly manifest: () => Manifest;
  readonly skeleton: () => Skeleton;
  readonly updateManifest: (change: (manifest: Manifest) => Manifest) => Promise<Manifest>;
  /** Takes sentences for the user. */
  readonly warn: (sentence: string) => void;
}

/** What was taken from files that another program edited. */
export interface MergeReport {
  /** Files that differ from what we last wrote. */
  readonly changedFiles: number;
  /** Entries of the history that the merge made. */
  readonly entries: readonly LabelEntry[];
  /** Files that could not be read, and are left as they are. */
  readonly unread: readonly string[];
}

const mirrorFileName = (group: string, scorer: string, kind: 'csv' | 'h5') =>
  `labeled-data/${group}/CollectedData_${scorer}.${kind}`;

async function readCopy(store: ByteStore, file: MirrorFile): Promise<LabeledFrames | undefined> {
  const name = copyName(file.group, file.scorer);
  const bytes = await store.read(name);
  if (bytes === undefined) return undefined;
  // A damaged copy is as none: then more points are conflicts, and none is lost.
  const read = await readDeepLabCutLabels(bytes, { path: name, group: file.group, report: () => undefined }).catch(
    () => undefined,
  );
  return read?.labels;
}

/** Returns our name of an individual: a file of one animal does not name it. */
function individualNames(project: MirroredProject, read: DeepLabCutLabels): (name: string) => string {
  const known = project.labels.state().individuals();
  const [only] = known;
  if (read.multiAnimal || known.length !== 1 || only === undefined) return (name) => name;
  return (name) => (name === onlyIndividual ? only : name);
}

/** Adds keypoints of a file to the skeleton that the project does not have yet, so that none of its labels is lost. */
async function addKeypoints(project: MirroredProject, file: MirrorFile, labels: LabeledFrames): Promise<void> {
  const skeleton = project.skeleton();
  const added = labels.skeleton.keypoints.filter((keypoint) => !skeleton.keypoints.includes(keypoint));
  if (added.length === 0) return;
  project.warn(`the skeleton ${skeleton.name} has the new keypoints ${added.join(', ')}: ${file.name}`);
  const { oksSigma: _, ...rest } = skeleton;
  await project.updateManifest((manifest) =>
    withSkeleton(manifest, { ...rest, keypoints: [...skeleton.keypoints, ...added] }),
  );
}

/**
 * Takes into the project what another program changed in `labeled-data` since we last wrote it.
 * @returns the entries it made; files that could not be read are named and stay as they are
 */
export async function mergeMirror(project: MirroredProject): Promise<MergeReport> {
  const { store, labels } = project;
  const record = await readMirrorRecord(store);
  const entries: LabelEntry[] = [];
  const unread: string[] = [];
  let changedFiles = 0;
  let collected: LabelEntry[] | undefined;
  const history = async (): Promise<readonly LabelEntry[]> => {
    if (collected === undefined) {
      collected = [];
      for await (const entry of labels.history()) collected.push(entry);
    }
    return collected;
  };
  for (const file of await listMirrorFiles(store)) {
    const bytes = await store.read(file.name);
    if (bytes === undefined || (await hashBytes(bytes)) === record.get(file.name)) continue;
    changedFiles++;
    let read: DeepLabCutLabels;
    try {
      const report = ({ severity, message, where }: { severity: string; message: string; where: string }) => {
        if (severity === 'error') project.warn(`${message} (${where} of ${file.name})`);
      };
      read = await readDeepLabCutLabels(bytes, { path: file.name, group: file.group, report });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      project.warn(`${error.message}; it was edited by another program and is left as it is`);
      unread.push(file.name);
      continue;
    }
    await addKeypoints(project, file, read.labels);
    const foreign = {
      source: file.name,
      group: file.group,
      annotator: file.scorer,
      theirs: read.labels,
      base: await readCopy(store, file),
      individualOf: individualNames(project, read),
    };
    const merge = await planMerge(foreign, project.skeleton(), history);
    const entry = merge === undefined ? undefined : await labels.record(merge);
    if (entry !== undefined) entries.push(entry);
  }
  return { changedFiles, entries, unread };
}

/** Returns the keypoints that belong to no animal: those that only the individual `single` has. */
function uniqueKeypointsOf({ skeleton, individuals, individual, visibility }: LabeledFrames): string[] {
  const unique = individuals.indexOf(uniqueIndividual);
  if (unique < 0) return [];
  const count = skeleton.keypoints.length;
  return skeleton.keypoints.filter((_, k) => {
    let [own, others] = [0, 0];
    for (let row = 0; row < individual.length; row++) {
      if ((visibility[row * count + k] as number) === 0) continue;
      if (individual[row] === unique) own++;
      else others++;
    }
    return own > 0 && others === 0;
  });
}

/**
 * Writes the labels of one annotator into `labeled-data` and `config.yaml` as DeepLabCut has them, after taking in what
 * it changed there. Files that are as they should be are not touched.
 */
export async function writeMirror(project: MirroredProject): Promise<MergeReport> {
  const merged = await mergeMirror(project);
  const { store } = project;
  const scorer = await chooseScorer(project);
  if (scorer === undefined) return merged;
  const labels = project.labels.labels(project.skeleton());
  if (!labels.annotators.includes(scorer)) return merged;
  const multiAnimal = labels.individuals.length > 1;
  const options = {
    annotator: scorer,
    scorer,
    multiAnimal,
    uniqueKeypoints: multiAnimal ? uniqueKeypointsOf(labels) : [],
    report: () => undefined,
  };
  const record = await readMirrorRecord(store);
  const before = new Map(record);
  for (const group of [...new Set(labels.images.map((image) => image.group))].sort()) {
    const csvName = mirrorFileName(group, scorer, 'csv');
    const h5Name = mirrorFileName(group, scorer, 'h5');
    if (merged.unread.includes(csvName) || merged.unread.includes(h5Name)) continue;
    const csv = writeDeepLabCutLabelsCsv(labels, { ...options, group });
    const hash = await hashBytes(csv);
    const [csvNow, h5Now] = [await store.read(csvName), await store.read(h5Name)];
    const sound =
      csvNow !== undefined &&
      h5Now !== undefined &&
      (await hashBytes(csvNow)) === hash &&
      record.get(csvName) === hash &&
      (await hashBytes(h5Now)) === record.get(h5Name);
    if (sound) continue;
    const h5 = await writeDeepLabCutLabelsHdf5(labels, { ...options, group });
    await store.write(csvName, csv);
    await store.write(h5Name, h5);
    await store.write(copyName(group, scorer), csv);
    record.set(csvName, hash);
    record.set(h5Name, await hashBytes(h5));
  }
  await noteOthers(store, record, scorer, merged.unread);
  if ([...record].some(([name, hash]) => before.get(name) !== hash)) await writeMirrorRecord(store, record);
  await writeConfig(project, scorer, labels, options);
  return merged;
}

/** Notes files of other scorers as taken in: they are merged once and never written. */
async function noteOthers(
  store: ByteStore,
  record: Map<string, string>,
  scorer: string,
  unread: readonly string[],
): Promise<void> {
  for (const file of await listMirrorFiles(store)) {
    if (file.scorer === scorer || unread.includes(file.name)) continue;
    const bytes = await store.read(file.name);
    if (bytes === undefined) continue;
    const hash = await hashBytes(bytes);
    if (record.get(file.name) === hash) continue;
    if (file.kind === 'csv') await store.write(copyName(file.group, file.scorer), bytes);
    record.set(file.name, hash);
  }
}

async function chooseScorer(project: MirroredProject): Promise<string | undefined> {
  const known = project.manifest().deepLabCut?.scorer;
  if (known !== undefined) return known;
  const scorer = project.labels.state().annotators().find(isFileName);
  if (scorer === undefined) return undefined;
  const task = project.manifest().name;
  await project.updateManifest((manifest) => ({ ...manifest, deepLabCut: { scorer, task, date: '' } }));
  return scorer;
}

async function writeConfig(
  project: MirroredProject,
  scorer: string,
  { skeleton, individuals }: LabeledFrames,
  { multiAnimal, uniqueKeypoints }: { multiAnimal: boolean; uniqueKeypoints: readonly string[] },
): Promise<void> {
  const { store } = project;
  const previous = await store.read('config.yaml');
  const { videos, deepLabCut } = project.manifest();
  const fresh = {
    task: deepLabCut?.task || project.manifest().name,
    date: deepLabCut?.date ?? '',
    // Folders of labeled images stand for videos that are not there.
    videos: videos
      .filter(({ source }) => !source.startsWith('labeled-data/'))
      .map(({ source, widthPx, heightPx }) => ({ path: source, crop: [0, widthPx, 0, heightPx] as const })),
  };
  let text: string;
  try {
    text = writeDeepLabCutConfig(
      {
        ...(previous === undefined ? fresh : {}),
        scorer,
        multiAnimal,
        keypoints: skeleton.keypoints.filter((name) => !uniqueKeypoints.includes(name)),
        ...(multiAnimal
          ? {
              uniqueKeypoints,
              individuals: individuals.filter((name) => uniqueKeypoints.length === 0 || name !== uniqueIndividual),
            }
          : {}),
        edges: skeleton.edges.map(
          ([a, b]) => [skeleton.keypoints[a] as string, skeleton.keypoints[b] as string] as const,
        ),
      },
      previous,
    );
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    project.warn(`${error.message}; it is left as it is: config.yaml`);
    return;
  }
  const bytes = new TextEncoder().encode(text);
  if (previous === undefined || new TextDecoder().decode(previous) !== text) await store.write('config.yaml', bytes);
}
