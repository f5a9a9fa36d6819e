/** Pixels as three planes, what a network takes: shape `[3, heightPx, widthPx]`, red, green and blue in 0..255. */
export interface Planes {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Shape `[3, heightPx, widthPx]`. */
  readonly data: Uint8Array;
}

/** Returns a whole number in 0..255. */
export function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}
