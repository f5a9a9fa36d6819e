import type { Behavior } from '@zoopraxis/core';
import type { TimeRange } from '../state/studio-store.js';
import { behaviorColor, inkOn } from './palette.js';
import { endSeen, firstFrom, firstSeen, type Strip, stripBlock } from './strip.js';

/** How bouts look. */
export interface StripLook {
  /** `#rrggbb` of a behavior. */
  readonly color: (behavior: string) => string;
  /** What is written in a bout that is too narrow for the behavior's name, one letter. */
  readonly letter: (behavior: string) => string;
  /** Place of a behavior in its catalogue: narrow bouts carry a notch at its height, so that color is not all. */
  readonly place: (behavior: string) => { readonly at: number; readonly of: number };
  /** Font of names, such as `600 11px system-ui`. */
  readonly font: string;
  /** Color of the frame around what is chosen. */
  readonly chosenColor: string;
  readonly chosenId?: string | undefined;
  /** 0..1; streams that only stand behind are faint. */
  readonly opacity?: number;
  /** Draws what lies over the colors and under the words, such as hatching. */
  readonly under?: () => void;
}

/** Where a strip lies: the box is (0, `topPx`, `widthPx`, `heightPx`) in CSS px. */
export interface StripBox {
  readonly range: TimeRange;
  readonly widthPx: number;
  readonly topPx: number;
  readonly heightPx: number;
}

const inks = new Map<string, string>();
function inkOf(color: string): string {
  let ink = inks.get(color);
  if (ink === undefined) {
    ink = inkOn(color);
    inks.set(color, ink);
  }
  return ink;
}

const widths = new Map<string, number>();
function textWidth(context: CanvasRenderingContext2D, font: string, text: string): number {
  const key = `${font}/${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    width = context.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** Fills a box with slanted lines: disagreement, or what is not certain. The lines stay where they are in time while panning. */
export function hatch(
  context: CanvasRenderingContext2D,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  { color, gapPx = 6, phasePx = 0 }: { readonly color: string; readonly gapPx?: number; readonly phasePx?: number },
): void {
  const { x, y, width, height } = box;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  const first = x - height - ((((x - height - phasePx) % gapPx) + gapPx) % gapPx);
  for (let left = first; left < x + width; left += gapPx) {
    context.moveTo(left, y + height);
    context.lineTo(left + height, y);
  }
  context.stroke();
  context.restore();
}

/** Draws a point event. */
export function drawDiamond(
  context: CanvasRenderingContext2D,
  { x, y, radiusPx, color, edgeColor }: { x: number; y: number; radiusPx: number; color: string; edgeColor?: string },
): void {
  context.beginPath();
  context.moveTo(x, y - radiusPx);
  context.lineTo(x + radiusPx, y);
  context.lineTo(x, y + radiusPx);
  context.lineTo(x - radiusPx, y);
  context.closePath();
  context.fillStyle = color;
  context.fill();
  if (edgeColor === undefined) return;
  context.strokeStyle = edgeColor;
  context.lineWidth = 1;
  context.stroke();
}

/** Bouts narrower than this are drawn per px. */
const narrowPx = 3;

// Shares of time by behavior in one px; kept between calls so that drawing allocates nothing.
let shares = new Float64Array(64);

function drawNotch(
  context: CanvasRenderingContext2D,
  look: StripLook,
  name: string,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): void {
  const { at, of } = look.place(name);
  if (of < 2 || height < 8) return;
  context.fillStyle = inkOf(look.color(name));
  context.fillRect(x, Math.round(y + 1 + (Math.max(0, at) / Math.max(1, of - 1)) * (height - 4)), width, 2);
}

/** A few rows of px that crowds of bouts are painted into before they are stretched to the height of their lane. */
let paint: { readonly canvas: OffscreenCanvas; readonly context: OffscreenCanvasRenderingContext2D } | undefined;
let paintData: ImageData | undefined;

/** Rows of px that a crowd is painted in: enough for a notch at the height of its behavior. */
const paintRows = 10;

function paintPx(widthPx: number): { data: ImageData; px: Uint32Array } {
  if (paint === undefined || paintData?.width !== widthPx) {
    const canvas = new OffscreenCanvas(widthPx, paintRows);
    const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    paint = { canvas, context };
    paintData = context.createImageData(widthPx, paintRows);
  }
  const px = new Uint32Array((paintData as ImageData).data.buffer);
  px.fill(0);
  return { data: paintData as ImageData, px };
}

/** Paints the px that show one behavior; where they are more than a few, with its notch. */
function paintRun(
  px: Uint32Array,
  widthPx: number,
  { left, right, name, hasNotch }: { left: number; right: number; name: string; hasNotch: boolean },
  look: StripLook,
): void {
  const color = look.color(name);
  const { at, of } = look.place(name);
  const notch =
    hasNotch && right - left >= narrowPx ? 1 + Math.round((at / Math.max(1, of - 1)) * (paintRows - 3)) : -1;
  for (let row = 0; row < paintRows; row++) {
    const ink = packedColor(row === notch ? inkOf(color) : color);
    px.fill(ink, row * widthPx + left, row * widthPx + right);
  }
}

const packed = new Map<string, number>();

/** Returns a color `#rrggbb` as image data holds it, opaque. */
function packedColor(color: string): number {
  let value = packed.get(color);
  if (value === undefined) {
    const rgb = Number.parseInt(color.slice(1, 7), 16);
    value = (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
    packed.set(color, value);
  }
  return value;
}

/** Draws the narrow bouts of a lane from `first` to `end` (not included) px by px: each px shows the behavior that fills most of it. */
function drawCrowd(
  context: CanvasRenderingContext2D,
  strip: Strip,
  [first, end]: readonly [number, number],
  lane: Int32Array,
  box: StripBox,
  look: StripLook,
): void {
  const { range, widthPx } = box;
  const { startSec, endSec, behavior } = strip;
  const secPerPx = (range.toSec - range.fromSec) / widthPx;
  const wideSec = narrowPx * secPerPx;
  const kinds = strip.behaviors.length;
  if (shares.length < kinds) shares = new Float64Array(kinds);
  const laneEnd = firstFrom(lane, end);
  let place = firstFrom(lane, first);
  if (place >= laneEnd) return;
  const columns = Math.ceil(widthPx);
  const { data, px: painted } = paintPx(columns);
  const hasNotch = box.heightPx >= 10;
  let [runLeft, runRight, runOf] = [0, 0, -1];
  const paintIt = () => {
    const name = strip.behaviors[runOf];
    if (name !== undefined) paintRun(painted, columns, { left: runLeft, right: runRight, name, hasNotch }, look);
  };
  while (place < laneEnd) {
    const at = lane[place] as number;
    const start = startSec[at] as number;
    const stop = endSec[at] as number;
    if (stop <= range.fromSec || stop - start >= wideSec) {
      place++;
      continue;
    }
    const px = Math.max(0, Math.floor((start - range.fromSec) / secPerPx));
    const pxEnd = range.fromSec + (px + 1) * secPerPx;
    shares.fill(0, 0, kinds);
    let reach = stop;
    let most = behavior[at] as number;
    for (; place < laneEnd; place++) {
      const next = lane[place] as number;
      const nextStart = startSec[next] as number;
      // The first always counts: rounding can put its beginning on the end of its own px.
      if (nextStart >= pxEnd && next !== at) break;
      const length = (endSec[next] as number) - nextStart;
      if (length >= wideSec) continue;
      const code = behavior[next] as number;
      const share = (shares[code] as number) + length;
      shares[code] = share;
      if (share > (shares[most] as number)) most = code;
      reach = Math.max(reach, endSec[next] as number);
    }
    const right = Math.max(px + 1, Math.min(px + narrowPx, Math.round((reach - range.fromSec) / secPerPx)));
    if (most !== runOf || px > runRight) {
      paintIt();
      [runLeft, runOf] = [px, most];
    }
    runRight = Math.min(columns, right);
  }
  paintIt();
  if (runOf < 0 || paint === undefined) return;
  paint.context.putImageData(data, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(paint.canvas, 0, box.topPx, columns, box.heightPx);
}

const isWide = (strip: Strip, at: number, secPerPx: number): boolean =>
  (strip.endSec[at] as number) - (strip.startSec[at] as number) >= narrowPx * secPerPx;

interface Edges {
  left: number;
  width: number;
}

// Filled anew for every bout, so that drawing allocates nothing.
const edges: Edges = { left: 0, width: 0 };

function edgesOf(strip: Strip, at: number, { range, widthPx }: StripBox): Edges {
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const left = Math.max(-4, Math.round(((strip.startSec[at] as number) - range.fromSec) * pxPerSec));
  const right = Math.min(widthPx + 4, Math.round(((strip.endSec[at] as number) - range.fromSec) * pxPerSec));
  edges.left = left;
  // A hair of ground between neighbors tells two bouts from one.
  edges.width = Math.max(1, right - left - (right - left > 4 ? 1 : 0));
  return edges;
}

function fillWide(
  context: CanvasRenderingContext2D,
  { left, width }: Edges,
  color: string,
  topPx: number,
  heightPx: number,
): void {
  context.fillStyle = color;
  if (width > 8 && heightPx > 8) {
    context.beginPath();
    context.roundRect(left, topPx, width, heightPx, 2.5);
    context.fill();
  } else context.fillRect(left, topPx, width, heightPx);
}

function drawWords(
  context: CanvasRenderingContext2D,
  { left, width }: Edges,
  name: string,
  { widthPx, topPx, heightPx }: StripBox,
  look: StripLook,
): void {
  const [seenLeft, seenRight] = [Math.max(0, left), Math.min(widthPx, left + width)];
  const room = seenRight - seenLeft - 8;
  const letter = look.letter(name);
  const isWhole = heightPx >= 10 && textWidth(context, look.font, name) <= room;
  if (!isWhole && (heightPx < 10 || textWidth(context, look.font, letter) > room + 5)) {
    drawNotch(context, look, name, { x: left, y: topPx, width, height: heightPx });
    return;
  }
  const color = look.color(name);
  context.textBaseline = 'middle';
  context.textAlign = isWhole ? 'left' : 'center';
  const x = isWhole ? seenLeft + 5 : (seenLeft + seenRight) / 2;
  const y = topPx + heightPx / 2 + 0.5;
  if (look.under !== undefined) {
    context.strokeStyle = color;
    context.lineWidth = 4;
    context.lineJoin = 'round';
    context.strokeText(isWhole ? name : letter, x, y);
  }
  context.fillStyle = inkOf(color);
  context.fillText(isWhole ? name : letter, x, y);
}

function drawWide(
  context: CanvasRenderingContext2D,
  strip: Strip,
  [first, end]: readonly [number, number],
  box: StripBox,
  look: StripLook,
  what: 'colors' | 'words',
): void {
  const { range, widthPx, topPx } = box;
  const secPerPx = (range.toSec - range.fromSec) / widthPx;
  const heightPx = box.heightPx / strip.laneCount;
  for (let at = first; at < end; at++) {
    if (at % stripBlock === 0 && (strip.longestSec[at / stripBlock] as number) < narrowPx * secPerPx) {
      at += stripBlock - 1;
      continue;
    }
    if (!isWide(strip, at, secPerPx) || (strip.endSec[at] as number) <= range.fromSec) continue;
    const top = topPx + (strip.lane[at] as number) * heightPx;
    const name = strip.behaviors[strip.behavior[at] as number] as string;
    const place = edgesOf(strip, at, box);
    if (what === 'colors') {
      fillWide(context, place, look.color(name), top, heightPx);
      continue;
    }
    drawWords(context, place, name, { range, widthPx, topPx: top, heightPx }, look);
  }
}

/** Frames the bout that is chosen, however narrow it is; point events have their own frame. */
function drawChosen(
  context: CanvasRenderingContext2D,
  strip: Strip,
  [first, end]: readonly [number, number],
  box: StripBox,
  look: StripLook,
): void {
  if (look.chosenId === undefined) return;
  const heightPx = box.heightPx / strip.laneCount;
  for (let at = first; at < end; at++) {
    if (strip.bouts[at]?.id !== look.chosenId || strip.endSec[at] === strip.startSec[at]) continue;
    const { left, width } = edgesOf(strip, at, box);
    const top = box.topPx + (strip.lane[at] as number) * heightPx;
    const room = Math.max(width, 5);
    context.strokeStyle = look.chosenColor;
    context.lineWidth = 2;
    context.strokeRect(left + (width - room) / 2 + 1, top + 1, room - 2, Math.max(1, heightPx - 2));
  }
}

/**
 * Draws the bouts of a range into a box: names or letters in wide bouts, notches at the behavior's height in narrow ones,
 * diamonds for point events. Finds what is seen by binary search; the narrow ones are drawn once per px.
 */
export function drawStrip(context: CanvasRenderingContext2D, strip: Strip, box: StripBox, look: StripLook): void {
  const { range, widthPx, topPx, heightPx } = box;
  const secPerPx = (range.toSec - range.fromSec) / widthPx;
  const first = firstSeen(strip, range.fromSec);
  const end = endSeen(strip, range.toSec);
  if (!(secPerPx > 0)) return;
  if (first >= end) {
    look.under?.();
    return;
  }
  const opacity = context.globalAlpha;
  context.globalAlpha = opacity * (look.opacity ?? 1);
  context.font = look.font;
  const laneHeight = heightPx / strip.laneCount;
  strip.lanes.forEach((lane, at) => {
    const top = topPx + at * laneHeight;
    drawCrowd(context, strip, [first, end], lane, { range, widthPx, topPx: top, heightPx: laneHeight }, look);
  });
  drawWide(context, strip, [first, end], box, look, 'colors');
  look.under?.();
  drawWide(context, strip, [first, end], box, look, 'words');
  drawChosen(context, strip, [first, end], box, look);
  drawPoints(context, strip, [first, end], box, look);
  context.globalAlpha = opacity;
}

function drawPoints(
  context: CanvasRenderingContext2D,
  strip: Strip,
  [first, end]: readonly [number, number],
  { range, widthPx, topPx, heightPx }: StripBox,
  look: StripLook,
): void {
  const pxPerSec = widthPx / (range.toSec - range.fromSec);
  const from = firstFrom(strip.points, first);
  const to = firstFrom(strip.points, end);
  const count = to - from;
  // Where they are many they become small, or they would hide the bouts.
  const largest = count * 18 > widthPx ? 3 : 7;
  const isDense = count * 5 > widthPx;
  const radiusPx = Math.max(2.5, Math.min(largest, heightPx / 2 - 2));
  let lastX = Number.NEGATIVE_INFINITY;
  for (let place = from; place < to; place++) {
    const at = strip.points[place] as number;
    const x = ((strip.startSec[at] as number) - range.fromSec) * pxPerSec;
    const isChosen = look.chosenId !== undefined && strip.bouts[at]?.id === look.chosenId;
    if (x - lastX < 1 && !isChosen) continue;
    lastX = x;
    const name = strip.behaviors[strip.behavior[at] as number] as string;
    const color = look.color(name);
    if (isDense && !isChosen) {
      context.fillStyle = color;
      context.fillRect(x, topPx + heightPx / 2 - 3, 1.5, 6);
      continue;
    }
    drawDiamond(context, {
      x,
      y: topPx + heightPx / 2,
      radiusPx,
      color,
      edgeColor: isChosen ? look.chosenColor : inkOf(color),
    });
  }
}

/** Returns how the bouts of an ethogram look; `colorOf` gives the theme's colors. */
export function stripLook(
  behaviors: readonly Behavior[],
  colorOf: (variable: string) => string,
  { chosenId, opacity = 1 }: { readonly chosenId?: string | undefined; readonly opacity?: number } = {},
): StripLook {
  const known = new Map<string, { color: string; letter: string; place: { at: number; of: number } }>();
  const of = (name: string) => {
    let look = known.get(name);
    if (look === undefined) {
      const found = behaviors.findIndex((behavior) => behavior.name === name);
      const letter = behaviors[found]?.key ?? [...name][0] ?? '?';
      const count = Math.max(2, Math.min(6, behaviors.length));
      const at = found >= 0 ? found % count : (name.codePointAt(0) ?? 0) % count;
      look = { color: behaviorColor(name, behaviors), letter, place: { at, of: count } };
      known.set(name, look);
    }
    return look;
  };
  return {
    color: (name) => of(name).color,
    letter: (name) => of(name).letter,
    place: (name) => of(name).place,
    font: '600 11px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    chosenColor: colorOf('--text'),
    chosenId,
    opacity,
  };
}
