import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { FormatError, StorageError } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import {
  allFrames,
  clipHeightPx,
  clipWidthPx,
  codedPicture,
  makeClip,
  numberIn,
  testFolder,
} from './clips.test.kit.js';
import { isVideoFile, listVideos } from './list-videos.node.js';
import { naturalOrder } from './natural-order.js';
import { readNorpixHeader } from './norpix-header.js';
import { openFrames } from './open-frames.node.js';
import { writeJpeg, writePng } from './picture.node.js';

const path = testFolder();
const [width, height] = [clipWidthPx, clipHeightPx];

interface SequenceRecipe {
  readonly format: number;
  readonly bitDepth: number;
  readonly pictures: readonly Uint8Array[];
  readonly isCompressed?: boolean;
  readonly gap?: number;
  readonly frameCount?: number;
  /** Milliseconds from one frame to the next; none without time stamps. */
  readonly stepMs?: (frame: number) => number;
}

/** Bytes of a NorPix sequence of version 3. */
function sequence(recipe: SequenceRecipe): Buffer {
  const { format, bitDepth, pictures, isCompressed = false, gap = 8, stepMs } = recipe;
  const header = Buffer.alloc(1024);
  header.writeUInt32LE(0xfeed, 0);
  header.write('Norpix seq\n', 4, 'utf16le');
  header.writeInt32LE(3, 28);
  header.writeInt32LE(1024, 32);
  header.write('mouse 5', 36, 'utf16le');
  const imageBytes = (width * height * bitDepth) / 8;
  [width, height, bitDepth, bitDepth === 16 ? 12 : bitDepth, imageBytes, format].forEach(
    (value, at) => void header.writeUInt32LE(value, 548 + at * 4),
  );
  header.writeUInt32LE(recipe.frameCount ?? pictures.length, 572);
  header.writeUInt32LE(imageBytes + 512, 580);
  header.writeDoubleLE(30, 584);
  let ms = 0;
  const records = pictures.map((picture, frame) => {
    const stamp = Buffer.alloc(isCompressed ? gap : 512);
    if (stepMs !== undefined) {
      stamp.writeUInt32LE(1_600_000_000 + Math.floor(ms / 1000), 0);
      stamp.writeUInt16LE(Math.floor(ms) % 1000, 4);
      ms += stepMs(frame);
    }
    const size = Buffer.alloc(isCompressed ? 4 : 0);
    if (isCompressed) size.writeUInt32LE(picture.length + 4, 0);
    return Buffer.concat([size, picture, stamp]);
  });
  return Buffer.concat([header, ...records]);
}

const coded = Array.from({ length: 12 }, (_, frame) => codedPicture(frame));
const gray = coded.map(({ rgb }) =>
  Uint8Array.from({ length: width * height }, (_, pixel) => rgb[pixel * 3] as number),
);
const inOrder = coded.map((_, frame) => frame);

describe('a NorPix sequence', () => {
  it.each([
    ['gray', { format: 100, bitDepth: 8, pictures: gray }],
    [
      'gray of 12 bits',
      {
        format: 100,
        bitDepth: 16,
        pictures: gray.map((values) => new Uint8Array(Uint16Array.from(values, (value) => value << 4).buffer)),
      },
    ],
    ['BGR', { format: 200, bitDepth: 24, pictures: coded.map(({ rgb }) => rgb) }],
  ])('of uncompressed %s', async (name, recipe) => {
    const file = path(`${name}.seq`);
    await writeFile(file, sequence(recipe));
    const video = await openFrames(file);
    expect(video.information).toMatchObject({
      frameCount: 12,
      fps: 30,
      container: 'seq',
      reader: 'seq',
      isVariableRate: false,
    });
    const frames = await allFrames(video);
    expect(frames.map(numberIn)).toEqual(inOrder);
    for (const frame of [11, 0, 5]) expect(numberIn(await video.frame(frame))).toBe(frame);
    expect(frames[3]?.rgb).toEqual(coded[3]?.rgb);
    await video.close();
    await expect(video.frame(0)).rejects.toThrow(/closed/);
  });

  it.each([8, 16])('of JPEG pictures %i bytes apart, with the times of the camera', async (gap) => {
    const pictures = await Promise.all(coded.map((picture) => writeJpeg(picture, { quality: 95 })));
    const stepMs = (frame: number): number => (frame === 4 ? 66 : 33);
    await writeFile(
      path('jpeg.seq'),
      sequence({ format: 102, bitDepth: 24, pictures, isCompressed: true, gap, stepMs }),
    );
    const video = await openFrames(path('jpeg.seq'), { widthPx: 32 });
    expect(video).toMatchObject({ widthPx: 32, heightPx: 24, frameCount: 12 });
    expect(video.information).toMatchObject({ codec: 'mjpeg', isVariableRate: true, nominalFps: 30 });
    expect(video.timesSec?.[4]).toBeCloseTo(0.132, 6);
    expect(video.timesSec?.[5]).toBeCloseTo(0.198, 6);
    expect((await allFrames(video)).some(({ corrupt }) => corrupt)).toBe(false);
    await video.close();
  });

  it('that was cut off gives the whole pictures that are there', async () => {
    const file = path('cut.seq');
    await writeFile(file, sequence({ format: 100, bitDepth: 8, pictures: gray }));
    await truncate(file, 1024 + 5 * (width * height + 512) + 700);
    const video = await openFrames(file);
    expect(video.information).toMatchObject({ frameCount: 5, isTruncated: true, declaredFrameCount: 12 });
    expect((await allFrames(video)).map(numberIn)).toEqual([0, 1, 2, 3, 4]);
    await video.close();
  });

  it('whose recorder never wrote the count is walked to its end', async () => {
    await writeFile(path('open.seq'), sequence({ format: 100, bitDepth: 8, pictures: gray, frameCount: 0 }));
    const video = await openFrames(path('open.seq'));
    expect(video.information).toMatchObject({ frameCount: 12, isTruncated: false, declaredFrameCount: undefined });
    await video.close();
  });

  it('flags a damaged picture and goes on', async () => {
    const pictures = await Promise.all(coded.map((picture) => writeJpeg(picture)));
    pictures[3]?.fill(0, 0, 40);
    await writeFile(path('damaged.seq'), sequence({ format: 201, bitDepth: 24, pictures, isCompressed: true }));
    const video = await openFrames(path('damaged.seq'));
    expect((await allFrames(video)).map(({ corrupt }) => corrupt)).toEqual(inOrder.map((frame) => frame === 3));
    expect(video.corruptFrameCount).toBe(1);
    await video.close();
  });

  it('is refused where the header is damaged or of another kind', () => {
    const good = sequence({ format: 100, bitDepth: 8, pictures: [] });
    expect(readNorpixHeader(good)).toMatchObject({ widthPx: width, heightPx: height, fps: 30, description: 'mouse 5' });
    const change = (at: number, value: number): Buffer => {
      const bytes = Buffer.from(good);
      bytes.writeUInt32LE(value, at);
      return bytes;
    };
    expect(() => readNorpixHeader(change(568, 101))).toThrow(/format 101/);
    expect(() => readNorpixHeader(change(548, 0))).toThrow(/0 x 48/);
    expect(() => readNorpixHeader(change(548, 4_000_000_000))).toThrow(FormatError);
    expect(() => readNorpixHeader(change(564, 10))).toThrow(/10 of/);
    expect(() => readNorpixHeader(change(0, 1))).toThrow(/mark of a NorPix/);
    expect(() => readNorpixHeader(good.subarray(0, 600))).toThrow(/header of 1024 bytes/);
  });

  it('without one whole picture is refused', async () => {
    await writeFile(path('none.seq'), sequence({ format: 100, bitDepth: 8, pictures: [] }));
    await expect(openFrames(path('none.seq'))).rejects.toThrow(/one whole picture or more/);
  });
});

describe('a folder of images', () => {
  it('is a recording in natural order', async () => {
    await mkdir(path('images/deeper'), { recursive: true });
    for (const frame of inOrder) await writeFile(path(`images/img${frame}.png`), await writePng(coded[frame] as never));
    await writeFile(path('images/.hidden.png'), 'x');
    await writeFile(path('images/notes.txt'), 'x');
    const video = await openFrames(path('images'), { fps: 25 });
    expect(video.information).toMatchObject({
      frameCount: 12,
      fps: 25,
      isRateKnown: true,
      container: 'folder',
      codec: 'png',
    });
    const frames = await allFrames(video);
    expect(frames.map(numberIn)).toEqual(inOrder);
    expect(frames[5]?.timeSec).toBeCloseTo(0.2, 12);
    await video.close();
    const small = await openFrames(path('images'), { heightPx: 24 });
    expect(small).toMatchObject({ widthPx: 32, heightPx: 24, fps: 1 });
    expect(small.information.isRateKnown).toBe(false);
    await small.close();
  });

  it('flags a damaged image and refuses one of another size', async () => {
    await mkdir(path('mixed'));
    await writeFile(path('mixed/a1.png'), await writePng(codedPicture(1)));
    await writeFile(path('mixed/a2.png'), (await writePng(codedPicture(2))).subarray(0, 60));
    await writeFile(path('mixed/a3.png'), await writePng(codedPicture(3, 60, 48)));
    const video = await openFrames(path('mixed'));
    expect(await video.frame(1)).toMatchObject({ corrupt: true });
    const error = await video.frame(2).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toMatch(/expected 64 x 48 as a1.png, found 60 x 48: .*a3.png/);
    await video.close();
  });

  it('without images is refused, as are a missing one and a single image', async () => {
    await mkdir(path('bare'));
    await expect(openFrames(path('bare'))).rejects.toThrow(/expected PNG, JPEG/);
    await expect(openFrames(path('nowhere'))).rejects.toThrow(StorageError);
    await writeFile(path('one.png'), await writePng(codedPicture(1)));
    await expect(openFrames(path('one.png'))).rejects.toThrow(/a single image/);
  });
});

describe('listVideos', () => {
  it('finds videos by ending or content, sorted, below a folder', async () => {
    await mkdir(path('list/mouse2'), { recursive: true });
    await mkdir(path('list/.hidden'));
    await makeClip(path('list/clip10.avi'), {
      encoder: 'mjpeg',
      container: 'avi',
      frameCount: 2,
      pixelFormat: 'yuvj420p',
      isFullRange: true,
    });
    await makeClip(path('list/noending'), { encoder: 'ffv1', container: 'matroska', frameCount: 2 });
    for (const name of ['clip2.MP4', 'notes.csv', '.hidden.mp4', '.hidden/a.mp4', 'mouse2/b.seq'])
      await writeFile(path('list', name), 'x');
    await symlink(path('list'), path('list/mouse2/loop'));
    expect(await listVideos(path('list'))).toEqual(
      ['clip2.MP4', 'clip10.avi', 'noending', 'mouse2/b.seq'].map((name) => path('list', name)),
    );
    expect(await isVideoFile(path('list'))).toBe(false);
    expect(await isVideoFile(path('list/absent.mp4'))).toBe(false);
    await expect(listVideos(path('absent'))).rejects.toThrow(/there is no such folder/);
  });

  it('sorts runs of digits by value', () => {
    expect(naturalOrder(['b', 'a10', 'a2', 'a02', 'a2b', 'a', '12', '9'])).toEqual([
      '9',
      '12',
      'a',
      'a02',
      'a2',
      'a2b',
      'a10',
      'b',
    ]);
  });
});
