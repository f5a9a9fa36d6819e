import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram } from '../cli/run-program.test.kit.js';

test('Ctrl-C ends training cleanly, says how to go on, and the same command goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-stop-'));
  try {
    const words = ['demo', 'demo', '--size', 'tiny', '--steps', '400'];
    const first = startProgram(words, folder);
    await first.said('2 of 6');
    first.signal('SIGINT');
    const { code, out, err } = await first.ended;
    expect([code, out]).toEqual([130, '']);
    expect(err).toContain('stopping and saving; press Ctrl-C again to leave at once');
    expect(err).toContain('zoopraxis demo: stopped. Start the same command again to go on.');
    expect(err).not.toMatch(/\n\s+at |terminate called|Please report/);

    const second = startProgram(words, folder);
    await second.said('2 of 6');
    second.signal('SIGINT');
    second.signal('SIGINT');
    const ended = await second.ended;
    expect(ended.code === null || ended.code === 130).toBe(true);
    expect(ended.err).not.toMatch(/terminate called|Please report/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 240_000);
