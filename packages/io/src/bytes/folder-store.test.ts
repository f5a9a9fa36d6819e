import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Random, StorageError } from '@zoopraxis/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderStore } from './folder-store.node.js';
import { numberedContent } from './numbered-content.test.child.js';
import { storageProblem } from './storage-problem.node.js';
import { temporaryName } from './temporary.node.js';

const isWindows = process.platform === 'win32';
const text = (value: string) => new TextEncoder().encode(value);
const childPath = (name: string) => fileURLToPath(new URL(`./${name}.test.child.js`, import.meta.url));

let base = '';
let folder = '';
let store: FolderStore;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  folder = join(base, 'store');
  store = new FolderStore(folder);
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Returns the number of the next line that a child prints. */
async function nextNumber(child: ChildProcess): Promise<number> {
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return Number.parseInt(String(chunk), 10);
}

describe('a process killed while it writes', () => {
  test('leaves the old or the new content, whole, and nothing in the listing beside it', async () => {
    const random = new Random('kill');
    let number = 1;
    for (let round = 0; round < 12; round++) {
      const child = spawn(process.execPath, [childPath('overwrite'), folder, String(number)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const first = await nextNumber(child);
      await sleep(random.between(0, 25));
      child.kill('SIGKILL');
      await once(child, 'close');

      const bytes = await store.read('state.bin');
      const found = new Uint32Array(bytes?.slice().buffer ?? new ArrayBuffer(4))[0] ?? 0;
      expect(found).toBeGreaterThanOrEqual(first);
      expect(Buffer.compare(bytes ?? text(''), numberedContent(found))).toBe(0);
      expect(await store.list()).toEqual(['state.bin']);
      number = found + 1;
    }
    await new FolderStore(folder).write('other.bin', text('1'));
    expect((await readdir(folder)).sort()).toEqual(['other.bin', 'state.bin']);
  });
});

describe('temporary files', () => {
  test('of ended processes and of past days are swept; those of a running process or another machine stay', async () => {
    await mkdir(folder);
    const ended = spawn(process.execPath, ['-e', '0']);
    await once(ended, 'close');
    const stale = temporaryName(ended.pid);
    const running = temporaryName();
    const foreign = '.zoopraxis-0-1-00.tmp';
    const old = '.zoopraxis-0-1-01.tmp';
    for (const name of [stale, running, foreign, old]) await writeFile(join(folder, name), 'half');
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    await utimes(join(folder, old), twoDaysAgo, twoDaysAgo);

    expect(await store.list()).toEqual([]);
    await store.write('a', text('1'));
    expect((await readdir(folder)).sort()).toEqual([foreign, running, 'a'].sort());
  });

  test('cannot be named', async () => {
    await expect(store.write(`a/${temporaryName()}`, text('1'))).rejects.toThrow(
      /must not be that of a temporary file/,
    );
    await expect(store.read(temporaryName())).rejects.toThrow(RangeError);
  });
});

describe.skipIf(isWindows)('symbolic links', () => {
  beforeEach(async () => {
    await store.write('inside/a', text('a'));
    await mkdir(join(base, 'store-outside'));
    await writeFile(join(base, 'store-outside', 'secret'), 'secret');
  });

  test('that leave the folder are refused by every verb, and the target stays as it was', async () => {
    await symlink(join(base, 'store-outside'), join(folder, 'way-out'));
    await symlink('../store-outside/secret', join(folder, 'file-out'));
    await symlink(join(base, 'store-outside', 'new'), join(folder, 'new-out'));
    for (const name of ['way-out/secret', 'file-out', 'new-out', 'way-out/new/deep']) {
      await expect(store.read(name)).rejects.toThrow(/symbolic link leads/);
      await expect(store.write(name, text('x'))).rejects.toThrow(/symbolic link leads/);
      await expect(store.append(name, text('x'))).rejects.toThrow(/symbolic link leads/);
    }
    await expect(store.remove('way-out/secret')).rejects.toThrow(StorageError);
    expect(await store.list()).toEqual(['inside/a']);
    await store.remove('file-out');
    expect(await readdir(join(base, 'store-outside'))).toEqual(['secret']);
    expect(await readFile(join(base, 'store-outside', 'secret'), 'utf8')).toBe('secret');
  });

  test('that stay inside are followed, files also listed', async () => {
    await symlink('inside', join(folder, 'alias'));
    await symlink('inside/a', join(folder, 'b'));
    expect(await store.read('alias/a')).toEqual(text('a'));
    await store.write('b', text('changed'));
    expect(await store.read('inside/a')).toEqual(text('changed'));
    expect(await store.list()).toEqual(['b', 'inside/a']);
    await store.remove('b');
    expect(await store.list()).toEqual(['inside/a']);
  });

  test('in a circle are an error, not a hang', async () => {
    await symlink('loop', join(folder, 'loop'));
    await expect(store.read('loop')).rejects.toThrow(/symbolic links lead in a circle/);
    expect(await store.list()).toEqual(['inside/a']);
  });

  test('the root itself may be one', async () => {
    await symlink(folder, join(base, 'door'));
    const other = new FolderStore(join(base, 'door'));
    expect(await other.read('inside/a')).toEqual(text('a'));
    await other.write('inside/b', text('b'));
    expect(await store.list()).toEqual(['inside/a', 'inside/b']);
  });
});

describe('what the disk refuses', () => {
  test('a folder in the place of a file, and a file in the place of a folder, are named with a mend', async () => {
    await store.write('a/b', text('1'));
    await expect(store.write('a', text('2'))).rejects.toMatchObject({
      code: 'storage',
      message: `a folder has the name of the file: ${join(folder, 'a')}`,
      hint: 'Rename or remove the folder.',
    });
    await expect(store.append('a', text('2'))).rejects.toThrow(/a folder has the name of the file/);
    await expect(store.write('a/b/c', text('2'))).rejects.toThrow(/a file has the name of a folder/);
    expect(await readdir(folder)).toEqual(['a']);
    expect(await readdir(join(folder, 'a'))).toEqual(['b']);
  });

  test('a name that is too long', async () => {
    await expect(store.write('n'.repeat(300), text('2'))).rejects.toThrow(/the name is too long/);
  });

  test.skipIf(isWindows)('a missing permission names the place and the mend', async () => {
    await store.write('a', text('1'));
    await chmod(base, 0o755);
    await chmod(join(folder, 'a'), 0o600);
    await chmod(folder, 0o555);
    // Root may write everywhere, so it becomes "nobody" for the moment.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      const refused = { code: 'storage', message: `no permission to write: ${join(folder, 'b')}` };
      await expect(store.write('b', text('2'))).rejects.toMatchObject(refused);
      const error = (await store.write('b', text('2')).catch((e: unknown) => e)) as StorageError;
      expect(error.hint).toBe(`Give this account the right to write in ${folder}, or choose another folder.`);
      expect(error.cause).toMatchObject({ code: 'EACCES' });
      if (isRoot) await expect(store.read('a')).rejects.toThrow(/no permission to read/);
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(folder, 0o755);
    }
    expect(await store.read('a')).toEqual(text('1'));
  });

  test.skipIf(isWindows)('a file over the limit: the old bytes stay, no part of the new ones does', async () => {
    await store.write('kept.bin', text('kept'));
    await store.append('journal.bin', text('one\n'));
    // 64 blocks of 512 or 1024 bytes, as the shell counts them.
    const command = `ulimit -f 64; exec "$0" "$1" "$2"`;
    const { stdout } = await promisify(execFile)('/bin/sh', [
      '-c',
      command,
      process.execPath,
      childPath('limited'),
      folder,
    ]);
    const [written, appended] = JSON.parse(stdout) as [string, string];
    const what = 'the file is larger than this disk or account allows';
    const hint = 'Raise the limit on file sizes (ulimit -f) or choose a disk without it.';
    expect(written).toBe(`${what}: ${join(folder, 'kept.bin')} | ${hint}`);
    expect(appended).toBe(`${what}: ${join(folder, 'journal.bin')} | ${hint}`);
    expect(await store.read('kept.bin')).toEqual(text('kept'));
    expect(await store.read('journal.bin')).toEqual(text('one\n'));
    expect((await readdir(folder)).sort()).toEqual(['journal.bin', 'kept.bin']);
  });

  test('a full disk and an unknown failure are told with place and mend; other errors pass unchanged', () => {
    const failure = (code: string) => Object.assign(new Error(code), { code });
    const path = join(folder, 'a');
    expect(storageProblem(failure('ENOSPC'), 'write', path)).toMatchObject({
      message: `the disk is full: ${path}`,
      hint: `Free space on the disk of ${folder}, then try again.`,
    });
    expect(storageProblem(failure('EWEIRD'), 'read', path)).toMatchObject({
      message: `the system refused to read (EWEIRD): ${path}`,
    });
    const bug = new TypeError('bug');
    expect(storageProblem(bug, 'read', path)).toBe(bug);
  });

  test('one failed write does not stop the next of the same name', async () => {
    await mkdir(join(folder, 'a'), { recursive: true });
    await expect(store.write('a', text('1'))).rejects.toThrow(StorageError);
    await rm(join(folder, 'a'), { recursive: true });
    await store.write('a', text('2'));
    expect(await store.read('a')).toEqual(text('2'));
  });
});

test.skipIf(isWindows)('a replaced file keeps its permissions', async () => {
  await store.write('a', text('1'));
  await chmod(join(folder, 'a'), 0o664);
  await store.write('a', text('2'));
  expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o664);
});

test('refuses a folder that is no path', () => {
  expect(() => new FolderStore('')).toThrow(/folder: must be a path, got ""/);
  expect(() => new FolderStore('a\0')).toThrow(RangeError);
});
