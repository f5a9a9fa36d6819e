import { FormatError, type Picture } from '@zoopraxis/core';

/** Tells whether bytes begin like a BMP image. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes.length >= 26 && bytes[0] === 0x42 && bytes[1] === 0x4d;
}

function problem(where: string, expected: string, found: string): FormatError {
  const hint = 'Save the image anew as PNG.';
  return new FormatError({ format: 'bmp', where, expected, found, hint });
}

interface BmpHeader {
  widthPx: number;
  heightPx: number;
  isTopDown: boolean;
  bitsPerPixel: number;
  pixelsAt: number;
  paletteAt: number;
  colorCount: number;
}

function readHeader(bytes: Uint8Array, maxPixels: number): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(14, true);
  if (headerBytes < 40 || bytes.length < 14 + headerBytes) {
    throw problem('byte 14', 'a header of 40 bytes or more', `${headerBytes} bytes`);
  }
  const widthPx = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const heightPx = Math.abs(signedHeight);
  if (widthPx < 1 || heightPx < 1 || widthPx * heightPx > maxPixels) {
    throw problem('byte 18', `a size of 1 to ${maxPixels} pixels`, `${widthPx} x ${heightPx}`);
  }
  const bitsPerPixel = view.getUint16(28, true);
  if (![8, 24, 32].includes(bitsPerPixel)) throw problem('byte 28', '8, 24 or 32 bits a pixel', `${bitsPerPixel}`);
  const compression = view.getUint32(30, true);
  if (compression !== 0 && !(compression === 3 && bitsPerPixel === 32)) {
    throw problem('byte 30', 'pixels without compression', `compression ${compression}`);
  }
  const colorCount = bitsPerPixel === 8 ? Math.min(view.getUint32(46, true) || 256, 256) : 0;
  const paletteAt = 14 + headerBytes;
  if (paletteAt + colorCount * 4 > bytes.length)
    throw problem('palette', `${colorCount} colors`, 'the end of the file');
  return {
    widthPx,
    heightPx,
    isTopDown: signedHeight < 0,
    bitsPerPixel,
    pixelsAt: view.getUint32(10, true),
    paletteAt,
    colorCount,
  };
}

/** Returns the size of a BMP image, `[widthPx, heightPx]`; throws FormatError where its header is damaged. */
export function bmpSize(bytes: Uint8Array, maxPixels: number): [number, number] {
  const { widthPx, heightPx } = readHeader(bytes, maxPixels);
  return [widthPx, heightPx];
}

/**
 * Returns the picture of a BMP image of 8, 24 or 32 bits a pixel without compression (Windows bitmap, BITMAPINFOHEADER).
 * @throws FormatError for any other kind and for cut or damaged files.
 */
export function readBmp(bytes: Uint8Array, maxPixels: number): Picture {
  const { widthPx, heightPx, isTopDown, bitsPerPixel, pixelsAt, paletteAt, colorCount } = readHeader(bytes, maxPixels);
  const step = bitsPerPixel / 8;
  const rowBytes = Math.ceil((widthPx * step) / 4) * 4;
  if (pixelsAt + rowBytes * heightPx > bytes.length) {
    throw problem(`byte ${bytes.length}`, `${pixelsAt + rowBytes * heightPx} bytes`, 'the end of the file');
  }
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    let from = pixelsAt + rowBytes * (isTopDown ? y : heightPx - 1 - y);
    let to = y * widthPx * 3;
    for (let x = 0; x < widthPx; x++, from += step, to += 3) {
      const color = bitsPerPixel === 8 ? paletteAt + 4 * Math.min(bytes[from] as number, colorCount - 1) : from;
      rgb[to] = bytes[color + 2] as number;
      rgb[to + 1] = bytes[color + 1] as number;
      rgb[to + 2] = bytes[color] as number;
    }
  }
  return { widthPx, heightPx, rgb };
}
