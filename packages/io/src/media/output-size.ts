/** Size in which frames are wanted; one side alone keeps the proportions. */
export interface WantedSize {
  readonly widthPx?: number;
  readonly heightPx?: number;
}

/** Largest picture that is decoded, pixels. */
export const MAX_PIXELS = 2 ** 28;

function checkSide(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1 && value <= 65_535)) {
    throw new RangeError(`${name} must be a whole number from 1 to 65535, got ${value}`);
  }
}

/** Returns the size in which pictures of a native size come out; throws RangeError where a wish cannot be met. */
export function outputSize(widthPx: number, heightPx: number, wanted: WantedSize = {}): [number, number] {
  checkSide('widthPx', wanted.widthPx);
  checkSide('heightPx', wanted.heightPx);
  const width = wanted.widthPx ?? Math.max(1, Math.round((widthPx * (wanted.heightPx ?? heightPx)) / heightPx));
  const height = wanted.heightPx ?? Math.max(1, Math.round((heightPx * width) / widthPx));
  if (width * height > MAX_PIXELS) {
    throw new RangeError(`widthPx x heightPx must be at most ${MAX_PIXELS} pixels, got ${width} x ${height}`);
  }
  return [width, height];
}
