/** Size of a picture. */
export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Returns the size that the header of a PNG, JPEG, BMP or GIF file states, or undefined for other or damaged bytes;
 * pixels are not decoded. JPEG sizes are those before any rotation that EXIF asks for.
 */
export function readPictureSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sized = (widthPx: number, heightPx: number) =>
    widthPx > 0 && heightPx > 0 ? { widthPx, heightPx } : undefined;
  if (bytes.length >= 24 && view.getUint32(0) === 0x89504e47 && view.getUint32(12) === 0x49484452) {
    return sized(view.getUint32(16), view.getUint32(20));
  }
  if (bytes.length >= 26 && view.getUint16(0) === 0x424d) {
    return sized(view.getInt32(18, true), Math.abs(view.getInt32(22, true)));
  }
  if (bytes.length >= 10 && view.getUint32(0) === 0x47494638) {
    return sized(view.getUint16(6, true), view.getUint16(8, true));
  }
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) at++;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return sized(view.getUint16(at + 7), view.getUint16(at + 5));
    } else {
      const length = view.getUint16(at + 2);
      if (length < 2) return undefined;
      at += 2 + length;
    }
  }
  return undefined;
}
