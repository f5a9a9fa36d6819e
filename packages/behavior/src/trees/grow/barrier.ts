/** Words of a barrier in shared memory: threads that came, its turn, whether training was given up. */
export const BARRIER_WORDS = 3;

/** Turns of waiting before a thread sleeps: neighbors mostly come within microseconds. */
const SPINS = 2000;

/** Makes threads wait for each other; the words are shared, shape `[word]`. */
export class Barrier {
  readonly #words: Int32Array;
  readonly #threads: number;

  constructor(words: Int32Array, threads: number) {
    this.#words = words;
    this.#threads = threads;
  }

  /** Returns when all threads have come here; throws an AbortError when training was given up. */
  wait(): void {
    if (this.#threads === 1) return;
    const words = this.#words;
    const turn = Atomics.load(words, 1);
    // Read after the turn: who gives up sets this first and then ends the turn.
    this.#check();
    if (Atomics.add(words, 0, 1) === this.#threads - 1) {
      Atomics.store(words, 0, 0);
      Atomics.add(words, 1, 1);
      Atomics.notify(words, 1);
    } else {
      for (let spin = 0; spin < SPINS && Atomics.load(words, 1) === turn; spin++);
      while (Atomics.load(words, 1) === turn) Atomics.wait(words, 1, turn);
    }
    this.#check();
  }

  #check(): void {
    if (Atomics.load(this.#words, 2) !== 0) throw new DOMException('training was given up', 'AbortError');
  }

  /** Lets all threads go on, into an error. */
  giveUp(): void {
    Atomics.store(this.#words, 2, 1);
    Atomics.add(this.#words, 1, 1);
    Atomics.notify(this.#words, 1);
  }
}
