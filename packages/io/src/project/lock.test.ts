import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { StorageError } from '@zoopraxis/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createProjectFolder, openProjectFolder } from './folder.node.js';
import { takeLock } from './lock.node.js';
import { mouse } from './project.test.kit.js';

let folder = '';
let children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await rm(folder, { recursive: true, force: true });
});

async function startTaker(at: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./lock.test.child.js', import.meta.url)), at], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [said] = (await once(lines, 'line')) as [string];
  return { child, said };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('a second writer is told who holds the project, since when, and how to mend it', async () => {
  const { child, said } = await startTaker(folder);
  expect(said).toBe('won');
  const problem = await takeLock(folder).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(StorageError);
  expect((problem as StorageError).message).toMatch(
    new RegExp(`^process ${child.pid} on this computer has been writing to the project since 20\\d\\d-.*: .*json$`),
  );
  expect((problem as StorageError).hint).toMatch(/Close the other program/);
  child.stdin?.write('end\n');
  await once(child, 'exit');
  await (await takeLock(folder)).release();
});

test('the same process cannot take it twice, and again after release', async () => {
  const lock = await takeLock(folder);
  await expect(takeLock(folder)).rejects.toThrow(`process ${process.pid} on this computer`);
  await lock.release();
  await lock.release();
  await (await takeLock(folder)).release();
  expect(await readdir(folder)).toHaveLength(1);
});

test('of many takers of a dead holder, one wins', async () => {
  for (let round = 0; round < 2; round++) {
    const at = join(folder, String(round));
    await kill((await startTaker(at)).child);
    const takers = await Promise.all([1, 2, 3, 4].map(() => startTaker(at)));
    expect(takers.filter(({ said }) => said === 'won')).toHaveLength(1);
    const winner = takers.find(({ said }) => said === 'won')?.child;
    for (const { said } of takers) if (said !== 'won') expect(said).toMatch(`lost: process ${winner?.pid} on this`);
    for (const { child } of takers) await kill(child);
  }
});

test('of many takers in one process, one wins, whatever their order', async () => {
  const dead = await startTaker(folder);
  await kill(dead.child);
  const results = await Promise.allSettled(Array.from({ length: 12 }, () => takeLock(folder)));
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
});

test('a holder on another computer is never taken over unasked', async () => {
  await mkdir(folder, { recursive: true });
  const lock = await takeLock(folder);
  const [name = ''] = await readdir(folder);
  const holder = JSON.parse(await readFile(join(folder, name), 'utf8'));
  await writeFile(join(folder, name), JSON.stringify({ ...holder, host: 'lab-pc', machine: 'ffff', pid: 1 }));
  await expect(takeLock(folder)).rejects.toThrow(/process 1 on lab-pc has been writing/);
  await writeFile(join(folder, name), '{"tok');
  await expect(takeLock(folder)).rejects.toThrow(/its lock cannot be read/);
  const taken = await takeLock(folder, { takeOver: true });
  await lock.release();
  await expect(takeLock(folder)).rejects.toThrow(`process ${process.pid}`);
  await taken.release();
});

test('a process number that is used again does not count as the holder', async () => {
  const lock = await takeLock(folder);
  const [name = ''] = await readdir(folder);
  const holder = JSON.parse(await readFile(join(folder, name), 'utf8'));
  if (holder.started === undefined) return;
  await writeFile(join(folder, name), JSON.stringify({ ...holder, started: 'another boot 1' }));
  await (await takeLock(folder)).release();
  await lock.release();
});

test('a project folder has one writer and any number of readers', async () => {
  const root = join(folder, 'project');
  const project = await createProjectFolder(root, { name: 'p', skeletons: [mouse] });
  await expect(createProjectFolder(root, { name: 'p' })).rejects.toThrow(/there is a project already/);
  await expect(openProjectFolder(root, { mode: 'write' })).rejects.toThrow(/has been writing to the project/);
  const edit = { image: { group: 'g', file: 'a.png' }, individual: 'm', points: { nose: { x: 1, y: 2 } } };
  await project.recordLabels([edit], { annotator: 'ann' });
  const reader = await openProjectFolder(root, { mode: 'read' });
  expect((await reader.readLabels()).image.length).toBe(1);
  await project.close();
  const again = await openProjectFolder(root, { mode: 'write' });
  expect((await again.readLabels()).image.length).toBe(1);
  await again.close();
});

test('opening a folder without a project leaves nothing in it', async () => {
  await expect(openProjectFolder(folder, { mode: 'write' })).rejects.toThrow(/this is no Zoopraxis project/);
  expect(await readdir(folder)).toEqual([]);
  await expect(openProjectFolder(join(folder, 'none'), { mode: 'write' })).rejects.toThrow(/this is no Zoopraxis/);
});
