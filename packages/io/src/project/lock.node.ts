import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { z } from 'zod';
import { makeFolder, syncFolder, writeAtomically } from '../bytes/durable.node.js';
import { isMissing, storageProblem, systemCode } from '../bytes/storage-problem.node.js';
import { host, isRunning, temporaryName } from '../bytes/temporary.node.js';

const holderSchema = z.object({
  token: z.string(),
  pid: z.int(),
  host: z.string(),
  /** Tag of machine and container, as names of temporary files have it. */
  machine: z.string(),
  /** When the machine and the process started, where the system tells: process numbers are used again. */
  started: z.string().optional(),
  since: z.string(),
  released: z.boolean(),
});

type Holder = z.output<typeof holderSchema>;

/** A lock that is held. */
export interface FolderLock {
  /** Throws StorageError where the lock is no longer ours: the folder was moved, or another computer took it over. */
  check(): Promise<void>;
  /** Gives the lock free; a second call does nothing. */
  release(): Promise<void>;
}

const pattern = /^(\d{8,15})\.json$/;
const nameOf = (generation: number): string => `${String(generation).padStart(8, '0')}.json`;

/** Returns the boot and the start time of a process, or undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything; start time is field 22.
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return undefined;
  }
}

/** Tells whether the process that holds a lock has surely ended. */
function hasEnded(holder: Holder): boolean {
  if (holder.machine !== host) return false;
  if (!isRunning(holder.pid)) return true;
  const started = startOf(holder.pid);
  return holder.started !== undefined && started !== undefined && started !== holder.started;
}

async function generations(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => Number(pattern.exec(name)?.[1] ?? Number.NaN))
    .filter((n) => n > 0)
    .sort((a, b) => a - b);
}

/** Returns the record of a generation, `unreadable` where it is none, or undefined where the file is gone. */
async function readHolder(path: string): Promise<Holder | 'unreadable' | undefined> {
  try {
    const parsed = holderSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : 'unreadable';
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    if (cause instanceof SyntaxError) return 'unreadable';
    throw cause;
  }
}

/** Creates a file that must not exist, whole at once; returns false where it exists. */
async function createWhole(folder: string, name: string, text: string): Promise<boolean> {
  const [path, temporary] = [join(folder, name), join(folder, temporaryName())];
  const writeNew = async (target: string): Promise<void> => {
    const handle = await open(target, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  };
  try {
    await writeNew(temporary);
    try {
      await link(temporary, path);
    } catch (cause) {
      // Disks without hard links: creation is still exclusive, only not whole at once.
      if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(systemCode(cause) ?? '')) throw cause;
      await writeNew(path);
    }
    await syncFolder(folder);
    return true;
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false;
    throw cause;
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
}

function refusal(holder: Holder | 'unreadable', path: string): StorageError {
  if (holder === 'unreadable') {
    return new StorageError(`another process may be writing to the project, its lock cannot be read: ${path}`, {
      hint: 'If no other program has the project open, open it with `--take-over`.',
    });
  }
  const where = holder.machine === host ? 'on this computer' : `on ${holder.host}`;
  const hint =
    holder.machine === host
      ? `Close the other program (process ${holder.pid}), or open the project for reading.`
      : `Close it there, or open the project for reading. If that computer has crashed, open with \`--take-over\`.`;
  return new StorageError(
    `process ${holder.pid} ${where} has been writing to the project since ${holder.since}: ${path}`,
    { hint },
  );
}

/**
 * Takes the one lock of a folder, for this process; a lock whose process has ended is taken over.
 *
 * The lock is the file of the highest number in `folder`. Each taker makes the next number, which only one can (an
 * exclusive link), and looks again whether it is the highest; numbers never go down, for a released lock stays as a
 * file that says so. So two takers of one stale lock cannot both win.
 *
 * @throws StorageError naming process, computer and time of the holder.
 */
export async function takeLock(folder: string, options: { readonly takeOver?: boolean } = {}): Promise<FolderLock> {
  try {
    return await take(folder, options.takeOver === true);
  } catch (cause) {
    throw storageProblem(cause, 'write', folder);
  }
}

async function take(folder: string, takeOver: boolean): Promise<FolderLock> {
  await makeFolder(folder);
  const started = startOf(process.pid);
  const own: Holder = {
    token: randomBytes(16).toString('hex'),
    pid: process.pid,
    host: hostname(),
    machine: host,
    ...(started === undefined ? {} : { started }),
    since: new Date().toISOString(),
    released: false,
  };
  for (;;) {
    const highest = (await generations(folder)).at(-1) ?? 0;
    if (highest > 0) {
      const path = join(folder, nameOf(highest));
      const holder = await readHolder(path);
      if (holder === undefined) continue;
      const free = holder !== 'unreadable' && (holder.released || hasEnded(holder));
      if (!free && !takeOver) throw refusal(holder, path);
    }
    const generation = highest + 1;
    const path = join(folder, nameOf(generation));
    if (!(await createWhole(folder, nameOf(generation), JSON.stringify(own)))) continue;
    const all = await generations(folder);
    if (all.some((other) => other > generation)) {
      await unlink(path).catch(() => undefined);
      continue;
    }
    for (const other of all) if (other < generation) await unlink(join(folder, nameOf(other))).catch(() => undefined);
    let held = true;
    return {
      async check() {
        try {
          await stat(path);
        } catch (cause) {
          if (!isMissing(cause)) throw storageProblem(cause, 'read', path);
          throw new StorageError(
            `the project's folder was moved or removed, or another process took the project over: ${folder}`,
            { hint: 'Bring the folder back to its place, or close this program and open the project anew.', cause },
          );
        }
      },
      async release() {
        if (!held) return;
        held = false;
        const now = await readHolder(path);
        if (now === undefined || now === 'unreadable' || now.token !== own.token) return;
        try {
          await writeAtomically(path, new TextEncoder().encode(JSON.stringify({ ...own, released: true })));
        } catch (cause) {
          throw storageProblem(cause, 'write', path);
        }
      },
    };
  }
}
