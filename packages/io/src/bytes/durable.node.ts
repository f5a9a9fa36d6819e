import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMissing, systemCode } from './storage-problem.node.js';
import { temporaryName } from './temporary.node.js';

/** Codes of systems and network disks that cannot open or sync a folder; the rename itself has succeeded then. */
const unsyncable = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EISDIR', 'EPERM', 'EACCES', 'EBADF']);

/** Makes the names in a folder durable, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (cause) {
    if (!unsyncable.has(systemCode(cause) ?? '')) throw cause;
  } finally {
    await handle?.close();
  }
}

/** Creates a folder and those above it, durably. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  const above = dirname(first);
  for (let at = dirname(folder); at.length >= above.length; at = dirname(at)) {
    await syncFolder(at);
    if (at === dirname(at)) break;
  }
}

/** Renames over an existing file; Windows refuses for a moment while a virus scanner holds the target. */
async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (cause) {
      const passing = ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(cause) ?? '');
      if (process.platform !== 'win32' || !passing || attempt >= 8) throw cause;
      await sleep(10 * 2 ** attempt);
    }
  }
}

/** Returns the permission bits of a file, or undefined where there is none. */
async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/**
 * Replaces a file in one durable step by bytes, or by pieces that are made one after another, and keeps its
 * permissions; a failure, also of what makes the pieces, leaves the old file and no other.
 */
export async function writeAtomically(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName());
  const mode = await modeOf(path);
  const handle = await open(temporary, 'wx');
  try {
    try {
      if (content instanceof Uint8Array) await handle.writeFile(content);
      else for await (const piece of content) await handle.writeFile(piece);
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await replace(temporary, path);
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    throw cause;
  }
  await syncFolder(folder);
}

/** Adds bytes to the end of a file, durable when this returns; a failure that is not a crash leaves none of them. */
export async function appendDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'a');
  let size = 0;
  try {
    size = (await handle.stat()).size;
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } catch (cause) {
      await handle.truncate(size).catch(() => undefined);
      throw cause;
    }
  } finally {
    await handle.close();
  }
  if (size === 0) await syncFolder(dirname(path));
}

/** Returns the bytes of an open file from `start` to `end`, fewer where it ends; reads of 2 GiB and more go in steps. */
export async function readBetween(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, Math.min(bytes.length - filled, 2 ** 30), start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled === bytes.length ? bytes : bytes.slice(0, filled);
}

/** Returns all bytes of a file in memory of their own. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    return await readBetween(handle, 0, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}
