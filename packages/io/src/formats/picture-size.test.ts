import { expect, test } from 'vitest';
import { readPictureSize } from './picture-size.js';

const png = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 2, 128, 0, 0, 1, 224,
]);
const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 11, 8, 1, 224, 2, 128, 1, 1, 1]);
const bmp = Uint8Array.from([0x42, 0x4d, ...new Array(16).fill(0), 128, 2, 0, 0, 32, 254, 255, 255]);
const gif = Uint8Array.from([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 128, 2, 224, 1]);

test.each([
  ['png', png],
  ['jpeg', jpeg],
  ['bmp', bmp],
  ['gif', gif],
])('reads the size of a %s', (_name, bytes) => {
  expect(readPictureSize(bytes)).toEqual({ widthPx: 640, heightPx: 480 });
});

test('knows nothing of cut and other files', () => {
  for (const bytes of [png, jpeg, bmp, gif]) {
    for (let end = 0; end < bytes.length - 3; end++)
      expect([undefined, 640]).toContain(readPictureSize(bytes.slice(0, end))?.widthPx);
  }
  expect(readPictureSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0]))).toBeUndefined();
  expect(readPictureSize(new TextEncoder().encode('scorer,bodyparts,coords'))).toBeUndefined();
});
