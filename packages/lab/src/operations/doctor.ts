import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { formatMeasure } from '@zoopraxis/figures';
import { z } from 'zod';
import { defineOperation } from './operation.js';

const check = z.object({
  name: z.string(),
  /** `missing` is a lack that other parts make up for; `broken` is one that stops work. */
  state: z.enum(['good', 'missing', 'broken']),
  found: z.string(),
  hint: z.string().optional(),
});

type Check = z.infer<typeof check>;

/** Tells what of this machine Zoopraxis can use, with a mend for each lack. */
export const doctor = defineOperation({
  name: 'doctor',
  summary: 'Check this machine: processor, GPU, video, image and table libraries, disk',
  examples: ['zoopraxis doctor', 'zoopraxis doctor --json'],
  input: z.object({
    threads: z.int().min(1).optional().describe('threads for the speed measurement, by default all cores'),
  }),
  output: z.object({
    machine: z.record(z.string(), z.unknown()),
    devices: z.array(z.record(z.string(), z.unknown())),
    speeds: z.array(z.record(z.string(), z.unknown())),
    checks: z.array(check),
  }),
  async run({ threads }, { progress }) {
    progress({ kind: 'stage', text: 'measuring, about two seconds for each device …' });
    const { doctor: examine } = await import('@zoopraxis/nn/node');
    const report = await examine(threads === undefined ? {} : { threads });
    const checks: Check[] = [checkNode(), checkMemory(), await checkDisk()];
    for (const { device, available, reason } of report.devices) {
      checks.push({
        name: `compute on ${device}`,
        state: available ? 'good' : device === 'cpu' ? 'broken' : 'missing',
        found: available
          ? `${formatMeasure(report.speeds.find((speed) => speed.device === device)?.gflopPerSec ?? Number.NaN)} GFLOP/s`
          : (reason ?? 'not available'),
      });
    }
    for (const library of ['node-av', 'sharp', 'h5wasm', '@duckdb/node-api']) checks.push(await checkLibrary(library));
    checks.push(checkProgram());
    return JSON.parse(JSON.stringify({ ...report, checks }));
  },
  text({ checks }) {
    const wide = Math.max(...checks.map(({ name }) => name.length));
    const marks = { good: '✓', missing: '–', broken: '✗' } as const;
    const lines = checks.map(({ name, state, found, hint }) => {
      const more = state === 'good' || hint === undefined ? '' : `\n  ${' '.repeat(wide)}  ${hint}`;
      return `${marks[state]} ${name.padEnd(wide)}  ${found}${more}`;
    });
    const broken = checks.filter(({ state }) => state === 'broken').length;
    return [...lines, broken === 0 ? 'Everything that is needed works.' : `${broken} needed parts are broken.`].join(
      '\n',
    );
  },
  failures: ({ checks }) =>
    checks.filter(({ state }) => state === 'broken').map(({ name, found }) => `${name} is broken: ${found}`),
});

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'Node.js',
    state: good ? 'good' : 'broken',
    found: `${process.versions.node} on ${process.platform} ${process.arch}`,
    hint: 'Install Node.js 20.19 or newer.',
  };
}

function checkMemory(): Check {
  const gib = totalmem() / 2 ** 30;
  return {
    name: 'memory',
    state: gib >= 4 ? 'good' : 'missing',
    found: `${formatMeasure(gib)} GiB, ${formatMeasure(freemem() / 2 ** 30)} GiB free`,
    hint: 'Training wants 4 GiB or more; use smaller batches.',
  };
}

async function checkDisk(): Promise<Check> {
  const name = 'current folder';
  try {
    const folder = await mkdtemp(join(process.cwd(), '.zoopraxis-doctor-'));
    try {
      await writeFile(join(folder, 'probe'), 'probe');
      const { bavail, bsize } = await statfs(folder);
      const free = (bavail * bsize) / 2 ** 30;
      const hint = 'Labeled videos and tracks of long recordings need space.';
      return {
        name,
        state: free >= 2 ? 'good' : 'missing',
        found: `can be written, ${formatMeasure(free)} GiB free`,
        hint,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    const found = `cannot be written: ${error instanceof Error ? error.message : error}`;
    return { name, state: 'missing', found, hint: 'Go to a folder of yours before making a project.' };
  }
}

async function checkLibrary(library: string): Promise<Check> {
  const purposes: Readonly<Record<string, string>> = {
    'node-av': 'video',
    sharp: 'images',
    h5wasm: 'HDF5',
    '@duckdb/node-api': 'queries',
  };
  const name = `${purposes[library]} (${library})`;
  try {
    await loadLibrary(library);
    return { name, state: 'good', found: 'loads' };
  } catch (error) {
    const found = (error instanceof Error ? error.message : String(error)).split('\n')[0] as string;
    const state = library === 'node-av' ? 'missing' : 'broken';
    const hint =
      library === 'node-av'
        ? 'An installed ffmpeg is used in its place.'
        : 'Install again with `npm ci`; optional dependencies must not be left out (no --omit=optional).';
    return { name, state, found, hint };
  }
}

/** The libraries belong to `io`, so they are found from there. */
async function loadLibrary(library: string): Promise<void> {
  const { createRequire } = await import('node:module');
  const here = createRequire(import.meta.url);
  const places = library === '@duckdb/node-api' ? [here] : [createRequire(here.resolve('@zoopraxis/io')), here];
  let problem: unknown;
  for (const place of places) {
    try {
      const { pathToFileURL } = await import('node:url');
      await import(pathToFileURL(place.resolve(library)).href);
      return;
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem;
}

function checkProgram(): Check {
  const { stdout, status } = spawnSync('ffmpeg', ['-hide_banner', '-version'], { encoding: 'utf8', timeout: 5000 });
  return {
    name: 'ffmpeg program',
    state: status === 0 ? 'good' : 'missing',
    found: status === 0 ? (stdout.split('\n')[0] ?? '').slice(0, 60) : 'not installed; node-av does its work',
  };
}
