import { expect, test } from 'vitest';
import { frameOfPacket, packetTimeOf } from './packet-frames.js';

test('packets of a constant rate are known by their times, also where those are rounded to ticks', () => {
  for (const fps of [25, 30000 / 1001, 59.94, 1000 / 3]) {
    const clock = { frameCount: 50_000, fps };
    for (let frame = 0; frame < 50_000; frame += 997) {
      const time = packetTimeOf(frame, 1.5, clock);
      expect(frameOfPacket(time, 1.5, clock)).toBe(frame);
      // Matroska counts milliseconds.
      expect(frameOfPacket(Math.round(time * 1000) / 1000, 1.5, clock)).toBe(frame);
    }
  }
});

test('packets between frames, before the first and behind the last are none', () => {
  const clock = { frameCount: 10, fps: 10 };
  expect([-0.1, 0.05, 1, 0.9].map((time) => frameOfPacket(time, 0, clock))).toEqual([-1, -1, -1, 9]);
});

test('packets of a varying rate belong to the frame whose time they have, not to the nearest', () => {
  const clock = { frameCount: 4, fps: 8, timesSec: Float64Array.of(0, 0.1, 0.35, 0.4) };
  expect([0, 0.1, 0.1001, 0.2, 0.35, 0.4, 0.6, -0.1].map((time) => frameOfPacket(time + 2, 2, clock))).toEqual([
    0, 1, 1, -1, 2, 3, -1, -1,
  ]);
});
