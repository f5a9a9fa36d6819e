import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawInstants, type KilledRun, type KilledWork, runWithKills } from './killed-run.js';
import { makePhantomWork } from './phantom-work.js';

let folder: string;
let work: KilledWork;
let undisturbed: KilledRun;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-kill-'));
  const made = await makePhantomWork(join(folder, 'made'), { labeledFrames: 8, videoFrames: 120 });
  work = {
    ...made,
    training: ['--steps', '12', '--no-try-forms'],
    tracking: [],
    work: folder,
  };
  undisturbed = await runWithKills(work, 'undisturbed', []);
}, 180_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.each([1, 2, 3])(
  'killed and started again, training and tracking give the same bits (%i)',
  async (seed) => {
    const instants = drawInstants(2, undisturbed, seed);
    const { hashes, kills } = await runWithKills(work, `killed-${seed}`, instants);
    expect(hashes).toEqual(undisturbed.hashes);
    // On another load a run may be over before one of the instants; of two at least one hits.
    expect(kills).toBeGreaterThan(0);
  },
  180_000,
);
