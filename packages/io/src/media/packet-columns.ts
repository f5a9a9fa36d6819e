/** One row per packet of the video stream, in the order of the file. Absent timestamps are NaN. */
export interface PacketColumns {
  readonly count: number;
  /** Presentation time in ticks, shape `[packet]`. */
  readonly pts: Float64Array;
  /** Decoding time in ticks, shape `[packet]`. */
  readonly dts: Float64Array;
  /** Place in the file in bytes, -1 where unknown, shape `[packet]`. */
  readonly position: Float64Array;
  /** Bytes, shape `[packet]`. */
  readonly size: Uint32Array;
  /** Sum of {@link packetFlag} values, shape `[packet]`. */
  readonly flags: Uint8Array;
}

/** Marks of a packet. */
export const packetFlag = {
  /** Decoding can start here. */
  key: 1,
  /** It is decoded for the sake of others and never shown: an edit list cuts it off, or its codec hides it. */
  hidden: 2,
  /** The container reports damage. */
  corrupt: 4,
} as const;

/** Packet columns that grow while a file is read. */
export class PacketList {
  #pts = new Float64Array(1024);
  #dts = new Float64Array(1024);
  #position = new Float64Array(1024);
  #size = new Uint32Array(1024);
  #flags = new Uint8Array(1024);
  count = 0;

  add(pts: number, dts: number, position: number, size: number, flags: number): void {
    if (this.count === this.#pts.length) this.#grow();
    const at = this.count++;
    this.#pts[at] = pts;
    this.#dts[at] = dts;
    this.#position[at] = position;
    this.#size[at] = size;
    this.#flags[at] = flags;
  }

  /** Returns the columns, cut to their length. */
  finish(): PacketColumns {
    const { count } = this;
    return {
      count,
      pts: this.#pts.slice(0, count),
      dts: this.#dts.slice(0, count),
      position: this.#position.slice(0, count),
      size: this.#size.slice(0, count),
      flags: this.#flags.slice(0, count),
    };
  }

  #grow(): void {
    const length = this.#pts.length * 2;
    const grown = <T extends Float64Array | Uint32Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    this.#pts = grown(this.#pts, new Float64Array(length));
    this.#dts = grown(this.#dts, new Float64Array(length));
    this.#position = grown(this.#position, new Float64Array(length));
    this.#size = grown(this.#size, new Uint32Array(length));
    this.#flags = grown(this.#flags, new Uint8Array(length));
  }
}

/** Tells whether every shown packet carries a presentation time. */
export function hasPresentationTimes({ pts, flags, count }: PacketColumns): boolean {
  for (let packet = 0; packet < count; packet++) {
    if (Number.isNaN(pts[packet]) && !((flags[packet] as number) & packetFlag.hidden)) return false;
  }
  return true;
}

/** Returns the packet with this place and these times, or -1 where the index has none. `near` is tried first. */
export function findPacket(
  columns: PacketColumns,
  near: number,
  position: number,
  pts: number,
  dts: number,
  size: number,
): number {
  const isIt = (packet: number): boolean =>
    packet < columns.count &&
    columns.position[packet] === position &&
    columns.size[packet] === size &&
    Object.is(columns.pts[packet], pts) &&
    Object.is(columns.dts[packet], dts);
  if (near >= 0 && isIt(near)) return near;
  let found = -1;
  for (let packet = 0; packet < columns.count; packet++) {
    if (!isIt(packet)) continue;
    if (found >= 0) return -1;
    found = packet;
  }
  return found;
}
