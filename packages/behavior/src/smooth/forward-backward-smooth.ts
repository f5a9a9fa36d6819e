import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { frameRuns, type SequenceStarts } from './frame-runs.js';

/** Options of {@link forwardBackwardSmooth}. */
export interface ForwardBackwardOptions {
  /** How often the kernel is applied; 4 by default. */
  readonly blur?: number;
  /** Frames by which the copies are shifted; 4 by default. */
  readonly shift?: number;
  /**
   * `mars` shifts the earlier copy by one frame more, as the published code does, so that bouts come out half a frame
   * late; `corrected` (the default) shifts both alike.
   */
  readonly mode?: 'mars' | 'corrected';
  /** Where recordings begin, list of frame indices; one recording by default. */
  readonly sequences?: SequenceStarts;
}

function checkCount(option: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 0 && value <= 10_000)) {
    throw new RangeError(`${option}: must be an integer in 0..10000, got ${value}`);
  }
}

/** Blurs in place by [2, 1, 2] / 5 with the edge values repeated. */
function blurOnce(values: Float64Array): void {
  const last = values.length - 1;
  let before = values[0] as number;
  for (let i = 0; i <= last; i++) {
    const here = values[i] as number;
    const after = i < last ? (values[i + 1] as number) : here;
    values[i] = 0.4 * before + 0.2 * here + 0.4 * after;
    before = here;
  }
}

/**
 * Returns smoothed predictions of one behavior, shape `[frame]`, 0 or 1 (255 stays, and ends a sequence): stage A of
 * MARS. The predictions, shape `[frame]`, are mirrored at the ends, blurred by the kernel [.5, .25, .5] / 1.25, averaged
 * with a copy shifted forward and one shifted backward, and called positive above one half.
 */
export function forwardBackwardSmooth(predicted: Uint8Array, options: ForwardBackwardOptions = {}): Uint8Array {
  const { blur = 4, shift = 4, mode = 'corrected', sequences = [0] } = options;
  checkCount('blur', blur);
  checkCount('shift', shift);
  const out = new Uint8Array(predicted.length).fill(unscoredLabel);
  const [before, after] = [shift + 1, shift];
  const backward = mode === 'mars' ? shift + 1 : shift;
  for (const { start, end } of frameRuns(predicted.length, sequences, (frame) => predicted[frame] !== unscoredLabel)) {
    const count = end - start;
    const values = new Float64Array(before + count + after);
    for (let i = 0; i < values.length; i++) {
      // Mirrored with the edge twice, as often as a short run needs it.
      const turn = (((i - before) % (2 * count)) + 2 * count) % (2 * count);
      values[i] = predicted[start + (turn < count ? turn : 2 * count - 1 - turn)] === 1 ? 1 : 0;
    }
    for (let step = 0; step < blur; step++) blurOnce(values);
    for (let i = 0; i < count; i++) {
      const at = i + before;
      const sum = (values[at - backward] as number) + (values[at] as number) + (values[at + shift] as number);
      out[start + i] = sum / 3 > 0.5 ? 1 : 0;
    }
  }
  return out;
}
