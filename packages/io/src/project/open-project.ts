import { type ByteStore, type Skeleton, StorageError } from '@zoopraxis/core';
import { LabelStore } from './labels/label-store.js';
import { encodeManifest, type Manifest, manifestName, parseManifest, withSkeleton } from './manifest.js';
import { Project } from './project.js';

/** How a project is opened. */
export interface OpenProjectOptions {
  /** `write` is for one process at a time; `read` changes nothing and may run beside a writer. */
  readonly mode: 'read' | 'write';
  /** Clock of the history, by default that of the machine. */
  readonly now?: () => Date;
  /** Milliseconds between an edit of bouts and the file of annotations that holds it; default 1500. */
  readonly boutDelayMs?: number;
}

/** What a new project is made of. */
export interface CreateProjectOptions {
  readonly name: string;
  /** The first one is that of labels where nothing else is said. */
  readonly skeletons?: readonly Skeleton[];
  /** Further parts of the manifest. */
  readonly manifest?: Partial<Omit<Manifest, 'format' | 'version' | 'name' | 'skeletons'>>;
  readonly now?: () => Date;
  readonly boutDelayMs?: number;
}

const machineClock = (): Date => new Date();

/**
 * Makes a project in an empty place, and returns it open for writing.
 * @throws StorageError where there is a project already.
 */
export async function createProject(store: ByteStore, options: CreateProjectOptions): Promise<Project> {
  if ((await store.read(manifestName)) !== undefined) {
    throw new StorageError(`there is a project already: ${manifestName}`, {
      hint: 'Open it, or choose another folder.',
    });
  }
  const { name, skeletons = [], manifest = {}, now = machineClock, boutDelayMs } = options;
  const empty = { ethogram: { behaviors: [] }, videos: [], recordings: [], splits: [] };
  let made: Manifest = { ...empty, ...manifest, format: 'zoopraxis project', version: 1, name, skeletons: [] };
  for (const skeleton of skeletons) made = withSkeleton(made, skeleton);
  const bytes = encodeManifest(made);
  await store.write(manifestName, bytes);
  const labels = await LabelStore.open(store, { mode: 'write', now });
  const project = new Project(store, 'write', parseManifest(bytes), labels);
  await project.openBouts({ now, ...(boutDelayMs === undefined ? {} : { delayMs: boutDelayMs }) });
  return project;
}

/**
 * Opens the project in a place. Does not guard against a second writer: `openProjectFolder` of the Node entry does.
 * @throws StorageError where there is none, FormatError where its manifest is damaged, IntegrityError where a newer
 * program wrote it.
 */
export async function openProject(store: ByteStore, options: OpenProjectOptions): Promise<Project> {
  const bytes = await store.read(manifestName);
  if (bytes === undefined) {
    throw new StorageError(`this is no Zoopraxis project, it has no ${manifestName}`, {
      hint: 'Make one with `zoopraxis new`, or import a DeepLabCut project with `zoopraxis import`.',
    });
  }
  const manifest = parseManifest(bytes);
  const { mode, now = machineClock, boutDelayMs } = options;
  const labels = await LabelStore.open(store, { mode, now });
  const project = new Project(store, mode, manifest, labels);
  await project.openBouts({ now, ...(boutDelayMs === undefined ? {} : { delayMs: boutDelayMs }) });
  if (mode === 'write') await project.mergeEdits();
  return project;
}
