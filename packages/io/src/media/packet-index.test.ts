import { describe, expect, it } from 'vitest';
import { rateFraction, steadyClock, unevenClock } from './frame-clock.js';
import { repairTimes } from './frame-times.js';
import { findPacket, PacketList, packetFlag } from './packet-columns.js';
import { firstFrameFrom, indexPackets, startPacket } from './packet-index.js';

const absent = Number.NaN;

/** Packets in the order of the file: presentation time and marks (k key, h hidden). */
function packets(...rows: [pts: number, marks?: string][]) {
  const list = new PacketList();
  rows.forEach(([pts, marks = ''], at) => {
    const flags = (marks.includes('k') ? packetFlag.key : 0) | (marks.includes('h') ? packetFlag.hidden : 0);
    list.add(pts, at, at * 100, 50 + at, flags);
  });
  return list.finish();
}

const clock = { secPerTick: 1 / 30, rates: [{ numerator: 30, denominator: 1 }] };

describe('indexPackets', () => {
  it('orders frames by presentation and knows how deep packets are reordered', () => {
    const index = indexPackets(packets([0, 'k'], [3], [1], [2], [4]), clock);
    expect([...index.packetOfFrame]).toEqual([0, 2, 3, 1, 4]);
    expect([...index.frameOfPacket]).toEqual([0, 3, 1, 2, 4]);
    expect(index.reorderDepth).toBe(1);
    expect(index.hasOpenGops).toBe(false);
    expect(index.times).toMatchObject({ fps: 30, isRateKnown: true, repairedTimeCount: 0, durationSec: 5 / 30 });
    expect(index.times.timesSec).toBeUndefined();
  });

  it('orders packets by presentation however far they are from it', () => {
    const backwards = Array.from({ length: 200 }, (_, at): [number, string] => [1000 - 5 * at, 'k']);
    expect([...indexPackets(packets(...backwards), clock).packetOfFrame]).toEqual(
      Array.from({ length: 200 }, (_, frame) => 199 - frame),
    );
    const alike = indexPackets(packets([0, 'k'], [5], [5], [3]), clock);
    expect([...alike.packetOfFrame]).toEqual([0, 3, 1, 2]);
  });

  it('decodes frames before an open key frame from the key frame before it', () => {
    const index = indexPackets(packets([0, 'k'], [1], [4, 'k'], [2], [3], [5]), clock);
    expect(index.hasOpenGops).toBe(true);
    expect([0, 1, 2, 3, 4, 5].map((frame) => startPacket(index, frame))).toEqual([0, 0, 0, 0, 2, 2]);
    expect(startPacket(index, 5, 2)).toBe(0);
    expect(firstFrameFrom(index, 2)).toBe(4);
  });

  it('counts no hidden packets as frames and starts times at the first frame', () => {
    const index = indexPackets(packets([-20, 'kh'], [-19, 'h'], [10], [11]), clock);
    expect(index.frameCount).toBe(2);
    expect([...index.frameOfPacket]).toEqual([-1, -1, 0, 1]);
    expect(startPacket(index, 0)).toBe(0);
    expect(index.times.startSec).toBeCloseTo(10 / 30, 12);
  });

  it('keeps the order of the file where nothing has a presentation time', () => {
    const index = indexPackets(packets([absent, 'k'], [absent, 'k'], [absent, 'k']), clock);
    expect([...index.packetOfFrame]).toEqual([0, 1, 2]);
    expect(index.hasOpenGops).toBeUndefined();
    expect(index.times.fps).toBe(30);
  });

  it('takes the order that decoding found, and puts packets without a picture behind the one before them', () => {
    const columns = packets([absent, 'k'], [absent], [absent], [absent]);
    const index = indexPackets(columns, { ...clock, order: Uint32Array.of(0, 3, 1) });
    expect([...index.packetOfFrame]).toEqual([0, 3, 1, 2]);
  });

  it('says where a rate varies, and takes the mean', () => {
    const index = indexPackets(packets([0, 'k'], [1], [5], [6]), clock);
    expect(index.times.timesSec).toEqual(Float64Array.of(0, 1 / 30, 5 / 30, 6 / 30));
    expect(index.times.fps).toBeCloseTo(15, 12);
  });

  it('takes times rounded to milliseconds for the constant rate that they are', () => {
    const rows = Array.from({ length: 300 }, (_, frame): [number, string] => [Math.round((frame * 1001) / 30), 'k']);
    const rates = [{ numerator: 30_000, denominator: 1001 }];
    expect(indexPackets(packets(...rows), { secPerTick: 1e-3, rates }).times.fps).toBe(30_000 / 1001);
  });

  it('finds the one packet with these times and place, and none where two are alike', () => {
    const columns = packets([0, 'k'], [1], [2]);
    expect(findPacket(columns, -1, 100, 1, 1, 51)).toBe(1);
    expect(findPacket(columns, 2, 200, 2, 2, 52)).toBe(2);
    expect(findPacket(columns, 0, 100, 1, 1, 50)).toBe(-1);
  });
});

describe('repairTimes', () => {
  it('puts absent and repeated times between their neighbors', () => {
    const times = Float64Array.of(0, 1, 1, absent, 4, 5);
    expect(repairTimes(times, 1)).toBe(2);
    expect([...times]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('goes on by the step at both ends', () => {
    const times = Float64Array.of(absent, 2, absent, absent);
    expect(repairTimes(times, 0.5)).toBe(3);
    expect([...times]).toEqual([1.5, 2, 2.5, 3]);
  });
});

describe('frame clocks', () => {
  it.each([
    [30, 30, 1],
    [30_000 / 1001, 30_000, 1001],
    [119.88011988011988, 120_000, 1001],
    [0.5, 1, 2],
    [99.97, 9997, 100],
  ])('writes %f frames a second as a fraction', (fps, numerator, denominator) => {
    expect(rateFraction(fps)).toEqual({ numerator, denominator });
  });

  it('counts uneven times in ticks from the first one', () => {
    const uneven = unevenClock([5, 5.1, 5.5]);
    expect([0, 1, 2].map((frame) => uneven.tickOf(frame))).toEqual([0, 9000, 45_000]);
    expect(() => uneven.tickOf(3)).toThrow(/timesSec/);
    expect(() => unevenClock([0, 1, 1])).toThrow(/at frame 2/);
    expect(() => steadyClock(0)).toThrow(/fps/);
  });
});
