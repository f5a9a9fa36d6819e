import type { LabelsView, TraceView } from 'zoopraxis';
import { drawStrip, hatch, stripLook } from '../page/draw-strip.js';
import { behaviorColor, distinctColor } from '../page/palette.js';
import type { RowHit, RowPointer, RowScene, TimelineRow } from '../page/row.js';
import { boutAt, firstFrom, stripOf } from '../page/strip.js';
import { type BoutStream, streamId } from '../state/bouts.js';
import { clockText, type FrameClock, frameAt, timeOf } from '../state/clock.js';
import { type StudioState, studio } from '../state/studio-store.js';
import { coarsestLevel, type TraceBlock, traceWindows } from '../state/trace-windows.js';
import { disagreementOf, type Stretches } from './disagreement.js';
import { drawCurve, drawTicks, limitsOf, type ValueLimits } from './draw-curve.js';
import { openClock } from './open-clock.js';
import { labelRowId, streamRowId, traceRowId } from './row-order.js';

const stripTopPx = 3;

/** Returns the words of a bout, as labels and lists say them. */
export function boutWords(bout: BoutStream['bouts'][number]): string {
  const { behavior, startSec, endSec, probability, modifiers = [] } = bout;
  const when =
    endSec <= startSec
      ? `at ${clockText(startSec)}`
      : `${clockText(startSec)} – ${clockText(endSec)} (${(endSec - startSec).toFixed(2)} s)`;
  const sure = probability === undefined ? '' : ` · ${(100 * probability).toFixed(0)} %`;
  return `${behavior} ${when}${sure}${modifiers.length === 0 ? '' : ` · ${modifiers.join(', ')}`}`;
}

/** Returns the words for a stream: who, and of whom. */
export function streamTitle({ subject, target, annotator, channel, isHuman }: BoutStream): {
  readonly title: string;
  readonly detail: string;
} {
  const whom = target === undefined ? subject : `${subject} → ${target}`;
  const where = channel === '' || channel === 'default' ? '' : ` · ${channel}`;
  return { title: `${annotator || (isHuman ? 'human' : 'model')}${where}`, detail: whom };
}

const reachPx = 6;
const secPerPxOf = ({ range, widthPx }: RowScene) => (range.toSec - range.fromSec) / widthPx;

let looks: { key: readonly unknown[]; look: ReturnType<typeof stripLook> } | undefined;

function lookOf({ state, color }: RowScene, stream: BoutStream) {
  const { selection } = state;
  const behaviors = state.project?.ethogram.behaviors ?? [];
  const isIts = selection.kind === 'bout' && streamId(selection.stream) === streamId(stream);
  const chosenId = isIts ? selection.bout.id : undefined;
  const key = [behaviors, chosenId, color('--text')];
  if (looks === undefined || !looks.key.every((part, at) => part === key[at])) {
    looks = { key, look: stripLook(behaviors, color, { chosenId }) };
  }
  return looks.look;
}

function hitOfStream(stream: BoutStream, { timeSec }: RowPointer, scene: RowScene): RowHit | null {
  const found = boutAt(stripOf(stream.bouts), timeSec, { reachSec: reachPx * secPerPxOf(scene) });
  if (found === null) return null;
  const { bout } = found;
  const span = { fromSec: bout.startSec, toSec: bout.endSec };
  return { cursor: 'pointer', what: bout, words: boutWords(bout), span };
}

/** Returns the row of a stream of bouts, with the places hatched where it differs from a human's stream of the same animal. */
export function streamRow(stream: BoutStream, differing: (() => Stretches) | undefined): TimelineRow {
  const { title, detail } = streamTitle(stream);
  return {
    id: streamRowId(stream),
    title,
    detail: `${detail}${stream.isHuman ? '' : ' · model'}`,
    heightPx: 30,
    draw(context, scene) {
      const { range, widthPx, heightPx, color } = scene;
      const height = heightPx - 2 * stripTopPx;
      drawStrip(
        context,
        stripOf(stream.bouts),
        { range, widthPx, topPx: stripTopPx, heightPx: height },
        lookOf(scene, stream),
      );
      if (differing !== undefined) drawDiffering(context, differing(), scene, color('--text'));
    },
    hit: (pointer, scene) => hitOfStream(stream, pointer, scene),
    press(_pointer, hit) {
      if (hit !== null)
        studio.setState({ selection: { kind: 'bout', stream, bout: hit.what as BoutStream['bouts'][number] } });
      return false;
    },
    valueAt(timeSec) {
      const strip = stripOf(stream.bouts);
      const end = firstFrom(strip.startSec, timeSec + 1e-6);
      const names: string[] = [];
      for (let at = firstFrom(strip.latestEndSec, timeSec, true); at < end; at++) {
        if ((strip.endSec[at] as number) > timeSec + 1e-6)
          names.push((strip.bouts[at] as { behavior: string }).behavior);
      }
      return names.join(', ') || '–';
    },
    describe: ({ range }) => {
      const strip = stripOf(stream.bouts);
      const count = firstFrom(strip.startSec, range.toSec) - firstFrom(strip.latestEndSec, range.fromSec);
      return `${title}, ${detail}: ${Math.max(0, count)} bouts in sight`;
    },
  };
}

function drawDiffering(
  context: CanvasRenderingContext2D,
  { fromSec, toSec }: Stretches,
  { range, widthPx, heightPx }: RowScene,
  color: string,
): void {
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const end = firstFrom(fromSec, range.toSec);
  const phasePx = -range.fromSec * pxPerSec;
  let at = firstFrom(toSec, range.fromSec, true);
  while (at < end) {
    const left = ((fromSec[at] as number) - range.fromSec) * pxPerSec;
    let right = ((toSec[at] as number) - range.fromSec) * pxPerSec;
    // What is closer than a px is hatched together.
    while (at + 1 < end && ((fromSec[at + 1] as number) - range.fromSec) * pxPerSec - right < 1) {
      at++;
      right = ((toSec[at] as number) - range.fromSec) * pxPerSec;
    }
    at++;
    const x = Math.max(-8, left);
    const box = { x, y: stripTopPx, width: Math.min(widthPx + 8, right) - x, height: heightPx - 2 * stripTopPx };
    hatch(context, box, { color, gapPx: 5, phasePx });
    context.fillStyle = color;
    context.fillRect(x, heightPx - 2, Math.max(1, box.width), 1.5);
  }
}

const differences = new WeakMap<BoutStream['bouts'], { with: BoutStream['bouts']; stretches: Stretches }>();

/** Returns, for a model's stream, a function of where it differs from the human's of the same animal; undefined where there is none. */
export function differingOf(
  stream: BoutStream,
  all: readonly BoutStream[],
  atLeastSec: number,
): (() => Stretches) | undefined {
  if (stream.isHuman) return undefined;
  const human = all.find(
    (other) =>
      other.isHuman &&
      other.boutCount > 0 &&
      other.subject === stream.subject &&
      (other.target ?? '') === (stream.target ?? ''),
  );
  if (human === undefined) return undefined;
  const behaviors = [
    ...new Set(
      all.filter(({ annotator, isHuman }) => !isHuman && annotator === stream.annotator).flatMap((s) => s.behaviors),
    ),
  ];
  return () => {
    const known = differences.get(stream.bouts);
    if (known?.with === human.bouts) return known.stretches;
    const stretches = disagreementOf(human.bouts, stream.bouts, { behaviors, atLeastSec });
    differences.set(stream.bouts, { with: human.bouts, stretches });
    return stretches;
  };
}

/** Times of labeled and of suggested frames, seconds, each of shape `[frame]`, rising. */
export interface LabelTimes {
  readonly labeled: Float64Array;
  readonly suggested: Float64Array;
}

/** Returns when labeled and suggested frames are shown; images without labels are suggestions. */
export function labelTimesOf(
  { images, rows }: Pick<LabelsView, 'images' | 'rows'>,
  clock: FrameClock | undefined,
): LabelTimes {
  if (clock === undefined) return { labeled: new Float64Array(), suggested: new Float64Array() };
  const labeled = new Set(rows.filter(({ points }) => Object.keys(points).length > 0).map(({ frame }) => frame));
  const suggested = new Set(images.map(({ frame }) => frame).filter((frame) => !labeled.has(frame)));
  const times = (frames: Set<number>) => Float64Array.from(frames, (frame) => timeOf(frame, clock)).sort();
  return { labeled: times(labeled), suggested: times(suggested) };
}

/** Returns the row of labeled (filled) and suggested (hollow) frames. */
export function labelRow({ labeled, suggested }: LabelTimes): TimelineRow {
  const nearest = (times: Float64Array, timeSec: number, reachSec: number) => {
    const at = firstFrom(times, timeSec);
    const near = [times[at - 1], times[at]].filter(
      (time) => time !== undefined && Math.abs(time - timeSec) <= reachSec,
    );
    return near.sort((a, b) => Math.abs((a as number) - timeSec) - Math.abs((b as number) - timeSec))[0];
  };
  return {
    id: labelRowId,
    title: 'labeled frames',
    detail: `${labeled.length} ● · ${suggested.length} ○ to do`,
    heightPx: 24,
    draw(context, scene) {
      drawTicks(context, suggested, scene, { color: scene.color('--warn'), isHollow: true });
      drawTicks(context, labeled, scene, { color: scene.color('--accent'), isHollow: false });
    },
    hit({ timeSec }, scene) {
      const reach = reachPx * secPerPxOf(scene);
      const time = nearest(labeled, timeSec, reach) ?? nearest(suggested, timeSec, reach);
      if (time === undefined) return null;
      const isLabeled = labeled[firstFrom(labeled, time)] === time;
      return {
        cursor: 'pointer',
        what: time,
        words: `${isLabeled ? 'labeled' : 'suggested'} frame at ${clockText(time)}`,
      };
    },
    press(_pointer, hit) {
      if (hit === null) return false;
      studio.setState({ timeSec: hit.what as number, isPlaying: false });
      return true;
    },
    valueAt(timeSec) {
      const isAt = (times: Float64Array) => Math.abs((times[firstFrom(times, timeSec - 1e-6)] ?? -1) - timeSec) < 1e-6;
      return isAt(labeled) ? 'labeled' : isAt(suggested) ? 'to do' : '';
    },
  };
}

/** Returns a number with about four digits. */
export function valueText(value: number): string {
  if (!Number.isFinite(value)) return 'missing';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(2);
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3);
}

const isShare = ({ unit, group }: TraceView) => unit === '' && /probabilit|confidence/i.test(group);

function traceColor(trace: TraceView, behaviors: Parameters<typeof behaviorColor>[1]): string {
  const named = behaviors.find(({ name }) => isShare(trace) && trace.title.toLowerCase().includes(name.toLowerCase()));
  if (named !== undefined) return behaviorColor(named.name, behaviors);
  let sum = 0;
  for (const letter of trace.id) sum = (sum * 33 + (letter.codePointAt(0) as number)) % 65_521;
  return distinctColor(sum);
}

/** Returns the row of a curve. */
export function traceRow(trace: TraceView, recording: string): TimelineRow {
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
  return {
    id: traceRowId(trace),
    title: trace.title,
    detail: [trace.subject ?? '', trace.unit].filter((part) => part !== '').join(' · ') || trace.group,
    heightPx: 52,
    draw(context, scene) {
      const { state, heightPx, widthPx, color } = scene;
      // The whole comes first, as what is seen until the rest is there.
      look(coarsestLevel(trace.frameCount), 0);
      const shown = limits();
      if (shown === undefined) {
        context.fillStyle = color('--muted');
        context.font = '11px system-ui, sans-serif';
        context.textBaseline = 'middle';
        context.textAlign = 'left';
        context.fillText('…', 6, heightPx / 2);
        return;
      }
      if (shown.low < 0 && shown.high > 0) {
        context.fillStyle = color('--line');
        context.fillRect(0, heightPx - 3 + (shown.low / (shown.high - shown.low)) * (heightPx - 6), widthPx, 1);
      }
      const clock = clockOf(state);
      const behaviors = state.project?.ethogram.behaviors ?? [];
      const ink = readable(traceColor(trace, behaviors), color);
      const source = { clock, frameCount: trace.frameCount, look, peek };
      drawCurve(context, source, scene, { color: ink, limits: shown, isFilled: isShare(trace) });
      drawScale(context, shown, scene, trace.unit);
    },
    hit({ timeSec }, { state }) {
      const value = traceWindows.valueAt(recording, trace, frameAt(timeSec, clockOf(state)));
      if (value === undefined) return null;
      return { cursor: 'default', what: null, words: `${trace.title} ${valueText(value)} ${trace.unit}`.trim() };
    },
    valueAt(timeSec, state) {
      const value = traceWindows.valueAt(recording, trace, frameAt(timeSec, clockOf(state)));
      if (value === undefined) return '…';
      return Number.isFinite(value) && trace.unit !== '' ? `${valueText(value)} ${trace.unit}` : valueText(value);
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
