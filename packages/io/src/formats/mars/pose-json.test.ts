import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sniffFormat } from '../registry.js';
import { type MarsPoseReadOptions, readMarsPose, writeMarsPose } from './pose-json.js';

const read = async (bytes: Uint8Array, options: Partial<MarsPoseReadOptions> = {}) => {
  const { tracks } = await readMarsPose(bytes, { path: 'a.json', fps: 30, report: () => undefined, ...options });
  return (tracks[0] as (typeof tracks)[number]).tracks;
};
const encode = (value: unknown) =>
  new TextEncoder().encode((typeof value === 'string' ? value : JSON.stringify(value)) as string);

const xs = [1, 2, 3, 4, 5, 6, 7];
const ys = xs.map((x) => 10 * x);
const frame = [
  [xs, ys],
  [ys, xs],
];
const score = [Array(7).fill(0.5), Array(7).fill(0.25)];
const box = [
  [0.1, 0.2, 0.3, 0.4],
  [0, 0, 1, 1],
];
const good = { keypoints: [frame, frame], scores: [score, score], bbox: [box, box] };
const size = { widthPx: 1000, heightPx: 500 };

describe('MARS pose', () => {
  test('axes, mice and points come to their places, boxes in px', async () => {
    const tracks = await read(encode(good), { size });
    expect(tracks.individuals).toEqual(['resident', 'intruder']);
    expect([...tracks.position.slice(0, 4)]).toEqual([1, 10, 2, 20]);
    expect([...tracks.position.slice(14, 18)]).toEqual([10, 1, 20, 2]);
    expect([tracks.confidence[0], tracks.confidence[7]]).toEqual([0.5, 0.25]);
    expect([...(tracks.boxes?.slice(0, 4) ?? [])]).toEqual([100, 100, 300, 200]);
  });

  test('null and NaN are missing points', async () => {
    const text = JSON.stringify({ ...good, bbox: undefined }).replace('[1,2,3', '[NaN,null,3');
    const tracks = await read(encode(text));
    expect([...tracks.position.slice(0, 6)]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, 3, 30]);
    expect(tracks.boxes).toBeUndefined();
  });

  test.each([
    [{ ...good, scores: [score] }, /scores: expected 2 frames.*found 1: a.json/],
    [{ ...good, keypoints: [[[xs, ys]]] }, /keypoints\.0/],
    [{ ...good, keypoints: [[[xs.slice(1), ys], frame[1]]] }, /keypoints\.0\.0\.0/],
    ['{"keypoints": [', /JSON text/],
  ])('refuses what is of another shape (%#)', async (value, message) => {
    await expect(read(encode(value))).rejects.toThrow(message);
  });

  test('what is written reads back', async () => {
    const tracks = await read(encode(good), { size });
    const again = await read(writeMarsPose(tracks, { size }), { size });
    expect(again).toEqual(tracks);
  });

  const real = join(process.env.ZOOPRAXIS_DATA ?? resolve('../shared/data'), 'mars-reference/pose.json');
  test.skipIf(!existsSync(real))(
    `the reference (${existsSync(real) ? 'found' : 'data/mars-reference is absent'})`,
    async () => {
      const bytes = readFileSync(real);
      expect((await sniffFormat('a.json', bytes)).format).toBe('mars');
      const marsSize = { widthPx: 1024, heightPx: 570 };
      const tracks = await read(bytes, { size: marsSize });
      expect(tracks.timeBase.frameCount).toBe(300);
      // The first box lies around the first mouse.
      const [left = 0, top = 0, right = 0, bottom = 0] = tracks.boxes ?? [];
      for (let point = 0; point < 7; point++) {
        const [x, y] = [tracks.position[point * 2] as number, tracks.position[point * 2 + 1] as number];
        expect(x > left && x < right && y > top && y < bottom).toBe(true);
      }
      expect(await read(writeMarsPose(tracks, { size: marsSize }), { size: marsSize })).toEqual(tracks);
    },
  );
});
