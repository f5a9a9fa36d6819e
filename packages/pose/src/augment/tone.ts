import { type Planes, toByte } from './planes.js';

/** Change of brightness and color, one number per sample. */
export interface Tone {
  /** Factor about the middle of the range. */
  readonly contrast: number;
  /** Added, in levels of 0..255. */
  readonly brightness: number;
  readonly gamma: number;
  /** Factor of red, green and blue, list of three. */
  readonly gains: readonly [number, number, number];
}

/** Returns the table, shape `[level]`, that takes each level of one channel to its new one: gamma, then contrast, gain and brightness. */
export function toneTable({ contrast, brightness, gamma }: Tone, gain: number): Uint8Array {
  const table = new Uint8Array(256);
  for (let level = 0; level < 256; level++) {
    const bent = 255 * (level / 255) ** gamma;
    table[level] = toByte(((bent - 127.5) * contrast + 127.5) * gain + brightness);
  }
  return table;
}

/** Changes the tone of planes in place. */
export function changeTone({ widthPx, heightPx, data }: Planes, tone: Tone): void {
  const size = widthPx * heightPx;
  for (const [channel, gain] of tone.gains.entries()) {
    const table = toneTable(tone, gain);
    for (let at = channel * size, end = at + size; at < end; at++) data[at] = table[data[at]!]!;
  }
}
