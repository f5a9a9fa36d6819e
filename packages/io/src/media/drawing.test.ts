import { FormatError } from '@zoopraxis/core';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { writeDrawingPng } from './drawing.node.js';

const drawing = (size: string, inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50" ${size} role="img">${inner}</svg>`;

/** Returns the color of one pixel, [red, green, blue], and what the file says of itself. */
async function look(bytes: Uint8Array, x: number, y: number) {
  const image = sharp(bytes);
  const { width, height, density, format } = await image.metadata();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return { width, height, density, format, channels: info.channels, color: [...data.subarray(at, at + 3)] };
}

test('a drawing in mm is a PNG of the resolution that it states, white where nothing is drawn', async () => {
  const text = drawing('width="25.4mm" height="12.7mm"', '<rect x="50" width="50" height="50" fill="#d55e00"/>');
  const { bytes, widthPx, heightPx } = await writeDrawingPng(text, { dpi: 300 });
  expect([widthPx, heightPx]).toEqual([300, 150]);
  expect(await look(bytes, 225, 75)).toEqual({
    width: 300,
    height: 150,
    density: 300,
    format: 'png',
    channels: 3,
    color: [0xd5, 0x5e, 0],
  });
  expect((await look(bytes, 75, 75)).color).toEqual([255, 255, 255]);
});

test('px of a drawing are 1/96 inch, and its data are no part of the picture', async () => {
  const text = drawing('width="100" height="50"', `<metadata>{"data":"${'x'.repeat(11_000_000)}"}</metadata>`);
  const { widthPx, heightPx } = await writeDrawingPng(text, { dpi: 192 });
  expect([widthPx, heightPx]).toEqual([200, 100]);
});

test('drawings without a size, and those too large to be made, are refused with the size and a way out', async () => {
  await expect(writeDrawingPng('<svg viewBox="0 0 1 1"></svg>', { dpi: 300 })).rejects.toThrow(FormatError);
  await expect(writeDrawingPng('no drawing', { dpi: 300 })).rejects.toThrow(FormatError);
  const huge = writeDrawingPng(drawing('width="2000mm" height="1000mm"', ''), { dpi: 2400 });
  await expect(huge).rejects.toMatchObject({
    message: expect.stringContaining('188976 x 94488 at 2400 dpi'),
    hint: 'Choose a lower resolution.',
  });
});

test('files and addresses that a drawing names are not read', async () => {
  const text = drawing(
    'width="100" height="50"',
    '<image href="file:///etc/hostname" width="100" height="50"/><image href="http://127.0.0.1:9/a.png" width="100" height="50"/>',
  );
  const { bytes } = await writeDrawingPng(text, { dpi: 96 });
  expect((await look(bytes, 50, 25)).color).toEqual([255, 255, 255]);
});
