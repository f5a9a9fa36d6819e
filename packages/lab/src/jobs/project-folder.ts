import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import type { Project } from '@zoopraxis/io';

/** Throws StorageError unless a folder is there; returns its absolute path. */
export async function requireFolder(path: string, what: string): Promise<string> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined) {
    throw new StorageError(`there is no ${what} folder: ${absolute}`, { hint: 'Check the path for a typing error.' });
  }
  if (!found.isDirectory()) {
    throw new StorageError(`the ${what} must be a folder, this is a file: ${absolute}`);
  }
  return absolute;
}

/** Throws StorageError unless a file is there; returns its absolute path. */
export async function requireFile(path: string, what: string): Promise<string> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined) {
    throw new StorageError(`there is no ${what}: ${absolute}`, { hint: 'Check the path for a typing error.' });
  }
  if (!found.isFile()) throw new StorageError(`the ${what} must be a file, this is none: ${absolute}`);
  return absolute;
}

/** Throws StorageError unless a folder holds a project; returns its absolute path. */
export async function requireProject(path: string): Promise<string> {
  const folder = await requireFolder(path, 'project');
  const { manifestName } = await import('@zoopraxis/io');
  if ((await stat(join(folder, manifestName)).catch(() => undefined)) === undefined) {
    const isDeepLabCut = (await stat(join(folder, 'config.yaml')).catch(() => undefined))?.isFile() === true;
    throw new StorageError(`this folder is no Zoopraxis project, it has no ${manifestName}: ${folder}`, {
      hint: isDeepLabCut
        ? `It looks like a project of DeepLabCut, which is only read: make one of Zoopraxis from it with \`zoopraxis import ${folder} --to <folder>\`.`
        : 'Make one with `zoopraxis new`, or import a DeepLabCut project with `zoopraxis import`.',
    });
  }
  return folder;
}

/** Returns what a function makes of an open project, and closes it whatever happens. */
export async function withProject<Result>(
  path: string,
  mode: 'read' | 'write',
  use: (project: Project, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await requireProject(path);
  const { openProjectFolder } = await import('@zoopraxis/io/node');
  const project = await openProjectFolder(folder, { mode });
  try {
    return await use(project, folder);
  } finally {
    await project.close();
  }
}

/** As {@link withProject} for writing; where the folder holds no project, one of its name is made. */
export async function withProjectMade<Result>(
  path: string,
  use: (project: Project, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = resolve(path);
  const [{ manifestName }, { createProjectFolder }] = await Promise.all([
    import('@zoopraxis/io'),
    import('@zoopraxis/io/node'),
  ]);
  if (await stat(join(folder, manifestName)).catch(() => undefined)) return withProject(folder, 'write', use);
  const project = await createProjectFolder(folder, { name: basename(folder) });
  try {
    return await use(project, folder);
  } finally {
    await project.close();
  }
}
