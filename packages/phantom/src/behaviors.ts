/** Behaviors of mice in the open field, by number in bouts; all are states, one at a time for each mouse. */
export const openFieldBehaviors = [
  'wander',
  'pause',
  'groom',
  'rear',
  'approach',
  'investigate',
  'mount',
  'attack',
  'chase',
  'flee',
  'defend',
] as const;

/** Name of a behavior of mice in the open field. */
export type OpenFieldBehavior = (typeof openFieldBehaviors)[number];

/** What was done, by whom, to whom and when, as columns; every array has shape `[bout]`, sorted by start, then subject. */
export interface PhantomBouts {
  /** Names that `behavior` counts. */
  readonly behaviors: readonly string[];
  /** Time of the first frame of the bout. */
  readonly startSec: Float64Array;
  /** Time of the first frame after the bout. */
  readonly endSec: Float64Array;
  readonly behavior: Int32Array;
  /** Index of the individual that acts. */
  readonly subject: Int32Array;
  /** Index of the individual that is acted upon, -1 for none. */
  readonly target: Int32Array;
}

/** Gathers bouts from codes frame by frame, so that no array of frames is needed. */
export class BoutRecorder {
  readonly #behaviors: readonly string[];
  readonly #fps: number;
  readonly #open: ({ start: number; behavior: number; target: number } | undefined)[] = [];
  readonly #done: { start: number; end: number; behavior: number; subject: number; target: number }[] = [];

  constructor(behaviors: readonly string[], fps: number) {
    this.#behaviors = behaviors;
    this.#fps = fps;
  }

  /** Notes what a subject does in a frame; frames must come in order. Behavior -1 is none. */
  note(frame: number, subject: number, behavior: number, target: number): void {
    const open = this.#open[subject];
    if (open !== undefined && open.behavior === behavior && open.target === target) return;
    this.#close(frame, subject);
    if (behavior >= 0) this.#open[subject] = { start: frame, behavior, target };
  }

  #close(frame: number, subject: number): void {
    const open = this.#open[subject];
    if (open !== undefined) this.#done.push({ ...open, end: frame, subject });
    this.#open[subject] = undefined;
  }

  /** Ends open bouts and returns all. */
  finish(frameCount: number): PhantomBouts {
    for (const subject of this.#open.keys()) this.#close(frameCount, subject);
    const rows = this.#done.sort((a, b) => a.start - b.start || a.subject - b.subject);
    return {
      behaviors: this.#behaviors,
      startSec: Float64Array.from(rows, (row) => row.start / this.#fps),
      endSec: Float64Array.from(rows, (row) => row.end / this.#fps),
      behavior: Int32Array.from(rows, (row) => row.behavior),
      subject: Int32Array.from(rows, (row) => row.subject),
      target: Int32Array.from(rows, (row) => row.target),
    };
  }
}
