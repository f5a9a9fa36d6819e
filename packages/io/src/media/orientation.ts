/** How a stored picture is brought upright: mirrored left to right first, then turned clockwise. */
export interface Orientation {
  readonly rotationDeg: 0 | 90 | 180 | 270;
  readonly isMirrored: boolean;
}

/** The orientation that changes nothing. */
export const upright: Orientation = { rotationDeg: 0, isMirrored: false };

/**
 * Returns the orientation of the bytes of a display matrix (ISO/IEC 14496-12, 8.2.2.3: nine 32-bit numbers, 16.16 fixed
 * point, that map stored to shown points); turns that are no multiple of 90 degrees are rounded to one.
 */
export function orientationOf(matrix: Uint8Array): Orientation {
  if (matrix.byteLength < 36) return upright;
  const view = new DataView(matrix.buffer, matrix.byteOffset, 36);
  const at = (cell: number): number => view.getInt32(cell * 4, true);
  const [a, b, c, d] = [at(0), at(1), at(3), at(4)];
  if (a * d - b * c === 0) return upright;
  const isMirrored = a * d - b * c < 0;
  // A mirrored picture had its x axis turned round before it was rotated.
  const angle = (Math.atan2(isMirrored ? -b : b, isMirrored ? -a : a) * 180) / Math.PI;
  const quarter = ((Math.round(angle / 90) % 4) + 4) % 4;
  return { rotationDeg: (quarter * 90) as 0 | 90 | 180 | 270, isMirrored };
}

/** Returns the size of an oriented picture. */
export function orientedSize(widthPx: number, heightPx: number, { rotationDeg }: Orientation): [number, number] {
  return rotationDeg % 180 === 0 ? [widthPx, heightPx] : [heightPx, widthPx];
}

const TILE = 16;

/** Writes the oriented picture into `target`, interleaved RGB; `stored` is the same, shape `[heightPx, strideBytes]`, of which `widthPx` pixels a row count. */
export function orient(
  stored: Uint8Array,
  strideBytes: number,
  widthPx: number,
  heightPx: number,
  { rotationDeg, isMirrored }: Orientation,
  target: Uint8Array,
): void {
  // Target offset of stored pixel (x, y) is origin + x * stepX + y * stepY.
  const flip = isMirrored ? -1 : 1;
  const right = isMirrored ? widthPx - 1 : 0;
  let [origin, stepX, stepY] = [right, flip, widthPx];
  if (rotationDeg === 90) [origin, stepX, stepY] = [heightPx - 1 + right * heightPx, flip * heightPx, -1];
  else if (rotationDeg === 180) [origin, stepX, stepY] = [widthPx * heightPx - 1 - right, -flip, -widthPx];
  else if (rotationDeg === 270) [origin, stepX, stepY] = [(widthPx - 1 - right) * heightPx, -flip * heightPx, 1];
  for (let top = 0; top < heightPx; top += TILE) {
    const bottom = Math.min(top + TILE, heightPx);
    for (let left = 0; left < widthPx; left += TILE) {
      const end = Math.min(left + TILE, widthPx);
      for (let y = top; y < bottom; y++) {
        let from = y * strideBytes + left * 3;
        let to = (origin + left * stepX + y * stepY) * 3;
        for (let x = left; x < end; x++, from += 3, to += stepX * 3) {
          target[to] = stored[from] as number;
          target[to + 1] = stored[from + 1] as number;
          target[to + 2] = stored[from + 2] as number;
        }
      }
    }
  }
}
