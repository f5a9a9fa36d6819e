import { createPoseTracks, createSkeleton, FormatError, joinBytes, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import type { FileProblem } from '../file-problem.js';
import { randomTracks } from '../random-poses.test.kit.js';
import { readDeepLabCutTracks, readDeepLabCutTracksCsv } from './read-tracks.js';
import {
  deepLabCutTracksCsvPieces,
  deepLabCutTracksHdf5Pieces,
  writeDeepLabCutTracksCsv,
  writeDeepLabCutTracksHdf5,
} from './write-tracks.js';

const ignore = () => undefined;
const nan = Number.NaN;

async function read(source: string | Uint8Array) {
  const problems: FileProblem[] = [];
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source;
  const result = await readDeepLabCutTracks(bytes, {
    path: 'a.csv',
    fps: 30,
    report: (problem) => problems.push(problem),
  });
  return { ...result, problems: problems.map(({ code, where, message }) => [code, where, message] as const) };
}

const header = 'scorer,N,N,N\nbodyparts,nose,nose,nose\ncoords,x,y,likelihood\n';

describe('readDeepLabCutTracks', () => {
  test('reads positions and likelihoods, blank ones as missing', async () => {
    const { tracks, scorer, problems } = await read(`${header}0,1.5,2,0.9\n1,,,\n2,,,0.1\n3,4,5,\n`);
    expect(scorer).toBe('N');
    expect(tracks.timeBase).toEqual({ frameCount: 4, fps: 30 });
    expect([...tracks.position]).toEqual([1.5, 2, nan, nan, nan, nan, 4, 5]);
    expect([...tracks.confidence]).toEqual([Math.fround(0.9), nan, Math.fround(0.1), nan]);
    expect(problems).toEqual([]);
  });

  test('fills frames without a row, leaves out repeated ones, and says so once', async () => {
    const { tracks, firstFrame, problems } = await read(`${header}5,1,1,1\n6,2,2,1\n6,9,9,1\n9,3,3,1\n5,9,9,1\n`);
    expect(firstFrame).toBe(5);
    expect([...tracks.position]).toEqual([1, 1, 2, 2, nan, nan, nan, nan, 3, 3]);
    expect(problems.map(([code, where]) => [code, where])).toEqual([
      ['frame-gap', 'frame 7'],
      ['duplicate-row', 'frame 6'],
      ['first-frame', 'the first row'],
    ]);
    expect(problems[0]?.[2]).toMatch(/^2 frames/);
    expect(problems[1]?.[2]).toMatch(/^2 rows/);
  });

  test('reports points that are none, exact zeros and likelihoods out of range', async () => {
    const { tracks, problems } = await read(
      `${header}0,1,,1\n1,inf,2,1\n2,0,0,0\n3,1,1,1.0000001\n4,1,1,7\n5,1e300,1,-3\n`,
    );
    expect([...tracks.position]).toEqual([nan, nan, nan, nan, 0, 0, 1, 1, 1, 1, nan, nan]);
    expect([...tracks.confidence]).toEqual([1, 1, 0, 1, nan, nan]);
    expect(problems.map(([code, where]) => [code, where])).toEqual([
      ['half-point', 'frame 0, animal, nose'],
      ['zero-point', 'frame 2, animal, nose'],
      ['out-of-range', 'frame 4, animal, nose'],
    ]);
  });

  test('reads 3-D tables as cm, with a warning where nobody gave their unit', async () => {
    const text = 'scorer,N,N,N\nbodyparts,nose,nose,nose\ncoords,x,y,z\n0,1,2,3\n1,1,,3\n';
    const { tracks, problems } = await read(text);
    expect(tracks).toMatchObject({ dimensions: 3, space: 'world' });
    expect([...tracks.position]).toEqual([1, 2, 3, nan, nan, nan]);
    expect(problems.map(([code]) => code)).toEqual(['half-point', 'not-stored']);
    const options = { fps: 30, cmPerUnit: 2.5, report: ignore };
    const scaled = await readDeepLabCutTracksCsv(new TextEncoder().encode(text), options);
    expect([...scaled.tracks.position.subarray(0, 3)]).toEqual([2.5, 5, 7.5]);
  });

  test.each([
    [`${header}0,1,2\n`, /line 4: expected 4 fields, found 3/],
    [`${header}zero,1,2,3\n`, /line 4, first field: expected a frame number/],
    [`${header}-1,1,2,3\n`, /a frame number/],
    [`${header}0,1,2,3\n99000000,1,2,3\n`, /frames that count up/],
    [`${header}0,1,2,many\n`, /line 4, column 4: expected a number, found "many"/],
    [`${header}labeled-data/v/img1.png,1,2,3\n`, /a frame number/],
  ])('refuses %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(FormatError);
    await expect(read(text)).rejects.toThrow(message);
  });

  test('a table without rows is a recording without frames', async () => {
    expect((await read(header)).tracks.timeBase.frameCount).toBe(0);
  });

  test('a stream is read as the whole is, and stops when told to', async () => {
    const tracks = randomTracks(new Random(3), { tied: false });
    const text = writeDeepLabCutTracksCsv(tracks, { scorer: 'N', report: ignore });
    const pieces = async function* () {
      for (let at = 0; at < text.length; at += 100) yield text.slice(at, at + 100);
    };
    const streamed = await readDeepLabCutTracksCsv(pieces(), { fps: 25, report: ignore });
    expect(streamed.tracks.position).toEqual(tracks.position);
    const controller = new AbortController();
    controller.abort();
    const options = { fps: 25, report: ignore, signal: controller.signal };
    await expect(readDeepLabCutTracksCsv(pieces(), options)).rejects.toThrow(/abort/i);
  });
});

describe('writing tracks', () => {
  test('gives DeepLabCut its rows and order', () => {
    const tracks = createPoseTracks({
      skeleton: createSkeleton({ name: 'm', keypoints: ['nose', 'corner'] }),
      individuals: ['m,1', 'single'],
      space: 'image',
      dimensions: 2,
      timeBase: { frameCount: 2, fps: 30 },
      position: Float32Array.of(1.5, 2, nan, nan, nan, nan, 3, 4, nan, nan, nan, nan, nan, nan, 5, 6),
      confidence: Float32Array.of(0.5, nan, nan, 1, nan, nan, nan, 0.25),
      provenance: { operation: 'track', versions: {}, inputs: [], parameters: {} },
    });
    const options = { scorer: 'DLC_x', uniqueKeypoints: ['corner'], firstFrame: 10, report: ignore };
    expect(new TextDecoder().decode(writeDeepLabCutTracksCsv(tracks, options)).split('\n')).toEqual([
      'scorer,DLC_x,DLC_x,DLC_x,DLC_x,DLC_x,DLC_x',
      'individuals,"m,1","m,1","m,1",single,single,single',
      'bodyparts,nose,nose,nose,corner,corner,corner',
      'coords,x,y,likelihood,x,y,likelihood',
      '10,1.5,2.0,0.5,3.0,4.0,1.0',
      '11,,,,5.0,6.0,0.25',
      '',
    ]);
  });

  test('both layouts of HDF5 and both ways of writing give the same tracks', async () => {
    for (let seed = 0; seed < 6; seed++) {
      const tracks = randomTracks(new Random(seed), { tied: false });
      const options = { scorer: 'N', firstFrame: seed, report: ignore };
      for (const layout of ['table', 'fixed'] as const) {
        const bytes = writeDeepLabCutTracksHdf5(tracks, { ...options, layout });
        expect(joinBytes([...deepLabCutTracksHdf5Pieces(tracks, { ...options, layout })])).toEqual(bytes);
        const again = await read(bytes);
        expect(again.tracks.position).toEqual(tracks.position);
        expect(again.tracks.confidence).toEqual(tracks.confidence);
        expect(again.firstFrame).toBe(seed);
      }
      expect(joinBytes([...deepLabCutTracksCsvPieces(tracks, options)])).toEqual(
        writeDeepLabCutTracksCsv(tracks, options),
      );
    }
  });

  test('a table too wide for its attributes takes the other layout', async () => {
    const keypoints = Array.from({ length: 1500 }, (_, i) => `a keypoint with a rather long name ${i}`);
    const tracks = createPoseTracks({
      skeleton: createSkeleton({ name: 'm', keypoints, symmetries: [], roles: {} }),
      individuals: ['animal'],
      space: 'image',
      dimensions: 2,
      timeBase: { frameCount: 1, fps: 30 },
      position: new Float32Array(3000).fill(2),
      confidence: new Float32Array(1500).fill(1),
      provenance: { operation: 'track', versions: {}, inputs: [], parameters: {} },
    });
    const again = await read(writeDeepLabCutTracksHdf5(tracks, { scorer: 'N', report: ignore }));
    expect(again.tracks.position).toEqual(tracks.position);
    expect(again.tracks.skeleton.keypoints).toEqual(keypoints);
  });

  test('says what has no place in the format', () => {
    const problems: FileProblem[] = [];
    const tracks = { ...randomTracks(new Random(1), { tied: false }) };
    const boxes = new Float32Array(tracks.timeBase.frameCount * tracks.individuals.length * 4);
    writeDeepLabCutTracksCsv({ ...tracks, boxes }, { scorer: 'N', report: (problem) => problems.push(problem) });
    expect(problems).toMatchObject([{ code: 'not-stored', message: expect.stringContaining('boxes') }]);
  });
});
