import type { Packet } from 'node-av/lib';
import type { Av } from './av-binding.node.js';
import { type AvFile, openAvFile, readVideoPacket, ticks } from './av-file.node.js';
import { findPacket } from './packet-columns.js';
import type { PacketIndex } from './packet-index.js';

/** Packets that are read over rather than sought past. */
const NEAR = 16;
/** Key frames tried one before the other when a demuxer lands too late. */
const ATTEMPTS = 4;

/** Reads the packets of a file by their numbers in the index. */
export class PacketReader {
  readonly #av: Av;
  readonly #index: PacketIndex;
  readonly packet: Packet;
  file: AvFile;
  /** Packet that is read next; -1 where a seek led to an unknown place. */
  next = 0;
  /** True while `packet` holds the packet `next` already: after a seek it must be read to be known. */
  #isHeld = false;

  constructor(av: Av, file: AvFile, index: PacketIndex) {
    this.#av = av;
    this.#index = index;
    this.file = file;
    this.packet = new av.Packet();
    this.packet.alloc();
  }

  /** Reads packet `next` into `packet`; false at the end. */
  read(): boolean {
    if (this.next >= this.#index.columns.count) return false;
    if (!this.#isHeld && !readVideoPacket(this.#av, this.file, this.packet)) return false;
    this.#isHeld = false;
    this.next++;
    return true;
  }

  /** Makes a packet the next one. */
  async seek(target: number): Promise<void> {
    if (this.next === target) return;
    const ahead = target - this.next;
    if (this.next < 0 || ahead < 0 || ahead > NEAR) {
      if (!this.#seekByTime(target) && (this.next < 0 || this.next > target)) await this.#rewind();
    }
    while (this.next < target && this.read());
  }

  close(): void {
    this.packet.free();
    this.file.format.closeInputSync();
  }

  async #rewind(): Promise<void> {
    this.file.format.closeInputSync();
    this.file = await openAvFile(this.#av, this.file.path);
    this.next = 0;
    this.#isHeld = false;
  }

  /** Seeks to the last key packet up to `target`, or one before it where the demuxer lands too late. */
  #seekByTime(target: number): boolean {
    const { columns, keys } = this.#index;
    const { format, streamIndex } = this.file;
    let key = keys.findLastIndex((packet) => packet <= target);
    for (let attempt = 0; attempt < ATTEMPTS && key >= 0; attempt++, key--) {
      const packet = keys[key] as number;
      const dts = columns.dts[packet] as number;
      const time = Number.isNaN(dts) ? (columns.pts[packet] as number) : dts;
      if (Number.isNaN(time)) return false;
      if (format.seekFrameSync(streamIndex, BigInt(time), this.#av.constants.AVSEEK_FLAG_BACKWARD) < 0) return false;
      this.#isHeld = false;
      this.next = -1;
      if (!readVideoPacket(this.#av, this.file, this.packet)) continue;
      const { pos, pts, dts: decoded, size } = this.packet;
      const times = [ticks(this.#av, pts), ticks(this.#av, decoded)] as const;
      const found = findPacket(columns, packet, Number(pos), ...times, size);
      if (found < 0 || found > target) continue;
      this.next = found;
      this.#isHeld = true;
      return true;
    }
    return false;
  }
}
