import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { FolderStore } from '../bytes/folder-store.node.js';
import { type FolderLock, takeLock } from './lock.node.js';
import { manifestName } from './manifest.js';
import { type CreateProjectOptions, createProject, type OpenProjectOptions, openProject } from './open-project.js';
import type { Project } from './project.js';

/** How a project folder is opened. */
export interface OpenFolderOptions extends OpenProjectOptions {
  /** True to take the lock from a holder that cannot be seen to have ended: another computer that crashed. */
  readonly takeOver?: boolean;
}

const lockFolder = (folder: string): string => join(folder, '.lock');

/**
 * Opens the project in a folder. In mode `write` it holds the project's lock until `close`; readers need none.
 * @throws StorageError where the folder has no project, or another process is writing to it: then it names process,
 * computer and time.
 */
export async function openProjectFolder(folder: string, options: OpenFolderOptions): Promise<Project> {
  const root = resolve(folder);
  const isProject = await stat(join(root, manifestName)).then(
    (stats) => stats.isFile(),
    () => false,
  );
  let lock: FolderLock | undefined;
  // A project that was moved, or taken over, must not be made anew at its old place, nor written by two.
  const store = new FolderStore(root, { mayWrite: async () => lock?.check() });
  // Without a manifest nothing is made in the folder, not even a lock: openProject says what is wrong.
  if (options.mode === 'read' || !isProject) return openProject(store, options);
  lock = await takeLock(lockFolder(root), options);
  try {
    const project = await openProject(store, options);
    project.onClose(() => lock.release());
    return project;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Makes a project in a folder, which is created where it does not exist, and returns it open for writing.
 * @throws StorageError where the folder has a project already.
 */
export async function createProjectFolder(folder: string, options: CreateProjectOptions): Promise<Project> {
  const root = resolve(folder);
  let lock: FolderLock | undefined;
  const store = new FolderStore(root, { mayWrite: async () => lock?.check() });
  if ((await store.read(manifestName)) !== undefined) {
    throw new StorageError(`there is a project already: ${join(root, manifestName)}`, {
      hint: 'Open it, or choose another folder.',
    });
  }
  lock = await takeLock(lockFolder(root));
  try {
    const project = await createProject(store, options);
    project.onClose(() => lock.release());
    return project;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Returns the path of a video's source: as it is where absolute, else below the project's folder. */
export function sourcePath(folder: string, source: string): string {
  return isAbsolute(source) ? source : join(resolve(folder), source);
}
