import type { FrameClock } from '../state/clock.js';
import type { TimeRange } from '../state/studio-store.js';
import { xOf } from './scale.js';
import { eachTick, frameRulerSteps, tickText, timeRulerSteps } from './ticks.js';

/** What a ruler shows; with a clock it counts frames, else time. */
export interface RulerScene {
  readonly range: TimeRange;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly clock: FrameClock | null;
  readonly endSec: number;
  readonly color: (name: string) => string;
}

/** Draws the ruler above the rows. */
export function drawRuler(context: CanvasRenderingContext2D, scene: RulerScene): void {
  const { range, widthPx, heightPx, clock, endSec, color } = scene;
  context.clearRect(0, 0, widthPx, heightPx);
  const secPerPx = (range.toSec - range.fromSec) / widthPx;
  const steps = clock === null ? timeRulerSteps(secPerPx, 84) : frameRulerSteps(secPerPx * clock.fps, 84);
  context.font = '11px system-ui, "Segoe UI", Roboto, sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const [line, words] = [color('--control-line'), color('--muted')];
  // Minor ticks closer than this are noise.
  const isFine = steps.minor / (secPerPx * (clock === null ? 1 : clock.fps)) >= 5;
  eachTick(
    { fromSec: range.fromSec - 90 * secPerPx, toSec: Math.min(endSec, range.toSec) },
    steps,
    clock,
    (time, isMajor, value) => {
      if (!isMajor && !isFine) return;
      const x = Math.round(xOf(time, range, widthPx));
      context.fillStyle = line;
      context.fillRect(x, isMajor ? heightPx - 10 : heightPx - 5, 1, isMajor ? 10 : 5);
      if (!isMajor) return;
      context.fillStyle = words;
      context.fillText(clock === null ? tickText(value, steps.major) : `${value}`, x + 4, heightPx / 2 - 1);
    },
  );
  context.fillStyle = color('--line');
  context.fillRect(0, heightPx - 1, widthPx, 1);
}
