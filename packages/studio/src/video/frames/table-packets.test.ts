import { expect, test } from 'vitest';
import { lastKeyUpTo, type PacketTable, packetTable } from './table-packets.js';

/** Packets in the order of the file: times in ticks of 1/90000 s, and which are keys. */
function packets(...rows: [pts: number, isKey?: boolean][]) {
  const count = rows.length;
  const columns = {
    count,
    pts: Float64Array.from(rows, ([pts]) => pts),
    dts: new Float64Array(count),
    position: new Float64Array(count),
    size: new Uint32Array(count).fill(10),
    flags: Uint8Array.from(rows, ([, isKey]) => (isKey ? 1 : 0)),
  };
  return { columns, secPerTick: 1 / 90_000 };
}

const clock = { frameCount: 6, fps: 30 };
const openGroup = [[6000, true], [9000], [15_000, true], [12_000], [18_000], [21_000]] as const;
const table = () => packetTable(packets(...(openGroup as unknown as [number, boolean?][])), clock) as PacketTable;

test('packets have the frames of their times, counted from the first that is shown', () => {
  const { frameOfPacket, timestamps } = table();
  expect([...frameOfPacket]).toEqual([0, 1, 3, 2, 4, 5]);
  expect([...timestamps]).toEqual([0, 33_333, 100_000, 66_667, 133_333, 166_667]);
});

test('a frame before an open key frame is decoded from the key frame before it', () => {
  const own = table();
  expect([0, 1, 2, 3, 4, 5].map((frame) => own.keys[lastKeyUpTo(own, frame)])).toEqual([0, 0, 0, 2, 2, 2]);
});

test('a file whose packets are not one to one the frames that the server counts is left to others', () => {
  expect(packetTable(packets([0, true], [3000], [6000]), { frameCount: 4, fps: 30 })).toBeUndefined();
  expect(packetTable(packets([0, true], [3000], [3000]), { frameCount: 3, fps: 30 })).toBeUndefined();
  expect(packetTable(packets([0, true], [3000], [90_000]), { frameCount: 3, fps: 30 })).toBeUndefined();
  const timesSec = Float64Array.of(0, 1 / 30, 1);
  expect(packetTable(packets([0, true], [3000], [90_000]), { frameCount: 3, fps: 3, timesSec })).toBeDefined();
});
