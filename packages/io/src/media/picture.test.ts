import { mkdir, writeFile } from 'node:fs/promises';
import { FormatError, type Picture, StorageError } from '@zoopraxis/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readBmp } from './bmp.js';
import { testFolder } from './clips.test.kit.js';
import { pictureSize, readPicture, writeJpeg, writePng } from './picture.node.js';

const path = testFolder();
const picture: Picture = {
  widthPx: 3,
  heightPx: 2,
  rgb: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90),
};
const raw = { raw: { width: 3, height: 2, channels: 3 } } as const;

/** A BMP image: BITMAPINFOHEADER of 40 bytes, rows from below, each padded to 4 bytes. */
function bmp(bits: 8 | 24 | 32, isTopDown = false): Uint8Array {
  const palette = bits === 8 ? 6 : 0;
  const row = Math.ceil((3 * bits) / 32) * 4;
  const bytes = Buffer.alloc(54 + palette * 4 + row * 2);
  bytes.write('BM', 0, 'latin1');
  bytes.writeUInt32LE(54 + palette * 4, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(3, 18);
  bytes.writeInt32LE(isTopDown ? -2 : 2, 22);
  bytes.writeUInt16LE(bits, 28);
  bytes.writeUInt32LE(palette, 46);
  for (let pixel = 0; pixel < 6; pixel++) {
    const [x, y] = [pixel % 3, Math.floor(pixel / 3)];
    const bgr = [...picture.rgb.subarray(pixel * 3, pixel * 3 + 3)].reverse();
    const at = 54 + palette * 4 + (isTopDown ? y : 1 - y) * row + (x * bits) / 8;
    if (bits === 8) {
      bytes.set(bgr, 54 + pixel * 4);
      bytes[at] = pixel;
    } else bytes.set(bgr, at);
  }
  return bytes;
}

describe('readPicture', () => {
  it('reads its own PNG exactly, from bytes and from a file', async () => {
    const bytes = await writePng(picture);
    await writeFile(path('a.png'), bytes);
    expect(await readPicture(bytes)).toEqual(picture);
    expect(await readPicture(path('a.png'))).toEqual(picture);
    expect(await pictureSize(path('a.png'))).toEqual({ widthPx: 3, heightPx: 2 });
  });

  it.each([
    ['TIFF', () => sharp(picture.rgb, raw).tiff({ compression: 'lzw' }).toBuffer()],
    ['lossless WebP', () => sharp(picture.rgb, raw).webp({ lossless: true }).toBuffer()],
    ['PNG with transparency', () => sharp(picture.rgb, raw).ensureAlpha(0.5).png().toBuffer()],
    ['PNG with a palette', () => sharp(picture.rgb, raw).png({ palette: true }).toBuffer()],
    ['BMP of 8 bits', async () => bmp(8)],
    ['BMP of 24 bits', async () => bmp(24)],
    ['BMP of 32 bits from above', async () => bmp(32, true)],
  ])('reads %s', async (_, make) => {
    const bytes = await make();
    expect(await readPicture(bytes)).toEqual(picture);
    expect(await pictureSize(bytes)).toEqual({ widthPx: 3, heightPx: 2 });
  });

  it('makes three equal channels of gray, and 8 bits of 16', async () => {
    const gray = await sharp(Uint8Array.of(7, 200), { raw: { width: 2, height: 1, channels: 1 } })
      .png()
      .toBuffer();
    expect([...(await readPicture(gray)).rgb]).toEqual([7, 7, 7, 200, 200, 200]);
    const deep = await sharp(Uint16Array.of(0x1234, 0xff00), { raw: { width: 2, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect([...(await readPicture(deep)).rgb]).toEqual([0x12, 0x12, 0x12, 0xff, 0xff, 0xff]);
  });

  it('brings a JPEG upright as its EXIF orientation says', async () => {
    const bytes = await sharp(picture.rgb, raw).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await pictureSize(bytes)).toEqual({ widthPx: 2, heightPx: 3 });
    expect(await readPicture(bytes)).toMatchObject({ widthPx: 2, heightPx: 3 });
  });

  it('scales, one side alone keeping the proportions', async () => {
    const bytes = await writePng({ widthPx: 8, heightPx: 4, rgb: new Uint8Array(96).fill(77) });
    const small = await readPicture(bytes, { widthPx: 4 });
    expect(small).toEqual({ widthPx: 4, heightPx: 2, rgb: new Uint8Array(24).fill(77) });
  });

  it.each([
    ['empty', new Uint8Array(0), /an empty file/],
    ['no image', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), /bytes of no image/],
    ['a cut BMP', bmp(24).subarray(0, 60), /the end of the file/],
    ['a BMP of a size that cannot be', Buffer.from(bmp(24)).fill(0x7f, 18, 26), /a size of 1 to/],
  ])('refuses %s', async (_, bytes, message) => {
    const error = await readPicture(bytes).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(message);
    expect((error as FormatError).hint).toBeTruthy();
  });

  it('refuses a cut PNG and a cut JPEG, and names the file', async () => {
    const noise = { widthPx: 64, heightPx: 64, rgb: Uint8Array.from({ length: 12_288 }, (_, at) => (at * 7919) % 251) };
    for (const [name, bytes] of [
      ['cut.png', await writePng(noise)],
      ['cut.jpg', await writeJpeg(noise)],
    ] as const) {
      await writeFile(path(name), bytes.subarray(0, Math.floor(bytes.length * 0.6)));
      const error = await readPicture(path(name)).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(FormatError);
      expect((error as FormatError).path).toBe(path(name));
    }
  });

  it('refuses an image that claims more pixels than memory holds', async () => {
    const bytes = Buffer.from(await writePng(picture));
    bytes.writeUInt32BE(60_000, 16);
    bytes.writeUInt32BE(60_000, 20);
    await expect(readPicture(bytes)).rejects.toThrow(FormatError);
  });

  it('tells a missing file from a folder', async () => {
    await mkdir(path('folder'));
    await expect(readPicture(path('missing.png'))).rejects.toThrow(StorageError);
    await expect(readPicture(path('folder'))).rejects.toThrow(/a folder stands/);
  });
});

describe('writeJpeg', () => {
  it('writes fewer bytes for less quality, and refuses what is no quality', async () => {
    const noise = { widthPx: 64, heightPx: 64, rgb: Uint8Array.from({ length: 12_288 }, (_, at) => (at * 7919) % 251) };
    const [low, high] = [await writeJpeg(noise, { quality: 20 }), await writeJpeg(noise, { quality: 95 })];
    expect(low.length).toBeLessThan(high.length);
    expect(await readPicture(low)).toMatchObject({ widthPx: 64, heightPx: 64 });
    await expect(writeJpeg(noise, { quality: 0 })).rejects.toThrow(
      'quality must be a whole number from 1 to 100, got 0',
    );
    await expect(writePng({ ...noise, widthPx: 63 })).rejects.toThrow(/rgb must have/);
  });
});

describe('readBmp', () => {
  it('refuses compressed pixels', () => {
    const bytes = Buffer.from(bmp(24));
    bytes.writeUInt32LE(1, 30);
    expect(() => readBmp(bytes, 1000)).toThrow(/compression 1/);
  });
});
