import type { PacketIndex } from './packet-index.js';

/** Pictures shown after a packet's that must have come before the packet is given up. */
const PATIENCE = 8;

const unknown = 0;
const sound = 1;
const damaged = 2;
const silent = 3;

/**
 * What became of each packet since decoding began: a sound picture, a damaged one or none. Packets shown
 * before the one that decoding began with do not count: what they refer to was not decoded.
 */
export class PacketVerdicts {
  readonly #index: PacketIndex;
  readonly #verdicts: Uint8Array;
  /** The largest places of presentation of pictures that came out, ascending. */
  #latest: number[] = [];
  #start = 0;
  #startRank = 0;
  /** First packet that nothing is known of. */
  firstUnknown = 0;
  /** First packet since the start that is damaged or silent; Infinity where there is none. */
  firstDamage = Number.POSITIVE_INFINITY;
  /** Last packet since the start that is damaged or silent; -1 where there is none. */
  lastDamage = -1;

  constructor(index: PacketIndex) {
    this.#index = index;
    this.#verdicts = new Uint8Array(index.columns.count);
  }

  /** Forgets everything; decoding begins at this packet. */
  begin(start: number): void {
    this.#verdicts.fill(unknown, start);
    this.#latest = [];
    this.#start = start;
    this.#startRank = this.#index.rank[start] ?? 0;
    this.firstUnknown = start;
    this.firstDamage = Number.POSITIVE_INFINITY;
    this.lastDamage = -1;
  }

  /** True where the packet that decoding began with gave no sound picture. */
  get isStartDamaged(): boolean {
    return (this.#verdicts[this.#start] ?? unknown) > sound;
  }

  /** Tells whether a packet is shown before the one that decoding began with. */
  isLeading(packet: number): boolean {
    return (this.#index.rank[packet] as number) < this.#startRank;
  }

  isDamaged(packet: number): boolean {
    return (this.#verdicts[packet] ?? unknown) > sound;
  }

  /** Notes a packet that shows nothing by design. */
  pass(packet: number): void {
    this.#judge(packet, sound);
  }

  /** Notes a packet that gives nothing although it should. */
  giveUp(packet: number): void {
    this.#judge(packet, this.isLeading(packet) ? sound : silent);
  }

  /** Notes the picture of a packet. */
  picture(packet: number, isDamaged: boolean): void {
    this.#judge(packet, isDamaged ? damaged : sound);
    this.#latest.push(this.#index.rank[packet] as number);
    this.#latest.sort((a, b) => a - b);
    if (this.#latest.length > PATIENCE) this.#latest.shift();
    // Pictures come in the order of presentation: one that is overtaken by so many never comes.
    while (
      this.#latest.length === PATIENCE &&
      this.firstUnknown < this.#verdicts.length &&
      (this.#index.rank[this.firstUnknown] as number) < (this.#latest[0] as number)
    ) {
      this.giveUp(this.firstUnknown);
    }
  }

  /** Gives up all packets before one. */
  giveUpTo(end: number): void {
    while (this.firstUnknown < end) this.giveUp(this.firstUnknown);
  }

  #judge(packet: number, verdict: number): void {
    if (packet < this.#start || this.#verdicts[packet] !== unknown) return;
    this.#verdicts[packet] = verdict;
    if (verdict > sound) {
      this.firstDamage = Math.min(this.firstDamage, packet);
      this.lastDamage = Math.max(this.lastDamage, packet);
    }
    while (this.firstUnknown < this.#verdicts.length && this.#verdicts[this.firstUnknown] !== unknown) {
      this.firstUnknown++;
    }
  }
}
