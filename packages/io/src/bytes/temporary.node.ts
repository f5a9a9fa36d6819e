import { randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hashText } from '@zoopraxis/core';

const pattern = /^\.zoopraxis-([0-9a-f]+)-(\d+)-[0-9a-f]+\.tmp$/;
const dayMs = 86_400_000;

/** Returns a tag of the machine and container, within which process numbers have one meaning. */
function hostTag(): string {
  let space = '';
  try {
    space = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has process namespaces.
  }
  return hashText(`${hostname()} ${space}`).toString(16);
}

/** Tag of this machine and container: process numbers are compared only where it is the same. */
export const host = hostTag();

/** Returns a fresh name for a half-written file of a process, by default this one. */
export function temporaryName(processId = process.pid): string {
  return `.zoopraxis-${host}-${processId}-${randomBytes(6).toString('hex')}.tmp`;
}

/** Tells whether a file name is one that {@link temporaryName} gives. */
export function isTemporaryName(name: string): boolean {
  return pattern.test(name);
}

/** Tells whether a process of this machine runs. */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Removes half-written files from one folder: those whose process on this machine has ended, and any older than a day.
 * Files of a running process, or of another machine on a shared disk, stay. What cannot be removed stays too.
 */
export async function sweepTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const path = join(folder, name);
    try {
      const ended = match[1] === host && !isRunning(Number(match[2]));
      if (ended || Date.now() - (await stat(path)).mtimeMs > dayMs) await unlink(path);
    } catch {
      // Another process swept it first, or it is not ours to remove: it is hidden from readers anyway.
    }
  }
}
