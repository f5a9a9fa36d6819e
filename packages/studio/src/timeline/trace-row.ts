import type { TraceView } from 'zoopraxis';
import { behaviorColor, distinctColor } from '../page/palette.js';
import type { RowScene, TimelineRow } from '../page/row.js';
import { type FrameClock, frameAt } from '../state/clock.js';
import type { StudioState } from '../state/studio-store.js';
import { coarsestLevel, type TraceBlock, traceWindows } from '../state/trace-windows.js';
import { drawCurve, drawUnderWay, limitsOf, limitsSeen, progressWords, type ValueLimits } from './draw-curve.js';
import { openClock } from './open-clock.js';
import { traceRowId } from './row-order.js';
import { choose, timeline } from './timeline-store.js';
import { traceWords } from './trace-groups.js';

/** Returns a number with about four digits. */
export function valueText(value: number): string {
  if (!Number.isFinite(value)) return 'missing';
  if (Number.isInteger(value) && Math.abs(value) < 1e5) return `${value}`;
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(2);
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3);
}

const isShare = ({ unit, group }: TraceView) => unit === '' && /probabilit|confidence/i.test(group);

function traceColor(trace: TraceView, place: number, behaviors: Parameters<typeof behaviorColor>[1]): string {
  const named = behaviors.find(({ name }) => isShare(trace) && trace.title.toLowerCase().includes(name.toLowerCase()));
  return named === undefined ? distinctColor(place + 1) : behaviorColor(named.name, behaviors);
}

/** Returns the row of a curve; its color is that of its behavior, else goes by its place among the curves. */
export function traceRow(trace: TraceView, recording: string, place: number): TimelineRow {
  const look = (level: number, at: number): TraceBlock | undefined => traceWindows.look(recording, trace, level, at);
  const peek = (level: number, at: number): TraceBlock | undefined => traceWindows.peek(recording, trace, level, at);
  const limits = (): ValueLimits | undefined => {
    if (isShare(trace)) return { low: 0, high: 1 };
    const block = look(coarsestLevel(trace.frameCount), 0);
    return block === undefined ? undefined : limitsOf(block);
  };
  const clockOf = (state: StudioState): FrameClock => {
    const open = openClock(state);
    return open !== undefined && open.frameCount === trace.frameCount
      ? open
      : { frameCount: trace.frameCount, fps: trace.fps };
  };
  const id = traceRowId(trace);
  const inUnit = (value: number): string => {
    if (!Number.isFinite(value)) return 'missing';
    if (isShare(trace)) return value.toFixed(3);
    return trace.unit === '' ? valueText(value) : `${valueText(value)} ${trace.unit}`;
  };
  return {
    id,
    ...traceWords(trace),
    heightPx: 52,
    draw(context, scene) {
      const { state, heightPx, widthPx, color } = scene;
      // The whole comes first, as what is seen until the rest is there.
      look(coarsestLevel(trace.frameCount), 0);
      const clock = clockOf(state);
      const source = { clock, frameCount: trace.frameCount, look, peek };
      const underWay = traceWindows.progressOf(recording, trace);
      // Of what is not computed yet nobody knows the largest.
      const isFitted = underWay !== undefined || timeline.getState().choice.fitted.includes(id);
      const shown = (isFitted ? limitsSeen(source, scene.range, widthPx) : null) ?? limits();
      const tellUnderWay = () => {
        if (underWay === undefined) return;
        const colors = { bar: color('--accent'), words: color('--muted'), ground: color('--ground') };
        drawUnderWay(context, underWay, scene, colors);
      };
      if (shown === undefined) {
        context.fillStyle = color('--muted');
        context.font = '11px system-ui, sans-serif';
        context.textBaseline = 'middle';
        context.textAlign = 'left';
        context.fillText(traceWindows.problemOf(recording, trace) ?? '…', 6, heightPx / 2);
        tellUnderWay();
        return;
      }
      if (shown.low < 0 && shown.high > 0) {
        context.fillStyle = color('--line');
        context.fillRect(0, heightPx - 3 + (shown.low / (shown.high - shown.low)) * (heightPx - 6), widthPx, 1);
      }
      const behaviors = state.project?.ethogram.behaviors ?? [];
      const ink = readable(traceColor(trace, place, behaviors), color);
      drawCurve(context, source, scene, { color: ink, limits: shown, isFilled: isShare(trace) });
      drawScale(context, shown, scene, trace.unit);
      tellUnderWay();
    },
    actions() {
      const { fitted } = timeline.getState().choice;
      const isFitted = fitted.includes(id);
      const title = isFitted ? 'Scale to the whole recording' : 'Scale to what is seen';
      return [
        { title, run: () => choose({ fitted: isFitted ? fitted.filter((other) => other !== id) : [...fitted, id] }) },
      ];
    },
    hit({ timeSec }, { state }) {
      const value = traceWindows.valueAt(recording, trace, frameAt(timeSec, clockOf(state)));
      if (value === undefined) return null;
      return { cursor: 'crosshair', what: null, words: `${trace.title} ${inUnit(value)}` };
    },
    valueAt(timeSec, state) {
      const value = traceWindows.valueAt(recording, trace, frameAt(timeSec, clockOf(state)));
      if (value !== undefined) return inUnit(value);
      const underWay = traceWindows.progressOf(recording, trace);
      return underWay === undefined ? '…' : progressWords(underWay)[0];
    },
  };
}

const darkened = new Map<string, string>();

/** Returns a color that is seen on the theme's ground as well: on a light one it is darkened. */
function readable(hex: string, color: RowScene['color']): string {
  const ground = color('--ground');
  const isLight = Number.parseInt(ground.slice(1, 3), 16) > 128;
  if (!isLight) return hex;
  let dark = darkened.get(hex);
  if (dark === undefined) {
    const parts = [1, 3, 5].map((at) => Math.round(Number.parseInt(hex.slice(at, at + 2), 16) * 0.62));
    dark = `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
    darkened.set(hex, dark);
  }
  return dark;
}

function drawScale(
  context: CanvasRenderingContext2D,
  { low, high }: ValueLimits,
  { heightPx, color }: RowScene,
  unit: string,
): void {
  if (heightPx < 40) return;
  context.font = '10px system-ui, sans-serif';
  context.textAlign = 'left';
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeStyle = color('--ground');
  context.fillStyle = color('--muted');
  const top = unit === '' ? valueText(high) : `${valueText(high)} ${unit}`;
  context.textBaseline = 'top';
  context.strokeText(top, 4, 3);
  context.fillText(top, 4, 3);
  context.textBaseline = 'bottom';
  context.strokeText(valueText(low), 4, heightPx - 2);
  context.fillText(valueText(low), 4, heightPx - 2);
}
