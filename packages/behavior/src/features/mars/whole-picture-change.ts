import type { Picture } from '@zoopraxis/core';
import { changeInBox } from './picture-change.js';

/** Returns the change between a picture and the next one, see `changeInBox`, as a whole. */
export type WholePictureChange = (before: Picture, after: Picture) => number;

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const constant = (value: number) => [0x41, value];
const load = [0xfd, 0x00, 0x00, 0x00];
const store = [0xfd, 0x0b, 0x00, 0x00];
const [extendLow, extendHigh] = [
  [0xfd, 0x89, 0x01],
  [0xfd, 0x8a, 0x01],
] as const;
const [subtract16, dot, add32] = [
  [0xfd, 0x91, 0x01],
  [0xfd, 0xba, 0x01],
  [0xfd, 0xae, 0x01],
] as const;
const section = (id: number, content: readonly number[]) => [id, content.length, ...content];

/** Bytes of eight lanes: energy += a * a, difference += (b - a)^2. Locals: 3 a, 4 b, 5 lanes, 6 difference, 7 energy. */
const half = (extend: readonly number[]) => [
  ...get(7),
  ...[...get(3), ...extend, ...tee(5), ...get(5), ...dot],
  ...[...add32, ...set(7)],
  ...get(6),
  ...[...get(4), ...extend, ...get(5), ...subtract16, ...tee(5), ...get(5), ...dot],
  ...[...add32, ...set(6)],
];

/** `f(a, b, endOfA)` in WebAssembly with SIMD, 16 bytes a turn: sums of four lanes each go to the bytes 0 and 16. */
function sumsModule(): Uint8Array<ArrayBuffer> {
  const next = (local: number) => [...get(local), ...constant(16), 0x6a, ...set(local)];
  const body = [
    ...[0x01, 0x05, 0x7b],
    ...[0x03, 0x40],
    ...[...get(0), ...load, ...set(3), ...get(1), ...load, ...set(4)],
    ...half(extendLow),
    ...half(extendHigh),
    ...[...next(0), ...next(1), ...get(0), ...get(2), 0x49, 0x0d, 0x00],
    0x0b,
    ...[...constant(0), ...get(6), ...store, ...constant(16), ...get(7), ...store],
    0x0b,
  ];
  const size = [(body.length & 0x7f) | 0x80, body.length >> 7];
  const code = [0x01, ...size, ...body];
  const codeSize = [(code.length & 0x7f) | 0x80, code.length >> 7];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x01, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x00]),
    ...section(2, [0x01, 0x01, 0x6d, 0x01, 0x6d, 0x02, 0x00, 0x01]),
    ...section(3, [0x01, 0x00]),
    ...section(7, [0x01, 0x01, 0x66, 0x00, 0x00]),
    ...[10, ...codeSize, ...code],
  ]);
}

/** Bytes of one call: a lane then stays below 2^31, 4,096 times four products of at most 255^2. */
const stretch = 65536;
const firstSlot = 64;

/** Returns what compares whole pictures one number at a time. */
export const plainPictureChange: WholePictureChange = (before, after) =>
  changeInBox(before, after, {
    left: 0,
    top: 0,
    right: before.widthPx,
    bottom: Math.min(before.heightPx, after.heightPx),
  });

/**
 * Returns what compares whole pictures, in a tenth of the time of {@link plainPictureChange} where there is WebAssembly
 * with SIMD, with the same bits. It keeps the pixels of the picture it saw last.
 */
export function createPictureChange(): WholePictureChange {
  const bytes = sumsModule();
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) return plainPictureChange;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { m: memory } });
  const sums = exports.f as (a: number, b: number, end: number) => void;
  let held: Picture | undefined;
  let [slotOfHeld, length] = [0, 0];
  const put = (picture: Picture, slot: number): void => {
    new Uint8Array(memory.buffer, firstSlot + slot * length, length).set(picture.rgb.subarray(0, length));
  };

  return (before, after) => {
    if (before.widthPx !== after.widthPx || before.heightPx !== after.heightPx) return Number.NaN;
    const count = before.rgb.length;
    // Slots are whole turns of 16 bytes; what is beyond the picture stays 0 in both.
    const rounded = Math.ceil(count / 16) * 16;
    if (rounded !== length) {
      length = rounded;
      held = undefined;
      const pages = Math.ceil((firstSlot + 2 * length) / 65536) - memory.buffer.byteLength / 65536;
      if (pages > 0) memory.grow(pages);
      new Uint8Array(memory.buffer).fill(0);
    }
    if (held !== before) put(before, 0);
    const slotOfBefore = held === before ? slotOfHeld : 0;
    const slotOfAfter = 1 - slotOfBefore;
    put(after, slotOfAfter);
    held = after;
    slotOfHeld = slotOfAfter;
    const lanes = new Int32Array(memory.buffer, 0, 8);
    let [difference, energy] = [0, 0];
    const [a, b] = [firstSlot + slotOfBefore * length, firstSlot + slotOfAfter * length];
    for (let at = 0; at < length; at += stretch) {
      sums(a + at, b + at, a + Math.min(length, at + stretch));
      for (let lane = 0; lane < 4; lane++) {
        difference += lanes[lane] as number;
        energy += lanes[lane + 4] as number;
      }
    }
    return difference / energy;
  };
}
