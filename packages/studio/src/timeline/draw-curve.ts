import { firstFrom } from '../page/strip.js';
import { type FrameClock, frameAt, timeOf } from '../state/clock.js';
import type { TimeRange } from '../state/studio-store.js';
import { blockBins, coarsestLevel, levelFor, type TraceBlock, type TraceProgress } from '../state/trace-windows.js';

/** Values at the bottom and the top of a row. */
export interface ValueLimits {
  readonly low: number;
  readonly high: number;
}

/** What a curve is drawn from. */
export interface CurveSource {
  readonly clock: FrameClock;
  readonly frameCount: number;
  /** Returns a block, asking for it; undefined while it is on its way. */
  look(level: number, at: number): TraceBlock | undefined;
  /** Returns a block that is there. */
  peek(level: number, at: number): TraceBlock | undefined;
}

/** How a curve looks. */
export interface CurveLook {
  readonly color: string;
  readonly limits: ValueLimits;
  /** Whether the ground below it is tinted. */
  readonly isFilled: boolean;
}

const limitsOfBlock = new WeakMap<TraceBlock, ValueLimits>();

/**
 * Returns the values that a row shows, from a block of the whole recording: least to largest; where a few values lie far
 * outside what the rest do, they are cut off, so that a single wrong frame does not flatten the curve.
 */
export function limitsOf(block: TraceBlock): ValueLimits {
  const known = limitsOfBlock.get(block);
  if (known !== undefined) return known;
  const finite = block.values.filter((value) => Number.isFinite(value)).sort();
  const count = finite.length;
  let limits: ValueLimits = { low: 0, high: 1 };
  if (count > 0) {
    const at = (share: number) => finite[Math.min(count - 1, Math.floor(share * count))] as number;
    const [least, largest, low, high] = [at(0), at(1), at(0.01), at(0.99)];
    const spread = high - low;
    const bottom = spread > 0 && low - least > 1.5 * spread ? low - 0.2 * spread : least;
    const top = spread > 0 && largest - high > 1.5 * spread ? high + 0.2 * spread : largest;
    // Curves of what cannot be negative stand on zero.
    const zero = bottom >= 0 && bottom < 0.5 * top ? 0 : bottom;
    limits = top > zero ? { low: zero, high: top } : { low: zero - 0.5, high: zero + 0.5 };
  }
  limitsOfBlock.set(block, limits);
  return limits;
}

/** Returns the values that are seen in a range, least to largest, from the blocks that are there; null where none is. */
export function limitsSeen(source: CurveSource, range: TimeRange, widthPx: number): ValueLimits | null {
  const { clock, frameCount } = source;
  const firstFrame = frameAt(range.fromSec, clock);
  const endFrame = Math.min(frameCount, frameAt(range.toSec, clock) + 1);
  const level = levelFor(((range.toSec - range.fromSec) * clock.fps) / widthPx, frameCount);
  const span = blockBins * 2 ** level;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = Math.floor(firstFrame / span); at * span < endFrame; at++) {
    const block = source.peek(level, at);
    if (block === undefined) continue;
    const width = block.level === 0 ? 1 : 2;
    const first = Math.max(0, Math.floor((firstFrame - block.firstFrame) / block.binFrames)) * width;
    const end = Math.min(block.values.length, Math.ceil((endFrame - block.firstFrame) / block.binFrames) * width);
    for (let i = first; i < end; i++) {
      const value = block.values[i] as number;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return null;
  const room = high > low ? 0.05 * (high - low) : 0.5;
  return { low: low >= 0 && low < room ? 0 : low - room, high: high + room };
}

interface Plot {
  readonly range: TimeRange;
  readonly widthPx: number;
  readonly heightPx: number;
}

const padPx = 3;

function timeOfBin(block: TraceBlock, bin: number, clock: FrameClock): number {
  const frame = block.firstFrame + bin * block.binFrames;
  if (clock.timesSec === undefined) return frame / clock.fps - (clock.offsetSec ?? 0);
  return timeOf(Math.min(clock.frameCount - 1, Math.floor(frame)), clock);
}

/** Traces the values of the frames in [fromFrame, toFrame) into the present path, and one at each side of it. */
function tracePart(
  context: CanvasRenderingContext2D,
  block: TraceBlock,
  [fromFrame, toFrame]: readonly [number, number],
  { clock }: CurveSource,
  { range, widthPx, heightPx }: Plot,
  { low, high }: ValueLimits,
): void {
  const { values, binFrames, firstFrame } = block;
  const binCount = values.length;
  const first = Math.max(0, Math.floor((fromFrame - firstFrame) / binFrames) - 1);
  const end = Math.min(binCount, Math.ceil((toFrame - firstFrame) / binFrames) + 1);
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const pxPerValue = (heightPx - 2 * padPx) / (high - low);
  const bottom = heightPx - padPx;
  // A value stands for its frame from its beginning: the curve goes through the middle.
  const half = (binFrames / clock.fps / 2) * pxPerSec;
  let isDown = false;
  for (let bin = first; bin < end; bin++) {
    const value = values[bin] as number;
    if (Number.isNaN(value)) {
      isDown = false;
      continue;
    }
    const x = (timeOfBin(block, bin, clock) - range.fromSec) * pxPerSec + half;
    const y = bottom - (value - low) * pxPerValue;
    if (isDown) context.lineTo(x, y);
    else {
      context.moveTo(x, y);
      // A single value between gaps is a dash.
      context.lineTo(x + 0.6, y);
    }
    isDown = true;
  }
}

function fillPart(
  context: CanvasRenderingContext2D,
  block: TraceBlock,
  [fromFrame, toFrame]: readonly [number, number],
  { clock }: CurveSource,
  { range, widthPx, heightPx }: Plot,
  { low, high }: ValueLimits,
): void {
  const { values, binFrames, firstFrame } = block;
  const binCount = values.length;
  const first = Math.max(0, Math.floor((fromFrame - firstFrame) / binFrames));
  const end = Math.min(binCount, Math.ceil((toFrame - firstFrame) / binFrames) + 1);
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const pxPerValue = (heightPx - 2 * padPx) / (high - low);
  const bottom = heightPx - padPx;
  const width = (binFrames / clock.fps) * pxPerSec;
  let lastX = Number.NaN;
  for (let bin = first; bin < end; bin++) {
    const b = values[bin] as number;
    const x = (timeOfBin(block, bin, clock) - range.fromSec) * pxPerSec;
    if (Number.isNaN(b)) {
      if (!Number.isNaN(lastX)) context.lineTo(lastX, bottom);
      lastX = Number.NaN;
      continue;
    }
    const y = Math.min(bottom, bottom - (b - low) * pxPerValue);
    if (Number.isNaN(lastX)) context.moveTo(x, bottom);
    context.lineTo(x, y);
    lastX = x + width;
    context.lineTo(lastX, y);
  }
  if (!Number.isNaN(lastX)) context.lineTo(lastX, bottom);
}

// Tops and feet of the px of one band; kept between calls so that drawing allocates nothing.
let tops = new Float32Array(2048);
let feet = new Float32Array(2048);

/** Fills the px of a band as one shape, and tints the ground below it. */
function fillBand(
  context: CanvasRenderingContext2D,
  { left, count, bottom, isFilled }: { left: number; count: number; bottom: number; isFilled: boolean },
): void {
  if (count === 0) return;
  if (isFilled) {
    context.globalAlpha = 0.22;
    context.beginPath();
    context.moveTo(left, bottom);
    for (let at = 0; at < count; at++) {
      context.lineTo(left + at, tops[at] as number);
      context.lineTo(left + at + 1, tops[at] as number);
    }
    context.lineTo(left + count, bottom);
    context.fill();
    context.globalAlpha = 1;
  }
  context.beginPath();
  // Every px reaches to the one before it, so that steep curves stay joined.
  for (let at = 0; at < count; at++) {
    const y = Math.min(tops[at] as number, at === 0 ? Number.POSITIVE_INFINITY : (feet[at - 1] as number)) - 0.6;
    if (at === 0) context.moveTo(left, y);
    else context.lineTo(left + at, y);
    context.lineTo(left + at + 1, y);
  }
  for (let at = count - 1; at >= 0; at--) {
    const y = Math.max(feet[at] as number, at === 0 ? Number.NEGATIVE_INFINITY : (tops[at - 1] as number)) + 0.6;
    context.lineTo(left + at + 1, y);
    context.lineTo(left + at, y);
  }
  context.closePath();
  context.fill();
}

/**
 * Draws the bins of a block px by px, each as the band from its least to its largest value: thousands of lines up and down
 * would take the display many times as long as one shape.
 */
function drawBand(
  context: CanvasRenderingContext2D,
  block: TraceBlock,
  [fromFrame, toFrame]: readonly [number, number],
  { clock }: CurveSource,
  { range, widthPx, heightPx }: Plot,
  { low, high }: ValueLimits,
  isFilled: boolean,
): void {
  const { values, binFrames, firstFrame } = block;
  const first = Math.max(0, Math.floor((fromFrame - firstFrame) / binFrames) - 1);
  const end = Math.min(values.length >> 1, Math.ceil((toFrame - firstFrame) / binFrames) + 1);
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const pxPerValue = (heightPx - 2 * padPx) / (high - low);
  const bottom = heightPx - padPx;
  if (tops.length < widthPx + 8) [tops, feet] = [new Float32Array(widthPx + 8), new Float32Array(widthPx + 8)];
  let [left, count] = [0, 0];
  for (let bin = first; bin < end; bin++) {
    const a = values[2 * bin] as number;
    const b = values[2 * bin + 1] as number;
    const from = Math.max(-1, Math.floor((timeOfBin(block, bin, clock) - range.fromSec) * pxPerSec));
    const to = Math.min(
      Math.ceil(widthPx) + 1,
      Math.floor((timeOfBin(block, bin + 1, clock) - range.fromSec) * pxPerSec),
    );
    if (!(a <= b)) {
      // A gap that is at least a px wide is open.
      if (to <= from) continue;
      fillBand(context, { left, count, bottom, isFilled });
      count = 0;
      continue;
    }
    const top = bottom - (b - low) * pxPerValue;
    const foot = bottom - (a - low) * pxPerValue;
    if (count === 0) left = from;
    // A bin lies on the px where it begins and on all up to the next one.
    for (let px = from; px < Math.max(to, from + 1); px++) {
      const at = px - left;
      if (at < count) {
        if (at < 0) continue;
        tops[at] = Math.min(tops[at] as number, top);
        feet[at] = Math.max(feet[at] as number, foot);
      } else if (at < tops.length) {
        tops[at] = top;
        feet[at] = foot;
        count = at + 1;
      }
    }
  }
  fillBand(context, { left, count, bottom, isFilled });
}

function drawDots(
  context: CanvasRenderingContext2D,
  block: TraceBlock,
  [fromFrame, toFrame]: readonly [number, number],
  { clock }: CurveSource,
  { range, widthPx, heightPx }: Plot,
  { low, high }: ValueLimits,
): void {
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const pxPerValue = (heightPx - 2 * padPx) / (high - low);
  const end = Math.min(block.values.length, toFrame + 1 - block.firstFrame);
  for (let bin = Math.max(0, fromFrame - block.firstFrame); bin < end; bin++) {
    const value = block.values[bin] as number;
    if (Number.isNaN(value)) continue;
    const x = (timeOfBin(block, bin, clock) + 0.5 / clock.fps - range.fromSec) * pxPerSec;
    context.fillRect(x - 1.5, heightPx - padPx - (value - low) * pxPerValue - 1.5, 3, 3);
  }
}

/**
 * Draws a curve: the values of frames where there is room, else the least and largest of each bin. What has not come yet
 * is drawn from a coarser level that has. Returns whether all of it was there.
 */
export function drawCurve(
  context: CanvasRenderingContext2D,
  source: CurveSource,
  plot: Plot,
  look: CurveLook,
): boolean {
  const { clock, frameCount } = source;
  const { range, widthPx } = plot;
  const firstFrame = frameAt(range.fromSec, clock);
  const endFrame = Math.min(frameCount, frameAt(range.toSec, clock) + 2);
  if (firstFrame >= endFrame || range.fromSec >= timeOf(frameCount - 1, clock) + 1 / clock.fps) return true;
  const framesPerPx = ((range.toSec - range.fromSec) * clock.fps) / widthPx;
  const level = levelFor(framesPerPx, frameCount);
  const coarsest = coarsestLevel(frameCount);
  const span = blockBins * 2 ** level;
  let isWhole = true;
  context.lineJoin = 'round';
  for (let at = Math.floor(firstFrame / span); at * span < endFrame; at++) {
    let block = source.look(level, at);
    if (block === undefined) {
      isWhole = false;
      for (let up = 1; block === undefined && level + up <= coarsest; up++) block = source.peek(level + up, at >> up);
    }
    if (block === undefined) continue;
    const part: readonly [number, number] = [Math.max(firstFrame, at * span), Math.min(endFrame, (at + 1) * span)];
    context.globalAlpha = 1;
    if (block.level > 0) {
      context.fillStyle = look.color;
      drawBand(context, block, part, source, plot, look.limits, look.isFilled);
      continue;
    }
    if (look.isFilled) {
      context.globalAlpha = 0.22;
      context.fillStyle = look.color;
      context.beginPath();
      fillPart(context, block, part, source, plot, look.limits);
      context.fill();
      context.globalAlpha = 1;
    }
    context.strokeStyle = look.color;
    context.lineWidth = 1.5;
    context.beginPath();
    tracePart(context, block, part, source, plot, look.limits);
    context.stroke();
    if (framesPerPx < 1 / 7) {
      context.fillStyle = look.color;
      drawDots(context, block, part, source, plot, look.limits);
    }
  }
  return isWhole;
}

/** Returns how far the computing of a curve is, in words; list of the short ones and the long ones. */
export function progressWords({ share, secondsLeft }: TraceProgress): readonly [string, string] {
  const short = `${Math.floor(100 * share)} %`;
  if (secondsLeft === null) return [short, share === 0 ? 'computing …' : `computing: ${short}`];
  const left = secondsLeft < 90 ? `${Math.ceil(secondsLeft)} s` : `${Math.round(secondsLeft / 60)} min`;
  return [short, `computing: ${short}, ${left} left`];
}

/** Draws how far a curve is that is being computed: a bar along the bottom, and words where there is room. */
export function drawUnderWay(
  context: CanvasRenderingContext2D,
  progress: TraceProgress,
  { widthPx, heightPx }: Pick<Plot, 'widthPx' | 'heightPx'>,
  { bar, words, ground }: { readonly bar: string; readonly words: string; readonly ground: string },
): void {
  context.fillStyle = bar;
  context.fillRect(0, heightPx - 3, Math.max(2, widthPx * progress.share), 2);
  const [, text] = progressWords(progress);
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'top';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = ground;
  context.fillStyle = words;
  context.strokeText(text, widthPx - 6, 4);
  context.fillText(text, widthPx - 6, 4);
}

/** Draws a row of ticks (`timesSec`, shape `[tick]`, rising); those that fall on the same px are drawn once. */
export function drawTicks(
  context: CanvasRenderingContext2D,
  timesSec: Float64Array,
  { range, widthPx, heightPx }: Plot,
  { color, isHollow }: { readonly color: string; readonly isHollow: boolean },
): void {
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const end = firstFrom(timesSec, range.toSec, true);
  context.fillStyle = color;
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  const middle = heightPx / 2;
  const radius = Math.max(2, Math.min(4, middle - 2));
  let last = Number.NEGATIVE_INFINITY;
  for (let at = firstFrom(timesSec, range.fromSec); at < end; at++) {
    const x = ((timesSec[at] as number) - range.fromSec) * pxPerSec;
    if (x - last < 1) continue;
    last = x;
    context.beginPath();
    if (isHollow) {
      context.arc(x, middle, radius - 0.5, 0, 2 * Math.PI);
      context.stroke();
    } else {
      context.arc(x, middle, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
