import { DomainError, type LabeledFrames, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import type { FileProblem } from './file-problem.js';
import type { PoseCodec } from './pose-codec.js';
import type { PoseFile } from './pose-file.js';
import { jabsSample, marsSample, nwbSample, randomLabels, randomTracks } from './random-poses.test.kit.js';
import { poseCodecs, readPoseFile, sniffFormat } from './registry.js';

const ignore = () => undefined;

/** Returns poses that a codec can hold without loss. */
function poseFile(codec: PoseCodec, seed: number): PoseFile {
  const rng = new Random(seed).fork(codec.name);
  if (codec.holds === 'labels') return { labels: [randomLabels(rng, { occluded: codec.name === 'coco' })], tracks: [] };
  const video = codec.name.startsWith('sleap') ? 'videos/video one.mp4' : '';
  // Formats that list instances or scores do not keep a confidence without a point.
  const tracks = randomTracks(rng, { tied: codec.name.startsWith('sleap') });
  return {
    labels: [],
    tracks: [{ video, tracks, firstFrame: codec.name.startsWith('deeplabcut') ? rng.integer(3) : 0 }],
  };
}

/** Returns labels in a form that two readings share: rows by image and animal, texts for names. */
function plainLabels({ skeleton, individuals, images, image, individual, position, visibility }: LabeledFrames) {
  const points = skeleton.keypoints.length;
  const rows = Array.from(image, (at, row) => ({
    image: images[at]?.file,
    animal: individuals[individual[row] as number],
    position: [...position.subarray(row * points * 2, (row + 1) * points * 2)],
    visibility: [...visibility.subarray(row * points, (row + 1) * points)],
  }));
  return { keypoints: skeleton.keypoints, images: images.map(({ group, file }) => `${group}/${file}`), rows };
}

const plain = ({ labels, tracks }: PoseFile) => ({
  labels: labels.map(plainLabels),
  tracks: tracks.map(({ video, firstFrame, tracks: { skeleton, individuals, timeBase, position, confidence } }) => ({
    video,
    firstFrame,
    keypoints: skeleton.keypoints,
    individuals,
    frameCount: timeBase.frameCount,
    position: [...position],
    confidence: [...confidence],
  })),
});

/** Returns a good file of a codec: written by it, or made for formats that are only read. */
async function sample(codec: PoseCodec, seed = 1): Promise<Uint8Array> {
  if (codec.name === 'jabs') return jabsSample();
  if (codec.name === 'mars') return marsSample();
  if (codec.name === 'nwb') return nwbSample();
  return (await codec.write?.(poseFile(codec, seed), { report: ignore, scorer: 'Ann' })) as Uint8Array;
}

describe.each(poseCodecs.map((codec) => [codec.name, codec] as const))('%s', (_name, codec) => {
  const writable = codec.write !== undefined;

  if (writable)
    test('gives back what it wrote, for random poses', async () => {
      for (let seed = 0; seed < 12; seed++) {
        const content = poseFile(codec, seed);
        const problems: FileProblem[] = [];
        const bytes = (await codec.write?.(content, { report: ignore, scorer: 'Ann' })) as Uint8Array;
        const read = await codec.read(bytes, { fps: 25, report: (problem) => problems.push(problem) });
        expect(plain(read), `seed ${seed}`).toEqual(plain(content));
        expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
      }
    });

  // sleap-io.js stamps the time into what it writes.
  if (writable && codec.name !== 'sleap')
    test('writes the same bytes for the same poses', async () => {
      expect(await sample(codec)).toEqual(await sample(codec));
    });

  test('is told by its content, whatever the name', async () => {
    const { format, why } = await sniffFormat('nothing-to-go-by', await sample(codec));
    expect(format).toBe(codec.name);
    expect(why).toMatch(/^It is .+: .+\.$/);
    const read = await readPoseFile('nothing-to-go-by', await sample(codec), { fps: 25, report: ignore });
    expect(read.labels.length + read.tracks.length).toBeGreaterThan(0);
  });

  test('leaves the bytes it reads as they were', async () => {
    const bytes = await sample(codec);
    const before = bytes.slice();
    await codec.read(bytes, { fps: 25, report: ignore });
    expect(bytes).toEqual(before);
  });

  test('refuses files that are cut or damaged with an error of its own, and goes on reading good ones', async () => {
    const good = await sample(codec, 3);
    const rng = new Random(5).fork(codec.name);
    let refused = 0;
    for (let round = 0; round < 60; round++) {
      let bytes = good.slice(0, round % 3 === 0 ? rng.integer(good.length) : good.length);
      if (round % 3 !== 0) {
        bytes = good.slice();
        for (let flip = 0; flip < (round % 3 === 1 ? 1 : 12); flip++) {
          const at = rng.integer(Math.min(bytes.length, rng.uniform() < 0.7 ? 4096 : bytes.length));
          bytes[at] = (bytes[at] as number) ^ (1 << rng.integer(8));
        }
      }
      try {
        await codec.read(bytes, { path: 'damaged', fps: 25, report: ignore });
      } catch (error) {
        expect(error, `round ${round}: ${error instanceof Error ? error.stack : error}`).toBeInstanceOf(DomainError);
        expect((error as DomainError).message).toContain('damaged');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(15);
    const read = await codec.read(good, { fps: 25, report: ignore });
    expect(read.labels.length + read.tracks.length).toBeGreaterThan(0);
  });

  test('refuses an empty file and a file of another format', async () => {
    for (const bytes of [new Uint8Array(), new TextEncoder().encode('hello\n'), new Uint8Array(5000)]) {
      await expect(codec.read(bytes, { fps: 25, report: ignore })).rejects.toThrow(DomainError);
    }
  });

  if (codec.needsFps && codec.holds === 'tracks')
    test('asks for the frame rate that its files do not state', async () => {
      await expect(codec.read(await sample(codec), { report: ignore })).rejects.toThrow(/fps must be given/);
    });
});

describe('sniffFormat', () => {
  const text = (value: string) => new TextEncoder().encode(value);

  test.each([
    ['config.yaml', text('Task: x\nbodyparts:\n- a\n'), /choose the folder/],
    ['a.csv', text('scorer;A;A\nbodyparts;x;x\n'), /other separators/],
    ['a.mp4', text('\0\0\0\x18ftypisom'), /video \(MP4/],
    ['a.pickle', Uint8Array.of(0x80, 4, 0x95, 0), /pickle, which can run programs/],
    ['a.txt', text('hello'), /text of an unknown kind/],
    ['a.bin', Uint8Array.of(1, 2, 3, 0), /binary file/],
    ['empty', new Uint8Array(), /empty/],
  ])('says what %s is', async (name, bytes, why) => {
    expect(await sniffFormat(name, bytes)).toEqual({ format: undefined, why: expect.stringMatching(why) });
    await expect(readPoseFile(name, bytes, { report: ignore })).rejects.toThrow(DomainError);
  });

  test('knows the beginning of an HDF5 file for what it is', async () => {
    const codec = poseCodecs.find(({ name }) => name === 'deeplabcut-tracks-hdf5') as PoseCodec;
    const bytes = await sample(codec);
    const { format, why } = await sniffFormat('a.h5', bytes.slice(0, bytes.length - 100));
    expect(format).toBeUndefined();
    expect(why).toMatch(/does not open.*looks like a DeepLabCut table/);
  });

  test('lists codecs sorted by name, each once', () => {
    const names = poseCodecs.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
  });
});
