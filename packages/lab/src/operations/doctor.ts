import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { freemem, tmpdir, totalmem } from 'node:os';
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
    for (const { device, available, reason, hint } of report.devices) {
      checks.push({
        name: `compute on ${device}`,
        state: available ? 'good' : device === 'cpu' ? 'broken' : 'missing',
        found: available
          ? `${formatMeasure(report.speeds.find((speed) => speed.device === device)?.gflopPerSec ?? Number.NaN)} GFLOP/s`
          : oneLine(reason ?? 'not available'),
        ...(hint === undefined ? {} : { hint }),
      });
    }
    for (const part of parts) checks.push(await checkPart(part));
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

/** A part that is tried by using it, and what its lack means. */
interface Part {
  readonly name: string;
  readonly without: Check['state'];
  readonly hint: string;
  readonly use: () => Promise<void>;
}

const reinstall = 'Install again with `npm ci`; optional dependencies must not be left out (no --omit=optional).';

const gray = { widthPx: 16, heightPx: 16, rgb: new Uint8Array(16 * 16 * 3).fill(128) };

const parts: readonly Part[] = [
  {
    name: 'video (node-av)',
    without: 'missing',
    hint: `An installed ffmpeg is used for reading. ${reinstall}`,
    use: tryVideo,
  },
  { name: 'images (sharp)', without: 'broken', hint: reinstall, use: tryImages },
  { name: 'HDF5 (h5wasm)', without: 'broken', hint: reinstall, use: tryHdf5 },
  {
    name: 'tables (DuckDB)',
    without: 'broken',
    hint: reinstall,
    use: async () => {
      const { DuckDBInstance } = await import('@duckdb/node-api');
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      await connection.run('select 1');
      connection.closeSync();
    },
  },
];

async function checkPart({ name, without, hint, use }: Part): Promise<Check> {
  try {
    await use();
    return { name, state: 'good', found: 'works' };
  } catch (error) {
    return { name, state: without, found: oneLine(error instanceof Error ? error.message : String(error)), hint };
  }
}

async function tryVideo(): Promise<void> {
  const { openVideo, openVideoEncoder } = await import('@zoopraxis/io/node');
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-doctor-'));
  try {
    const path = join(folder, 'probe.mp4');
    const encoder = await openVideoEncoder(path, { widthPx: 16, heightPx: 16, fps: 10 });
    await encoder.write(gray);
    await encoder.finish();
    const video = await openVideo(path);
    await video.frame(0);
    await video.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryImages(): Promise<void> {
  const { readPicture, writePng } = await import('@zoopraxis/io/node');
  await readPicture(await writePng(gray));
}

async function tryHdf5(): Promise<void> {
  const [{ createPoseTracks, createSkeleton }, { readPoseFile, writeDeepLabCutTracksHdf5 }] = await Promise.all([
    import('@zoopraxis/core'),
    import('@zoopraxis/io'),
  ]);
  const tracks = createPoseTracks({
    skeleton: createSkeleton({ name: 'probe', keypoints: ['nose'] }),
    individuals: ['animal'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount: 1, fps: 1 },
    position: Float32Array.of(1, 2),
    confidence: Float32Array.of(1),
    provenance: { operation: 'doctor', versions: {}, inputs: [], parameters: {} },
  });
  const report = () => undefined;
  await readPoseFile('probe.h5', writeDeepLabCutTracksHdf5(tracks, { scorer: 'probe', report }), { report, fps: 1 });
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 110 ? `${line.slice(0, 109)}…` : line;
}

function checkProgram(): Check {
  const { stdout, status } = spawnSync('ffmpeg', ['-hide_banner', '-version'], { encoding: 'utf8', timeout: 5000 });
  return {
    name: 'ffmpeg program',
    state: status === 0 ? 'good' : 'missing',
    found: status === 0 ? (stdout.split('\n')[0] ?? '').slice(0, 60) : 'not installed; node-av does its work',
  };
}
