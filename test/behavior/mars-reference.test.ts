import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type MarsFeatureOptions, marsFeatures, marsWindowedFeatures } from '@zoopraxis/behavior';
import { createPoseTracks, createSkeleton, type PoseTracks } from '@zoopraxis/core';
import { readMarsPose, readNpz } from '@zoopraxis/io';
import { expect, test } from 'vitest';
import { collectExactColumns, collectFeatureColumns } from './feature-columns.js';

const folder = resolve(process.env.ZOOPRAXIS_DATA ?? '../shared/data', 'mars-reference');
const isThere = existsSync(resolve(folder, 'features.npz'));
if (!isThere) console.warn(`skipped: MARS's own numbers are compared where ${folder} is there (ZOOPRAXIS_DATA)`);

interface MarsPose {
  /** [frame][mouse][axis][keypoint], px. */
  readonly keypoints: readonly (readonly (readonly (readonly number[])[])[])[];
  /** [frame][mouse], share of the picture. */
  readonly bbox: readonly (readonly (readonly number[])[])[];
}

const pictureSize = [1024, 570, 1024, 570];

function tracksOf({ keypoints, bbox }: MarsPose): { tracks: PoseTracks; position: Float64Array } {
  const names = ['nose', 'right_ear', 'left_ear', 'neck', 'right_side', 'left_side', 'tail_base'];
  const position = Float64Array.from(
    keypoints.flatMap((mice) =>
      mice.flatMap(([x, y]) => names.flatMap((_, k) => [x?.[k] as number, y?.[k] as number])),
    ),
  );
  const boxes = bbox.flatMap((mice) =>
    mice.flatMap((box) => box.map((share, side) => share * (pictureSize[side] as number))),
  );
  const tracks = createPoseTracks({
    skeleton: createSkeleton({ name: 'MARS top', keypoints: names }),
    individuals: ['resident', 'intruder'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount: keypoints.length, fps: 30 },
    position: Float32Array.from(position),
    confidence: new Float32Array(position.length / 2).fill(1),
    boxes: Float32Array.from(boxes),
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
  });
  return { tracks, position };
}

/** Largest difference of a column from the reference, less a share of the value, in ranges of the reference. */
function differenceInRanges(ours: ArrayLike<number>, theirs: readonly number[], rounding: number): number {
  const range = Math.max(...theirs) - Math.min(...theirs) || 1;
  return theirs.reduce(
    (most, value, i) => Math.max(most, (Math.abs(value - (ours[i] as number)) - rounding * Math.abs(value)) / range),
    0,
  );
}

async function reference() {
  const arrays = await readNpz(readFileSync(resolve(folder, 'features.npz')));
  const { tracks, position } = tracksOf(JSON.parse(readFileSync(resolve(folder, 'pose.json'), 'utf8')) as MarsPose);
  const names = arrays.get('features')?.values as readonly string[];
  const column = (name: string, columns: number, at: number, firstRow = 0): number[] => {
    const values = arrays.get(name)?.values as Float64Array;
    return Array.from(
      { length: tracks.timeBase.frameCount },
      (_, f) => values[(firstRow + f) * columns + at] as number,
    );
  };
  return { tracks, position, names, column };
}

/** A Map of columns by name. */
type Columns = ReadonlyMap<string, ArrayLike<number>>;

/** Names of the columns that differ by more than a share of their range and, where rounded, half a place of a float. */
async function differing(all: Columns, tolerance: number, rounding: number): Promise<string[]> {
  const { tracks, names, column } = await reference();
  const found: string[] = [];
  expect(names).toHaveLength(148);
  for (const mouse of [0, 1]) {
    for (const [at, name] of names.entries()) {
      const theirs = column('data_smooth', names.length, at, mouse * tracks.timeBase.frameCount);
      const share = differenceInRanges(all.get(`${mouse + 1}_${name}`) as ArrayLike<number>, theirs, rounding);
      if (!(share <= tolerance)) found.push(`${mouse + 1}_${name} ${share}`);
    }
  }
  return found;
}

const mars = (options: MarsFeatureOptions): MarsFeatureOptions => ({ ...options, mode: 'mars', keep: 'all' });

test.skipIf(!isThere)('mars mode gives the numbers of the published code', async () => {
  const { tracks, position } = await reference();
  const source = marsFeatures(tracks, mars({ position }));
  expect(await differing(await collectExactColumns(source), 1e-9, 0)).toEqual([]);
  expect(await differing(await collectFeatureColumns(source), 1e-9, 2 ** -24)).toEqual([]);
  // From tracks in single precision, as files of poses are read: within a hundred-thousandth of each range.
  expect(await differing(await collectExactColumns(marsFeatures(tracks, mars({}))), 2e-5, 0)).toEqual([]);
});

test.skipIf(!isThere)('a pose file of MARS gives these tracks', async () => {
  const { tracks } = await reference();
  const bytes = new Uint8Array(readFileSync(resolve(folder, 'pose.json')));
  const size = { widthPx: 1024, heightPx: 570 };
  const file = await readMarsPose(bytes, { path: 'pose.json', fps: 30, size, report: () => undefined });
  const read = file.tracks[0]?.tracks as PoseTracks;
  expect(read.position).toEqual(tracks.position);
  expect(read.boxes).toEqual(tracks.boxes);
  expect(marsFeatures(read, { mode: 'mars' }).columns).toHaveLength(246);
});

test.skipIf(!isThere)('the windows of mars mode are those of the published code', async () => {
  const { tracks, position, names, column } = await reference();
  const all = await collectExactColumns(marsWindowedFeatures(tracks, { mode: 'mars', position }));
  const found: string[] = [];
  const suffixes = ['3', '11', '21'].flatMap((window) =>
    ['min', 'max', 'mean', 'std'].map((stat) => `${window}_${stat}`),
  );
  for (const [at, name] of names.slice(0, 40).entries()) {
    for (const [which, suffix] of suffixes.entries()) {
      const theirs = column('windowed_first40', 480, at * 12 + which);
      const share = differenceInRanges(all.get(`1_${name}_${suffix}`) as Float64Array, theirs, 0);
      if (!(share <= 1e-6)) found.push(`${name}_${suffix} ${share}`);
    }
  }
  expect(found).toEqual([]);
});

test.skipIf(!isThere)(
  'zoopraxis features gives the numbers of the published code from a pose file',
  async () => {
    const out = await mkdtemp(join(tmpdir(), 'zoopraxis-mars-'));
    try {
      const words = ['--set', 'mars', '--mode', 'mars', '--windows', 'none', '--fps', '30', '--frame-size', '1024x570'];
      const program = resolve('packages/lab/dist/cli/main.js');
      const pose = resolve(folder, 'pose.json');
      await promisify(execFile)(process.execPath, [
        program,
        'features',
        pose,
        '--out',
        out,
        '--format',
        'csv',
        ...words,
      ]);
      const [head = '', ...lines] = readFileSync(join(out, 'pose.features.csv'), 'utf8').trimEnd().split('\n');
      const rows = lines.map((line) => line.split(',').map(Number));
      const columns = new Map(
        head.split(',').map((name, at) => [/[12]_\w+$/.exec(name)?.[0] ?? name, rows.map((row) => row[at] as number)]),
      );
      const { tracks, names, column } = await reference();
      expect(rows).toHaveLength(tracks.timeBase.frameCount);
      const found: string[] = [];
      let compared = 0;
      for (const mouse of [0, 1]) {
        for (const [at, name] of names.entries()) {
          const ours = columns.get(`${mouse + 1}_${name}`);
          if (ours === undefined) continue;
          compared++;
          const theirs = column('data_smooth', names.length, at, mouse * tracks.timeBase.frameCount);
          const share = differenceInRanges(ours, theirs, 2 ** -24);
          if (!(share <= 1e-6)) found.push(`${mouse + 1}_${name} ${share}`);
        }
      }
      // All of mouse 1, and what the published code keeps of mouse 2.
      expect(compared).toBeGreaterThan(148 + 90);
      expect(found).toEqual([]);
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  },
  60_000,
);
