import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Random } from '@zoopraxis/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProjectFolder, openProjectFolder } from './folder.node.js';
import { mouse } from './project.test.kit.js';

let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

test('a program killed while it records loses no edit that was accepted, and its lock is taken over', async () => {
  const folder = join(base, 'project');
  await (await createProjectFolder(folder, { name: 'p', skeletons: [mouse] })).close();
  const random = new Random('kill');
  let next = 0;
  for (let round = 0; round < 4; round++) {
    const script = fileURLToPath(new URL('./record.test.child.js', import.meta.url));
    const child = spawn(process.execPath, [script, folder, String(next)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const wanted = next + 2 + random.integer(20);
    let accepted = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      accepted = Number(line);
      if (accepted === wanted) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');

    const project = await openProjectFolder(folder, { mode: 'write' });
    const values: number[] = [];
    for await (const entry of project.labelHistory()) {
      expect(entry.kind).toBe('edit');
      values.push(entry.rows[0]?.points?.nose?.[0] as number);
    }
    expect(values.length).toBeGreaterThan(accepted);
    expect(values).toEqual(values.map((_, i) => i));
    const { position } = await project.readLabels();
    expect(Math.max(...position.filter((_, i) => i % 6 === 0))).toBe(values.length - 1);
    expect(project.conflicts).toEqual([]);
    next = values.length;
    await project.close();
  }
});
