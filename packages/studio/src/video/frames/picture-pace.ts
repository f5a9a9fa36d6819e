/** How far a new measurement counts against what was known. */
const weight = 0.3;

const blend = (before: number, now: number) => (Number.isNaN(before) ? now : before + weight * (now - before));

/**
 * Chooses, while a film plays whose pictures come one by one, which are worth asking for: those that will come in time. Where
 * the server makes fewer than are played, some are left out in equal steps, instead of all coming too late.
 */
export class PicturePace {
  #present = Number.NaN;
  #presentAtMs = 0;
  /** Frames that go by in a millisecond. */
  #framesPerMs = Number.NaN;
  /** From asking for a picture to having it. */
  #latencyMs = Number.NaN;
  /** From one picture to the next while several were asked for. */
  #intervalMs = Number.NaN;
  #doneAtMs = Number.NaN;
  #lastAsked = Number.NEGATIVE_INFINITY;

  /** Notes which frame is shown at a moment. */
  see(present: number, nowMs: number): void {
    if (present < this.#present) this.#lastAsked = Number.NEGATIVE_INFINITY;
    else if (present > this.#present && nowMs > this.#presentAtMs) {
      this.#framesPerMs = blend(this.#framesPerMs, (present - this.#present) / (nowMs - this.#presentAtMs));
    }
    if (present === this.#present) return;
    this.#present = present;
    this.#presentAtMs = nowMs;
  }

  /** Notes that a picture came which was asked for at a moment, and how many others were on their way. */
  came(askedAtMs: number, nowMs: number, others: number): void {
    this.#latencyMs = blend(this.#latencyMs, nowMs - askedAtMs);
    if (others > 0 && !Number.isNaN(this.#doneAtMs)) {
      this.#intervalMs = blend(this.#intervalMs, nowMs - Math.max(this.#doneAtMs, askedAtMs));
    }
    this.#doneAtMs = nowMs;
  }

  /** Returns which frame of an ascending list to ask for next, and counts it as asked; undefined where none is worth it. */
  next(wanted: readonly number[]): number | undefined {
    const rate = Number.isNaN(this.#framesPerMs) ? 0 : this.#framesPerMs;
    const inTime = this.#present + rate * (Number.isNaN(this.#latencyMs) ? 0 : this.#latencyMs);
    const step = Number.isNaN(this.#intervalMs) ? 0 : rate * this.#intervalMs;
    // What is made faster than it is played is left out nowhere.
    const least = Math.max(inTime, this.#lastAsked + (step > 1 ? step : 0));
    const found = wanted.find((frame) => frame > this.#lastAsked && frame >= least - 0.5);
    if (found !== undefined) this.#lastAsked = found;
    return found;
  }
}
