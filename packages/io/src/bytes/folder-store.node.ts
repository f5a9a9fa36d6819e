import type { Dirent, Stats } from 'node:fs';
import { lstat, open, readdir, realpath, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkStoreName, checkStorePrefix, StorageError } from '@zoopraxis/core';
import { confine, isInside } from './confine.node.js';
import { appendDurably, makeFolder, readBetween, readWhole, syncFolder, writeAtomically } from './durable.node.js';
import type { ByteReader, PiecewiseStore } from './piecewise.js';
import { isMissing, storageProblem } from './storage-problem.node.js';
import { isTemporaryName, sweepTemporaries } from './temporary.node.js';

/** Returns the parts of a store name that a folder can hold; throws RangeError on any other. */
function partsOf(name: string): string[] {
  const parts = checkStoreName(name).split('/');
  if (parts.some(isTemporaryName)) {
    throw new RangeError(`store name: must not be that of a temporary file, got ${JSON.stringify(name)}`);
  }
  // On Windows `a:b` would be a hidden stream of the file `a`.
  if (process.platform === 'win32' && name.includes(':')) {
    throw new RangeError(`store name: must not contain ":" on Windows, got ${JSON.stringify(name)}`);
  }
  return parts;
}

/**
 * A {@link ByteStore} in a folder on disk: names are paths below it, bytes are file contents.
 *
 * Nothing outside the folder is read or written: symbolic links are followed only while they stay
 * inside. `write` goes through a temporary file in the same folder (flushed, renamed, folder flushed),
 * so a crash leaves the old or the new bytes; temporary files of ended processes are swept at the first
 * write into a folder and never listed. Changes to one name run in the order of their calls; two
 * processes may replace the same name, but only one may append to it. The folder is created by the
 * first write. Throws StorageError, with a hint, where the disk or its permissions refuse.
 */
export class FolderStore implements PiecewiseStore {
  /** Absolute path of the folder. */
  readonly root: string;
  readonly #swept = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #mayWrite: (() => Promise<void>) | undefined;

  /**
   * Takes the path of a folder.
   * @param options `mayWrite` is asked before each change, and throws where nothing may be changed any more
   */
  constructor(folder: string, { mayWrite }: { readonly mayWrite?: () => Promise<void> } = {}) {
    this.#mayWrite = mayWrite;
    if (folder === '' || folder.includes('\0')) {
      throw new RangeError(`folder: must be a path, got ${JSON.stringify(folder)}`);
    }
    this.root = resolve(folder);
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const parts = partsOf(name);
    return this.#ofFile(name, parts, readWhole);
  }

  async openReader(name: string): Promise<ByteReader | undefined> {
    const parts = partsOf(name);
    return this.#ofFile(name, parts, async (path) => {
      const handle = await open(path, 'r');
      const { size } = await handle.stat();
      return {
        byteLength: size,
        read: (start, end) => this.#explained('read', name, () => readBetween(handle, start, end)),
        close: () => handle.close(),
      };
    });
  }

  /** Returns the absolute path of a name, links inside followed, for programs that open files themselves. */
  async resolve(name: string): Promise<string> {
    const parts = partsOf(name);
    return this.#explained('read', name, () => confine(this.root, parts));
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const parts = partsOf(name);
    return this.#inOrder(name, async () => writeAtomically(await this.#pathForWriting(parts), bytes));
  }

  async writePieces(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const parts = partsOf(name);
    return this.#inOrder(name, async () => writeAtomically(await this.#pathForWriting(parts), pieces));
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    const parts = partsOf(name);
    return this.#inOrder(name, async () => appendDurably(await this.#pathForWriting(parts), bytes));
  }

  /** Symbolic links are listed where they lead to a file inside; linked folders are not entered. */
  async list(prefix = ''): Promise<string[]> {
    checkStorePrefix(prefix);
    return this.#explained('read', prefix, async () => {
      const names: string[] = [];
      await this.#collect('', prefix, names);
      return names.sort();
    });
  }

  /** A symbolic link is removed itself, not what it leads to. */
  async remove(name: string): Promise<void> {
    const parts = partsOf(name);
    return this.#inOrder(name, async () => {
      const path = join(await confine(this.root, parts.slice(0, -1)), parts.at(-1) ?? '');
      try {
        if ((await lstat(path)).isDirectory()) return;
        await unlink(path);
      } catch (cause) {
        if (isMissing(cause)) return;
        throw cause;
      }
      await syncFolder(dirname(path));
    });
  }

  /** Returns what a job makes of the real path of a regular file, or undefined where the name does not exist. */
  #ofFile<T>(name: string, parts: readonly string[], job: (path: string) => Promise<T>): Promise<T | undefined> {
    return this.#explained('read', name, async () => {
      const path = await confine(this.root, parts);
      try {
        const stats = await stat(path);
        if (stats.isDirectory()) return undefined;
        if (!stats.isFile()) {
          throw new StorageError(`not a regular file: ${path}`, { hint: 'Replace the device or pipe by a file.' });
        }
        return await job(path);
      } catch (cause) {
        if (isMissing(cause)) return undefined;
        throw cause;
      }
    });
  }

  /** Returns the real path of a name, its folder created and swept of what crashes left. */
  async #pathForWriting(parts: readonly string[]): Promise<string> {
    const path = await confine(this.root, parts);
    const folder = dirname(path);
    await makeFolder(folder);
    if (!this.#swept.has(folder)) {
      this.#swept.add(folder);
      await sweepTemporaries(folder);
    }
    return path;
  }

  async #collect(folder: string, prefix: string, names: string[]): Promise<void> {
    let entries: Dirent[];
    try {
      entries = await readdir(join(this.root, folder), { withFileTypes: true });
    } catch (cause) {
      if (isMissing(cause)) return;
      throw cause;
    }
    for (const entry of entries) {
      const name = `${folder}${entry.name}`;
      if (entry.isDirectory()) {
        const below = `${name}/`;
        if (below.startsWith(prefix) || prefix.startsWith(below)) await this.#collect(below, prefix, names);
      } else if (name.startsWith(prefix) && !isTemporaryName(entry.name) && !entry.name.includes('\\')) {
        if (entry.isFile() || (entry.isSymbolicLink() && (await this.#leadsToFile(name)))) names.push(name);
      }
    }
  }

  async #leadsToFile(name: string): Promise<boolean> {
    try {
      const target = await realpath(join(this.root, name));
      const stats: Stats = await stat(target);
      return stats.isFile() && isInside(await realpath(this.root), target);
    } catch {
      return false;
    }
  }

  async #explained<T>(verb: 'read' | 'write', name: string, job: () => Promise<T>): Promise<T> {
    try {
      return await job();
    } catch (cause) {
      throw storageProblem(cause, verb, join(this.root, name));
    }
  }

  #inOrder(name: string, job: () => Promise<void>): Promise<void> {
    const before = this.#running.get(name) ?? Promise.resolve();
    const result = before.then(() =>
      this.#explained('write', name, async () => {
        await this.#mayWrite?.();
        await job();
      }),
    );
    const settled = result.catch(() => undefined);
    this.#running.set(name, settled);
    void settled.then(() => {
      if (this.#running.get(name) === settled) this.#running.delete(name);
    });
    return result;
  }
}
