import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  backgroundKinds,
  coatNames,
  createPhantom,
  labelPhantom,
  type PhantomOptions,
  phantomVariant,
} from './index.js';
import { sameBytes } from './same-bytes.test.kit.js';

const small = { widthPx: 160, heightPx: 120 } as const;
const scenes: PhantomOptions[] = [
  { scene: 'open-field', seed: 5, frameCount: 1100, ...small },
  {
    scene: 'open-field',
    seed: 6,
    frameCount: 1100,
    ...small,
    mice: [{}, { coat: 'agouti' }],
    background: 'woodchip',
    cable: true,
    // So near that the walls lie outside the image.
    pxPerCm: 5,
    arena: { shape: 'circle', objects: [{ kind: 'bridge', xCm: 20, yCm: 12, sizeCm: 7, heightCm: 5 }] },
  },
  { scene: 'staircase', seed: 7, frameCount: 1100, ...small, condition: 'impaired' },
];

describe.each(scenes)('$scene $seed', (options) => {
  const phantom = createPhantom(options);

  test('the same seed gives the same bytes, another seed others', async () => {
    const [a, b] = [phantom, createPhantom(options)];
    const other = createPhantom({ ...options, seed: options.seed + 1 });
    const frame = await a.source.frame(400);
    expect(sameBytes((await b.source.frame(400)).rgb, frame.rgb)).toBe(true);
    expect(sameBytes((await other.source.frame(400)).rgb, frame.rgb)).toBe(false);
    expect(sameBytes(b.tracks.position, a.tracks.position)).toBe(true);
    expect(sameBytes(b.visibility, a.visibility)).toBe(true);
    expect(b.bouts).toEqual(a.bouts);
    expect(sameBytes(other.tracks.position, a.tracks.position)).toBe(false);
  });

  test('a frame is the same alone, in a range and in reverse, over checkpoints and at both ends', async () => {
    const wanted = [0, 1, 510, 511, 512, 513, 1023, 1024, 1098, 1099];
    const alone = new Map<number, Uint8Array>();
    for (const index of [...wanted].reverse()) alone.set(index, (await phantom.source.frame(index)).rgb);
    const again = createPhantom(options);
    for (const [start, end] of [
      [0, 2],
      [510, 514],
      [1023, 1025],
      [1098, 1100],
    ] as const) {
      let at = start;
      for await (const frame of again.source.frames(start, end)) {
        expect(frame.index).toBe(at);
        expect(frame.timeSec).toBeCloseTo(at / phantom.source.fps, 12);
        expect(sameBytes(frame.rgb, alone.get(at)!)).toBe(true);
        again.source.recycle?.(frame);
        at++;
      }
      expect(at).toBe(end);
    }
  });

  test('truth says that it is synthetic and where it came from', () => {
    const { tracks, visibility, source, annotations, bouts } = phantom;
    expect(tracks.provenance.synthetic).toBe(true);
    expect(tracks.provenance.parameters).toEqual(options);
    const { name, version } = JSON.parse(readFileSync('packages/phantom/package.json', 'utf8'));
    expect(tracks.provenance.versions).toEqual({ [name]: version });
    expect(tracks.timeBase).toEqual({ frameCount: source.frameCount, fps: source.fps });
    expect(visibility.length).toBe(tracks.confidence.length);
    expect(annotations.reduce((sum, { startSec }) => sum + startSec.length, 0)).toBe(bouts.startSec.length);
  });

  test('a point is absent exactly where its position is missing', () => {
    const { tracks, visibility } = phantom;
    const absent = visibility.map((seen) => (seen === 0 ? 1 : 0));
    const missing = visibility.map((_, point) => (Number.isNaN(tracks.position[2 * point]!) ? 1 : 0));
    expect(sameBytes(missing, absent)).toBe(true);
    if (options.scene === 'open-field' && options.pxPerCm !== undefined) expect(absent).toContain(1);
  });

  test('labels of frames are the truth of those frames', () => {
    const labels = labelPhantom(phantom, [700, 3], { group: 'g' });
    const size = phantom.tracks.individuals.length * phantom.skeleton.keypoints.length;
    expect(labels.images).toEqual([
      { group: 'g', file: 'img0000700.png', frame: 700 },
      { group: 'g', file: 'img0000003.png', frame: 3 },
    ]);
    expect([...labels.position.slice(0, 2 * size)]).toEqual([
      ...phantom.tracks.position.slice(2 * 700 * size, 2 * 701 * size),
    ]);
    expect([...labels.visibility.slice(size)]).toEqual([...phantom.visibility.slice(3 * size, 4 * size)]);
    expect(() => labelPhantom(phantom, [1100])).toThrow('below 1100, got 1100');
  });
});

describe('sources', () => {
  const options: PhantomOptions = { scene: 'open-field', seed: 1, frameCount: 20, ...small };

  test('refuse frames that do not exist, stop when told to, and are closed once', async () => {
    const { source, mask } = createPhantom(options);
    await expect(source.frame(20)).rejects.toThrow('must be a whole number from 0 to 19, got 20');
    await expect(source.frame(1.5)).rejects.toThrow(RangeError);
    expect(() => mask(-1)).toThrow('below 20, got -1');
    const abort = new AbortController();
    const seen: number[] = [];
    const run = async () => {
      for await (const frame of source.frames(3, 20, abort.signal)) {
        seen.push(frame.index);
        if (seen.length === 4) abort.abort();
      }
    };
    await expect(run()).rejects.toThrow(/abort/i);
    expect(seen).toEqual([3, 4, 5, 6]);
    await source.close();
    await expect(source.frame(0)).rejects.toThrow('closed');
  });

  test('without noise, blur and light, a frame without its animal is the background', async () => {
    const camera = { noise: 0, drift: 0, exposure: 0 };
    const { source, mask } = createPhantom({ ...options, frameCount: 900, camera });
    const [a, b] = [await source.frame(0), await source.frame(899)];
    const [first, last] = [mask(0), mask(899)];
    let same = 0;
    for (let pixel = 0; pixel < first.length; pixel++) {
      if (first[pixel] === 0 && last[pixel] === 0 && a.rgb[3 * pixel] === b.rgb[3 * pixel]) same++;
    }
    expect(same).toBeGreaterThan(0.8 * first.length);
  });
});

describe('options', () => {
  const base = { scene: 'open-field', seed: 1, frameCount: 1 } as const;
  test.each([
    [{ ...base, frameCount: 0 }, 'frameCount: must be a whole number from 1'],
    [{ ...base, seed: 0.5 }, 'seed: must be a whole number'],
    [{ ...base, fps: Number.NaN }, 'fps: must be a number from 1 to 1000, got NaN'],
    [{ ...base, mice: [] }, 'mice: must be one or two, got 0'],
    [{ ...base, mice: [{ coat: 'pink' }] }, 'mice[0].coat: must be one of black'],
    [{ ...base, mice: [{ name: 'a' }, { name: 'a' }] }, 'mice: names must differ, got a twice'],
    [{ ...base, background: 'lava' }, 'background: must be one of plain'],
    [{ ...base, arena: { shape: 'circle', heightCm: 30 } }, 'arena.heightCm: must be arena.widthCm (42) in a circle'],
    [{ ...base, camera: { exposure: 1.5 } }, 'camera.exposure: must be a number from 0 to 1, got 1.5'],
    [{ ...base, floorColor: [1, 2, 300] }, 'floorColor: must be a number from 0 to 255, got 300'],
    [{ ...base, scene: 'maze' }, 'scene: must be one of open-field, staircase, got maze'],
    [{ ...base, scene: 'staircase', condition: 'tired' }, 'condition: must be one of intact, impaired, got tired'],
  ])('%j is refused', (options, message) => {
    expect(() => createPhantom(options as unknown as PhantomOptions)).toThrow(message);
  });
});

describe('random looks', () => {
  test('are the same for a seed and reach every coat and floor', () => {
    const looks = Array.from({ length: 60 }, (_, seed) => phantomVariant(seed));
    expect(phantomVariant(17)).toEqual(looks[17]);
    expect(new Set(looks.map(({ mice }) => mice?.[0]?.coat))).toEqual(new Set(coatNames));
    expect(new Set(looks.map(({ background }) => background))).toEqual(new Set(backgroundKinds));
  });

  test('make recordings in which the animal stands out from the floor', async () => {
    for (let seed = 0; seed < 6; seed++) {
      const look = phantomVariant(seed, { mouseCount: seed % 2 === 0 ? 1 : 2 });
      const phantom = createPhantom({ scene: 'open-field', seed, frameCount: 40, ...small, ...look });
      expect(phantom.tracks.individuals.length).toBe(1 + (seed % 2));
      const { rgb } = await phantom.source.frame(30);
      const mask = phantom.mask(30);
      // The floor around the animals, without walls.
      const sums = [
        [0, 0],
        [0, 0],
        [0, 0],
      ] as [number, number][];
      for (let y = 35; y < 85; y++) {
        for (let x = 50; x < 110; x++) {
          const sum = sums[mask[y * small.widthPx + x]!]!;
          sum[0] += rgb[3 * (y * small.widthPx + x) + 1]!;
          sum[1]++;
        }
      }
      const floor = sums[0]![0] / sums[0]![1];
      for (const [total, count] of sums.slice(1)) {
        if (count > 50) expect(Math.abs(total / count - floor)).toBeGreaterThan(20);
      }
    }
  });

  test('refuse three mice', () => {
    expect(() => phantomVariant(1, { mouseCount: 3 })).toThrow('mouseCount: must be 1 or 2, got 3');
  });
});
