/** What holding a key does, and when. */
export interface HeldStepOptions {
  step(frames: number): void;
  /** Tells whether the frame that was stepped to is on the screen. */
  isShown(): boolean;
  /** Calls back with the next picture of the display. */
  nextPicture(callback: () => void): void;
}

/**
 * Steps while a key is held: at the rate of the display, and never further than what is shown, so that nothing piles up and
 * every frame is seen.
 */
export class HeldStep {
  readonly #options: HeldStepOptions;
  #frames = 0;
  #isRunning = false;

  constructor(options: HeldStepOptions) {
    this.#options = options;
  }

  /** Steps once; with a key that repeats itself, on and on until {@link release}. */
  press(frames: number, isRepeat: boolean): void {
    if (!isRepeat) {
      this.#frames = 0;
      this.#options.step(frames);
      return;
    }
    this.#frames = frames;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#options.nextPicture(this.#run);
  }

  /** Ends stepping. */
  release(): void {
    this.#frames = 0;
  }

  readonly #run = (): void => {
    if (this.#frames === 0) {
      this.#isRunning = false;
      return;
    }
    if (this.#options.isShown()) this.#options.step(this.#frames);
    this.#options.nextPicture(this.#run);
  };
}
